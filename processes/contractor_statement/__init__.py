"""A contractor's statement, from the bill of quantities to the payment order."""

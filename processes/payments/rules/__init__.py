"""What makes a payment order right, who signs it and what becomes of it: pure."""

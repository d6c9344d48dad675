"""How amounts become lines of an entry, and when an entry stands; pure."""

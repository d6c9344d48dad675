"""The designer of diagrams, with what it offers, what it writes beside, and what is said of it."""

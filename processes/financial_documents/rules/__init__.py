"""The pure rules of financial documents (`domain.md` §2): values in, values out."""

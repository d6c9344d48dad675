"""Drafts played: each act of a case tried out, with nothing kept of it but the acts."""

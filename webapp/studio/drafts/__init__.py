"""Drafts of areas: listed, begun, edited file by file, handed over, given out and taken in."""

"""What is wrong with the files of a deployment, and the book that explains each rule.

A check yields a `Finding` with the id of a rule; the `Entry` of that id says in both languages
what the rule is, by which clause of the standard, and what to do instead.
"""

from engine.findings.book import Entry, Example, book, entry, exported
from engine.findings.finding import Finding

__all__ = ["Entry", "Example", "Finding", "book", "entry", "exported"]

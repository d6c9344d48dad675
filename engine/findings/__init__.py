"""What is wrong with the files of a deployment, and the book that explains each rule.

A check yields a `Finding` with the id of a rule; the `Entry` of that id says in both languages
what the rule is, by which clause of the standard, and what to do instead. A `Detail` says in both
languages what exactly stands against it at one place.
"""

from engine.findings.book import Entry, Example, book, entry, exported
from engine.findings.detail import Detail, detail, detail_from, wordings
from engine.findings.finding import Finding

__all__ = [
    "Detail",
    "Entry",
    "Example",
    "Finding",
    "book",
    "detail",
    "detail_from",
    "entry",
    "exported",
    "wordings",
]

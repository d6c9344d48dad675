"""What is wrong with the files of a deployment, and the book that explains each rule.

A check yields a `Finding` with the id of a rule; the `Entry` of that id says in both languages
what the rule is, by which clause of the standard, and what to do instead. A `Detail` says in both
languages what exactly stands against it at one place.
"""

from engine.findings.book import Entry, Example, book, entry, exported
from engine.findings.detail import Detail, Fact, detail, detail_from, listed, wordings
from engine.findings.finding import Finding
from engine.findings.wrong import Wrong, not_parsed, of_parser, said_by

__all__ = [
    "Detail",
    "Entry",
    "Example",
    "Fact",
    "Finding",
    "Wrong",
    "book",
    "detail",
    "detail_from",
    "entry",
    "exported",
    "listed",
    "not_parsed",
    "of_parser",
    "said_by",
    "wordings",
]

"""Errors that say in both languages what is wrong, and the detail of those that cannot."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from string import Formatter
from typing import Protocol

from engine.findings.detail import Detail, Fact, detail, wordings


class Wrong(ValueError):
    """What was written cannot be what it is meant to be; ``detail`` says why."""

    def __init__(self, told: Detail) -> None:
        super().__init__(str(told))
        self.detail = told


def said_by(failure: Exception, otherwise: str) -> Detail:
    """Return what an error says; of one that is not ours, the detail ``otherwise`` with its why."""
    return failure.detail if isinstance(failure, Wrong) else detail(otherwise, why=failure)


class NotParsed(Protocol):
    """A text that is no FEEL: where, what was expected there, and what stands there."""

    line: int
    column: int
    expected: str
    found: str


def not_parsed(failure: NotParsed) -> Detail:
    """Return why a text is no FEEL."""
    return detail(
        "FEEL-002",
        line=failure.line,
        column=failure.column,
        expected=of_parser(failure.expected),
        found=of_parser(failure.found),
    )


def of_parser(said: str) -> Fact:
    """Return what the parser of FEEL says it expects or finds; a sign of the text is itself.

    The parser tells a closed set of things, in English and without this package; a test holds
    that each of them is worded.

    >>> of_parser("an expression")
    Detail(code='FEEL-113', facts=())
    >>> of_parser("‘)’")
    '‘)’'
    """
    for code, pattern in _of_parser():
        match = pattern.fullmatch(said)
        if match is not None:
            return detail(code, **match.groupdict())
    return said


@cache
def _of_parser() -> tuple[tuple[str, re.Pattern[str]], ...]:
    told = ((code, said["en"]) for code, said in wordings().items() if code.startswith("FEEL-1"))
    return tuple((code, re.compile("".join(_pattern(english)))) for code, english in told)


def _pattern(english: str) -> Iterator[str]:
    for literal, name, _, _ in Formatter().parse(english):
        yield re.escape(literal)
        if name:
            yield f"(?P<{name}>.+)"

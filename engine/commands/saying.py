"""Texts that people say with an act: a reason, a note, a comment, a name."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Problem, RulesBroken


def must_say(text: str, longest: int, field: str = "reason") -> str:
    """Return a text that has to be given, without the white space around it.

    Args:
        longest: how many characters it may have.
        field: where it was typed.

    Raises:
        RulesBroken: it is empty (``GEN-REQUIRED``) or too long (``GEN-LENGTH``).
    """
    return _said(text, longest, field, least=1)


def may_say(text: str, longest: int, field: str = "note") -> str:
    """Return a text that need not be given, without the white space around it.

    Raises:
        RulesBroken: it is too long (``GEN-LENGTH``).
    """
    return _said(text, longest, field, least=0)


def _said(text: str, longest: int, field: str, least: int) -> str:
    problems = list(problems_said(text, longest, field, least=least))
    if problems:
        raise RulesBroken(problems)
    return text.strip()


def problems_said(text: str, longest: int, field: str, *, least: int = 0) -> Iterator[Problem]:
    """Yield what is wrong with a text, where there may be more wrong beside it."""
    said = text.strip()
    if least and not said:
        yield Problem("GEN-REQUIRED", field)
    if len(said) > longest:
        yield Problem("GEN-LENGTH", field, {"min": str(least), "max": str(longest)})

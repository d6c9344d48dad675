"""What is wrong with a model, in words: where, by which rule of which clause, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from engine.errors import Problem
from engine.findings import Entry, Finding, entry

LANGUAGES: Final = ("en", "fa")
_LOOK: Final[Mapping[str, str]] = {"en": "worth a look: ", "fa": "بهتر است دیده شود: "}
_INSTEAD: Final[Mapping[str, str]] = {"en": "instead: ", "fa": "به جای آن: "}


def lines(findings: Iterable[Finding], language: str = "en") -> Iterator[str]:
    """Say each finding: where it is, and below it its rule, clause and advice."""
    for each in findings:
        weight = "" if each.refuses else _LOOK[language]
        place = f"{each.file}: {each.rule} {each.element_id or ''}"
        yield f"{place}{f' ({each.name})' if each.name else ''} {weight}{each.message}"
        known = entry(each.rule)
        if known is not None:
            yield f"    {_of_rule(known, language)}"


def problem_of(finding: Finding) -> Problem:
    """Return a finding as a problem: its rule is the code, its element the field."""
    known = entry(finding.rule)
    facts = {"file": finding.file, "message": finding.message, **finding.params}
    if known is not None and known.clause:
        facts["clause"] = known.clause
    return Problem(finding.rule, finding.element_id, facts)


def text_of_rule(rule: str, language: str) -> str | None:
    """Return what the book says of a rule in a sentence, ``None`` when it has none of the id."""
    known = entry(rule)
    return None if known is None else _of_rule(known, language)


def _of_rule(known: Entry, language: str) -> str:
    clause = f" [{known.clause}]" if known.clause else ""
    return f"{known.title[language]}{clause}; {_INSTEAD[language]}{known.advice[language]}"

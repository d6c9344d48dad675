"""What is wrong with a model, in words: where, by which rule of which clause, what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from string import Formatter
from typing import Final

from markupsafe import Markup, escape

from engine.errors import Problem
from engine.findings import Detail, Entry, Finding, entry, of_parser
from engine.findings.detail import wording
from webapp.wording import filled

LANGUAGES: Final = ("en", "fa")
#: names and what is to be written, inside a Persian sentence
_LATIN: Final = re.compile(r"[A-Za-z](?:[ -~]*[\w)\]\"])?", re.ASCII)
_LOOK: Final[Mapping[str, str]] = {"en": "worth a look: ", "fa": "بهتر است دیده شود: "}
_INSTEAD: Final[Mapping[str, str]] = {"en": "instead: ", "fa": "به جای آن: "}


def lines(findings: Iterable[Finding], language: str = "en") -> Iterator[str]:
    """Say each finding: where it is, and below it its rule, clause and advice."""
    for each in findings:
        weight = "" if each.refuses else _LOOK[language]
        place = f"{each.file}: {each.rule} {each.element_id or ''}"
        named = f" ({each.name})" if each.name else ""
        yield f"{place}{named} {weight}{text_of_detail(each.detail, language)}"
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


def text_of_detail(told: Detail, language: str) -> str:
    """Say what exactly is wrong at one place."""
    facts = {
        name: text_of_detail(each, language) if isinstance(each, Detail) else each
        for name, each in told.facts
    }
    return filled(wording(told.code)[language], facts, language)


def shown_detail(told: Detail, language: str) -> Markup:
    """Say it on a page: codes and what people wrote stand apart from the sentence."""
    parts: list[Markup] = []
    for literal, name, kind, _ in Formatter().parse(wording(told.code)[language]):
        parts.append(_apart(literal) if language != "en" else escape(literal))
        fact = told.told.get(name or "", "…")
        if isinstance(fact, Detail):
            parts.append(shown_detail(fact, language))
        elif name is not None:
            said = filled(f"{{fact:{kind}}}", {"fact": fact}, language)
            parts.append(escape(said) if kind else Markup("<bdi>{}</bdi>").format(said))
    return Markup("").join(parts)


def without_markup(said: str) -> str:
    """Return what is shown where no markup can stand: what is apart is between isolating marks."""
    return unescape(str(said).replace("<bdi>", "\u2068").replace("</bdi>", "\u2069"))


def text_of_parser(said: str, language: str) -> str:
    """Say what the parser of FEEL expects or finds; a sign of the text is itself."""
    told = of_parser(said)
    return text_of_detail(told, language) if isinstance(told, Detail) else told


def _apart(literal: str) -> Markup:
    """Set apart what is written in Latin, so that ``camunda:topic`` keeps its order."""
    said, at = Markup(""), 0
    for match in _LATIN.finditer(literal):
        code = match[0]
        while (code[-1] == ")" and code.count("(") < code.count(")")) or (
            code[-1] == "]" and code.count("[") < code.count("]")
        ):
            code = code[:-1]
        said += Markup("{}<bdi>{}</bdi>").format(literal[at : match.start()], code)
        at = match.start() + len(code)
    return said + literal[at:]


def _of_rule(known: Entry, language: str) -> str:
    clause = f" [{known.clause}]" if known.clause else ""
    return f"{known.title[language]}{clause}; {_INSTEAD[language]}{known.advice[language]}"

"""What is wrong with a decision table, in the language of the page, by the place it is told at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from flask_babel import gettext as _

from engine import feel
from engine.dmn.analysis import Gap
from engine.dmn.sheets import Blemish, Report, Sheet, headings
from engine.values import grouped
from webapp.cases.meanings import bare
from webapp.checking import told
from webapp.findings import text_of_parser
from webapp.formatting import digits, jalali
from webapp.request import locale
from webapp.studio.words import DESIGNER

#: the first part of the id of a cell, by its place
_PLACES: Final = {
    "test": "t",
    "output": "o",
    "input": "in-text",
    "input-allowed": "in-allowed",
    "output-allowed": "out-allowed",
    "default": "out-default",
    "row": "row",
}


@dataclass(frozen=True, slots=True)
class ToldGap:
    """Something no rule takes."""

    parts: tuple[tuple[str, str], ...]  #: heading and FEEL of each column that matters
    example: tuple[tuple[str, str], ...]  #: heading and a value


@dataclass(frozen=True, slots=True)
class Told:
    """All that was found about a table, for its page."""

    marks: Mapping[str, str]  #: by the id of the cell, or of the row
    refused: frozenset[str]  #: those of them that keep the draft from being deployed
    gaps: tuple[ToldGap, ...]
    is_whole: bool
    others: tuple[dict[str, Any], ...]

    @property
    def wrong(self) -> int:
        """How many places are wrong."""
        return len(self.refused) + sum(bool(each["refuses"]) for each in self.others)

    @property
    def look(self) -> int:
        """How many places are worth a look."""
        gaps = len(self.gaps)
        marks = len(self.marks.keys() - self.refused)
        return marks + gaps + sum(not each["refuses"] for each in self.others)


def told_of(report: Report, sheet: Sheet) -> Told:
    """Return what a report says of a table."""
    marks: dict[str, list[str]] = {}
    refused = set()
    for each in report.blemishes:
        place = "-".join(
            str(part) for part in (_PLACES[each.place], each.row, each.column) if part is not None
        )
        marks.setdefault(place, []).append(_TEXTS[each.kind](each))
        if each.refuses:
            refused.add(place)
    return Told(
        {place: " ".join(dict.fromkeys(texts)) for place, texts in marks.items()},
        frozenset(refused),
        tuple(_gap(each, sheet) for each in report.gaps),
        report.is_whole,
        tuple(told(each, locale()) for each in report.others),
    )


def _syntax(found: Blemish) -> str:
    said = str(DESIGNER["not_feel"])
    facts = {
        name: digits(fact) if isinstance(fact, int) else text_of_parser(str(fact), locale())
        for name, fact in found.facts.items()
    }
    return said.format(**facts)


def _overlap(found: Blemish) -> str:
    other = digits(str(found.facts["other"]))
    return _("Overlaps rule %(other)s: only one may fit.", other=other)


def _contradiction(found: Blemish) -> str:
    other = digits(str(found.facts["other"]))
    return _("Fits together with rule %(other)s, and says something else.", other=other)


def _type(found: Blemish) -> str:
    kind = _type_name(str(found.facts["type"]))
    if found.place == "test":
        return _("Can never fit: the column holds a %(type)s.", type=kind)
    return _("The column holds a %(type)s.", type=kind)


def _choice(found: Blemish) -> str:
    return _("Not one of the values of its column: %(allowed)s", allowed=found.facts["allowed"])


def _empty(found: Blemish) -> str:
    return _("A result is missing.") if found.place == "output" else _("An expression is missing.")


def _hidden(_found: Blemish) -> str:
    return _("Is never reached: no case fits it, or rules above it take them all.")


_TEXTS: Final[Mapping[str, Callable[[Blemish], str]]] = {
    "syntax": _syntax,
    "empty": _empty,
    "type": _type,
    "choice": _choice,
    "overlap": _overlap,
    "contradiction": _contradiction,
    "hidden": _hidden,
}


def _type_name(name: str) -> str:
    return type_names().get(name, name)


def type_names() -> dict[str, str]:
    """Return FEEL's types as people call them."""
    return {
        "string": _("text"),
        "number": _("number"),
        "boolean": _("yes or no"),
        "date": _("date"),
        "time": _("time of day"),
        "date and time": _("date and time"),
        "days and time duration": _("span of days and hours"),
        "years and months duration": _("span of years and months"),
        "Any": _("anything"),
    }


def policy_names() -> dict[str, str]:
    """Return what people call the hit policies; the letters are those of the standard."""
    return {
        "UNIQUE": _("only one may fit (U)"),
        "ANY": _("several may fit and say the same (A)"),
        "PRIORITY": _("the answer that counts most (P)"),
        "FIRST": _("the first that fits (F)"),
        "RULE ORDER": _("all that fit, in the order of the rules (R)"),
        "OUTPUT ORDER": _("all that fit, what counts most first (O)"),
        "COLLECT": _("all that fit (C)"),
        "COLLECT SUM": _("all that fit: their sum (C+)"),
        "COLLECT COUNT": _("all that fit: how many (C#)"),
        "COLLECT MIN": _("all that fit: the least (C<)"),
        "COLLECT MAX": _("all that fit: the greatest (C>)"),
    }


def _gap(gap: Gap, sheet: Sheet) -> ToldGap:
    names = headings(sheet)
    parts = [(name, test) for name, test in zip(names, gap.tests, strict=False) if test != "-"]
    values = zip(names, gap.example, strict=False)
    return ToldGap(
        tuple(parts) or ((_("anything"), "-"),),
        tuple((name, plain(value)) for name, value in values if value is not None),
    )


def plain(value: object) -> str:
    """Return a value of a decision as people read it; numbers and codes are left to the page."""
    if value is None or isinstance(value, bool):
        return "—" if value is None else _("yes") if value else _("no")
    if isinstance(value, list):
        return ("، " if locale() == "fa" else ", ").join(map(plain, value))
    if isinstance(value, dict):
        return "; ".join(f"{name}: {plain(each)}" for name, each in value.items())
    if isinstance(value, int | Decimal):
        return grouped(value, locale())
    if isinstance(value, date) and not isinstance(value, datetime):
        return bare(jalali(value))
    return digits(str(feel.to_json(value)))

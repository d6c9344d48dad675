"""Papers: what a process prints, from which template, when, and under which number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from engine.catalogue.calls import check_feel
from engine.catalogue.keys import PROCESS
from engine.findings import Detail, detail

#: what a value is, and so how it is written; ``rows`` are lines of a table, as they are
VALUE_KINDS: Final = ("code", "text", "number", "rial", "date", "percentage", "rows")
LANGUAGES: Final = ("fa", "en")
FOLDER: Final = "papers/"  #: of an area, where its templates lie
ENDING: Final = ".typ"

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True, slots=True)
class Paper:
    """One kind of paper of a process."""

    id: str
    title: str  #: Persian; English in ``texts.en.toml``
    after: tuple[str, ...]  #: elements; when one of them is done the paper is made
    when: str | None = None  #: FEEL over the case's values, with ``=``: only then
    template: str = "letter"  #: of the area's ``papers/``, else one that comes with the release
    series: str = ""  #: of its numbers, counted by unit and year
    retention: str = "financial"  #: class of how long it is kept
    language: str = "fa"
    values: Mapping[str, str] = field(default_factory=dict)  #: variables and what each is
    #: steps whose signature it bears besides (PAdES), and the outcome of each that agrees
    signed_by: Mapping[str, str] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """The name of its template in the area's folder."""
        return f"{FOLDER}{self.template}{ENDING}"


def read_papers(
    process_id: str, section: Mapping[str, Any], problems: list[Detail]
) -> dict[str, Paper]:
    """Read the papers of a process.

    Args:
        problems: what is wrong is added.
    """
    return {
        name: _paper(detail("AT-PAPER", process=process_id, key=name), name, each, problems)
        for name, each in section.items()
    }


def _paper(where: Detail, name: str, told: Mapping[str, Any], problems: list[Detail]) -> Paper:
    unknown = told.keys() - PROCESS.tables["papers"].names
    problems += [detail("SET-006", where=where, key=key) for key in sorted(unknown)]
    texts = {key: _text(where, key, told.get(key, default or name), problems)
             for key, default in _DEFAULTS.items()}  # fmt: skip
    if texts["language"] not in LANGUAGES:
        problems.append(detail("SET-063", where=where, known=", ".join(LANGUAGES)))
    return Paper(
        name,
        after=_after(where, told.get("after", []), problems),
        when=_when(where, told.get("when"), problems),
        values=_values(where, told.get("values", {}), problems),
        signed_by=_signers(where, told.get("signed_by", {}), problems),
        **texts,
    )


#: texts, and what they are when nothing is said; empty: the paper's own name
_DEFAULTS: Final = {
    "title": "", "template": "", "series": "", "retention": "financial", "language": "fa",
}  # fmt: skip


def _text(where: Detail, key: str, told: object, problems: list[Detail]) -> str:
    if isinstance(told, str) and (key == "title" or _NAME.fullmatch(told)):
        return told
    problems.append(detail("SET-062", where=where, name=key, told=told))
    return ""


def _after(where: Detail, told: object, problems: list[Detail]) -> tuple[str, ...]:
    after = [told] if isinstance(told, str) else told
    if isinstance(after, list) and after and all(isinstance(each, str) for each in after):
        return tuple(after)
    problems.append(detail("SET-061", where=where))
    return ()


def _when(where: Detail, told: object, problems: list[Detail]) -> str | None:
    if told is None:
        return None
    if not isinstance(told, str) or not told.startswith("="):
        problems.append(detail("SET-064", where=where))
        return None
    check_feel(where, told, problems)
    return told


def _values(where: Detail, told: object, problems: list[Detail]) -> dict[str, str]:
    if not isinstance(told, dict):
        problems.append(detail("SET-065", where=where))
        return {}
    problems += [
        detail(
            "SET-007",
            where=detail("AT-ENTRY", where=where, name=key),
            kind=kind,
            known=", ".join(VALUE_KINDS),
        )
        for key, kind in told.items()
        if kind not in VALUE_KINDS
    ]
    return {key: kind for key, kind in told.items() if kind in VALUE_KINDS}


def _signers(where: Detail, told: object, problems: list[Detail]) -> dict[str, str]:
    if isinstance(told, dict) and all(isinstance(each, str) and each for each in told.values()):
        return told
    problems.append(detail("SET-066", where=where))
    return {}

"""What the page of a line table shows: every number already a text for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from engine.values import fold
from forms.line_table import TypedLine

DIFFERENCES: Final = "differences"


@dataclass(frozen=True, slots=True)
class RowView:
    """One line; numbers are texts for people, ``price`` and ``before`` also for the browser."""

    key: str
    code: str
    title: str
    unit: str
    factor: str
    price: str
    before: str  #: the quantity an empty cell accepts
    shown: tuple[str, ...]  #: price, contract, previous and the parties' quantities
    typed: TypedLine
    difference: str
    amount: str
    changed: bool  #: this step's quantity is another than the party before gave
    differs: bool  #: any two parties differ
    earlier: tuple[str, ...]  #: why earlier reviewers changed it
    problems: Mapping[str, str]  #: by part: quantity, reason, note


@dataclass(frozen=True, slots=True)
class ChapterView:
    """A chapter of the bill with its lines."""

    code: str
    title: str
    count: str
    amount: str
    rows: tuple[RowView, ...]


@dataclass(frozen=True, slots=True)
class TotalView:
    """One party's totals, in rials, as text.

    What does not depend on lines is known for the party at work only, so the others have no
    ``gross`` and no ``period``.
    """

    party: str
    lines: str
    works: str
    gross: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which lines the page shows, from the query of its address."""

    chapter: str = ""
    only_differences: bool = False
    text: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Filter:
        """Read ``?chapter=01&show=differences&q=…``."""
        return cls(
            query.get("chapter", "")[:20],
            query.get("show") == DIFFERENCES,
            query.get("q", "")[:100],
        )

    def shows(self, row: RowView, group: str) -> bool:
        """Tell whether a line is shown; a wrong one always is."""
        if row.problems:
            return True
        if self.chapter and self.chapter != group:
            return False
        if self.only_differences and not (row.differs or row.changed):
            return False
        return not self.text or fold(self.text) in fold(f"{row.code} {row.title}")


@dataclass(frozen=True, slots=True)
class LinePage:
    """All that `lines/_line_table.html` needs."""

    key: str
    task_id: UUID | None
    labels: Mapping[str, str]  #: party -> heading
    chapters: tuple[ChapterView, ...]
    all_chapters: tuple[tuple[str, str], ...]
    parties: tuple[str, ...]  #: columns side by side, this step's own left out
    entry: str | None
    compare: str | None
    reasons: tuple[tuple[str, str], ...]
    has_reasons: bool
    totals: tuple[TotalView, ...]
    difference: TotalView | None  #: this step's totals less those compared with
    filter: Filter
    count: str
    shown_count: str
    facts: Mapping[str, object]  #: JSON for the browser's arithmetic

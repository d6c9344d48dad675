"""The line table as its page shows it: every text made once, so that 1,500 lines render fast."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final
from uuid import UUID

from engine.catalogue.lines import Cell, LineRow, LineTable
from engine.values import InvalidValue, fold, grouped
from forms.line_sums import LineSums, line_amount, line_sums
from forms.line_table import TypedLine, compared_quantity, quantity_from, typed_line
from webapp.lines.parties import PARTIES, party_label, shown_parties

Texts = Mapping[str, str]
DIFFERENCES: Final = "differences"
_FIRST: Final = ("unit_price", "contract", "previous")


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
    """One party's totals, in rials, as text."""

    party: str
    lines: str
    works: str
    gross: str
    period: str


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


def line_page(
    table: LineTable,
    *,
    raw: Texts,
    problems: Mapping[str, Sequence[str]] | None = None,
    query: Mapping[str, str] | None = None,
    locale: str = "fa",
    key: str = "lines",
    task_id: UUID | None = None,
    editable: bool = True,
) -> LinePage:
    """Make the page's model of a line table.

    Args:
        raw: what stands in the cells, by path: the draft, or what was just posted over it.
        problems: what is wrong with the answer just refused: texts by path.
        query: the address's arguments, for the filter.
        key: the component's key in its form.
        task_id: the task whose draft the cells are; spreadsheets come and go by it.
        editable: ``False`` shows the same table without fields.
    """
    page = _Page(table, raw, problems or {}, locale, key, editable)
    return page.made(Filter.of(query or {}), task_id)


class _Page:
    """Makes one page; holds what every line needs."""

    def __init__(
        self,
        table: LineTable,
        raw: Texts,
        problems: Mapping[str, Sequence[str]],
        locale: str,
        key: str,
        editable: bool,
    ) -> None:
        self.table = table
        self.raw = raw
        self.locale = locale
        self.key = key
        self.entry = table.entry if editable else None
        self.columns = shown_parties(table)
        self.others = tuple(each for each in self.columns if each != self.entry)
        self.labels = {each: party_label(each) for each in (*PARTIES, "previous")}
        self.problems = _by_line(problems, key)
        self.amounts: dict[str, dict[str, int]] = {
            each: {} for each in (*self.columns, "before", "own")
        }

    def made(self, wanted: Filter, task_id: UUID | None) -> LinePage:
        by_group: dict[str, list[RowView]] = {group: [] for group in self.table.groups}
        for row in self.table.rows:
            by_group.setdefault(row.group, []).append(self._row(row))
        chapters = tuple(
            self._chapter(group, rows, wanted) for group, rows in by_group.items() if rows
        )
        sums = {name: line_sums(self.table, each) for name, each in self.amounts.items()}
        shown = tuple(each for each in chapters if each.rows)
        return LinePage(
            key=self.key,
            task_id=task_id,
            labels=self.labels,
            chapters=shown,
            all_chapters=tuple((each.code, each.title) for each in chapters),
            parties=self.others,
            entry=self.entry,
            compare=self.table.compare,
            reasons=tuple(self.table.reasons.items()),
            has_reasons=bool(self.table.reasons)
            or any(row.earlier for chapter in shown for row in chapter.rows),
            totals=self._totals(sums),
            difference=self._difference(sums) if self.entry and self._is_review() else None,
            filter=wanted,
            count=self._number(len(self.table.rows)),
            shown_count=self._number(sum(len(each.rows) for each in shown)),
            facts=self._facts(sums, shown),
        )

    def _is_review(self) -> bool:
        return self.table.compare in PARTIES

    def _row(self, row: LineRow) -> RowView:
        cells = row.cells
        price = Decimal(cells.get("unit_price") or 0)
        given = self._given(row)
        before = compared_quantity(self.table, row)
        typed = self._typed(row)
        own = self._own(typed, given, before)
        for column, quantity in given.items():
            self.amounts[column][row.key] = line_amount(price, quantity)
        self.amounts["before"][row.key] = line_amount(price, before)
        amount = self.amounts["own"][row.key] = line_amount(price, own)
        return RowView(
            key=row.key,
            code=str(cells.get("code") or row.key),
            title=str(cells.get("title") or ""),
            unit=str(cells.get("unit") or ""),
            factor=str(cells.get("factor") or ""),
            price=format(price, "f"),
            before=format(before, "f"),
            shown=tuple(self._cell(cells.get(each)) for each in (*_FIRST, *self.others)),
            typed=typed,
            difference=self._number(own - before) if own != before else "",
            amount=self._number(amount),
            changed=own != before,
            differs=len({given[each] for each in self.others}) > 1,
            earlier=self._earlier(cells),
            problems=self.problems.get(row.key, {}),
        )

    def _typed(self, row: LineRow) -> TypedLine:
        """Return what stands in the fields; a stored quantity in the digits of the page."""
        typed = typed_line(self.raw, {}, self.table, row, self.key)
        if not typed.quantity or f"{self.key}/{row.key}/quantity" in self.raw:
            return typed
        shown = self._number(Decimal(typed.quantity)).replace("٬", "").replace(",", "")
        return replace(typed, quantity=shown)

    def _given(self, row: LineRow) -> dict[str, Decimal]:
        """Return each party's quantity; who gave none accepted the one before."""
        quantities: dict[str, Decimal] = {}
        last = Decimal(0)
        for each in self.columns:
            cell = row.cells.get(each)
            if cell is not None:
                last = Decimal(cell)
            quantities[each] = last
        return quantities

    def _own(self, typed: TypedLine, given: Mapping[str, Decimal], before: Decimal) -> Decimal:
        """Return the quantity this step's amounts are reckoned with."""
        if self.entry is None:
            return given[self.columns[-1]] if self.columns else before
        try:
            quantity = quantity_from(typed.quantity)
        except InvalidValue:
            return before
        return before if quantity is None else quantity

    def _earlier(self, cells: Mapping[str, Cell]) -> tuple[str, ...]:
        """Say why each reviewer before (or, where nothing is entered, each) changed the line."""
        said = []
        for party in self.others:
            reason, note = cells.get(f"reason_{party}"), cells.get(f"note_{party}")
            if reason or note:
                texts = (self.table.reasons.get(str(reason), reason), note)
                why = " — ".join(str(each) for each in texts if each)
                said.append(f"{self.labels[party]}: {why}")
        return tuple(said)

    def _chapter(self, group: str, rows: list[RowView], wanted: Filter) -> ChapterView:
        own = self.amounts["own"]
        return ChapterView(
            code=group,
            title=self.table.groups.get(group, ""),
            count=self._number(len(rows)),
            amount=self._number(sum(own[each.key] for each in rows)),
            rows=tuple(each for each in rows if wanted.shows(each, group)),
        )

    def _totals(self, sums: Mapping[str, LineSums]) -> tuple[TotalView, ...]:
        shown = [self._total(each, sums[each]) for each in self.others]
        if self.entry:
            shown.append(self._total(self.entry, sums["own"]))
        return tuple(shown)

    def _total(self, party: str, sums: LineSums) -> TotalView:
        period = sums.gross - self.table.previous_total.amount
        texts = (self._number(each) for each in (sums.lines, sums.works, sums.gross, period))
        return TotalView(party, *texts)

    def _difference(self, sums: Mapping[str, LineSums]) -> TotalView:
        own, before = sums["own"], sums["before"]
        works = self._number(own.works - before.works)
        return TotalView("", self._number(own.lines - before.lines), works, works, works)

    def _facts(
        self, sums: Mapping[str, LineSums], shown: Iterable[ChapterView]
    ) -> dict[str, object]:
        """Return what the browser reckons with, exact numbers as text."""
        on_page = {row.key for chapter in shown for row in chapter.rows}
        before = sums["before"]
        return {
            "factors": {key: format(each, "f") for key, each in self.table.factors.items()},
            "fixed": str(self.table.fixed.amount),
            "previousTotal": str(self.table.previous_total.amount),
            "before": {"lines": str(before.lines), "works": str(before.works)},
            "hidden": [
                {
                    "factor": str(row.cells.get("factor") or ""),
                    "chapter": row.group,
                    "amount": str(self.amounts["own"][row.key]),
                }
                for row in self.table.rows
                if row.key not in on_page
            ],
        }

    def _cell(self, cell: Cell) -> str:
        return "" if cell is None else self._number(Decimal(cell))

    def _number(self, number: int | Decimal) -> str:
        if isinstance(number, Decimal):
            number = number.normalize() if number % 1 else int(number)
        return grouped(number, self.locale)


def _by_line(problems: Mapping[str, Sequence[str]], key: str) -> dict[str, dict[str, str]]:
    """Return what is wrong by line and part of the line."""
    found: dict[str, dict[str, str]] = {}
    for path, texts in problems.items():
        parts = path.split("/")
        if len(parts) != 3 or parts[0] != key:
            continue
        part = _PART_OF.get(parts[2], "quantity")
        line = found.setdefault(parts[1], {})
        line[part] = " · ".join([line[part], *texts] if part in line else texts)
    return found


#: Which cell shows the problems of a path's last part; the others are the quantity's.
_PART_OF: Final = {"reason": "reason", "note": "note", "evidence": "note"}

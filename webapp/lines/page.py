"""The line table as its page shows it: every text made once, so that 1,500 lines render fast."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final
from uuid import UUID

from engine.catalogue.lines import Cell, LineRow, LineTable
from engine.values import InvalidValue, grouped
from forms.line_sums import LineSums, fixed_amount, line_amount, line_sums
from forms.line_table import TypedLine, compared_quantity, quantity_from, typed_line
from webapp.lines.model import ChapterView, Filter, LinePage, RowView, TotalView
from webapp.lines.parties import PARTIES, party_label, shown_parties

Texts = Mapping[str, str]
_FIRST: Final = ("unit_price", "contract", "previous")


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
        self.fixed = fixed_amount(table, raw)
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
        sums = {
            name: line_sums(self.table, each, self.fixed) for name, each in self.amounts.items()
        }
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
        shown = [TotalView(each, *self._sums(sums[each])) for each in self.others]
        if self.entry or self.others:
            period = sums["own"].gross - self.table.previous_total.amount
            own = self.entry or shown.pop().party
            ends = (self._number(sums["own"].gross), self._number(period))
            shown.append(TotalView(own, *self._sums(sums["own"]), *ends))
        return tuple(shown)

    def _sums(self, sums: LineSums) -> tuple[str, str]:
        return self._number(sums.lines), self._number(sums.works)

    def _difference(self, sums: Mapping[str, LineSums]) -> TotalView:
        own, before = sums["own"], sums["before"]
        lines, works = own.lines - before.lines, own.works - before.works
        return TotalView("", self._number(lines), self._number(works))

    def _facts(
        self, sums: Mapping[str, LineSums], shown: Iterable[ChapterView]
    ) -> dict[str, object]:
        """Return what the browser reckons with, exact numbers as text."""
        on_page = {row.key for chapter in shown for row in chapter.rows}
        before = sums["before"]
        return {
            "factors": {key: format(each, "f") for key, each in self.table.factors.items()},
            "fixed": str(self.fixed),
            "fixedParts": [
                {"field": each.field, "unit": str(each.unit.amount), "value": f"{each.value:f}"}
                for each in self.table.fixed_parts
            ],
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

"""The sheet «فهرست بها»: one line of the bill of quantities per row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from engine.values import InvalidValue, Rial, fold
from processes.contractor_statement.importing import cells
from processes.contractor_statement.importing.cells import Cell
from processes.contractor_statement.importing.sheets import (
    Columns,
    Found,
    Problems,
    Rows,
    columns_of,
    sheet_named,
)
from processes.contractor_statement.rules.lines import APPLIES, Coefficient, Line, LineKind

SHEET: Final = ("فهرست بها", "فهرست‌بها", "فهرست مقادیر", "فهرست بها و مقادیر")


@dataclass(frozen=True, slots=True)
class BillLine:
    """One line as the file has it; ``line`` is what the rules need of it."""

    line: Line
    chapter_title: str
    title: str
    unit: str
    price_minute: str | None


_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "code": ("ردیف", "شماره ردیف", "کد ردیف", "کد"),
    "chapter": ("فصل", "شماره فصل", "کد فصل"),
    "chapter_title": ("عنوان فصل", "نام فصل"),
    "title": ("شرح", "شرح ردیف", "شرح عملیات"),
    "unit": ("واحد",),
    "unit_price": ("بهای واحد", "قیمت واحد", "بهای واحد (تومان)"),
    "quantity": ("مقدار پیمان", "مقدار", "مقدار قرارداد"),
    "kind": ("نوع", "نوع ردیف"),
    "price_minute": ("صورت‌مجلس قیمت جدید", "شماره صورت‌مجلس قیمت جدید", "شماره صورت‌مجلس"),
    "overhead": ("مشمول ضریب بالاسری", "مشمول بالاسری"),
    "region": ("مشمول ضریب منطقه‌ای", "مشمول منطقه‌ای"),
    "floor": ("مشمول ضریب طبقات", "مشمول طبقات"),
    "difficulty": ("مشمول ضریب صعوبت", "مشمول صعوبت"),
    "tender": ("مشمول ضریب پیمان",),
}
_REQUIRED: Final = ("code", "title", "unit", "unit_price", "quantity", "kind")
_KINDS: Final = {
    fold(said): kind
    for kind, names in {
        LineKind.LIST: ("پایه", "LIST"),
        LineKind.STAR: ("ستاره‌دار", "ستاره دار", "ستارهدار", "STAR", "*"),
        LineKind.NEW: ("قیمت جدید", "قیمت‌جدید", "جدید", "NEW"),
        LineKind.LUMP: ("مقطوع", "LUMP"),
    }.items()
    for said in names
}
_SUM: Final = fold("جمع")


def read_bill(sheets: Mapping[str, Rows], problems: Problems) -> list[BillLine]:
    """Return the lines of the bill in their order, noting everything that is wrong."""
    sheet = sheet_named(sheets, SHEET, problems)
    if sheet is None:
        return []
    title, rows = sheet
    columns = columns_of(title, rows, _COLUMNS, _REQUIRED, problems)
    if columns is None:
        return []
    lines: list[BillLine] = []
    first_rows: dict[str, int] = {}
    for number, row in enumerate(rows[columns.row :], start=columns.row + 1):
        if any(cell not in (None, "") for cell in row) and not _is_sum(columns, row):
            reader = _Row(title, number, row, columns, problems)
            line = reader.line(first_rows)
            if line is not None:
                lines.append(line)
    if not first_rows:
        problems.about("CON-015", title)
    return lines


def _is_sum(columns: Columns, row: tuple[Cell, ...]) -> bool:
    """Tell whether a row is a total under the lines: no code, and it says so."""
    code = columns.cell("", 0, row, "code")
    said = row if code.is_blank else (code.cell,)
    return any(isinstance(each, str) and fold(each).startswith(_SUM) for each in said)


@dataclass(frozen=True, slots=True)
class _Row:
    sheet: str
    number: int
    cells: tuple[Cell, ...]
    columns: Columns
    problems: Problems

    def line(self, first_rows: dict[str, int]) -> BillLine | None:
        """Return the line, or nothing when a cell is wrong; every wrong cell is noted."""
        before = len(self.problems.found)
        code = self._required("code", cells.row_code)
        if code is not None and code in first_rows:
            self.problems.at(self._cell("code"), "CON-007", value=code, first=str(first_rows[code]))
        elif code is not None:
            first_rows[code] = self.number
        title = self._required("title", cells.short_text)
        unit = self._required("unit", cells.short_text)
        price: Rial | None = self._required("unit_price", self._money_reader())
        quantity: Decimal | None = self._required("quantity", cells.quantity)
        kind: LineKind | None = self._required("kind", _kind)
        chapter = self.problems.read(cells.chapter_code, self._cell("chapter")) or (code or "")[:2]
        if len(self.problems.found) > before or kind is None or price is None:
            return None
        minute = cells.text(self._cell("price_minute").cell) or None
        applying = self._applying(kind)
        if len(self.problems.found) > before:
            return None
        return BillLine(
            Line(
                code or "",
                kind,
                price,
                quantity or Decimal(0),
                chapter,
                applying,
                minute or "",
            ),
            cells.text(self._cell("chapter_title").cell),
            title or "",
            unit or "",
            minute,
        )

    def _applying(self, kind: LineKind) -> frozenset[Coefficient]:
        """Return the coefficients of the kind, changed by what the row says of them."""
        applying = set(APPLIES[kind])
        for each in Coefficient:
            said = self._cell(each.value)
            if said.is_blank:
                continue
            if self.problems.read(cells.yes_or_no, said):
                applying.add(each)
            else:
                applying.discard(each)
        return frozenset(applying)

    def _money_reader(self) -> Any:
        in_toman = "تومان" in self.columns.headings["unit_price"]
        return cells.tomans if in_toman else cells.rials

    def _cell(self, name: str) -> Found:
        return self.columns.cell(self.sheet, self.number, self.cells, name)

    def _required(self, name: str, reader: Any) -> Any:
        found = self._cell(name)
        if found.is_blank:
            self.problems.at(found, "CON-004")
            return None
        return self.problems.read(reader, found)


def _kind(cell: Cell) -> LineKind:
    kind = _KINDS.get(fold(cells.text(cell)))
    if kind is None:
        raise InvalidValue("CON-006", "unknown", allowed="پایه، ستاره‌دار، قیمت جدید، مقطوع")
    return kind

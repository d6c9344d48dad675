"""A line table written as a spreadsheet that can be filled in and read back."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from engine.catalogue.lines import LineRow, LineTable
from engine.values import InvalidValue
from forms.line_sums import line_amount
from forms.line_table import compared_quantity, quantity_from, typed_line
from forms.line_table_xlsx import HEADER_LABELS, HEADER_SHEETS, LINES_SHEETS, READ_LABELS

#: Headings (Persian, English), number format and width by column, in order.
_COLUMNS: Final[Mapping[str, tuple[tuple[str, str], str, int]]] = {
    "code": (READ_LABELS["code"], "@", 10),
    "chapter": (("فصل", "Chapter"), "@", 18),
    "title": (("شرح", "Description"), "@", 44),
    "unit": (("واحد", "Unit"), "@", 8),
    "unit_price": (("بهای واحد (ریال)", "Unit price (rials)"), "#,##0", 16),
    "contract": (("مقدار پیمان", "Contract quantity"), "#,##0.###", 14),
    "previous": (("مقدار قبلی", "Previous quantity"), "#,##0.###", 14),
    "claimed": (("پیمانکار", "Contractor"), "#,##0.###", 14),
    "supervisor": (("ناظر", "Supervisor"), "#,##0.###", 14),
    "consultant": (("مشاور", "Consultant"), "#,##0.###", 14),
    "owner": (("کارفرما", "Employer"), "#,##0.###", 14),
    "quantity": (READ_LABELS["quantity"], "#,##0.###", 16),
    "difference": (("اختلاف", "Difference"), "#,##0.###", 14),
    "amount": (("مبلغ (ریال)", "Amount (rials)"), "#,##0", 20),
    "reason": (READ_LABELS["reason"], "@", 20),
    "note": (READ_LABELS["note"], "@", 36),
}
_PARTIES: Final = ("claimed", "supervisor", "consultant", "owner")
_EXACT_DIGITS: Final = 15  #: a spreadsheet's numbers keep no more

Value = str | int | Decimal | None


def line_workbook(
    table: LineTable,
    draft: Mapping[str, str],
    header: Mapping[str, str],
    *,
    locale: str,
    key: str = "lines",
) -> bytes:
    """Return the table as an ``.xlsx`` file: all lines, what is typed included.

    Args:
        draft: what stands in the cells, by path.
        header: facts of the header sheet, by the keys of ``HEADER_LABELS``.
        locale: ``fa`` lays the sheets out right to left with Persian headings.
    """
    language = 0 if locale == "fa" else 1
    book = Workbook(write_only=True)
    _write_header(book, header, language)
    _write_lines(book, table, draft, key, language)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _write_header(book: Workbook, header: Mapping[str, str], language: int) -> None:
    sheet = book.create_sheet(HEADER_SHEETS[language])
    sheet.sheet_view.rightToLeft = language == 0
    sheet.column_dimensions["A"].width = 32
    sheet.column_dimensions["B"].width = 24
    for name, labels in HEADER_LABELS.items():
        if name in header:
            sheet.append([labels[language], _cell(sheet, header[name], "@")])


def _write_lines(
    book: Workbook, table: LineTable, draft: Mapping[str, str], key: str, language: int
) -> None:
    columns = _columns_of(table)
    sheet = book.create_sheet(LINES_SHEETS[language])
    sheet.sheet_view.rightToLeft = language == 0
    sheet.freeze_panes = "B2"
    heading = []
    for number, name in enumerate(columns, start=1):
        labels, _, width = _COLUMNS[name]
        sheet.column_dimensions[get_column_letter(number)].width = width
        cell = WriteOnlyCell(sheet, labels[language])
        cell.font = Font(bold=True)
        heading.append(cell)
    sheet.append(heading)
    for row in table.rows:
        values = _values(table, row, draft, key)
        sheet.append([_cell(sheet, values.get(name), _COLUMNS[name][1]) for name in columns])


def _columns_of(table: LineTable) -> list[str]:
    """Return the columns that say something: no party that has not spoken."""
    silent = {
        party
        for party in _PARTIES
        if party == table.entry or all(row.cells.get(party) is None for row in table.rows)
    }
    if table.entry is None:
        silent |= {"quantity", "difference"}
    if not table.reasons:
        silent |= {"reason", "note"}
    return [name for name in _COLUMNS if name not in silent]


def _values(table: LineTable, row: LineRow, draft: Mapping[str, str], key: str) -> dict[str, Value]:
    typed = typed_line({}, draft, table, row, key)
    before = compared_quantity(table, row)
    try:
        entered = quantity_from(typed.quantity)
    except InvalidValue:
        entered = None
    quantity = _last_quantity(row) if table.entry is None else entered
    own = before if quantity is None else quantity
    return {
        **row.cells,
        "code": row.key if row.cells.get("code") is None else row.cells["code"],
        "chapter": table.groups.get(row.group, row.group),
        "quantity": typed.quantity if typed.quantity and entered is None else entered,
        "difference": own - before if own != before else None,
        "amount": line_amount(Decimal(row.cells.get("unit_price") or 0), own),
        "reason": table.reasons.get(typed.reason, typed.reason),
        "note": typed.note,
    }


def _last_quantity(row: LineRow) -> Decimal | None:
    said = [row.cells[each] for each in _PARTIES if row.cells.get(each) is not None]
    return Decimal(said[-1] or 0) if said else None


def _cell(sheet: Any, value: Value, number_format: str) -> Cell | None:
    """Make a cell: text stays text also when it looks like a formula, numbers stay exact."""
    if value is None or value == "":
        return None
    if isinstance(value, Decimal) and len(value.as_tuple().digits) > _EXACT_DIGITS:
        value = format(value, "f")
    if isinstance(value, int) and len(str(abs(value))) > _EXACT_DIGITS:
        value = str(value)
    cell: Cell = WriteOnlyCell(sheet, value)  # type: ignore[arg-type]  # writes Decimals exactly
    if isinstance(value, str):
        cell.data_type = "s"
    cell.number_format = number_format if not isinstance(value, str) else "@"
    return cell

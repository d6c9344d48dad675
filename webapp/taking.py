"""Tables to take along: rows of texts as CSV or as an XLSX file, nothing in them a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any, Final

from flask import Response

from webapp.request import locale

#: a text that begins so would be a formula where a spreadsheet opens it
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def table_response(name: str, kind: str, rows: Iterable[list[str]]) -> Response:
    """Answer with a table of texts; no amount in it is rounded.

    Args:
        name: of the file, without its ending.
        kind: ``csv`` or ``xlsx``.
    """
    kept = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    if kind == "csv":
        return Response(b"".join(_csv(rows)), mimetype="text/csv", headers=kept)
    return Response(_xlsx(rows), mimetype=_XLSX, headers=kept)


def _csv(rows: Iterable[list[str]]) -> Iterator[bytes]:
    yield "\ufeff".encode()  # without it spreadsheets do not know that it is UTF-8
    for row in rows:
        written = io.StringIO()
        csv.writer(written).writerow([plain(cell) for cell in row])
        yield written.getvalue().encode()


def _xlsx(rows: Iterable[list[str]]) -> bytes:
    from openpyxl import Workbook  # noqa: PLC0415 - a twentieth of a start

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.sheet_view.rightToLeft = locale() == "fa"
    sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append([text_cell(sheet, each) for each in row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def plain(text: str) -> str:
    """Return a text as a CSV file may have it: nothing that a spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULAS) and not _is_number(text) else text


def text_cell(sheet: Any, text: str) -> Any:
    """Return a cell that is a text, also where it looks like a formula."""
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    cell = WriteOnlyCell(sheet, _readable(text))
    cell.data_type = "s"
    return cell


def _is_number(text: str) -> bool:
    return text[1:].replace(".", "", 1).isdigit()


def _readable(text: str) -> str:
    """Return a text without what no spreadsheet takes."""
    return "".join(each for each in text if each.isprintable() or each in "\n\t")

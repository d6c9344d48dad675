"""Spreadsheets sent by strangers, opened so that no file can hurt the server.

A workbook is a zip of XML: it may lie about its size, hold macros, be locked with a password
or not be a workbook at all. Everything is limited before it is read, and what is refused is
said with a code.
"""

from __future__ import annotations

import math
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from engine.catalogue.columns import letters_of
from engine.catalogue.formulas import without_result
from engine.errors import Problem, RulesBroken

#: What a cell can hold. Formulas give the value they had when the file was saved.
Cell = str | int | Decimal | date | None
Sheets = dict[str, list[tuple[Cell, ...]]]

LARGEST_FILE: Final = 10 * 2**20  #: bytes as sent
LARGEST_CONTENT: Final = 60 * 2**20  #: bytes of all its parts, unpacked
MOST_PARTS: Final = 1_000
MOST_SHEETS: Final = 20
MOST_CELLS: Final = 1_000_000  #: blanks between filled cells count
MOST_PROBLEMS: Final = 1_000
LAST_ROW: Final = 1_048_576  #: of any spreadsheet program

_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_CONTENT_TYPES: Final = "[Content_Types].xml"
#: What openpyxl lets through from its depths when a part is missing or nonsense;
#: defusedxml's refusals are ValueErrors.
_UNREADABLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


class SpreadsheetRefused(RulesBroken):
    """The file is not read: ``problems`` say why, nothing of it was taken."""


def read_spreadsheet(content: bytes, *, max_rows: int = 20_000) -> Sheets:
    """Return the cells of each worksheet by its title, row by row from the first.

    Rows end at their last filled cell and sheets at their last filled row; an empty row in
    between is an empty tuple, so that index + 1 is the row's number. Numbers are exact as a
    spreadsheet shows them (15 digits), never floats.

    Args:
        content: the file's bytes.
        max_rows: the last row number that may hold something, per sheet.

    Raises:
        SpreadsheetRefused: ``XLS-001`` not a spreadsheet, ``XLS-002`` too large a file,
            ``XLS-003`` locked with a password or of the old binary kind, ``XLS-004`` with
            macros, ``XLS-005`` too many rows, ``XLS-006`` too large when unpacked,
            ``XLS-014`` formulas without a result, cell by cell.
    """
    _check_package(content)
    try:
        return _sheets(content, max_rows)
    except _UNREADABLE as broken:
        raise _refused("XLS-001") from broken


def cell_path(sheet: str, row: int, column: int) -> str:
    """Name a cell in a problem: ``title/row/LETTER``; row and column count from 1.

    >>> cell_path("مقادیر", 12, 2)
    'مقادیر/12/B'
    """
    return f"{sheet}/{row}/{letters_of(column)}"


def cell_problem(code: str, sheet: str, row: int, column: int, **params: str) -> Problem:
    """Say what is wrong with one cell, its place in the parameters of the text as well."""
    place = {"sheet": sheet, "row": str(row), "column": letters_of(column)}
    return Problem(code, cell_path(sheet, row, column), place | params)


def _refused(code: str, field: str | None = None, **params: str) -> SpreadsheetRefused:
    return SpreadsheetRefused([Problem(code, field, params)])


def _check_package(content: bytes) -> None:
    """Refuse by the zip's own list of contents, before anything is unpacked.

    The sizes listed there are binding: Python's zipfile never unpacks more.
    """
    if len(content) > LARGEST_FILE:
        raise _refused("XLS-002", limit=str(LARGEST_FILE // 2**20))
    if content.startswith(_OLE):
        raise _refused("XLS-003")
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            parts = package.infolist()
            _check_sizes(parts)
            kinds = package.read(_CONTENT_TYPES).decode("utf-8", "replace")
    except _UNREADABLE as broken:
        raise _refused("XLS-001") from broken
    if "macroEnabled" in kinds or any("vbaproject" in each.filename.lower() for each in parts):
        raise _refused("XLS-004")
    if "spreadsheetml.sheet" not in kinds:
        raise _refused("XLS-001")


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(each.file_size for each in parts)
    if len(parts) > MOST_PARTS or unpacked > LARGEST_CONTENT:
        raise _refused("XLS-006")
    if any(each.flag_bits & 1 for each in parts):
        raise _refused("XLS-003")


def _sheets(content: bytes, max_rows: int) -> Sheets:
    package = zipfile.ZipFile(BytesIO(content))
    workbook = _workbook(content)
    try:
        if len(workbook.worksheets) > MOST_SHEETS:
            raise _refused("XLS-006")
        budget = _Budget(MOST_CELLS)
        found: Sheets = {}
        uncomputed: list[Problem] = []
        for sheet in workbook.worksheets:
            sheet.reset_dimensions()  # what the file says of its size may be wrong
            rows = sheet.iter_rows(max_row=LAST_ROW, values_only=True)
            found[sheet.title] = _filled(rows, sheet.title, max_rows, budget)
            part = package.read(
                vars(sheet)["_worksheet_path"]
            )  # openpyxl has no public name for it
            uncomputed += _uncomputed(part, sheet.title, found[sheet.title])
    finally:
        workbook.close()
        package.close()
    if uncomputed:
        raise SpreadsheetRefused(uncomputed[:MOST_PROBLEMS])
    return found


def _workbook(content: bytes) -> Any:
    """Open a workbook; the library is a twentieth of a start, and few requests need it."""
    from openpyxl import load_workbook  # noqa: PLC0415
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        return load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except InvalidFileException as error:
        raise ValueError(str(error)) from error


def _uncomputed(part: bytes, title: str, rows: list[tuple[Cell, ...]]) -> list[Problem]:
    """Name the formulas without a result; one alone in its row belongs to no line."""
    places = without_result(part)
    in_row = Counter(row for row, _ in places)
    used = {number for number, cells in enumerate(rows, start=1) if cells}
    return [
        cell_problem("XLS-014", title, row, column)
        for row, column in places
        if row in used or in_row[row] > 1
    ]


class _Budget:
    """How many cells of the whole file may still be looked at."""

    def __init__(self, cells: int) -> None:
        self.left = cells

    def spend(self, cells: int) -> None:
        self.left -= cells
        if self.left < 0:
            raise _refused("XLS-006")


def _filled(
    rows: Iterator[tuple[object, ...]], title: str, max_rows: int, budget: _Budget
) -> list[tuple[Cell, ...]]:
    """Collect the rows up to the last that holds something."""
    found: list[tuple[Cell, ...]] = []
    for number, row in enumerate(rows, start=1):
        budget.spend(len(row) or 1)
        cells = _trimmed(row)
        if not cells:
            continue
        if number > max_rows:
            raise _refused("XLS-005", f"{title}/{number}", sheet=title, limit=str(max_rows))
        found.extend([()] * (number - 1 - len(found)))
        found.append(cells)
    return found


def _trimmed(row: tuple[object, ...]) -> tuple[Cell, ...]:
    width = len(row)
    while width and row[width - 1] in (None, ""):
        width -= 1
    return tuple(_cell(each) for each in row[:width])


def _cell(value: object) -> Cell:
    """Turn what openpyxl gives into an exact value; what has no number or date is text."""
    if isinstance(value, bool):
        return str(value).upper()
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return Decimal(f"{value:.15g}")
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    return str(value)

"""Rows from and for a spreadsheet: cells between tabs, quoted where they hold tabs or line ends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from engine.dmn.sheets.folding import folded, ungrouped
from engine.dmn.sheets.sheet import LONGEST_CELL, MOST_CELLS, Row, Sheet, TableTooLarge

LONGEST_PASTE: Final = 2_000_000  #: characters
_CELL: Final = re.compile(r'(?:"((?:[^"]|"")*)"(?=\t|\r|\n|\Z)|([^\t\r\n]*))(\t|\r\n|\r|\n|\Z)')
_LISTED: Final = re.compile(r"(?<=\d),(?=\d)")
_TEXT_TYPES: Final = frozenset({"string"})
#: of a test of texts: what is FEEL as it stands
_IS_FEEL: Final = re.compile(r'\s*(-|.*".*|not\s*\(.*|null|[<>=?].*|)\s*', re.DOTALL)


def cells_of(text: str) -> list[list[str]]:
    """Return the rows of a clipboard's text, cells without the space around them.

    Raises:
        TableTooLarge: it holds more than a table may.
    """
    if len(text) > LONGEST_PASTE:
        raise TableTooLarge("PASTE", LONGEST_PASTE)
    rows: list[list[str]] = [[]]
    at = count = 0
    while at < len(text):
        found = _CELL.match(text, at)
        if found is None:  # cannot be: the second way takes anything
            break
        quoted, plain, end = found.groups()
        rows[-1].append((plain if quoted is None else quoted.replace('""', '"')).strip())
        count += 1
        if count > 2 * MOST_CELLS:
            raise TableTooLarge("CELLS", MOST_CELLS)
        at = found.end()
        if end not in ("\t", ""):
            rows.append([])
    if text.endswith("\t"):
        rows[-1].append("")
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def pasted(sheet: Sheet, cells: Sequence[Sequence[str]], row: int, column: int) -> Sheet:
    """Return a table with cells put in from a row and column on, both from 0; rows grow below.

    Numbers are written as FEEL writes them, words of a column of texts get their quotation
    marks, and a first row that repeats the headings is left out.

    Raises:
        TableTooLarge: there are more columns than the table has, or too many cells in all.
    """
    taken = cells[1:] if cells and _is_heading(cells[0], sheet, column) else cells
    widest = max((len(each) for each in taken), default=0)
    if column + widest > sheet.width:
        raise TableTooLarge("WIDE", sheet.width - column)
    row = max(0, min(row, len(sheet.rows)))
    if (row + len(taken)) * sheet.width > MOST_CELLS:
        raise TableTooLarge("CELLS", MOST_CELLS)
    rows = list(sheet.rows)
    for at, each in enumerate(taken, row):
        if at == len(rows):
            rows.append(_blank(sheet))
        if any(len(cell) > LONGEST_CELL for cell in each):
            raise TableTooLarge("LENGTH", LONGEST_CELL)
        rows[at] = _with(rows[at], sheet, each, column)
    return replace(sheet, rows=tuple(rows)).must_fit()


def headings(sheet: Sheet) -> list[str]:
    """Return what the columns are called."""
    return [
        *(each.label or each.text for each in sheet.inputs),
        *(each.label or each.name for each in sheet.outputs),
        *(each.name for each in sheet.notes),
    ]


def copied(sheet: Sheet) -> str:
    """Return a table for a spreadsheet, its headings first; pasted back its tests say the same."""
    rows = [headings(sheet), *(list(_for_a_spreadsheet(each)) for each in sheet.rows)]
    return "".join("\t".join(_quoted(cell) for cell in each) + "\n" for each in rows)


def _for_a_spreadsheet(row: Row) -> Iterator[str]:
    feel = len(row.tests) + len(row.outputs)
    for at, cell in enumerate(row.cells):
        yield _spaced(cell) if at < feel else cell


def _spaced(cell: str) -> str:
    """Return a list of numbers with spaces, that nobody takes it for one number."""
    parts = re.split(r'("(?:[^"\\]|\\.)*"?)', cell)
    return "".join(p if at % 2 else _LISTED.sub(", ", p) for at, p in enumerate(parts))


def _quoted(cell: str) -> str:
    needed = any(each in cell for each in '\t\n\r"')
    return '"' + cell.replace('"', '""') + '"' if needed else cell


def _is_heading(cells: Sequence[str], sheet: Sheet, column: int) -> bool:
    wanted = headings(sheet)[column : column + len(cells)]
    return any(cells) and [each.strip() for each in cells] == [each.strip() for each in wanted]


def _blank(sheet: Sheet) -> Row:
    return Row(
        None, ("-",) * len(sheet.inputs), ("",) * len(sheet.outputs), ("",) * len(sheet.notes)
    )


def _with(row: Row, sheet: Sheet, cells: Sequence[str], column: int) -> Row:
    types = [*(each.type_ref for each in sheet.inputs), *(each.type_ref for each in sheet.outputs)]
    found = list(row.cells)
    for at, cell in enumerate(cells, column):
        is_note = at >= len(types)
        found[at] = cell if is_note else _feel(cell, types[at], is_test=at < len(sheet.inputs))
    tests, outputs = len(row.tests), len(row.outputs)
    return replace(
        row,
        tests=tuple(found[:tests]),
        outputs=tuple(found[tests : tests + outputs]),
        notes=tuple(found[tests + outputs :]),
    )


def _feel(cell: str, type_ref: str, *, is_test: bool) -> str:
    if type_ref.rpartition(":")[2] in _TEXT_TYPES:
        if _IS_FEEL.fullmatch(cell):
            return cell or ("-" if is_test else "")
        return '"' + cell.replace("\\", "\\\\") + '"'
    return ungrouped(folded(cell)) or ("-" if is_test else "")

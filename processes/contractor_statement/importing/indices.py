"""A list of price indices as somebody pastes or sends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from engine.errors import Problem
from engine.sdk import RulesBroken, read_spreadsheet
from engine.values import fold
from processes.contractor_statement.importing import cells
from processes.contractor_statement.importing.cells import Cell
from processes.contractor_statement.importing.sheets import Columns, Problems, Rows, columns_of

_HEADINGS: Final = {
    "quarter": ("سه‌ماهه", "دوره", "quarter"),
    "chapter": ("فصل", "کد فصل", "chapter"),
    "value": ("شاخص", "مقدار", "index", "value"),
    "provisional": ("موقت", "نوع", "وضعیت", "provisional"),
}
#: How the columns stand where a pasted list has no headings.
_ORDER: Final = Columns(0, {name: at for at, name in enumerate(_HEADINGS, start=1)}, {})
_PROVISIONAL: Final = frozenset(map(fold, ("موقت", "provisional", "p")))
_FINAL: Final = frozenset(map(fold, ("قطعی", "final", "f", "")))
#: The most rows of one list: 40 chapters in a hundred quarters.
MOST_ROWS: Final = 4_000


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One published index; a blank chapter is the index of the whole discipline."""

    quarter: str
    chapter: str
    value: Decimal
    provisional: bool
    row: int = 0  #: where it stood, from 1


def read_pasted(text: str) -> list[IndexRow]:
    """Read rows copied from a spreadsheet: quarter, chapter, index, provisional or final.

    Raises:
        RulesBroken: with every problem by row and column.
    """
    rows = [tuple(line.split("\t")) for line in text.splitlines()]
    return _read("", [tuple(_split(each)) for each in rows])


def _split(cells_of_row: tuple[str, ...]) -> list[str]:
    """Return the cells of a pasted row; people type semicolons where there is no tab."""
    return cells_of_row[0].split(";") if len(cells_of_row) == 1 else list(cells_of_row)


def read_indices(content: bytes) -> list[IndexRow]:
    """Read the first sheet of a spreadsheet of indices.

    Raises:
        RulesBroken: with every problem by row and column; ``XLS-…`` it is no spreadsheet.
    """
    sheets: Mapping[str, Rows] = read_spreadsheet(content)
    title, rows = next(iter(sheets.items()))
    return _read(title, rows)


def _read(title: str, rows: Rows) -> list[IndexRow]:
    problems = Problems()
    columns = columns_of(title, rows, _HEADINGS, ("quarter", "value"), Problems()) or _ORDER
    found = [
        each
        for number, row in enumerate(rows, start=1)
        if number > columns.row and any(cells.text(cell) for cell in row)
        if (each := _row(title, number, row, columns, problems)) is not None
    ]
    if len(rows) > MOST_ROWS:
        problems.about("XLS-005", title, limit=str(MOST_ROWS))
    if not found and not problems.found:
        problems.about("GEN-REQUIRED")
    _same_twice(title, found, problems)
    if problems.found:
        raise RulesBroken(problems.found)
    return found


def _row(
    title: str, number: int, row: tuple[Cell, ...], columns: Columns, problems: Problems
) -> IndexRow | None:
    quarter = problems.read(cells.quarter, columns.cell(title, number, row, "quarter"))
    chapter = problems.read(chapter_of, columns.cell(title, number, row, "chapter"))
    value = problems.read(cells.price_index, columns.cell(title, number, row, "value"))
    provisional = problems.read(_is_provisional, columns.cell(title, number, row, "provisional"))
    if quarter is None or chapter is None or value is None or provisional is None:
        return None
    return IndexRow(quarter, chapter, value, provisional, number)


def chapter_of(cell: Cell) -> str:
    """Return the code of a chapter, two digits where it is a number; blank is none.

    >>> chapter_of("۸"), chapter_of(None)
    ('08', '')
    """
    said = cells.chapter_code(cell)
    return said.zfill(2) if said.isdigit() else said


def _is_provisional(cell: Cell) -> bool:
    said = fold(cells.text(cell))
    if said in _PROVISIONAL | _FINAL:
        return said in _PROVISIONAL
    return cells.yes_or_no(cell)


def _same_twice(title: str, found: list[IndexRow], problems: Problems) -> None:
    first: dict[tuple[str, str, bool], int] = {}
    for each in found:
        key = (each.quarter, each.chapter, each.provisional)
        if first.setdefault(key, each.row) != each.row:
            params = {"value": f"{each.chapter} {each.quarter}".strip(), "first": str(first[key])}
            problems.found.append(
                Problem("CON-007", None, {"sheet": title, "row": str(each.row), **params})
            )

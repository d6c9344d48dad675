"""Finding one's way in a sheet by its headings, and collecting everything wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from engine.sdk import Problem, cell_problem
from engine.values import InvalidValue
from processes.contractor_statement.importing.cells import Cell, heading_key

_T = TypeVar("_T")
Rows = Sequence[tuple[Cell, ...]]

#: how far down a heading row may stand, below a title or a logo
_LATEST_HEADING: Final = 20
#: one set of texts for numbers in files and in forms
_CODES: Final = {"NUM-001": "GEN-NUMBER", "NUM-002": "GEN-WHOLE", "NUM-003": "GEN-DECIMALS"}
MOST_PROBLEMS: Final = 1_000  #: a file with more is not a contract


@dataclass(frozen=True, slots=True)
class Found:
    """A cell with its place; row and column count from 1."""

    cell: Cell
    sheet: str
    row: int
    column: int
    heading: str = ""

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing is written in it."""
        return self.cell is None or (isinstance(self.cell, str) and not self.cell.strip())


@dataclass(slots=True)
class Problems:
    """Everything wrong with one file, in its order."""

    found: list[Problem] = field(default_factory=list)

    def about(self, code: str, sheet: str | None = None, **params: str) -> None:
        """Note a problem of a sheet or of the whole file."""
        self._note(Problem(code, sheet, {"sheet": sheet, **params} if sheet else params))

    def at(self, place: Found, code: str, **params: str) -> None:
        """Note a problem of one cell."""
        named = {"heading": place.heading, **params} if place.heading else params
        self._note(cell_problem(code, place.sheet, place.row, place.column, **named))

    def read(self, reader: Callable[[Cell], _T], place: Found) -> _T | None:
        """Return what ``reader`` makes of the cell, or note why it cannot."""
        try:
            return reader(place.cell)
        except InvalidValue as invalid:
            code = _CODES.get(invalid.code, invalid.code)
            self.at(place, code, **{"value": str(place.cell)[:40], **invalid.params})
            return None

    def _note(self, problem: Problem) -> None:
        if len(self.found) < MOST_PROBLEMS:
            self.found.append(problem)


def sheet_named(
    sheets: Mapping[str, Rows], names: Sequence[str], problems: Problems
) -> tuple[str, Rows] | None:
    """Return the sheet with one of these names, however its letters are typed."""
    wanted = {heading_key(each) for each in names}
    for title, rows in sheets.items():
        if heading_key(title) in wanted:
            return title, rows
    problems.about("CON-001", name=names[0], found="، ".join(sheets))
    return None


@dataclass(frozen=True, slots=True)
class Columns:
    """Which heading stands where: the number of the heading row and each column's key."""

    row: int
    places: Mapping[str, int]  #: name of ours -> column, from 1
    headings: Mapping[str, str]  #: name of ours -> heading as typed

    def cell(self, sheet: str, row: int, cells: tuple[Cell, ...], name: str) -> Found:
        """Return one cell of a row; a column the sheet does not have is blank."""
        column = self.places.get(name, 0)
        value = cells[column - 1] if 0 < column <= len(cells) else None
        return Found(value, sheet, row, column or 1, self.headings.get(name, ""))


def columns_of(
    title: str,
    rows: Rows,
    known: Mapping[str, Sequence[str]],
    required: Sequence[str],
    problems: Problems,
) -> Columns | None:
    """Find the heading row: the one with the most headings we know.

    Args:
        known: name of ours -> the headings it goes by.
        required: the names a sheet cannot do without.
    """
    names = {heading_key(each): name for name, headings in known.items() for each in headings}
    best: Columns | None = None
    for number, cells in enumerate(rows[:_LATEST_HEADING], start=1):
        found = _columns_in(number, cells, names)
        if best is None or len(found.places) > len(best.places):
            best = found
    missing = [name for name in required if best is None or name not in best.places]
    for name in missing:
        problems.about("CON-002", title, heading=known[name][0])
    return None if missing else best


def _columns_in(number: int, cells: tuple[Cell, ...], names: Mapping[str, str]) -> Columns:
    places: dict[str, int] = {}
    headings: dict[str, str] = {}
    for column, cell in enumerate(cells, start=1):
        name = names.get(heading_key(cell)) if isinstance(cell, str) else None
        if name is not None and name not in places:
            places[name] = column
            headings[name] = str(cell)
    return Columns(number, places, headings)

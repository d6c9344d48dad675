"""A decision table as it is edited: every cell a text, whether it is FEEL yet or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from engine.errors import NotFound, Problem, RulesBroken

MOST_CELLS: Final = 8_000  #: of one table; a larger one is edited as text
MOST_COLUMNS: Final = 60
LONGEST_CELL: Final = 4_000  #: characters


class WrongTable(NotFound):
    """The file has no decision table of this decision."""

    code = "DEC-001"

    def __init__(self, decision_id: str) -> None:
        super().__init__(f"no decision table of {decision_id}")
        self.decision_id = decision_id


class TableTooLarge(RulesBroken):
    """A table would have more cells, columns or letters than a page can hold."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__([Problem(f"DEC-{what}", "table", {"limit": str(limit)})])
        self.limit = limit


@dataclass(frozen=True, slots=True)
class Drawn:
    """One decision or function of a file, as a list offers it."""

    id: str
    name: str
    kind: Literal["table", "text", "other"]  #: what can be edited: its table, its text, neither
    is_knowledge: bool = False  #: a business knowledge model


@dataclass(frozen=True, slots=True)
class Column:
    """What input and output columns have in common."""

    origin: int | None  #: its number in the file, from 0; ``None``: it is new
    label: str = ""
    type_ref: str = ""
    allowed: str = ""  #: the values it may have


@dataclass(frozen=True, slots=True)
class InputColumn(Column):
    """An input column."""

    text: str = ""  #: the expression whose value is tested


@dataclass(frozen=True, slots=True)
class OutputColumn(Column):
    """An output column."""

    name: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True)
class NoteColumn:
    """A column of annotations."""

    origin: int | None  #: its number in the file, from 0; ``None``: it is new
    name: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One rule."""

    origin: int | None  #: its number in the file, from 0; ``None``: it is new
    tests: tuple[str, ...]
    outputs: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        """All of it, as it is drawn."""
        return (*self.tests, *self.outputs, *self.notes)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One decision table."""

    decision_id: str
    name: str  #: of the decision, as people read it
    hit_policy: str
    aggregation: str
    inputs: tuple[InputColumn, ...]
    outputs: tuple[OutputColumn, ...]
    notes: tuple[NoteColumn, ...]
    rows: tuple[Row, ...]

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.inputs) + len(self.outputs) + len(self.notes)

    def must_fit(self) -> Sheet:
        """Return the table itself.

        Raises:
            TableTooLarge: it has more cells, columns or letters than are edited in a page.
        """
        if self.width > MOST_COLUMNS:
            raise TableTooLarge("COLUMNS", MOST_COLUMNS)
        if self.width * len(self.rows) > MOST_CELLS:
            raise TableTooLarge("CELLS", MOST_CELLS)
        if any(len(cell) > LONGEST_CELL for row in self.rows for cell in row.cells):
            raise TableTooLarge("LENGTH", LONGEST_CELL)
        return self

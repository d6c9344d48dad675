"""The rows of a line table: hundreds of lines claimed, reviewed and totalled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from engine.values import Rial

Cell = str | int | Decimal | None


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line. Known cells: code, title, unit, unit_price, contract, previous, claimed,
    supervisor, consultant, owner (quantities), factor (a key of the table's factors),
    reason_<column> and note_<column>.
    """

    key: str
    group: str
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class FixedPart:
    """A part of the total that a field of the same form gives, such as materials on site."""

    field: str  #: the field's key
    unit: Rial  #: what 1 in the field is worth; the part is rounded to whole rials
    value: Decimal  #: what the field holds until something else is typed


@dataclass(frozen=True, slots=True)
class LineTable:
    """All lines of one statement as one step sees them.

    The grand total of a column is Σ over factors of round(Σ round(quantity × unit_price)
    × factor), plus ``fixed`` (R-STM-03 to R-STM-05).
    """

    rows: tuple[LineRow, ...]
    groups: Mapping[str, str]  #: chapter code -> title
    factors: Mapping[str, Decimal]  #: coefficient group -> product of its coefficients
    fixed: Rial  #: mobilisation and materials on site
    previous_total: Rial  #: certified to date before this statement
    entry: str | None = None  #: the column this step fills; ``None`` only reads
    compare: str | None = None  #: the column the entry is compared with
    reasons: Mapping[str, str] = field(default_factory=dict)  #: reason code -> label
    fixed_parts: tuple[FixedPart, ...] = ()  #: what makes up ``fixed`` where this step enters it

"""What is asked of a list of work: which tasks, in which order. What is left out asks nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from engine.model.listing import sortable
from engine.values import sortable_text

#: orders every list of tasks has; ``value:`` and a key is the order of a declared value
DUE, CREATED, PRIORITY, AMOUNT, VALUE = "due", "created", "priority", "amount", "value:"
#: orders of lists of what is over, or was begun
CLOSED, STARTED = "closed", "started"
SIZES: Final = (25, 50, 100)

Value = str | int | Decimal


@dataclass(frozen=True, slots=True)
class ValueAsked:
    """What a declared business value is to be: part of it, exactly, or from one to another."""

    key: str  #: of the value; empty for the amount, which each process may call otherwise
    kind: str  #: as ``process.toml`` has it
    contains: str = ""
    least: Value | None = None
    most: Value | None = None

    @property
    def part(self) -> str:
        """What is looked for in the value."""
        return sortable_text(self.contains)

    @property
    def bounds(self) -> tuple[str | None, str | None]:
        """The least and the most as they are compared."""
        return sortable(self.kind, self.least), sortable(self.kind, self.most)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a list of work."""

    search: str = ""  #: words in titles, numbers, business values and names of steps
    values: tuple[ValueAsked, ...] = ()
    process_id: str | None = None
    desk: str | None = None
    unit: str | None = None
    holder: str | None = None  #: a user name; empty for what nobody has
    due_from: datetime | None = None
    due_before: datetime | None = None
    is_undated: bool = False  #: only what has no deadline
    priority: int | None = None  #: at least this
    sort: str | None = None  #: nothing: as the view has it
    is_descending: bool = False
    size: int = SIZES[0]

    @property
    def words(self) -> tuple[str, ...]:
        """The words searched for, as `engine.model.listing` keeps them; groups of digits joined.

        >>> Asked("۱٬۲۵۰٬۰۰۰ p-2").words
        ('1250000', 'p-2')
        """
        return tuple(map(_ungrouped, sortable_text(self.search).split()))

    @property
    def filters(self) -> bool:
        """Tell whether any task is left out."""
        return bool(self.words) or self != Asked(
            self.search, sort=self.sort, is_descending=self.is_descending, size=self.size
        )


def _ungrouped(word: str) -> str:
    joined = word.replace(",", "").replace("٬", "")
    return joined if joined.isdigit() else word

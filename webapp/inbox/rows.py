"""The rows of the list of work as the page prints them, with nothing left to find out.

What a row says is worked out here, once for all that rows have in common; the template
only prints it. That keeps the page that everybody comes back to cheap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from engine.queries.work_rows import WorkRow
from engine.storage.bundles import Deployed
from engine.values import local_date
from webapp.addresses import address_of_each
from webapp.formatting import Deadline, column, deadline, mixed, rial
from webapp.request import current_actor, locale, manner, now
from webapp.texts import N_, texts_in
from webapp.wording import Words, desk_name, words_of

#: Business values that get a column of their own; more would not fit beside each other.
MOST_COLUMNS: Final = 3
_NUMBERS: Final = frozenset({"rial", "number", "percentage"})


@dataclass(frozen=True, slots=True)
class Column:
    """A business value that these rows have a column for, the amount apart."""

    key: str
    label: str
    kind: str

    @property
    def is_number(self) -> bool:
        """Tell whether its values stand under each other by their last digit."""
        return self.kind in _NUMBERS


class Line(NamedTuple):
    """A row of the list: what it says and leads to."""

    row: WorkRow
    address: str
    title: str  #: of the step, or of the case where the row is one
    process: str
    case: str  #: under the title of a step
    key: str | None  #: the case's number, where no column has room for it
    columns: tuple[str, ...]
    amount: str
    due: Deadline
    who: str  #: has it, or the desk it lies at
    is_desk: bool  #: nobody has it yet
    claim: str | None  #: where it can be taken
    outcome: str
    steps: tuple[Line, ...]  #: of a case: what it waits at now


def columns_of(rows: Iterable[WorkRow]) -> tuple[Column, ...]:
    """Return the columns for the business values of these rows."""
    columns: dict[str, Column] = {}
    for each in {(row.definition.id, row.process_id): row for row in rows}.values():
        config = each.definition.bundle.process(each.process_id)
        words = words_of(each.definition)
        for key, kind in config.columns.items():
            if key != config.amount:
                columns.setdefault(key, Column(key, words.column(key), kind))
    return tuple(columns.values())[:MOST_COLUMNS]


def lines_of(rows: Sequence[WorkRow], columns: tuple[Column, ...] = ()) -> tuple[Line, ...]:
    """Return rows as the page prints them, in its language and at its moment."""
    return tuple(map(_Page(columns).line, rows)) if rows else ()


class _Page:
    """What the rows of one page share."""

    def __init__(self, columns: tuple[Column, ...]) -> None:
        self._columns = columns
        self._language, self._manner = locale(), manner()
        self._reader = current_actor().username
        self._you = texts_in(self._language).gettext(N_("you"))
        self._at: datetime = now()
        self._today = local_date(self._at)
        self._task: Callable[[object], str] = address_of_each("tasks.show", "task_id")
        self._claim: Callable[[object], str] = address_of_each("tasks.claim", "task_id")
        self._case: Callable[[object], str] = address_of_each("cases.show", "instance_id")
        self._words: dict[UUID, tuple[Words, str, str]] = {}

    def line(self, row: WorkRow) -> Line:
        """Return one row."""
        words, process, amount = self._words_of(row.definition)
        spoken = self._manner
        case = mixed(row.title, spoken)
        is_step = row.task_id is not None
        return Line(
            row,
            self._address(row),
            words.element(row.element_id, row.name) if is_step else case,
            process,
            case if is_step else "",
            None if row.columns else row.business_key,
            tuple(column(row.columns.get(each.key), each.kind, spoken) for each in self._columns),
            rial(row.columns.get(amount), spoken),
            deadline(row.due_at, self._at, spoken, self._today),
            self._who(row),
            row.holder is None,
            self._claim(row.task_id) if row.task_id and row.holder is None else None,
            words.task_outcome(row.form_id, row.outcome),
            tuple(map(self.line, row.steps)),
        )

    def _address(self, row: WorkRow) -> str:
        if row.task_id is None or row.closed_at:
            return self._case(row.instance_id)
        return self._task(row.task_id)

    def _who(self, row: WorkRow) -> str:
        if row.holder == self._reader:
            return self._you
        if row.holder is None:
            return desk_name(row.desk, row.unit, self._language)
        return row.holder_names[self._language] if row.holder_names else row.holder

    def _words_of(self, definition: Deployed) -> tuple[Words, str, str]:
        """Return the words of a process, its title, and which of its values is the amount."""
        known = self._words.get(definition.id)
        if known is None:
            words = words_of(definition, self._language)
            config = definition.bundle.process(definition.process_id)
            known = self._words[definition.id] = (words, words.process, config.amount or "")
        return known

"""The rows of the list of work as the page prints them, with nothing left to find out.

What a row says is worked out here, once for all that rows have in common; the template
only prints it. That keeps the page that everybody comes back to cheap.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from engine.queries.asked import AMOUNT, CLOSED, CREATED, PRIORITY
from engine.queries.work_rows import WorkRow
from engine.storage.bundles import Deployed
from engine.values import local_date
from webapp import units
from webapp.addresses import address_of_each
from webapp.formatting import Deadline, deadline, jalali_moment, mixed, rial
from webapp.formatting import column as value_of
from webapp.inbox.columns import OUTCOME, PROCESS, UNIT, UNTIL, Column
from webapp.inbox.filters import URGENT
from webapp.request import current_actor, locale, manner, now
from webapp.texts import N_, texts_in
from webapp.wording import Words, desk_name, words_of

#: what prints a cell, of a row, the words of its process, and which of its values is the amount
_Cell = Callable[[WorkRow, Words, str], str]
_USUAL: Final = 50  #: priority where nothing is said
#: under which heading a deadline stands in a list that is sorted by it
GROUPS: Final = {
    "overdue": "overdue",
    "today": "today",
    "soon": "later",
    "later": "later",
    "none": "none",
}


class Line(NamedTuple):
    """A row of the list: what it says and leads to."""

    row: WorkRow
    task: str  #: the id of the step; nothing where the row is a case
    address: str
    title: str  #: of the step, or of the case where the row is one
    process: str
    case: str  #: under the title of a step
    key: str | None  #: the case's number, where no column has room for it
    cells: tuple[str, ...]  #: for each column; the due date and who has it apart
    due: Deadline
    who: str  #: has it, or the desk it lies at
    is_desk: bool  #: nobody has it yet
    claim: str | None  #: where it can be taken
    outcome: str
    instead_of: str  #: whose work it is, where the reader stands in
    is_urgent: bool
    group: str  #: of its deadline, for lists in its order
    steps: tuple[Line, ...]  #: of a case: what it waits at now


def lines_of(rows: Sequence[WorkRow], columns: tuple[Column, ...] = ()) -> tuple[Line, ...]:
    """Return rows as the page prints them, in its language and at its moment."""
    return tuple(map(_Page(columns).line, rows)) if rows else ()


class _Page:
    """What the rows of one page share."""

    def __init__(self, columns: tuple[Column, ...]) -> None:
        self._language, self._manner = locale(), manner()
        self._actor = current_actor()
        self._reader = self._actor.username
        self._you = texts_in(self._language).gettext(N_("you"))
        self._at: datetime = now()
        self._today = local_date(self._at)
        self._task: Callable[[object], str] = address_of_each("tasks.show", "task_id")
        self._claim: Callable[[object], str] = address_of_each("tasks.claim", "task_id")
        self._case: Callable[[object], str] = address_of_each("cases.show", "instance_id")
        self._words: dict[UUID, tuple[Words, str, str]] = {}
        self._cells: tuple[_Cell, ...] = tuple(map(self._cell_of, columns))

    def line(self, row: WorkRow) -> Line:
        """Return one row."""
        words, process, amount = self._words_of(row.definition)
        spoken = self._manner
        called = words.case(row.title)
        case = mixed(called, spoken)
        is_step = row.task_id is not None
        task = str(row.task_id) if is_step else ""
        due = deadline(row.due_at, self._at, spoken, self._today)
        return Line(
            row,
            task,
            # of a step that is done, too: there it is taken back
            self._task(task) if is_step else self._case(row.instance_id),
            words.element(row.element_id, row.name) if is_step else case,
            process,
            case if is_step and called != process else "",
            None if row.columns else row.business_key,
            tuple(each(row, words, amount) for each in self._cells),
            due,
            self._who(row),
            row.holder is None,
            self._claim_of(row, task),
            words.task_outcome(row.form_id, row.outcome),
            row.instead_of.name(self._language) if row.instead_of else "",
            row.priority >= URGENT,
            GROUPS[due.state],
            tuple(map(self.line, row.steps)),
        )

    def _claim_of(self, row: WorkRow, task: str) -> str | None:
        """Return where a step can be taken; one above a substitute's limit says why on its page."""
        if not task or row.holder is not None:
            return None
        if self._actor.stands_in and not (row.instead_of or self._actor.sits_at(row.desk or "")):
            return None
        return self._claim(task)

    def _cell_of(self, column: Column) -> _Cell:
        """Return what prints the cells of a column; nothing what the page draws itself."""
        spoken, key, kind = self._manner, column.value, column.kind
        if key is not None:
            return lambda row, _words, _amount: value_of(row.columns.get(key), kind, spoken)
        say = texts_in(self._language).gettext
        known: dict[str, _Cell] = {
            AMOUNT: lambda row, _words, amount: rial(row.columns.get(amount), spoken),
            CREATED: lambda row, _words, _amount: jalali_moment(row.created_at, spoken),
            CLOSED: lambda row, _words, _amount: jalali_moment(row.closed_at, spoken),
            UNTIL: lambda row, _words, _amount: jalali_moment(row.snoozed_until, spoken),
            PROCESS: lambda _row, words, _amount: words.process,
            UNIT: lambda row, _words, _amount: units.name_of(row.unit, self._language),
            OUTCOME: lambda row, words, _amount: words.task_outcome(row.form_id, row.outcome),
            PRIORITY: lambda row, _words, _amount: _priority(row.priority, say),
        }
        return known.get(column.key, lambda _row, _words, _amount: "")

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


def _priority(priority: int, say: Callable[[str], str]) -> str:
    if priority >= URGENT:
        return say(N_("urgent"))
    return say(N_("can wait")) if priority < _USUAL else ""

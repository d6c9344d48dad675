"""The lines of a list of work, and what is read for a whole page of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model.event import EventKind, event_table
from engine.model.person import Actor
from engine.model.snooze import Snooze
from engine.model.substitution import StandIn
from engine.queries.business import business_values
from engine.queries.first_steps import CASE
from engine.storage.bundles import Deployed, deployed, known


class WorkRow(NamedTuple):
    """One line of the list: a step of a case, or a case with the steps it waits at."""

    instance_id: UUID
    process_id: str
    definition: Deployed
    business_key: str | None
    title: str
    unit: str
    columns: Mapping[str, Any]
    started_at: datetime
    finished_at: datetime | None
    task_id: UUID | None = None
    element_id: str | None = None
    name: str | None = None  #: of the step, in the model's language
    form_id: str | None = None
    desk: str | None = None
    holder: str | None = None
    holder_names: Mapping[str, str] | None = None
    due_at: datetime | None = None
    created_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str | None = None
    escalated_at: datetime | None = None  #: when those above were told that it is late
    priority: int = 50
    owner: str | None = None  #: whom it goes back to, where it was given to somebody for a while
    is_reminded: bool = False  #: its deadline was said to be near
    steps: tuple[WorkRow, ...] = ()  #: of a case: what it waits at now
    instead_of: StandIn | None = None  #: whose work it is, where the actor stands in
    snoozed_until: datetime | None = None  #: put off by the actor

    @property
    def identity(self) -> UUID:
        """What tells it from the other rows of its list."""
        return self.task_id or self.instance_id


def row_of(session: Session, found: Sequence[Any], *, is_reminded: bool = False) -> WorkRow:
    """Return a row of `CASE`, or of `CASE` and `STEP`."""
    (case, process_id, definition_id, business_key, title, unit, variables, *moments) = found[:9]
    definition = known(definition_id) or deployed(session, definition_id)
    business = business_values(definition, variables)
    row = (case, process_id, definition, business_key, title, unit, business, *moments)
    if len(found) == len(CASE):
        return WorkRow(*row)
    task_id, element_id, name, form_id, desk, holder, name_fa, name_en, *rest = found[9:]
    names = name_fa and {"fa": name_fa, "en": name_en}
    step = (task_id, element_id, name, form_id, desk, holder, names, *rest, is_reminded)
    return WorkRow(*row, *step)


def with_stand_ins(actor: Actor, rows: Iterable[WorkRow]) -> tuple[WorkRow, ...]:
    """Say whose work it is where the actor stands in."""
    if not actor.stands_in:
        return tuple(rows)
    return tuple(
        each._replace(instead_of=actor.stands_at(each.desk, each.process_id, _amount(each)))
        if each.desk
        else each
        for each in rows
    )


def _amount(row: WorkRow) -> int | None:
    key = row.definition.bundle.process(row.definition.process_id).amount
    found = row.columns.get(key) if key else None
    return found if isinstance(found, int) else None


def with_steps(cases: Iterable[WorkRow], steps: Iterable[WorkRow]) -> list[WorkRow]:
    """Add to each case the open steps it waits at."""
    waiting = list(steps)
    return [
        case._replace(steps=tuple(each for each in waiting if each.instance_id == case.instance_id))
        for case in cases
    ]


def with_reminders(session: Session, steps: tuple[WorkRow, ...]) -> tuple[WorkRow, ...]:
    """Mark the steps whose deadline their desk was reminded of."""
    cases = {each.instance_id for each in steps if each.due_at}
    if not cases:
        return steps
    statement = select(event_table.c.task_id).where(
        event_table.c.instance_id.in_(cases), event_table.c.kind == EventKind.REMINDED.value
    )
    reminded = set(session.scalars(statement))
    return tuple(each._replace(is_reminded=each.task_id in reminded) for each in steps)


def with_snoozes(session: Session, actor: Actor, steps: Sequence[WorkRow]) -> list[WorkRow]:
    """Say until when the actor put each step off."""
    statement = select(Snooze.task_id, Snooze.until).where(
        Snooze.person_id == actor.person_id,
        Snooze.task_id.in_([each.task_id for each in steps]),
    )
    until: dict[UUID, datetime] = {each[0]: each[1] for each in session.execute(statement)}
    return [each._replace(snoozed_until=until.get(each.identity)) for each in steps]

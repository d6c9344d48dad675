"""What four-eyes rules keep people from, told before they try; exceptions and near misses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from engine.catalogue.config import ProcessConfig
from engine.model.admin_event import AdminEvent, AdminEventKind
from engine.model.duty_exception import DutyException
from engine.model.instance import instance_table as instance
from engine.model.person import ANYWHERE, Actor, desk_of, place_of
from engine.model.substitution import StandIn
from engine.queries.people import names
from engine.queries.scope import sees_all
from engine.storage import duty_exceptions, separation
from engine.storage.bundles import Deployed, deployed

#: how many lines a report shows
MOST: Final = 200


class Asked(NamedTuple):
    """A task somebody may want to do."""

    task_id: UUID
    instance_id: UUID
    element_id: str
    config: ProcessConfig
    stands: StandIn | None = None  #: for whom it would be done


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why somebody may not do a task: which rule, and who did what when."""

    code: str
    done_element_id: str
    by: str
    by_names: Mapping[str, str] | None
    done_for: str | None
    at: datetime | None
    exception_role: str | None  #: who may except from it; ``None``: nobody
    is_asked: bool = False  #: an exception was asked for and not decided yet


def obstacles(session: Session, tasks: Iterable[Asked], actor: Actor) -> dict[UUID, Obstacle]:
    """Return what keeps the actor from each of these tasks; those nothing does are left out.

    One statement, whatever their number; another where a rule that knows exceptions is met,
    none where no task has a rule.
    """
    ruled = [
        (each, others)
        for each in tasks
        if (others := separation.kept_from(each.config, each.element_id))
    ]
    if not ruled:
        return {}
    held: dict[UUID | None, list[separation.HeldStep]] = {}
    elements = frozenset[str]().union(*(others for _, others in ruled))
    cases = {each.instance_id for each, _ in ruled}
    for step in separation.held_steps(session.connection(), cases, elements):
        held.setdefault(step.instance_id, []).append(step)
    met = [
        each
        for each, _ in ruled
        if separation.apart(
            each.config, each.element_id, actor, held.get(each.instance_id, ()), each.stands
        )
    ]
    may_be_excepted = [
        each.task_id for each in met if any(rule.exception for rule in each.config.separations)
    ]
    asked = (
        duty_exceptions.of_tasks(session, may_be_excepted, actor.username)
        if may_be_excepted
        else {}
    )
    found = {
        each.task_id: _obstacle(
            each, held.get(each.instance_id, ()), actor, asked.get(each.task_id, ())
        )
        for each in met
    }
    return {task_id: each for task_id, each in found.items() if each is not None}


def _obstacle(
    task: Asked,
    held: Sequence[separation.HeldStep],
    actor: Actor,
    asked: Sequence[DutyException],
) -> Obstacle | None:
    granted = frozenset(each.code for each in asked if each.is_granted)
    found = separation.apart(
        task.config, task.element_id, actor, held, task.stands, excepted=granted
    )
    if found is None:
        return None
    rule, done = found
    return Obstacle(
        rule.code,
        done.element_id,
        done.holder,
        {"fa": done.holder_fa, "en": done.holder_en or ""} if done.holder_fa else None,
        done.held_for,
        done.at,
        rule.exception,
        any(each.code == rule.code and each.decided_at is None for each in asked),
    )


@dataclass(frozen=True, slots=True)
class ExceptionLine:
    """An exception that was asked for, and what became of it."""

    id: UUID
    instance_id: UUID
    title: str
    definition: Deployed
    element_id: str
    done_element_id: str
    code: str
    done_by: str
    asked_by: str
    asked_at: datetime
    reason: str
    decided_by: str | None
    decided_at: datetime | None
    is_granted: bool | None
    note: str | None
    may_decide: bool
    asked_for: str | None  #: whom who asked stood in for
    decided_for: str | None  #: …and who decided


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A four-eyes rule kept somebody from a step."""

    at: datetime
    actor: str
    code: str
    title: str
    definition: Deployed | None
    element_id: str
    done_element_id: str
    done_by: str | None


@dataclass(frozen=True, slots=True)
class DutiesPage:
    """What those who watch over the rules, and those who grant exceptions, see."""

    exceptions: tuple[ExceptionLine, ...]
    near_misses: tuple[NearMiss, ...]
    names: Mapping[str, Mapping[str, str]]


def report(session: Session, actor: Actor) -> DutiesPage:
    """Return exceptions asked for and near misses, the newest first.

    Auditors see all; others what they may decide, and what they asked for.
    """
    lines = _exceptions(session, actor)
    missed = _near_misses(session) if watches(actor) else ()
    people = {each.asked_by for each in lines} | {each.done_by for each in lines}
    decided = [name for each in lines for name in (each.decided_by, each.decided_for)]
    people |= {each for each in [*decided, *(line.asked_for for line in lines)] if each}
    people |= {each.actor for each in missed} | {each.done_by for each in missed if each.done_by}
    return DutiesPage(lines, missed, names(session, people))


def watches(actor: Actor) -> bool:
    """Tell whether an actor watches over four-eyes rules everywhere."""
    return sees_all(actor)


def _exceptions(session: Session, actor: Actor) -> tuple[ExceptionLine, ...]:
    rows = session.execute(
        select(
            DutyException,
            instance.c.title,
            instance.c.unit,
            instance.c.definition_id,
            instance.c.process_id,
            instance.c.variables,
        )
        .join(instance, instance.c.id == DutyException.instance_id)
        .where(_concerns(actor))
        .order_by(DutyException.asked_at.desc())
        .limit(MOST)
    ).all()
    found = []
    for row, title, unit, definition_id, process_id, variables in rows:
        definition = deployed(session, definition_id)
        config = definition.bundle.process(process_id)
        role, amount = config.exception_role(row.code, row.element_id), config.amount_of(variables)
        decides = role is not None and actor.may_work_at(desk_of(role, unit), process_id, amount)
        is_second = actor.username not in (row.asked_by, row.done_by)
        if decides or watches(actor) or row.asked_by == actor.username:
            found.append(
                ExceptionLine(
                    row.id,
                    row.instance_id,
                    title,
                    definition,
                    row.element_id,
                    row.done_element_id,
                    row.code,
                    row.done_by,
                    row.asked_by,
                    row.asked_at,
                    row.reason,
                    row.decided_by,
                    row.decided_at,
                    row.is_granted,
                    row.decision_note,
                    decides and is_second and row.decided_at is None,
                    row.asked_for,
                    row.decided_for,
                )
            )
    return tuple(found)


def _concerns(actor: Actor) -> ColumnElement[bool]:
    others = {place_of(desk) for each in actor.stands_in for desk in each.desks}
    units = actor.units | others
    if watches(actor) or ANYWHERE in units:
        return true()
    return or_(DutyException.asked_by == actor.username, instance.c.unit.in_(sorted(units)))


def _near_misses(session: Session) -> tuple[NearMiss, ...]:
    events = session.scalars(
        select(AdminEvent)
        .where(AdminEvent.kind == AdminEventKind.DUTIES_HELD_APART.value)
        .order_by(AdminEvent.number.desc())
        .limit(MOST)
    ).all()
    wanted = {UUID(each.facts["case"]) for each in events if each.facts.get("case")}
    cases = {
        row.id: row
        for row in session.execute(
            select(instance.c.id, instance.c.title, instance.c.definition_id).where(
                instance.c.id.in_(sorted(wanted))
            )
        )
    }
    return tuple(_near_miss(session, each, cases) for each in events)


def _near_miss(session: Session, event: AdminEvent, cases: Mapping[UUID, Any]) -> NearMiss:
    case = cases.get(UUID(event.facts["case"])) if event.facts.get("case") else None
    return NearMiss(
        event.at,
        event.actor,
        event.facts["code"],
        case.title if case else "",
        deployed(session, case.definition_id) if case else None,
        event.facts["step"],
        event.facts["done"],
        event.person,
    )

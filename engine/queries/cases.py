"""The case page: what it is about, who has it now, what happened so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, literal_column, select
from sqlalchemy.orm import Session

from engine.errors import CaseNotFound
from engine.model.event import Event, EventKind, event_table
from engine.model.instance import InstanceState
from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.job import ASIDE, UNFINISHED, JobKind, JobState, job_table
from engine.model.person import Actor, Unit
from engine.model.subscription import subscription_table
from engine.queries.business import business_values
from engine.queries.people import names
from engine.queries.related import HAS_RELATED, open_calls
from engine.queries.scope import ACTORS, visible_cases
from engine.queries.talk import TALKED
from engine.storage.bundles import Deployed, deployed
from engine.storage.statements import Prepared

_CASE: Final = bindparam("case", type_=Uuid)


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step the case waits at for a person."""

    task_id: UUID
    element_id: str
    name: str
    desk: str
    holder: str | None
    created_at: datetime
    due_at: datetime | None
    lane: str | None = None
    owner: str | None = None  #: who answers for it, where its holder does it for another
    escalation_desk: str | None = None  #: who is told when it is late


@dataclass(frozen=True, slots=True)
class OpenJob:
    """Something the case waits for that no person does: a service, a timer."""

    element_id: str
    kind: JobKind
    state: JobState  #: ``INCIDENT`` when it gave up
    run_at: datetime

    @property
    def is_held(self) -> bool:
        """Tell whether an administrator keeps workers from it."""
        return self.state in ASIDE


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a case is and what happened in it."""

    steps: tuple[OpenStep, ...]
    jobs: tuple[OpenJob, ...]
    trail: tuple[Event, ...]  #: oldest first
    names: Mapping[str, Mapping[str, str]]  #: of everybody in it, by language
    calls: frozenset[str] = frozenset()  #: elements that wait for a case they have called

    @property
    def is_over(self) -> bool:
        """Tell whether the case has ended."""
        return any(each.kind in (EventKind.FINISHED, EventKind.CANCELLED) for each in self.trail)

    @property
    def passed(self) -> frozenset[str]:
        """Elements the case has gone through."""
        kinds = (
            EventKind.PASSED,
            EventKind.DECIDED,
            EventKind.TASK_COMPLETED,
            EventKind.SERVICE_DONE,
            EventKind.TIMER_FIRED,
        )
        return frozenset(
            each.element_id for each in self.trail if each.element_id and each.kind in kinds
        )

    @property
    def current(self) -> frozenset[str]:
        """Elements where the case is now; a boundary timer runs beside them, not in place."""
        services = (each for each in self.jobs if each.kind is JobKind.SERVICE)
        return (
            frozenset(each.element_id for each in self.steps)
            | self.calls
            | {each.element_id for each in services}
        )


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case, as far as the actor may see it."""

    id: UUID
    process_id: str
    definition: Deployed
    business_key: str | None
    title: str
    unit: str
    unit_names: Mapping[str, str] | None
    party: str | None
    columns: Mapping[str, Any]
    state: InstanceState
    started_by: str
    started_at: datetime
    finished_at: datetime | None
    end_id: str | None
    snapshot: bytes
    variables: Mapping[str, Any]
    has_related: bool  #: whether other cases belong to it
    is_called: bool  #: another case waits for it, or has waited
    talked: int  #: comments that stand
    progress: Progress

    @property
    def is_running(self) -> bool:
        """Tell whether the case has not ended."""
        return self.state is InstanceState.RUNNING

    @property
    def is_suspended(self) -> bool:
        """Tell whether an administrator holds the case."""
        return self.state is InstanceState.SUSPENDED


def page(session: Session, instance_id: UUID, actor: Actor) -> CasePage:
    """Return a case.

    Raises:
        CaseNotFound: there is none, or the actor may not see it.
    """
    found = session.connection().execute(_page_of(actor), {"case": instance_id}).first()
    if found is None:
        raise CaseNotFound(instance_id)
    by = deployed(session, found.definition_id)
    reached = progress(session, instance_id, found.started_by)
    if found.has_related:
        reached = replace(reached, calls=open_calls(session, instance_id, reached.trail))
    return CasePage(
        id=found.id,
        process_id=found.process_id,
        definition=by,
        business_key=found.business_key,
        title=found.title,
        unit=found.unit,
        unit_names=found.title_fa and {"fa": found.title_fa, "en": found.title_en},
        party=found.party,
        columns=business_values(by, found.variables),
        state=InstanceState(found.state),
        started_by=found.started_by,
        started_at=found.started_at,
        finished_at=found.finished_at,
        end_id=found.end_id,
        snapshot=found.snapshot,
        variables=found.variables or {},
        has_related=bool(found.has_related),
        is_called=found.called_by is not None,
        talked=found.talked,
        progress=reached,
    )


@lru_cache(maxsize=ACTORS)
def _page_of(actor: Actor) -> Select[Any]:
    unit = Unit.__table__
    has_related = HAS_RELATED.label("has_related")
    return (
        select(instance, unit.c.title_fa, unit.c.title_en, has_related, TALKED)
        .outerjoin(unit, unit.c.code == instance.c.unit)
        .where(instance.c.id == _CASE, visible_cases(actor))
    )


def definition(session: Session, instance_id: UUID, actor: Actor) -> Deployed:
    """Return the definition a case runs by.

    Raises:
        CaseNotFound: no such case, or the actor may not see it.
    """
    found = session.execute(
        select(instance.c.definition_id).where(instance.c.id == instance_id, visible_cases(actor))
    ).first()
    if found is None:
        raise CaseNotFound(instance_id)
    return deployed(session, found.definition_id)


def progress(session: Session, instance_id: UUID, started_by: str) -> Progress:
    """Return where a case is, which the actor was found to be allowed to see."""
    steps = _steps(session, instance_id)
    trail = _trail(session, instance_id)
    people = {started_by, *(each.holder for each in steps), *(each.actor for each in trail)}
    people |= {
        each.facts[key]
        for each in trail
        for key in ("to", "for", "holder")
        if isinstance(each.facts.get(key), str)
    }
    return Progress(steps, _jobs(session, instance_id), trail, names(session, people))


def listening(session: Session, instance_id: UUID) -> frozenset[str]:
    """Return the elements at which a case waits for a message, a signal or a condition."""
    rows = _heard().rows(session.connection(), {"case": instance_id})
    return frozenset(element_id for [element_id] in rows)


def _steps(session: Session, instance_id: UUID) -> tuple[OpenStep, ...]:
    rows = _open_steps().rows(session.connection(), {"case": instance_id})
    return tuple(OpenStep(*each) for each in rows)


def _jobs(session: Session, instance_id: UUID) -> tuple[OpenJob, ...]:
    rows = _open_jobs().rows(session.connection(), {"case": instance_id})
    return tuple(OpenJob(id_, JobKind(kind), JobState(state), at) for id_, kind, state, at in rows)


def _trail(session: Session, instance_id: UUID) -> tuple[Event, ...]:
    rows = _events().rows(session.connection(), {"case": instance_id})
    return tuple(
        Event(case, seq, at, EventKind(kind), element, name, about, actor, desk, facts or {})
        for case, seq, at, kind, element, name, about, actor, desk, facts in rows
    )


# A case's page is opened as often as the list that leads to it: compiled once.


@cache
def _heard() -> Prepared:
    columns = subscription_table.c
    return Prepared(select(columns.element_id).where(columns.instance_id == _CASE))


@cache
def _open_steps() -> Prepared:
    return Prepared(
        select(
            task.c.id,
            task.c.element_id,
            task.c.name,
            task.c.desk,
            task.c.holder,
            task.c.created_at,
            task.c.due_at,
            task.c.lane,
            task.c.owner,
            task.c.escalation_desk,
        )
        .where(task.c.instance_id == _CASE, task.c.closed_at.is_(None))
        .order_by(task.c.id)
    )


@cache
def _open_jobs() -> Prepared:
    return Prepared(
        select(job_table.c.element_id, job_table.c.kind, job_table.c.state, job_table.c.run_at)
        .where(
            job_table.c.instance_id == _CASE,
            job_table.c.state.in_([literal_column(f"'{each.value}'") for each in UNFINISHED]),
            job_table.c.kind != literal_column(f"'{JobKind.NOTICE.value}'"),
        )
        .order_by(job_table.c.run_at)
    )


@cache
def _events() -> Prepared:
    columns = event_table.c
    return Prepared(
        select(
            columns.instance_id,  # in the order of `Event`
            columns.seq,
            columns.at,
            columns.kind,
            columns.element_id,
            columns.name,
            columns.task_id,
            columns.actor,
            columns.desk,
            columns.facts,
        )
        .where(columns.instance_id == _CASE)
        .order_by(columns.seq)
    )

"""A case as those see it who keep it going: everything that is open of it, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, literal, or_, select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.errors import CaseNotFound
from engine.model.admin_event import AdminEvent
from engine.model.incident import Incident
from engine.model.instance import InstanceState
from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.message import Message, MessageState
from engine.model.person import Actor, Unit
from engine.model.repair_request import RepairRequest
from engine.model.subscription import Listens
from engine.queries.case_list import may_watch
from engine.queries.cases import Progress, progress
from engine.queries.scope import visible_cases
from engine.storage.bundles import Deployed, deployed
from engine.storage.case_state import CaseState, Heard, case_state
from engine.storage.repair_requests import of_case

_EARLIER: Final = timedelta(days=30)  #: messages that came so long before are looked at too
_MOST_MESSAGES: Final = 20
_MOST_ACTS: Final = 100
_MOST_RELATED: Final = 50


@dataclass(frozen=True, slots=True)
class WatchedCase:
    """One case, in whole."""

    id: UUID
    process_id: str
    definition: Deployed
    business_key: str | None
    title: str
    unit: str
    unit_names: Mapping[str, str] | None
    started_by: str
    started_at: datetime
    finished_at: datetime | None
    end_id: str | None
    snapshot: bytes
    is_own: bool  #: who looks may see it without watching over it
    now: CaseState
    progress: Progress

    @property
    def state(self) -> InstanceState:
        """Where it is in its life."""
        return self.now.state

    @property
    def is_over(self) -> bool:
        """Tell whether it has ended."""
        return self.state in (InstanceState.FINISHED, InstanceState.CANCELLED)

    @property
    def stored(self) -> bpmn.Stored:
        """What the next step of it would begin with."""
        return bpmn.Stored(self.snapshot, self.now.variables)


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A message of the name a case waits for that it has not taken, and why."""

    id: str
    name: str
    came_with: str  #: correlation
    waited_for: tuple[str, ...]  #: the keys under which the case waits for one of this name
    state: MessageState
    received_at: datetime
    expires_at: datetime
    taken_by: UUID | None
    is_before: bool  #: it had expired before the case began to listen


@dataclass(frozen=True, slots=True)
class Kin:
    """A case that called this one, or was called by it."""

    id: UUID
    is_caller: bool
    title: str
    process_id: str
    state: InstanceState
    called_at: str | None  #: token of the one that waits


def watched_case(session: Session, instance_id: UUID, actor: Actor) -> WatchedCase:
    """Return a case to an administrator, or to who watches or analyses and may see it.

    Raises:
        CaseNotFound: there is none, or it is not the actor's to see.
    """
    of, unit = instance.c, Unit.__table__.c
    found = session.execute(
        select(
            of.process_id, of.definition_id, of.business_key, of.title, of.unit, unit.title_fa,
            unit.title_en, of.started_by, of.started_at, of.finished_at, of.end_id, of.snapshot,
            visible_cases(actor).label("is_own"),
        )
        .outerjoin(Unit.__table__, unit.code == of.unit)
        .where(of.id == instance_id, _may_open(actor))
    ).one_or_none()  # fmt: skip
    if found is None:
        raise CaseNotFound(instance_id)
    return WatchedCase(
        instance_id,
        found.process_id,
        deployed(session, found.definition_id),
        found.business_key,
        found.title,
        found.unit,
        found.title_fa and {"fa": found.title_fa, "en": found.title_en},
        found.started_by,
        found.started_at,
        found.finished_at,
        found.end_id,
        found.snapshot,
        bool(found.is_own),
        case_state(session, instance_id),
        progress(session, instance_id, found.started_by),
    )


def _may_open(actor: Actor) -> Any:
    if actor.is_admin:
        return literal(value=True)
    if may_watch(actor) or actor.is_analyst:
        return visible_cases(actor)
    return literal(value=False)


def near_misses(session: Session, heard: Sequence[Heard]) -> tuple[NearMiss, ...]:
    """Return messages of the names a case waits for that others took, or nobody."""
    waits: dict[str, list[Heard]] = {}
    for each in heard:
        if each.kind is Listens.MESSAGE:
            waits.setdefault(each.name, []).append(each)
    if not waits:
        return ()
    since = min(one.created_at for each in waits.values() for one in each)
    rows = session.scalars(
        select(Message)
        .where(Message.name.in_(sorted(waits)), Message.received_at >= since - _EARLIER)
        .order_by(Message.received_at.desc(), Message.id)
        .limit(_MOST_MESSAGES)
    )
    return tuple(_near_miss(each, waits[each.name]) for each in rows)


def _near_miss(message: Message, waits: Sequence[Heard]) -> NearMiss:
    return NearMiss(
        message.id,
        message.name,
        message.correlation,
        tuple(each.correlation for each in waits),
        MessageState(message.state),
        message.received_at,
        message.expires_at,
        message.instance_id,
        message.expires_at <= min(each.created_at for each in waits),
    )


def incidents_of(session: Session, instance_id: UUID) -> tuple[Incident, ...]:
    """Return what went wrong in a case, the newest first, what is resolved too."""
    return tuple(
        session.scalars(
            select(Incident)
            .where(Incident.instance_id == instance_id)
            .order_by(Incident.resolved_at.is_not(None), Incident.opened_at.desc(), Incident.id)
        )
    )


def kin_of(session: Session, instance_id: UUID) -> tuple[Kin, ...]:
    """Return who called a case, and whom it called, the caller first."""
    itself = instance.alias("itself")
    caller = select(itself.c.called_by).where(itself.c.id == instance_id).scalar_subquery()
    of = instance.c
    rows = session.execute(
        select(of.id, of.id == caller, of.title, of.process_id, of.state, of.call_token)
        .where(or_(of.id == caller, of.called_by == instance_id))
        .order_by((of.id == caller).desc(), of.started_at.desc(), of.id)
        .limit(_MOST_RELATED)
    )
    return tuple(
        Kin(found_id, bool(is_caller), title, process_id, InstanceState(state), token)
        for found_id, is_caller, title, process_id, state, token in rows
    )


def tokens_of_tasks(session: Session, instance_id: UUID) -> Mapping[UUID, str]:
    """Return which visit of its element each human task of a case is, closed ones too."""
    rows = session.execute(select(task.c.id, task.c.token).where(task.c.instance_id == instance_id))
    return {row.id: row.token for row in rows}


def acts_on(session: Session, instance_id: UUID) -> tuple[AdminEvent, ...]:
    """Return what administrators did to a case, the newest first."""
    return tuple(
        session.scalars(
            select(AdminEvent)
            .where(AdminEvent.case_id == instance_id)
            .order_by(AdminEvent.number.desc())
            .limit(_MOST_ACTS)
        )
    )


def requests_of(session: Session, instance_id: UUID) -> tuple[RepairRequest, ...]:
    """Return the repairs that were asked for, the newest first."""
    return of_case(session, instance_id)


def count_waiting(session: Session) -> int:
    """Return how many repairs wait for a second person."""
    return (
        session.scalar(
            select(func.count()).select_from(RepairRequest).where(RepairRequest.state == "asked")
        )
        or 0
    )


def case_named(session: Session, name: str) -> UUID | None:
    """Return the newest case of a number, or the one of an id."""
    try:
        return UUID(name)
    except ValueError:
        return session.scalar(
            select(instance.c.id)
            .where(instance.c.business_key == name)
            .order_by(instance.c.started_at.desc())
            .limit(1)
        )

"""The task page: one step of one case, with what was typed so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, literal_column, select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.errors import Problem, TaskNotFound
from engine.model.draft import DraftField
from engine.model.event import EventKind, event_table
from engine.model.instance import CLOSED, HumanTask, TaskState
from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import Actor, Person, Unit
from engine.model.substitution import StandIn
from engine.queries.business import business_values
from engine.queries.scope import ACTORS, visible_cases
from engine.queries.talk import TALKED
from engine.storage.bundles import Deployed, deployed
from engine.storage.cases import CaseStore, Read
from engine.storage.statements import Prepared, beneath

Names = Mapping[str, str]

_HOLDER, _CLOSER = Person.__table__.alias(), Person.__table__.alias()
_OWNER = Person.__table__.alias()
# Built once: building it costs more than asking it.
_PAGE = (
    select(
        task,
        instance.c.process_id,
        instance.c.definition_id,
        instance.c.business_key,
        instance.c.title,
        instance.c.unit,
        instance.c.party,
        instance.c.started_by,
        instance.c.variables,
        _HOLDER.c.name_fa.label("holder_fa"),
        _HOLDER.c.name_en.label("holder_en"),
        _CLOSER.c.name_fa.label("closer_fa"),
        _CLOSER.c.name_en.label("closer_en"),
        _OWNER.c.name_fa.label("owner_fa"),
        _OWNER.c.name_en.label("owner_en"),
        Unit.__table__.c.title_fa,
        Unit.__table__.c.title_en,
        TALKED,
    )
    .join(instance, instance.c.id == task.c.instance_id)
    .outerjoin(_HOLDER, _HOLDER.c.username == task.c.holder)
    .outerjoin(_CLOSER, _CLOSER.c.username == task.c.closed_by)
    .outerjoin(_OWNER, _OWNER.c.username == task.c.owner)
    .outerjoin(Unit.__table__, Unit.__table__.c.code == instance.c.unit)
)
_TYPED = select(DraftField.path, DraftField.typed).where(DraftField.task_id == bindparam("of"))


@dataclass(frozen=True, slots=True)
class TaskPage:
    """A step and its case, as far as the actor may see them."""

    id: UUID
    instance_id: UUID
    process_id: str
    definition: Deployed
    element_id: str
    name: str
    desk: str
    form_id: str | None
    state: TaskState
    created_at: datetime
    due_at: datetime | None
    follow_up_at: datetime | None
    holder: str | None
    holder_names: Names | None
    closed_at: datetime | None
    closed_by: str | None
    closer_names: Names | None
    outcome: str | None
    business_key: str | None
    title: str
    unit: str
    unit_names: Names | None
    party: str | None
    started_by: str
    columns: Mapping[str, Any]
    variables: Mapping[str, Any]  #: of the case
    drafts: Mapping[str, str]  #: what was typed, by field path
    token: str  #: of the visit of the step
    held_for: str | None  #: whom the holder stands, or stood, in for
    owner: str | None  #: for whom the holder works on it, or has worked
    owner_names: Names | None
    priority: int
    lane: str | None
    escalation_desk: str | None  #: who is told when it is late
    stands: StandIn | None  #: for whom the actor would do it
    works_there: bool  #: the actor may do it, at his own desk or for another
    talked: int  #: comments that stand in the case's talk

    @property
    def is_closed(self) -> bool:
        """Tell whether nothing more can happen to the task."""
        return self.state in CLOSED

    @property
    def is_delegated(self) -> bool:
        """Tell whether its holder works on it for somebody else."""
        return self.owner is not None and self.owner != self.holder


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step about to be changed: its case as read now, which the command need not read again."""

    read: Read
    definition: Deployed
    drafts: Mapping[str, str]  #: what was typed, by field path

    @property
    def task(self) -> HumanTask:
        """The task itself."""
        return self.read.task

    @property
    def variables(self) -> Mapping[str, Any]:
        """The values of its case."""
        return self.read.instance.variables


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the diagram led back to a step: a later one refused what the case knew."""

    element_id: str | None
    name: str | None  #: of the step that refused
    problems: tuple[Problem, ...]


def page(session: Session, task_id: UUID, actor: Actor, *, drafts: bool = True) -> TaskPage:
    """Return a task, with what was typed so far unless ``drafts`` is off.

    What is typed is no answer yet: its holder sees it, and while nobody holds the task
    those at its desk, who may go on from there.

    Raises:
        TaskNotFound: there is none, or the actor may not see its case.
    """
    found = session.connection().execute(_page_of(actor), {"of": task_id}).first()
    if found is None:
        raise TaskNotFound(task_id)
    definition = deployed(session, found.definition_id)
    config = definition.bundle.process(found.process_id)
    amount = config.amount_of(found.variables or {})
    works_there = actor.may_work_at(found.desk, found.process_id, amount)
    typed_for = found.holder == actor.username if found.holder else works_there
    return TaskPage(
        id=found.id,
        instance_id=found.instance_id,
        process_id=found.process_id,
        definition=definition,
        element_id=found.element_id,
        name=found.name,
        desk=found.desk,
        form_id=found.form_id,
        state=TaskState(found.state),
        created_at=found.created_at,
        due_at=found.due_at,
        follow_up_at=found.follow_up_at,
        holder=found.holder,
        holder_names=_names(found.holder_fa, found.holder_en),
        closed_at=found.closed_at,
        closed_by=found.closed_by,
        closer_names=_names(found.closer_fa, found.closer_en),
        outcome=found.outcome,
        business_key=found.business_key,
        title=found.title,
        unit=found.unit,
        unit_names=_names(found.title_fa, found.title_en),
        party=found.party,
        started_by=found.started_by,
        columns=business_values(definition, found.variables),
        variables=found.variables or {},
        drafts=_drafts(session, task_id) if drafts and found.drafted and typed_for else {},
        token=found.token,
        held_for=found.held_for,
        owner=found.owner,
        owner_names=_names(found.owner_fa, found.owner_en),
        priority=found.priority,
        lane=found.lane,
        escalation_desk=found.escalation_desk,
        stands=None
        if found.closed_at
        else actor.stands_at(found.desk, found.process_id, amount, prefer=found.held_for),
        works_there=works_there,
        talked=found.talked,
    )


@lru_cache(maxsize=ACTORS)
def _page_of(actor: Actor) -> Select[Any]:
    return _PAGE.where(task.c.id == bindparam("of"), visible_cases(actor))


def must_be_visible(session: Session, task_id: UUID, actor: Actor) -> TaskState:
    """Refuse who may not see a task's case; return how far the task is.

    Raises:
        TaskNotFound: there is no such task, or the actor may not see its case.
    """
    asked = (
        select(task.c.state)
        .join(instance, instance.c.id == task.c.instance_id)
        .where(task.c.id == task_id, visible_cases(actor))
    )
    found = session.scalar(asked)
    if found is None:
        raise TaskNotFound(task_id)
    return TaskState(found)


def to_change(session: Session, task_id: UUID, actor: Actor, *, drafts: bool = False) -> OpenStep:
    """Return a task to be claimed, put back or answered; less than its page, and as current.

    Raises:
        TaskNotFound: there is none, or the actor may not see its case.
    """
    read = CaseStore(beneath(session)).read(task_id)
    held, found = read.instance, read.task
    definition = deployed(session, held.definition_id)
    amount = definition.bundle.process(held.process_id).amount_of(held.variables)
    works_there = actor.may_work_at(found.desk, held.process_id, amount)
    is_near = found.holder == actor.username or works_there
    if not is_near and not _is_visible(session, held.id, actor):
        raise TaskNotFound(task_id)
    typed_for = found.drafted and (found.holder == actor.username if found.holder else is_near)
    typed = _drafts(session, task_id) if drafts and typed_for else {}
    return OpenStep(read, definition, typed)


def seen_on(session: Session, task_page: TaskPage, model: bpmn.Model) -> Mapping[str, Any]:
    """Return what a step sees: the case's variables, and its own before them.

    Its own are its inputs, its item of a multi-instance, data objects of sub-processes. The
    case's state is read only where the model has any.
    """
    if task_page.is_closed or not model.sees_apart(task_page.element_id):
        return task_page.variables
    asked = select(instance.c.snapshot).where(instance.c.id == task_page.instance_id)
    snapshot = session.execute(asked).scalar_one()
    return _seen(model, task_page.process_id, task_page.token, snapshot, task_page.variables)


def seen_by(asked: OpenStep, model: bpmn.Model) -> Mapping[str, Any]:
    """Return what a step that is about to be changed sees; as `seen_on`."""
    case, found = asked.read.instance, asked.task
    if found.is_closed or not model.sees_apart(found.element_id):
        return case.variables
    return _seen(model, case.process_id, found.token, case.snapshot, case.variables)


def _seen(
    model: bpmn.Model, process_id: str, token: str, snapshot: bytes, values: Mapping[str, Any]
) -> Mapping[str, Any]:
    try:
        own = bpmn.own_of(model, process_id, bpmn.Stored(snapshot, values), token)
    except bpmn.TokenNotWaiting:  # it was answered between two readings
        own = {}
    return {**values, **own}


def _is_visible(session: Session, instance_id: UUID, actor: Actor) -> bool:
    asked = select(instance.c.id).where(instance.c.id == instance_id, visible_cases(actor))
    return session.scalar(asked) is not None


def refusal(session: Session, task: TaskPage) -> Refusal | None:
    """Return why a step was opened again, when a broken rule is what opened it.

    Both came of one transaction and have its moment; other visits of the step have others.
    """
    asked = {"case": task.instance_id, "at": task.created_at}
    found = _refused().rows(session.connection(), asked)
    if not found:
        return None
    element_id, name, facts = found[0]
    told = facts.get("error_problems") or [{"code": facts["error_code"]}]
    return Refusal(element_id, name, tuple(Problem(**each) for each in told))


@cache
def _refused() -> Prepared:
    columns = event_table.c
    return Prepared(
        select(columns.element_id, columns.name, columns.facts)
        .where(
            columns.instance_id == bindparam("case"),
            columns.kind == literal_column(f"'{EventKind.REFUSED.value}'"),
            columns.at == bindparam("at"),
        )
        .order_by(columns.seq.desc())
    )


def given_answer(session: Session, asked: OpenStep, username: str) -> Mapping[str, Any] | None:
    """Return the answer somebody gave to a step, as it was kept; ``None`` when he gave none."""
    facts = session.execute(
        select(event_table.c.facts)
        .where(
            event_table.c.instance_id == asked.read.instance.id,
            event_table.c.task_id == asked.task.id,
            event_table.c.kind == EventKind.TASK_COMPLETED.value,
            event_table.c.actor == username,
        )
        .order_by(event_table.c.seq.desc())
        .limit(1)
    ).scalar()
    return None if facts is None else facts.get("answer", {})


def _drafts(session: Session, task_id: UUID) -> Mapping[str, str]:
    return dict(session.connection().execute(_TYPED, {"of": task_id}).all())


def _names(name_fa: str | None, name_en: str | None) -> Names | None:
    return {"fa": name_fa, "en": name_en} if name_fa and name_en else None

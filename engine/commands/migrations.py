"""Running cases go on in another version of their definition. Only an administrator may.

New versions are for new cases; a case that runs stays in its version until somebody
migrates it, by a plan that says what becomes of every element.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from engine import bpmn
from engine.commands.admins import must_be_admin
from engine.commands.follow import Following, stored
from engine.commands.models import model_of
from engine.commands.retried import retried
from engine.errors import AlreadyThere, Conflict, NothingToUndo, TouchedSince
from engine.model.base import new_id
from engine.model.batch import Wish
from engine.model.event import EventKind
from engine.model.instance import HumanTask, Instance
from engine.model.migration import InstanceMigration
from engine.model.person import Actor
from engine.storage import held_jobs, moved
from engine.storage.bundles import Deployed, deployed
from engine.storage.database import UnitOfWork

#: what a task says that a migration may change
_SAID = ("element_id", "name", "lane", "desk", "form_id")


class WentElsewhere(Conflict):
    """The case does not run any more in the version that a plan was made for."""

    def __init__(self, instance_id: UUID) -> None:
        super().__init__(f"case {instance_id} runs in another version by now")
        self.instance_id = instance_id


@dataclass(frozen=True, slots=True)
class Migrated:
    """What a migration did, or would do, to one case."""

    waiting: tuple[str, ...]  #: the elements it waits at afterwards
    changed: Mapping[str, Mapping[str, Any]]  #: by task id: what the task said before
    opened: tuple[str, ...]  #: elements that began to wait
    closed: int  #: events beside activities that wait no more


@retried
def migrate(
    uow: UnitOfWork,
    instance_id: UUID,
    definition_id: UUID,
    plan: bpmn.Plan,
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
    only_from: UUID | None = None,
    dry_run: bool = False,
) -> Migrated:
    """Take a case to another version of its definition.

    Open tasks keep their ids, holders, drafts and due dates; their name, desk and form
    follow the other version. Timers keep their moments, jobs go on. A dry run does all of
    it, saving and loading included, and keeps nothing.

    Args:
        only_from: the version the plan was made for; a case that went elsewhere stays there.

    Raises:
        CaseNotFound, CaseFinished, NotFound: there is no such case or definition.
        NotAtThisDesk: the actor is no administrator.
        AlreadyThere: the case runs in this version.
        WentElsewhere: it does not run in the version the plan was made for.
        MigrationRefused: with every obstacle; nothing was changed.
    """
    must_be_admin(actor)
    with uow:
        instance = uow.cases.one(instance_id)
        if only_from not in (None, instance.definition_id):
            raise WentElsewhere(instance_id)
        migrated = _migrate(
            uow, instance, definition_id, plan, at, by=actor.username, reason=reason
        )
        if not dry_run:
            uow.commit()
        return migrated


def wish(
    old: Deployed, new: Deployed, plan: bpmn.Plan, reason: str, *, only_try: bool = False
) -> Wish:
    """Return the wish for a batch that takes cases to another version.

    Args:
        only_try: nothing is kept of it; the batch tells which cannot go, and why.
    """
    return Wish(
        "try_migration" if only_try else "migrate",
        reason,
        {"from": str(old.id), "to": str(new.id), "plan": plan.as_plain()},
        process_id=new.process_id,
    )


@retried
def undo(
    uow: UnitOfWork, instance_id: UUID, *, actor: Actor, at: datetime, reason: str = ""
) -> None:
    """Take a case back to the version, the state and the variables it had before.

    Raises:
        CaseNotFound, CaseFinished: there is nothing to take back.
        NotAtThisDesk: the actor is no administrator.
        NothingToUndo: the case was never migrated, or it was undone.
        TouchedSince: somebody or something has gone on with the case since.
    """
    must_be_admin(actor)
    with uow:
        instance = uow.cases.one(instance_id)
        instance.must_run()
        row = moved.last_migration(uow.session, instance_id)
        if row is None:
            raise NothingToUndo(instance_id)
        if row.version != instance.version:
            raise TouchedSince(instance_id)
        _undo(uow, instance, row, at, by=actor.username, reason=reason)
        uow.commit()


def _migrate(
    uow: UnitOfWork,
    instance: Instance,
    definition_id: UUID,
    plan: bpmn.Plan,
    at: datetime,
    *,
    by: str,
    reason: str,
) -> Migrated:
    instance.must_run()
    old = deployed(uow.session, instance.definition_id)
    new = deployed(uow.session, definition_id)
    if new.id == old.id:
        raise AlreadyThere(instance.id)
    row = _row(instance, new, plan, by, at)
    step = bpmn.migrate(
        model_of(old.bundle), model_of(new.bundle), old.process_id, stored(instance), plan, at=at
    )
    before = _waits(instance, old)
    following = Following(uow, instance, new, at)
    facts: dict[str, Any] = {
        "from": old.version,
        "to": new.version,
        "plan": row.plan,
        "migration": str(row.id),
    }
    if reason:
        facts["reason"] = reason
    following.tell(EventKind.MIGRATED, actor=by, facts=facts)
    known = [each for each in instance.tasks if not each.is_closed]
    following.follow(step)
    row.tasks = _follow_tasks(following, old, known, step, by) | _rename_done(uow, instance, plan)
    _save(following, definition_id, before, step.waiting)
    row.version = instance.version
    uow.session.add(row)
    opened = tuple(each.element_id for each in step.opened)
    waiting = tuple(each.element_id for each in step.waiting)
    return Migrated(waiting, row.tasks, opened, len(step.closed))


def _row(
    instance: Instance, new: Deployed, plan: bpmn.Plan, by: str, at: datetime
) -> InstanceMigration:
    return InstanceMigration(
        id=new_id(),
        instance_id=instance.id,
        from_definition_id=instance.definition_id,
        to_definition_id=new.id,
        plan=plan.as_plain(),
        snapshot=instance.snapshot,
        variables=dict(instance.variables),
        at=at,
        by=by,
        undone_at=None,
    )


def _waits(instance: Instance, definition: Deployed) -> tuple[bpmn.Wait, ...]:
    return bpmn.waiting(model_of(definition.bundle), instance.process_id, stored(instance))


def _follow_tasks(
    following: Following, old: Deployed, known: list[HumanTask], step: bpmn.Step, by: str
) -> dict[str, dict[str, Any]]:
    """Let open tasks say what the other version says; return what they said before.

    A task leaves its desk only when its lane is another one, or means another desk, now.
    """
    waits = {each.token: each for each in step.waiting if isinstance(each, bpmn.HumanWait)}
    before: dict[str, dict[str, Any]] = {}
    for task in known:
        wait = waits.get(task.token)
        if wait is None:
            continue
        was = _said(task)
        lane = old.bundle.process(wait.process_id).lanes.get(task.lane or "")
        if lane != following.bundle.process(wait.process_id).lanes.get(wait.lane_id or ""):
            task.desk = following.desk_of(wait)
        task.rename(wait.element_id, wait.name or wait.element_id, wait.lane_id, wait.form_id)
        if _said(task) != was:
            before[str(task.id)] = was
            following.tell(EventKind.TASK_MOVED, task=task, actor=by, facts={"was": was})
    return before


def _rename_done(uow: UnitOfWork, instance: Instance, plan: bpmn.Plan) -> dict[str, dict[str, Any]]:
    """Let steps that are done keep others apart (four-eyes) under their elements' other ids."""
    done = moved.steps_done(uow.session, instance.id)
    others = {key: _becomes(plan, instance.process_id, each) for key, each in done.items()}
    others = {key: other for key, other in others.items() if other != done[key]}
    moved.rename_steps(uow.session, others)
    return {str(task_id): {"element_id": done[task_id]} for task_id in others}


def _becomes(plan: bpmn.Plan, process_id: str, element_id: str) -> str:
    """Return what a step of the case's process, or else of a called one, becomes."""
    for each in [process_id, *plan.elements]:
        other = plan.element(each, element_id)
        if other is not None:
            return other
    return element_id


def _said(task: HumanTask) -> dict[str, Any]:
    return {name: getattr(task, name) for name in _SAID}


def _save(
    following: Following,
    definition_id: UUID,
    before: Sequence[bpmn.Wait],
    after: Sequence[bpmn.Wait],
) -> None:
    instance, session = following.instance, following.uow.session
    following.save()
    moved.rehome(session, instance.id, definition_id)
    held_jobs.let_go(session, instance.id)  # a step is held in one version
    moved.retitle(session, [each for each in instance.tasks if not each.is_closed])
    was = {each.token: each for each in before}
    for wait in after:
        if wait.token in was and wait != was[wait.token]:
            name = getattr(wait, "name", None) or wait.element_id
            moved.relabel(session, instance.id, wait.token, wait.element_id, name)


def _undo(
    uow: UnitOfWork,
    instance: Instance,
    row: InstanceMigration,
    at: datetime,
    *,
    by: str,
    reason: str,
) -> None:
    old = deployed(uow.session, row.from_definition_id)
    new = deployed(uow.session, row.to_definition_id)
    after = _waits(instance, new)
    was = bpmn.Stored(row.snapshot, row.variables)
    instance.snapshot, variables = bpmn.take_back(
        model_of(old.bundle), instance.process_id, was, model_of(new.bundle), stored(instance)
    )
    instance.hold(variables, old.columns)
    before = _waits(instance, old)
    following = Following(uow, instance, old, at)
    told = {"migration": str(row.id)} | ({"reason": reason} if reason else {})
    following.tell(EventKind.MIGRATION_UNDONE, actor=by, facts=told)
    tokens = {each.token for each in before}
    following.withdraw(each.token for each in after if each.token not in tokens)
    for task in instance.tasks:
        for name, value in row.tasks.get(str(task.id), {}).items():
            setattr(task, name, value)
    open_ids = {str(each.id) for each in instance.tasks}
    done = {UUID(key): said["element_id"] for key, said in row.tasks.items() if key not in open_ids}
    moved.rename_steps(uow.session, done)
    still = {each.token for each in after}
    again = [each for each in before if each.token not in still]
    following.listen_again(again)
    _save(following, old.id, after, before)
    moved.revive_jobs(uow.session, instance.id, [each.token for each in again])
    row.undone_at = at

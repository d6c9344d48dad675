"""Who does a task: given to somebody, passed on and handed back, and how urgent it is.

Who is *assigned* a task has it for good and answers it; a *delegate* works on it for its
owner, who goes on answering for it and completes it. Both names stand in the history.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from engine.catalogue.config import ProcessConfig
from engine.commands import duties
from engine.commands.follow import Following
from engine.commands.notifying import notify_of_task
from engine.commands.retried import retried
from engine.commands.saying import may_say
from engine.commands.standing import must_work_at, told_for, working_at
from engine.errors import (
    DutiesNotSeparate,
    NotAtThisDesk,
    NotTheirs,
    NotYoursToAssign,
    Problem,
    RulesBroken,
)
from engine.model.event import EventKind
from engine.model.instance import HumanTask, Instance
from engine.model.notice import NoticeKind
from engine.model.person import Actor, desk_of, place_of, role_of
from engine.model.substitution import StandIn
from engine.storage import recalls
from engine.storage.actors import at_work_in, by_username
from engine.storage.cases import CaseStore
from engine.storage.database import Session, UnitOfWork

PRIORITIES: Final = range(101)
_GIVEN: Final = EventKind.TASK_ASSIGNED
_LONGEST_NOTE: Final = 2_000  #: characters


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could have a task, and what keeps this person from it."""

    username: str
    names: Mapping[str, str]
    refused: DutiesNotSeparate | None = None
    stands: StandIn | None = None  #: for whom he would do it


@retried
def assign(
    uow: UnitOfWork, task_id: UUID, to: str, *, actor: Actor, at: datetime, note: str = ""
) -> None:
    """Give a task to somebody who may work at its desk, whoever has it now.

    Its holder may, who is above the desk, and an administrator. What was typed stays with it.
    Who stands in for somebody at the desk gets it for that person.

    Raises:
        TaskNotFound, TaskAlreadyClosed, NotYoursToAssign: the actor may not.
        NotTheirs, DutiesNotSeparate: the person chosen may not have it.
    """
    with uow:
        following, task = _task(uow, task_id, at)
        right = _right_to_assign(following, task, actor)
        chosen, stands = _able(following, task, to)
        duties.check(uow, _config(following), task, chosen, stands)
        had = {"had": task.holder, "had_for": task.held_for, "had_of": _worked_for(task)}
        held_for = stands.username if stands else None
        facts = {**_told(note, to=to, to_for=held_for, **had), **told_for(right)}
        task.assign(to, at, held_for)
        following.tell(EventKind.TASK_ASSIGNED, task=task, actor=actor.username, facts=facts)
        notify_of_task(uow, [to], NoticeKind.ASSIGNED, task, at=at, by=actor.username)
        following.commit()


@retried
def take_back(uow: UnitOfWork, task_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Undo the actor's own assignment: whoever had the task before has it again, or nobody.

    Who gave away a task is above no desk by that, and still may undo it, as long as nothing
    else was done with the task since.

    Raises:
        TaskNotFound, TaskAlreadyClosed, NotYoursToAssign: there is nothing of the actor's to undo.
    """
    with uow:
        following, task = _task(uow, task_id, at)
        last = recalls.last_touch(uow.session, task.instance_id, task_id)
        is_own = last is not None and (last.kind, last.who) == (_GIVEN, actor.username)
        if last is None or not is_own:
            raise NotYoursToAssign(task_id, actor.username)
        had = last.facts.get("had")
        _give_again(task, last.facts, at)
        kind = EventKind.TASK_ASSIGNED if had else EventKind.TASK_UNCLAIMED
        facts = _told("", to=had, had=last.facts["to"])
        following.tell(kind, task=task, actor=actor.username, facts=facts)
        following.commit()


def _right_to_assign(following: Following, task: HumanTask, actor: Actor) -> StandIn | None:
    """Return for whom the actor says who does a task; ``None`` where it is his own to say.

    Raises:
        NotYoursToAssign: it is not for him to say.
    """
    config, amount = _config(following), _amount(following)
    if not may_assign(config, task, actor, amount):
        raise NotYoursToAssign(task.id, actor.username)
    if _is_ones_own(config, task, actor):
        return None
    ways = (actor.stands_at(each, config.process_id, amount) for each in _heads(config, task))
    return next(filter(None, ways), None)


def _able(following: Following, task: HumanTask, to: str) -> tuple[Actor, StandIn | None]:
    """Return somebody who may work at a task's desk, and for whom.

    Raises:
        NotTheirs: there is nobody so called, or it is not for this person to do.
    """
    chosen = by_username(following.uow.session, to, following.at)
    if chosen is None:
        raise NotTheirs(task.id, to)
    try:
        return chosen, must_work_at(following, task, chosen)
    except NotAtThisDesk as refused:
        raise NotTheirs(task.id, to) from refused


def _worked_for(task: HumanTask) -> str | None:
    return task.owner if task.is_delegated else None


def _give_again(task: HumanTask, was: Mapping[str, str], at: datetime) -> None:
    """Let a task lie as it did before an assignment, whose facts tell that."""
    had, owner = was.get("had"), was.get("had_of")
    if had is None:
        task.free()
        return
    task.assign(owner or had, at)
    if owner is not None:
        task.delegate(owner, had)
    elif "had_for" in was:
        task.claim(had, at, was["had_for"])


@retried
def delegate(
    uow: UnitOfWork, task_id: UUID, to: str, *, actor: Actor, at: datetime, note: str = ""
) -> None:
    """Let somebody of the unit (or the organisation), or at the desk, work on a task.

    The delegate sees and types, and hands back; the holder owns the task and completes it.

    Raises:
        TaskNotFound, TaskAlreadyClosed, NotTaskHolder, TaskDelegated: the actor may not.
        NotTheirs, DutiesNotSeparate: the person chosen may not.
    """
    with uow:
        following, task = _task(uow, task_id, at)
        chosen = by_username(uow.session, to, at)
        if chosen is None or to == actor.username:
            raise NotTheirs(task_id, to)
        stands = None
        if not _is_near(chosen, following.instance, task):
            chosen, stands = _able(following, task, to)
        duties.check(uow, _config(following), task, chosen, stands)
        task.delegate(actor.username, to)
        facts = _told(note, to=to)
        following.tell(EventKind.TASK_DELEGATED, task=task, actor=actor.username, facts=facts)
        notify_of_task(uow, [to], NoticeKind.DELEGATED, task, at=at, by=actor.username)
        following.commit()


@retried
def hand_back(
    uow: UnitOfWork, task_id: UUID, *, actor: Actor, at: datetime, note: str = ""
) -> None:
    """Give a delegated task back to its owner: the delegate when done, or the owner at any time.

    Raises:
        TaskNotFound, TaskAlreadyClosed, NotDelegated, NotTaskHolder: nothing was changed.
    """
    with uow:
        following, task = _task(uow, task_id, at)
        had = task.holder
        task.hand_back(actor.username)
        facts = _told(note, to=task.owner, had=had)
        both, by = (had, task.owner), actor.username
        kind = NoticeKind.HANDED_BACK
        notify_of_task(uow, both, kind, task, at=at, by=by, owner=task.owner)
        following.tell(EventKind.TASK_HANDED_BACK, task=task, actor=actor.username, facts=facts)
        following.commit()


@retried
def prioritise(
    uow: UnitOfWork, task_id: UUID, priority: int, *, actor: Actor, at: datetime
) -> None:
    """Say how urgent a task is, 0 to 100; who works at its desk may, and who may assign it.

    Raises:
        TaskNotFound, TaskAlreadyClosed, NotAtThisDesk: the actor may not.
        RulesBroken: it is none of these numbers.
    """
    if priority not in PRIORITIES:
        raise RulesBroken([Problem("GEN-RANGE", "priority", {"min": "0", "max": "100"})])
    with uow:
        following, task = _task(uow, task_id, at)
        try:
            right = must_work_at(following, task, actor)
        except NotAtThisDesk:
            if not may_assign(_config(following), task, actor, _amount(following)):
                raise
            right = _right_to_assign(following, task, actor)
        facts = {"was": task.priority, "priority": priority, **told_for(right)}
        task.prioritise(priority)
        following.tell(EventKind.TASK_PRIORITISED, task=task, actor=actor.username, facts=facts)
        following.commit()


class Assignable(Protocol):
    """What of a task says who may assign it."""

    @property
    def holder(self) -> str | None:
        """User name of who has it."""

    @property
    def owner(self) -> str | None:
        """User name of whom the holder works on it for."""

    @property
    def lane(self) -> str | None:
        """The lane it stands in."""

    @property
    def desk(self) -> str:
        """Where the work lies."""

    @property
    def escalation_desk(self) -> str | None:
        """Who is told when it is late."""


def may_assign(
    config: ProcessConfig, task: Assignable, actor: Actor, amount: int | None = None
) -> bool:
    """Tell whether the actor says who does a task.

    Its holder and its owner do, the head that ``process.toml`` names for its lane, who is told
    when it is late, who stands in for one of these two, and administrators.

    Args:
        amount: of the case, in rials.
    """
    if _is_ones_own(config, task, actor):
        return True
    heads = _heads(config, task)
    return any(actor.may_work_at(each, config.process_id, amount) for each in heads)


def _is_ones_own(config: ProcessConfig, task: Assignable, actor: Actor) -> bool:
    """Tell whether it is the actor himself, and not for another, who says who does a task."""
    if actor.username in (task.holder, task.owner) or actor.is_admin:
        return True
    return any(actor.sits_at(each) for each in _heads(config, task))


def _heads(config: ProcessConfig, task: Assignable) -> list[str]:
    """Return the desks above a task's: who is told when it is late, the head of its lane."""
    found = [] if task.escalation_desk is None else [task.escalation_desk]
    lane = config.lanes.get(task.lane or "")
    if lane is not None and lane.head is not None:
        found.append(desk_of(lane.head, place_of(task.desk)))
    return found


def colleagues(
    session: Session, task_id: UUID, config: ProcessConfig, at: datetime
) -> list[Candidate]:
    """Return who may be assigned a task, and who may not because of another step, and why.

    Who stands in at its desk is among them, and kept apart by what either did.
    """
    read = CaseStore(session.connection()).read(task_id)
    desk, values = read.task.desk, read.instance.variables
    place, role = place_of(desk), role_of(desk)
    people = at_work_in(session, place, at, role=role, with_substitutes=True)
    return _candidates(session, config, read.task, list(working_at(desk, people, config, values)))


def delegates(
    session: Session, task_id: UUID, config: ProcessConfig, at: datetime
) -> list[Candidate]:
    """Return who may work on a task for its holder, and who may not, and why."""
    read = CaseStore(session.connection()).read(task_id)
    place, values = _home(read.instance, read.task), read.instance.variables
    people = at_work_in(session, place, at, with_substitutes=True)
    near = [each for each in people if _is_near(each, read.instance, read.task)]
    others = [each for each in people if each not in near]
    found: list[tuple[Actor, StandIn | None]] = [(each, None) for each in near]
    found += working_at(read.task.desk, others, config, values)
    return _candidates(session, config, read.task, found)


def _candidates(
    session: Session,
    config: ProcessConfig,
    task: HumanTask,
    people: Sequence[tuple[Actor, StandIn | None]],
) -> list[Candidate]:
    others = duties.kept_from(config, task)
    held = CaseStore(session.connection()).held_steps(task.instance_id, others) if others else []
    return [
        Candidate(
            each.username,
            each.names,
            duties.apart(config, task, each, held, stands),
            stands,
        )
        for each, stands in people
        if each.username != task.holder
    ]


def _is_near(chosen: Actor, instance: Instance, task: HumanTask) -> bool:
    home = _home(instance, task)
    if home.startswith("party:"):
        return home.removeprefix("party:") in chosen.parties
    return home in chosen.units or chosen.sits_at(task.desk)


def _home(instance: Instance, task: HumanTask) -> str:
    """Return where a delegate comes from: the organisation that acts, else the desk's unit."""
    place = place_of(task.desk)
    return instance.unit if place == "*" else place


def _task(uow: UnitOfWork, task_id: UUID, at: datetime) -> tuple[Following, HumanTask]:
    instance, task = uow.cases.of_task(task_id)
    return Following(uow, instance, uow.deployed(instance.definition_id), at), task


def _config(following: Following) -> ProcessConfig:
    return following.bundle.process(following.instance.process_id)


def _amount(following: Following) -> int | None:
    return _config(following).amount_of(following.instance.variables)


def _told(note: str, **facts: str | None) -> dict[str, str]:
    said = may_say(note, _LONGEST_NOTE)
    told = {key: value for key, value in facts.items() if value}
    return {**told, "reason": said} if said else told

"""Substitution: entered for days ahead, ended early or by itself, and what is left then.

Who may enter one: the person away, the head of a unit in which that person has a role (for
the desks of that unit), an administrator; neither of the two names himself. What the
substitute took and has not finished at the end goes back to its desk with all that was typed,
where the person away and the colleagues find it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from engine.commands.follow import Following
from engine.commands.notifying import notify
from engine.commands.retried import retried
from engine.errors import Conflict, Forbidden, NotFound, Problem, RulesBroken
from engine.model.admin_event import AdminEventKind
from engine.model.base import new_id
from engine.model.event import EventKind
from engine.model.job import Job, JobKind, JobState
from engine.model.notice import NoticeKind
from engine.model.person import ANYWHERE, Actor, Person, place_of, role_of
from engine.model.substitution import NEVER_PASSED_ON, Substitution
from engine.storage import jobs, substitutions
from engine.storage.actors import by_username
from engine.storage.admin_events import tell
from engine.storage.database import Session, UnitOfWork
from engine.values import Rial, end_of_day, local_date

LONGEST: Final = timedelta(days=366)
LONGEST_REASON: Final = 500


class SubstitutionNotFound(NotFound):
    """There is no such substitution, or it is not the actor's to end."""


class SubstitutionEnded(Conflict):
    """It is over already."""


class NotTheirHead(Forbidden):
    """Only the person, a head of a unit the person works in, or an administrator may."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a substitution is to be."""

    person: str  #: user name of who is away
    substitute: str  #: user name
    first: date
    last: date
    reason: str
    processes: Collection[str] | None = None  #: ``None``: all
    desks: Collection[str] | None = None  #: ``None``: all of the person's
    most: Rial | None = None  #: of a case's amount


@retried
def enter(uow: UnitOfWork, wish: Wish, *, actor: Actor, at: datetime) -> UUID:
    """Enter a substitution; return its id.

    Raises:
        NotTheirHead: the actor may not for this person.
        RulesBroken: what is wrong with it, beside the fields of `Wish`.
    """
    with uow:
        away, substitute = _people(uow.session, wish, at)
        must_answer_for(away.username, away, actor)
        _check(wish, away, substitute, local_date(at))
        desks = _passed_on(wish, away, substitute, actor)
        row = Substitution(
            id=new_id(),
            person_id=away.person_id,
            substitute_id=substitute.person_id,
            valid_from=wish.first,
            valid_to=wish.last,
            processes=sorted(wish.processes) if wish.processes is not None else None,
            desks=sorted(desks) if desks is not None else None,
            most=wish.most,
            reason=wish.reason.strip(),
            entered_by=actor.username,
            entered_at=at,
        )
        uow.session.add(row)
        tell(
            uow.session,
            AdminEventKind.SUBSTITUTION_ENTERED,
            actor=actor.username,
            at=at,
            person=away.username,
            substitution=str(row.id),
            substitute=substitute.username,
            first=wish.first.isoformat(),
            last=wish.last.isoformat(),
            processes=row.processes,
            desks=row.desks,
            most=wish.most.amount if wish.most else None,
            reason=row.reason,
        )
        notify(
            uow,
            [substitute.username],
            NoticeKind.SUBSTITUTING,
            at=at,
            by=actor.username,
            away=away.names,
            first=wish.first.isoformat(),
            last=wish.last.isoformat(),
        )
        uow.plan([_giving_back(row.id, "end", end_of_day(wish.last), at)])
        uow.commit()
        return row.id


def warnings(session: Session, wish: Wish, at: datetime) -> tuple[Problem, ...]:
    """Return what to think about before entering it; none of it forbids it.

    The substitute is away himself on some of the days, somebody else stands in as well, or
    the substitute already stands in for others.
    """
    away, substitute = _people(session, wish, at)
    both = (away.person_id, substitute.person_id)
    told = []
    for each in substitutions.overlapping(session, both, wish.first, wish.last):
        days = {"from": each.valid_from.isoformat(), "to": each.valid_to.isoformat()}
        if each.person_id == away.person_id:  # a second substitute in the same days
            told.append(Problem("SUB-013", "person", days, "warning"))
        elif each.person_id != substitute.person_id:  # for somebody else; not passed on
            told.append(Problem("SUB-014", "substitute", days, "warning"))
        elif each.substitute_id == away.person_id:  # each for the other
            told.append(Problem("SUB-011", "substitute", days, "warning"))
        else:  # away too
            told.append(Problem("SUB-012", "substitute", days, "warning"))
    return tuple(told)


@retried
def end(uow: UnitOfWork, substitution_id: UUID, *, actor: Actor, at: datetime) -> None:
    """End a substitution before its last day, or before it begins; it stays as history.

    The one named may end it as well: nobody has to stand in.

    Raises:
        SubstitutionNotFound, NotTheirHead, SubstitutionEnded: nothing was changed.
    """
    with uow:
        row = uow.session.get(Substitution, substitution_id, with_for_update=True)
        if row is None:
            raise SubstitutionNotFound(str(substitution_id))
        away = uow.session.get_one(Person, row.person_id)
        substitute = uow.session.get_one(Person, row.substitute_id)
        if actor.person_id not in (away.id, substitute.id):
            must_answer_for(away.username, by_username(uow.session, away.username, at), actor)
        if row.ended_at is not None or row.valid_to < local_date(at):
            raise SubstitutionEnded(str(substitution_id))
        row.ended_by, row.ended_at = actor.username, at
        tell(
            uow.session,
            AdminEventKind.SUBSTITUTION_ENDED,
            actor=actor.username,
            at=at,
            person=away.username,
            substitution=str(row.id),
            substitute=substitute.username,
        )
        uow.plan([_giving_back(row.id, "ended", at, at)])
        uow.commit()


def give_back(uow: UnitOfWork, job: Job, at: datetime) -> None:
    """Put back on their desks the tasks that an ended substitution leaves with the substitute.

    One transaction a task; taken again after a crash, those put back stay so. A task that
    the substitute may do by another right stays with him.

    Raises:
        LeaseLost: another worker has the job.
    """
    for task_id in _left(uow, UUID(job.facts["substitution"])):
        _give_back(uow, task_id, at)
    _close(uow, job)


def must_answer_for(username: str, away: Actor | None, actor: Actor) -> None:
    """Refuse who is neither the person, nor a head where the person works, nor administrator.

    Args:
        away: the person as he acts today; ``None``: not at all.

    Raises:
        NotTheirHead: …
    """
    if actor.username == username or actor.is_admin:
        return
    led = actor.units_of("UNIT_HEAD")
    if away is None or not (ANYWHERE in led or led & away.units):
        raise NotTheirHead(username)


def _people(session: Session, wish: Wish, at: datetime) -> tuple[Actor, Actor]:
    """Return who is away and who stands in.

    Raises:
        RulesBroken: one of them is nobody here.
    """
    away = by_username(session, wish.person, at)
    substitute = by_username(session, wish.substitute, at)
    if away is None or substitute is None:
        named = {"person": away, "substitute": substitute}
        raise RulesBroken([Problem("SUB-001", key) for key, each in named.items() if each is None])
    return away, substitute


def _check(wish: Wish, away: Actor, substitute: Actor, today: date) -> None:
    """Refuse what cannot be.

    Raises:
        RulesBroken: with everything that is wrong.
    """
    theirs = {each for each in away.desks if role_of(each) not in NEVER_PASSED_ON}
    wrong = [
        (_are_one(away, substitute), "SUB-002", "substitute"),
        (wish.last < wish.first, "SUB-003", "last"),
        (wish.last < today, "SUB-004", "last"),
        (wish.last - wish.first > LONGEST, "SUB-005", "last"),
        (not wish.reason.strip(), "GEN-REQUIRED", "reason"),
        (len(wish.reason) > LONGEST_REASON, "SUB-006", "reason"),
        (not theirs, "SUB-007", "person"),
        (wish.desks is not None and not set() < set(wish.desks) <= theirs, "SUB-008", "desks"),
        (wish.most is not None and wish.most.amount <= 0, "MON-002", "most"),
    ]
    problems = [Problem(code, field) for is_so, code, field in wrong if is_so]
    if problems:
        raise RulesBroken(problems)


def _passed_on(wish: Wish, away: Actor, substitute: Actor, actor: Actor) -> Collection[str] | None:
    """Return the desks that are passed on; ``None``: all of the person's.

    Nobody takes the desks of another for himself, whoever he may answer for, and a head
    passes on those of the units he leads only.

    Raises:
        RulesBroken: the actor would stand in himself, or passes on a desk that is not his to.
    """
    if _are_one(actor, away):
        return wish.desks
    if _are_one(actor, substitute):
        raise RulesBroken([Problem("SUB-009", "substitute")])
    led = actor.units_of("UNIT_HEAD")
    if actor.is_admin or ANYWHERE in led:
        return wish.desks
    theirs = {each for each in away.desks if role_of(each) not in NEVER_PASSED_ON}
    near = {each for each in theirs if place_of(each) in led}
    wanted = near if wish.desks is None else set(wish.desks)
    if not wanted or not wanted <= near:
        raise RulesBroken([Problem("SUB-010", "desks")])
    return wanted


def _are_one(one: Actor, other: Actor) -> bool:
    if one.person_id == other.person_id:
        return True
    return one.national_code is not None and one.national_code == other.national_code


def _giving_back(substitution_id: UUID, why: str, run_at: datetime, at: datetime) -> Job:
    return Job(
        id=new_id(),
        instance_id=None,
        kind=JobKind.SUBSTITUTION,
        idem_key=f"substitution/{substitution_id}/{why}",
        token="",
        element_id="",
        topic=None,
        run_at=run_at,
        created_at=at,
        facts={"substitution": str(substitution_id)},
    )


@retried
def _left(uow: UnitOfWork, substitution_id: UUID) -> tuple[UUID, ...]:
    with uow:
        row = uow.session.get_one(Substitution, substitution_id)
        away = uow.session.get_one(Person, row.person_id)
        substitute = uow.session.get_one(Person, row.substitute_id)
        return tuple(substitutions.held_for(uow.session, substitute.username, away.username))


@retried
def _give_back(uow: UnitOfWork, task_id: UUID, at: datetime) -> None:
    with uow:
        instance, task = uow.cases.of_task(task_id)
        if task.is_closed or task.holder is None or task.held_for is None:
            return
        following = Following(uow, instance, uow.deployed(instance.definition_id), at)
        amount = following.bundle.process(instance.process_id).amount_of(instance.variables)
        holder = by_username(uow.session, task.owner or task.holder, at)
        if holder is not None and holder.may_work_at(task.desk, instance.process_id, amount):
            return
        facts = {"for": task.held_for, "substitution": "ended", "holder": task.holder}
        task.free()
        following.tell(EventKind.TASK_UNCLAIMED, task=task, facts=facts)
        following.commit()


@retried
def _close(uow: UnitOfWork, job: Job) -> None:
    with uow:
        jobs.close(uow.session, job, JobState.DONE)
        uow.commit()

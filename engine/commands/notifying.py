"""Telling people what concerns them: one function, called in the transaction that does it.

Nobody is told of an act of their own, of what they do not want to hear, or twice of one thing.
Where nobody is to be told, nothing is asked of the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from engine.commands import rounds
from engine.commands.mailing import letter_of_notice, message_of_notice
from engine.commands.retried import retried
from engine.model.base import new_id
from engine.model.instance import HumanTask
from engine.model.notice import MAIL, NONE, WISHES, Notice, NoticeKind, wish_of
from engine.model.person import Actor
from engine.storage import jobs, notices
from engine.storage.actors import at_work_in
from engine.storage.database import Database, Session, UnitOfWork

ROUND: Final = "notices"
EVERY: Final = timedelta(hours=6)  #: between two looks for what is too old
MOST_AT_DESK: Final = 50  #: people told of work that nobody has taken


def notify(
    uow: UnitOfWork,
    usernames: Iterable[str | None],
    kind: NoticeKind,
    *,
    at: datetime,
    by: str | None = None,
    instance_id: UUID | None = None,
    task_id: UUID | None = None,
    comment_id: UUID | None = None,
    **facts: Any,
) -> None:
    """Tell some people one thing; the caller commits.

    Args:
        by: user name of whose act it is, who is not told; ``None``: the clock's.
        facts: what the sentence names beside the case; what is ``None`` is left out.
    """
    wanted = {each for each in usernames if each and each != by}
    if not wanted:
        return
    for person in notices.hearers(uow.session, wanted):
        wish = wish_of(kind, person.preferences)
        if wish == NONE:
            continue
        notice = Notice(
            id=new_id(),
            person_id=person.id,
            kind=kind.value,
            instance_id=instance_id,
            task_id=task_id,
            comment_id=comment_id,
            actor=by,
            at=at,
            facts={key: value for key, value in facts.items() if value is not None},
        )
        uow.session.add(notice)
        if wish == MAIL and person.email and person.preferences["digest"] != "only":
            uow.plan([letter_of_notice(notice)])
        if person.mobile and WISHES[kind] in person.preferences["sms"]:
            uow.plan([message_of_notice(notice)])


def tell_of_page(
    session: Session,
    username: str,
    said: Mapping[str, str],
    path: str,
    *,
    title: str,
    by_mail: bool,
    ends_at: str,
    at: datetime,
) -> bool:
    """Tell somebody of a page that fits what he asked to be told of; the caller commits.

    Args:
        said: one sentence, by language.
        path: of the page, within the site.
        by_mail: he asked for a letter; it goes to a confirmed address only.
        ends_at: path at which one press ends it, without signing in.

    Returns:
        Whether he still works here, or has an account from outside.
    """
    for person in notices.hearers(session, {username}):
        notice = Notice(
            id=new_id(),
            person_id=person.id,
            kind=NoticeKind.PUBLISHED.value,
            at=at,
            facts={"said": dict(said), "path": path, "title": title, "ends_at": ends_at},
        )
        session.add(notice)
        if by_mail and person.email:
            jobs.plan(session, [letter_of_notice(notice)])
        return True
    return False


def notify_of_task(
    uow: UnitOfWork,
    usernames: Iterable[str | None],
    kind: NoticeKind,
    task: HumanTask,
    *,
    at: datetime,
    by: str | None = None,
    **facts: Any,
) -> None:
    """Tell some people one thing about a step; the caller commits."""
    about = {"instance_id": task.instance_id, "task_id": task.id}
    notify(uow, usernames, kind, at=at, by=by, **about, element=task.element_id, **facts)


def those_at(
    session: Session, desk: str, process_id: str, amount: int | None, at: datetime
) -> list[str]:
    """Return who may do a case's work at a desk, by user name; at most `MOST_AT_DESK`.

    Args:
        amount: of the case, in rials: a substitute hears of nothing above what was passed on.
    """
    role, place = desk.split("@", 1)
    people = at_work_in(session, place, at, role=role, with_substitutes=True)
    able = [each.username for each in people if each.may_work_at(desk, process_id, amount)]
    return able[:MOST_AT_DESK]


@retried
def read(uow: UnitOfWork, notice_ids: Iterable[UUID], *, actor: Actor, at: datetime) -> None:
    """Mark notices of the actor as read; those of others are left alone."""
    with uow:
        notices.mark(uow.session, actor.person_id, at, tuple(notice_ids))
        uow.commit()


@retried
def read_all(uow: UnitOfWork, *, actor: Actor, at: datetime) -> None:
    """Mark everything the actor was told until now as read."""
    with uow:
        notices.mark(uow.session, actor.person_id, at)
        uow.commit()


def forget(database: Database, at: datetime, *, days: int) -> int:
    """Forget notices older than some days, unless another worker just did; tell how many.

    Args:
        days: how long they are kept; 0: for ever.
    """
    if not days:
        return 0
    before = at - timedelta(days=days)
    gone = rounds.make(database, ROUND, EVERY, at, lambda uow: notices.forget(uow.session, before))
    return gone or 0

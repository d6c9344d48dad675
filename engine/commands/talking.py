"""What people say about a case: written, put right within minutes, withdrawn.

Whoever may see a case may speak there, and whoever is named with ``@`` has to be able to see
it too: a mention of somebody else is refused, in the same words as of somebody who is not
there, so that it tells nobody who works here.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from engine.commands.notifying import notify
from engine.commands.retried import retried
from engine.commands.saying import must_say
from engine.errors import CaseNotFound, Problem, RulesBroken, TaskNotFound
from engine.model.base import new_id
from engine.model.notice import NoticeKind
from engine.model.person import Actor
from engine.model.talk import (
    LONGEST,
    LONGEST_LINE,
    MOST_MENTIONED,
    Comment,
    CommentNotFound,
    mentioned,
    trimmed,
)
from engine.storage.actors import by_username
from engine.storage.database import UnitOfWork
from engine.storage.sight import Sight, sight_of


@retried
def say(
    uow: UnitOfWork,
    instance_id: UUID,
    text: str,
    *,
    actor: Actor,
    at: datetime,
    task_id: UUID | None = None,
    line: str | None = None,
) -> UUID:
    """Say something about a case, and tell whom it concerns; return the comment's id.

    Args:
        task_id: the step it is about.
        line: key of the line of a line table it is about.

    Raises:
        CaseNotFound: there is none, or the actor may not see it.
        TaskNotFound: it is no step of this case.
        RulesBroken: there is nothing said, too much, or somebody is named who may not see it.
    """
    said = must_say(trimmed(text), LONGEST, "text")
    with uow:
        sight = _seen(uow, instance_id, actor)
        if task_id is not None and all(each.id != task_id for each in sight.steps):
            raise TaskNotFound(task_id)
        named = _named(uow, sight, said, at)
        comment = Comment(
            id=new_id(),
            instance_id=instance_id,
            task_id=task_id,
            line=line[:LONGEST_LINE] if line else None,
            text=said,
            author=actor.username,
            at=at,
        )
        uow.session.add(comment)
        _tell(uow, sight, comment, named, at)
        uow.commit()
        return comment.id


@retried
def change(uow: UnitOfWork, comment_id: UUID, text: str, *, actor: Actor, at: datetime) -> None:
    """Put a comment of one's own right within minutes; what it said before is kept.

    Who is named only now is told now.

    Raises:
        CommentNotFound, NotYourComment, CommentStands: it is not the actor's to change.
        RulesBroken: as when it was written.
    """
    said = must_say(trimmed(text), LONGEST, "text")
    with uow:
        comment, sight = _comment(uow, comment_id, actor)
        before = comment.change(actor.username, said, at)
        if before.text == said:
            return
        named = _named(uow, sight, said, at)
        new = [each for each in named if each not in mentioned(before.text)]
        uow.session.add(before)
        _tell_named(uow, comment, new, at)
        uow.commit()


@retried
def withdraw(uow: UnitOfWork, comment_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Take a comment of one's own back; that it was there is still seen.

    Raises:
        CommentNotFound, NotYourComment, CommentStands: nothing was changed.
    """
    with uow:
        comment, _ = _comment(uow, comment_id, actor)
        comment.withdraw(actor.username, at)
        uow.commit()


def _seen(uow: UnitOfWork, instance_id: UUID, actor: Actor) -> Sight:
    sight = sight_of(uow.session, instance_id)
    if not sight.is_open_to(actor):
        raise CaseNotFound(instance_id)
    return sight


def _comment(uow: UnitOfWork, comment_id: UUID, actor: Actor) -> tuple[Comment, Sight]:
    comment = uow.session.get(Comment, comment_id, with_for_update=True)
    if comment is None:
        raise CommentNotFound(comment_id)
    sight = sight_of(uow.session, comment.instance_id)
    if not sight.is_open_to(actor):
        raise CommentNotFound(comment_id)
    return comment, sight


def _named(uow: UnitOfWork, sight: Sight, text: str, at: datetime) -> tuple[str, ...]:
    """Return who is mentioned.

    Raises:
        RulesBroken: one of them may not see the case, or is nobody; or they are too many.
    """
    names = mentioned(text)
    if len(names) > MOST_MENTIONED:
        raise RulesBroken([Problem("TALK-002", "text", {"limit": str(MOST_MENTIONED)})])
    people = {each: by_username(uow.session, each, at) for each in names}
    strange = [name for name, each in people.items() if each is None or not sight.is_open_to(each)]
    if strange:
        raise RulesBroken([Problem("TALK-001", "text", {"name": each}) for each in strange])
    return names


def _tell(
    uow: UnitOfWork, sight: Sight, comment: Comment, named: tuple[str, ...], at: datetime
) -> None:
    _tell_named(uow, comment, named, at)
    near = {sight.started_by, *(each.holder for each in sight.steps if each.is_open)}
    notify(
        uow,
        near - {*named},
        NoticeKind.COMMENTED,
        at=at,
        by=comment.author,
        instance_id=comment.instance_id,
        task_id=comment.task_id,
        comment_id=comment.id,
        line=comment.line,
    )


def _tell_named(
    uow: UnitOfWork, comment: Comment, named: list[str] | tuple[str, ...], at: datetime
) -> None:
    notify(
        uow,
        named,
        NoticeKind.MENTIONED,
        at=at,
        by=comment.author,
        instance_id=comment.instance_id,
        task_id=comment.task_id,
        comment_id=comment.id,
        line=comment.line,
    )

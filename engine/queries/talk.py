"""The talk of a case: what was said, by whom, and whom one may name there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Label, func, select
from sqlalchemy.orm import Session

from engine.model.instance import instance_table as instance
from engine.model.person import Person
from engine.model.talk import Comment, CommentVersion, mentioned
from engine.queries.people import names
from engine.storage.actors import of_people
from engine.storage.sight import Sight, sight_of
from engine.values import fold

MOST: Final = 200  #: comments shown at once, the newest
OFFERED: Final = 8  #: people a list offers
_PORTION: Final = 40  #: people looked at together…
_PORTIONS: Final = 5  #: …so often at most, before more letters are asked for

#: of a row of ``instance``: how much stands in its talk
TALKED: Final[Label[int]] = (
    select(func.count())
    .where(Comment.instance_id == instance.c.id, Comment.withdrawn_at.is_(None))
    .correlate(instance)
    .scalar_subquery()
    .label("talked")
)

Names = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Talk:
    """What was said about a case, or about one line of it; the newest last."""

    comments: tuple[Comment, ...]
    before: Mapping[UUID, tuple[CommentVersion, ...]]  #: what those said that were put right
    names: Names  #: of who wrote and who was mentioned
    has_more: bool  #: older ones are not among them


@dataclass(frozen=True, slots=True)
class Offered:
    """Somebody who may be named."""

    username: str
    names: Mapping[str, str]


def talk(
    session: Session,
    instance_id: UUID,
    *,
    line: str | None = None,
    until: UUID | None = None,
    most: int = MOST,
) -> Talk:
    """Return what was said about a case that the actor was found to be allowed to see.

    Args:
        line: only what was said about this line.
        until: only what was said before this comment.
        most: comments, the newest.
    """
    asked = select(Comment).where(Comment.instance_id == instance_id)
    if line is not None:
        asked = asked.where(Comment.line == line)
    if until is not None:
        asked = asked.where(Comment.id < until)
    newest = list(session.scalars(asked.order_by(Comment.id.desc()).limit(most + 1)))
    shown = tuple(reversed(newest[:most]))
    people = {each.author for each in shown}
    people |= {name for each in shown for name in mentioned(each.text)}
    return Talk(shown, _before(session, shown), names(session, people), len(newest) > most)


def lines_talked(session: Session, instance_id: UUID) -> Mapping[str, int]:
    """Return how much stands in the talk of each line of a case that has any."""
    asked = select(Comment.line, func.count()).where(
        Comment.instance_id == instance_id,
        Comment.line.is_not(None),
        Comment.withdrawn_at.is_(None),
    )
    rows = session.execute(asked.group_by(Comment.line).order_by(Comment.line))
    return {line: count for line, count in rows if line is not None}


def offered(session: Session, instance_id: UUID, text: str, at: datetime) -> tuple[Offered, ...]:
    """Return people who may see a case and have ``text`` in a name or the user name.

    Whoever sees it as a substitute only has to be typed: asking that of everybody is dear.
    """
    sight, sought = sight_of(session, instance_id), fold(text)
    rows = session.execute(
        select(Person.id, Person.username, Person.name_fa, Person.name_en)
        .where(Person.disabled.is_(False))
        .order_by(Person.name_fa, Person.username)
    ).all()
    meant = [each.id for each in rows if any(sought in fold(name) for name in each[1:])]
    found: list[Offered] = []
    for start in range(0, min(len(meant), _PORTION * _PORTIONS), _PORTION):
        found += _seeing(session, sight, meant[start : start + _PORTION], at)
        if len(found) >= OFFERED:
            break
    return tuple(found[:OFFERED])


def _seeing(session: Session, sight: Sight, ids: list[UUID], at: datetime) -> list[Offered]:
    people = (each for each in of_people(session, ids, at) if sight.is_open_to(each))
    return [Offered(each.username, each.names) for each in people]


def _before(
    session: Session, shown: tuple[Comment, ...]
) -> Mapping[UUID, tuple[CommentVersion, ...]]:
    edited = [each.id for each in shown if each.edited_at and not each.withdrawn_at]
    found: dict[UUID, tuple[CommentVersion, ...]] = {}
    if edited:
        asked = select(CommentVersion).where(CommentVersion.comment_id.in_(edited))
        for each in session.scalars(asked.order_by(CommentVersion.until)):
            found[each.comment_id] = (*found.get(each.comment_id, ()), each)
    return found

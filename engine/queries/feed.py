"""The event feed: what happened in all the cases a reader may see, from where it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

from engine.errors import Problem, RulesBroken
from engine.model.person import Actor
from engine.queries.scope import visible_cases
from engine.queries.watched import watched_cases
from engine.storage import feed
from engine.storage.feed import START, Cursor

MOST: Final = 1_000  #: events looked at for one answer


@dataclass(frozen=True, slots=True)
class Feed:
    """Some events, oldest first."""

    events: tuple[Mapping[str, Any], ...]
    following: str  #: the cursor to ask with the next time, also when nothing is new
    is_more: bool  #: there may be more already


def read(session: Session, actor: Actor, *, after: str = "", limit: int = 100) -> Feed:
    """Return what happened after a cursor in the cases an actor may see.

    At most ``limit`` events are looked at, those of other cases among them: an answer may be
    empty and there still be more.

    Args:
        after: a cursor of an earlier answer; empty: from the first event of all; ``now``: only
            where a reader begins who wants nothing of the past.

    Raises:
        RulesBroken: ``GEN-CURSOR``, it is none, or beyond the newest event.
    """
    if after == "now":
        return Feed((), str(feed.end(session)), is_more=False)
    cursor = _cursor(after)
    some = feed.after(session, cursor, min(limit, MOST), _seen_by(actor))
    if not some and feed.is_ahead(session, cursor):
        raise RulesBroken([Problem("GEN-CURSOR", "after")])
    return Feed(
        tuple({"id": str(each.cursor), **each.message()} for each in some if each.is_visible),
        str(some[-1].cursor if some else cursor),
        is_more=len(some) == min(limit, MOST),
    )


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    return or_(visible_cases(actor), watched_cases(actor))


def _cursor(text: str) -> Cursor:
    try:
        return Cursor.read(text) if text else START
    except ValueError:
        raise RulesBroken([Problem("GEN-CURSOR", "after")]) from None

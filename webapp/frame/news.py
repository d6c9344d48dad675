"""What an open page is told of without being asked anew by its reader: counts and marks.

A source is a function over one reading of the database; who has more to tell adds one here.
Asking must stay cheap: every open page asks two or three times a minute.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from engine.model.person import Actor
from engine.queries import news, notices
from engine.storage.database import Session

Source = Callable[[Session, Actor, datetime], Mapping[str, Any]]


def news_of(session: Session, actor: Actor, at: datetime) -> dict[str, Mapping[str, Any]]:
    """Return what each source tells, by its name."""
    return {name: tell(session, actor, at) for name, tell in SOURCES.items()}


def _inbox(session: Session, actor: Actor, at: datetime) -> Mapping[str, Any]:
    found = news.work_of(session, actor, at)
    return {"count": found.seen, "more": found.is_more, "mark": found.mark}


def _told(session: Session, actor: Actor, _: datetime) -> Mapping[str, Any]:
    count = notices.unread_count(session, actor)
    return {"count": min(count, notices.COUNTED), "more": count > notices.COUNTED}


#: name in the answer -> who tells it
SOURCES: Final[Mapping[str, Source]] = {"inbox": _inbox, "told": _told}

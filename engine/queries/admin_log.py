"""The stream of administrative acts, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.model.admin_event import AdminEvent

PAGE_SIZE: Final = 50


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some acts, the newest first."""

    events: tuple[AdminEvent, ...]
    following: int | None  #: the number that the next page begins before


def newest(session: Session, person: str | None, kind: str | None, before: int | None) -> LogPage:
    """Return the newest acts: of everybody, or of and about one person.

    Args:
        kind: only acts of this kind.
        before: the number the page before ended with.
    """
    asked = select(AdminEvent).order_by(AdminEvent.number.desc()).limit(PAGE_SIZE + 1)
    if person is not None:
        asked = asked.where(or_(AdminEvent.person == person, AdminEvent.actor == person))
    if kind is not None:
        asked = asked.where(AdminEvent.kind == kind)
    if before is not None:
        asked = asked.where(AdminEvent.number < before)
    found = tuple(session.scalars(asked))
    following = found[PAGE_SIZE - 1].number if len(found) > PAGE_SIZE else None
    return LogPage(found[:PAGE_SIZE], following)

"""Documents that wait for the case their person is about to start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from engine.model.person import Actor
from engine.storage import uploads


@dataclass(frozen=True, slots=True)
class Waiting:
    """One document, as its form names it."""

    id: UUID
    name: str
    size: int  #: bytes


def waiting(
    session: Session, process_id: str, ids: Sequence[str], actor: Actor
) -> tuple[Waiting, ...]:
    """Return those of some documents that wait for the actor's case, in the order of the ids."""
    asked = [UUID(each) for each in ids]
    found = {each.id: each for each in uploads.waiting(session, actor.person_id, process_id, asked)}
    known = [found[each] for each in asked if each in found]
    return tuple(Waiting(each.id, each.name, each.size) for each in known)

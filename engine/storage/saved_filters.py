"""Rows of saved filters: found by who reads them, written by who made them."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Uuid, bindparam, delete, or_, select
from sqlalchemy.orm import Session

from engine.model.saved_filter import SavedFilter
from engine.storage.statements import Prepared


class Kept(NamedTuple):
    """A saved filter, as its readers see it."""

    id: UUID
    person_id: UUID
    name: str
    query: str
    desk: str | None


def seen_by(connection: Connection, person_id: UUID, desks: Collection[str]) -> list[Kept]:
    """Return a person's own filters and those shared with these desks, by name."""
    known = sorted(desks)
    values = {"person": person_id, **{f"desk_{at}": each for at, each in enumerate(known)}}
    return [Kept(*each) for each in _seen(len(known)).rows(connection, values)]


@cache
def _seen(desks: int) -> Prepared:
    shared = SavedFilter.desk.in_([bindparam(f"desk_{at}") for at in range(desks)])
    own = SavedFilter.person_id == bindparam("person", type_=Uuid)
    columns = (getattr(SavedFilter, each) for each in Kept._fields)
    seen = or_(own, shared) if desks else own
    return Prepared(select(*columns).where(seen).order_by(SavedFilter.name, SavedFilter.id))


def of_name(session: Session, person_id: UUID, name: str) -> SavedFilter | None:
    """Return a person's filter of a name."""
    return session.scalar(
        select(SavedFilter).where(SavedFilter.person_id == person_id, SavedFilter.name == name)
    )


def forget(session: Session, filter_id: UUID) -> None:
    """Take a filter away."""
    session.execute(delete(SavedFilter).where(SavedFilter.id == filter_id))

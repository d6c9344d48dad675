"""Rows of what is kept: holds, cases whose time is over, and everything that goes with a case."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Select,
    Table,
    delete,
    exists,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from engine.model.admin_event import AdminEvent
from engine.model.base import Base
from engine.model.document import Document, DocumentVersion
from engine.model.instance import ENDED
from engine.model.instance import instance_table as instance
from engine.model.journal import JournalChain
from engine.model.retention import (
    HOLDS,
    WAITS,
    ErasureNotFound,
    ErasureRequest,
    LegalHold,
    Tombstone,
)

PORTION: Final = 500
#: what stays of a purged case beside its own row
_KEPT: Final = frozenset(
    {
        Tombstone.__tablename__,
        LegalHold.__tablename__,
        JournalChain.__tablename__,
        "paper",  # the register of numbers has no gaps
    }
)


class Candidate(NamedTuple):
    """A case that has ended."""

    id: UUID
    finished_at: datetime
    variables: Any  #: as the case ended


class Member(NamedTuple):
    """A case, or one that it called."""

    id: UUID
    state: str
    finished_at: datetime | None
    event_count: int
    process_id: str
    unit: str
    business_key: str | None
    started_by: str
    variables: Any


class Measure(NamedTuple):
    """How much some cases hold."""

    cases: int
    events: int
    documents: int  #: all versions counted
    size: int  #: bytes of these


def open_hold(session: Session, case: UUID) -> LegalHold | None:
    """Return the hold that lies on a case."""
    asked = select(LegalHold).where(LegalHold.instance_id == case, text(HOLDS))
    return session.scalars(asked.with_for_update()).one_or_none()


def held() -> Select[Any]:
    """Return the statement for the cases that a hold lies on."""
    return select(LegalHold.instance_id).where(text(HOLDS))


def is_purged(session: Session, case: UUID) -> bool:
    """Tell whether only a tombstone is left of a case."""
    return session.get(Tombstone, case) is not None


def request(session: Session, request_id: UUID, *, to_change: bool = False) -> ErasureRequest:
    """Return a request; one that is to be changed, nobody else changes until the commit.

    Raises:
        ErasureNotFound: there is none.
    """
    found = session.get(ErasureRequest, request_id, with_for_update=to_change or None)
    if found is None:
        raise ErasureNotFound(str(request_id))
    return found


def waiting(session: Session) -> tuple[ErasureRequest, ...]:
    """Return what waits for a second person, the oldest first."""
    asked = select(ErasureRequest).where(text(WAITS))
    return tuple(session.scalars(asked.order_by(ErasureRequest.asked_at, ErasureRequest.id)))


def ended_cases(
    session: Session, process_id: str, before: datetime, *, with_values: bool
) -> Iterator[Candidate]:
    """Yield the cases of a process that ended before a moment, called ones and held ones not.

    Args:
        with_values: their variables too; ``{}`` otherwise.
    """
    stone = exists().where(Tombstone.instance_id == instance.c.id)
    after = UUID(int=0)
    held_ones = set(session.scalars(held()))
    values = (instance.c.variables,) if with_values else ()
    while True:
        asked = (
            select(instance.c.id, instance.c.finished_at, *values)
            .where(
                instance.c.process_id == process_id,
                text(ENDED),
                instance.c.finished_at < before,
                instance.c.called_by.is_(None),
                ~stone,
                instance.c.id > after,
            )
            .order_by(instance.c.id)
            .limit(PORTION)
        )
        rows = session.execute(asked).all()
        for row in rows:
            if row.id not in held_ones:
                yield Candidate(row.id, row.finished_at, row.variables if with_values else {})
        if len(rows) < PORTION:
            return
        after = rows[-1].id


def family(session: Session, case: UUID) -> list[Member]:
    """Return a case and all that it called, nobody else changes them until the commit."""
    found: list[Member] = []
    wanted: Sequence[UUID] = [case]
    columns = [instance.c[each] for each in Member._fields]
    condition: ColumnElement[bool] = instance.c.id == case
    while wanted:
        rows = session.execute(select(*columns).where(condition).with_for_update()).all()
        found += [Member(*row) for row in rows]
        wanted = [row.id for row in rows]
        condition = instance.c.called_by.in_(wanted)
    return found


def measure(session: Session, cases: Sequence[UUID]) -> Measure:
    """Return how much these cases hold."""
    total = Measure(0, 0, 0, 0)
    for at in range(0, len(cases), PORTION):
        some = cases[at : at + PORTION]
        count, events = session.execute(
            select(func.count(), func.coalesce(func.sum(instance.c.event_count), 0)).where(
                instance.c.id.in_(some)
            )
        ).one()
        documents, size = session.execute(
            select(func.count(), func.coalesce(func.sum(DocumentVersion.size), 0))
            .join(Document, Document.id == DocumentVersion.document_id)
            .where(Document.instance_id.in_(some))
        ).one()
        added = (count, int(events), documents, int(size))
        total = Measure(*(one + other for one, other in zip(total, added, strict=True)))
    return total


def documents_of(session: Session, case: UUID) -> dict[str, int]:
    """Return the contents in a case's file: bytes by SHA-256."""
    asked = (
        select(DocumentVersion.sha256, DocumentVersion.size)
        .join(Document, Document.id == DocumentVersion.document_id)
        .where(Document.instance_id == case)
    )
    return {each.sha256: each.size for each in session.execute(asked)}


def acts_on(session: Session, case: UUID) -> list[int]:
    """Return the numbers of what administrators did to a case."""
    return list(session.scalars(select(AdminEvent.number).where(AdminEvent.case_id == case)))


def forget_acts_on(session: Session, numbers: Collection[int]) -> None:
    """Take from acts of administrators whom they were about and what was told of them."""
    of_these = AdminEvent.number.in_(numbers)
    session.execute(update(AdminEvent).where(of_these).values(person=None, facts={}))


def forget_case(session: Session, case: UUID) -> None:
    """Delete everything that refers to a case, and leave of itself its number and its dates."""
    for table, belongs, emptied in _going():
        if emptied is None:
            session.execute(delete(table).where(belongs(case)))
        else:
            session.execute(update(table).where(belongs(case)).values({emptied.name: None}))
    session.execute(
        update(instance)
        .where(instance.c.id == case)
        .values(
            title=func.coalesce(instance.c.business_key, ""),
            started_by="",
            party=None,
            snapshot=b"",
            variables={},
            business={},
            event_count=0,
            version=instance.c.version + 1,
        )
    )


@cache
def _going() -> tuple[tuple[Table, Any, Column[Any] | None], ...]:
    """Return what goes with a case, what refers to it before what is referred to.

    Each with how its rows are of a case; and the column that is emptied, where a row stays.
    """
    found: list[tuple[Table, Any, Column[Any] | None]] = []
    for table in Base.metadata.sorted_tables:
        keys = [each for column in table.columns for each in column.foreign_keys]
        found += [(table, way, key.parent) for key in keys if (way := _loose(key)) is not None]
        if table in owned():
            found.append((table, owned()[table], None))
    return tuple(reversed(found))


@cache
def owned() -> Mapping[Table, Callable[[UUID], ColumnElement[bool]]]:
    """Return the tables whose rows are of a case, each with the condition for those of one.

    What refers to it by a foreign key does, in whatever room of the engine it is kept; the
    records of areas are theirs (`engine.values.keeping`).
    """
    areas = {
        mapper.local_table
        for mapper in Base.registry.mappers
        if not mapper.class_.__module__.startswith("engine.")
    }
    found: dict[Table, Any] = {}
    for table in Base.metadata.sorted_tables:
        if table in areas or table.name in _KEPT or table is instance:
            continue
        keys = [each for column in table.columns for each in column.foreign_keys]
        ways = [way for each in keys if (way := _way(each, found)) is not None]
        if ways:
            found[table] = _any_of(ways)
    return found


_OWNER: Final = "instance_id"


def _loose(key: ForeignKey) -> Any:
    """Return how rows that stay name a case or what goes with it; ``None``: by this they do not."""
    column, target = key.parent, key.column
    if not column.nullable or column.table is target.table:
        return None
    if target.table is instance and column.name != _OWNER:
        return lambda case: column == case
    if target.table in owned() and column.table not in owned():
        belongs = owned()[target.table]
        return lambda case: column.in_(select(target).where(belongs(case)))
    return None


def _way(key: ForeignKey, found: Mapping[Table, Any]) -> Any:
    """Return how rows are of a case by one of their keys; ``None``: by this one they are not."""
    column, target = key.parent, key.column
    if target.table is instance:
        is_own = column.name == _OWNER or not column.nullable
        return (lambda case: column == case) if is_own else None
    if target.table is column.table or target.table not in found:
        return None
    belongs = found[target.table]
    return lambda case: column.in_(select(target).where(belongs(case)))


def _any_of(ways: list[Any]) -> Any:
    return lambda case: or_(*(way(case) for way in ways))

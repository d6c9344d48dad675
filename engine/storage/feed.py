"""The feed: every event of every case in one order, of which nothing is ever missed.

Transactions do not commit in the order in which they began, so no moment and no number drawn
from a sequence orders events for a reader that goes on from where it was. On PostgreSQL an event
has the number of the transaction that wrote it, and only those are read that are older than every
transaction at work: none of them can still get company. SQLite has one writer at a time, so there
the order of the rows is that of the commits (`docs/adr/0041-feed.md`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    and_,
    case,
    literal_column,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.orm import Session

from engine.model.event import event_table as event
from engine.model.instance import instance_table as instance

#: a column and an index of ``event`` that only PostgreSQL has, filled by the database itself; the
#: index is of whole pages (BRIN): events are only added, so those of a time lie together
POSITION: Final = "position"
PLACED: Final = "ix_event_position"
NARROWEST: Final = 4_096  #: positions looked at first


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a reader of the feed is: at an event, which it has read."""

    position: int
    instance_id: UUID
    seq: int

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a cursor as `__str__` writes it.

        Raises:
            ValueError: it is none.
        """
        position, instance_id, seq = text.split("-")
        read = cls(int(position), UUID(instance_id), int(seq))
        if not 0 <= read.position < 2**63 or not 0 <= read.seq < 2**31:
            raise ValueError(f"no database counts so far: {text}")
        return read

    def __str__(self) -> str:
        return f"{self.position}-{self.instance_id.hex}-{self.seq}"


START: Final = Cursor(0, UUID(int=0), 0)


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """One event as the world outside is told of it."""

    cursor: Cursor
    kind: str
    process_id: str
    at: datetime
    told: Mapping[str, Any]  #: that something happened, never what was said
    is_visible: bool

    @property
    def type(self) -> str:
        """What the event is called outside, its parts set off by full stops."""
        return f"case.{self.kind}"

    def message(self) -> dict[str, Any]:
        """Return it as receivers and readers get it."""
        return {"type": self.type, "timestamp": self.at.isoformat(), "data": dict(self.told)}


def after(
    session: Session, cursor: Cursor, limit: int, visible: ColumnElement[bool] | None = None
) -> list[FeedEvent]:
    """Return the next events after a cursor, in the feed's order.

    Args:
        visible: the condition on ``instance`` for cases whose events the reader may see; the
            others are returned too, for whoever reads goes on behind them.
    """
    position = _position(session)
    is_after = _is_after(position, _found(session, cursor))
    seen = literal_column("1") if visible is None else case((visible, 1), else_=0)
    rows: Sequence[Any] = ()
    for is_settled in _settled(session, cursor):
        raw = (
            select(position.label("position"), *_TOLD)
            .where(position > 0, is_settled, is_after)
            .order_by(position, event.c.instance_id, event.c.seq)
            .limit(limit)
            .subquery()
        )
        rows = session.execute(
            select(raw, *_OF_CASE, seen.label("is_visible"))
            .join(instance, instance.c.id == raw.c.instance_id)
            .order_by(raw.c.position, raw.c.instance_id, raw.c.seq)
        ).all()
        if len(rows) == limit:
            break
    return [_event(each) for each in rows]


_TOLD: Final = (
    event.c.instance_id,
    event.c.seq,
    event.c.at,
    event.c.kind,
    event.c.element_id,
    event.c.task_id,
    event.c.actor,
)
_OF_CASE: Final = (instance.c.process_id, instance.c.business_key, instance.c.unit)


def _event(row: Any) -> FeedEvent:
    told = {
        "case": {
            "id": str(row.instance_id),
            "process": row.process_id,
            "business_key": row.business_key,
            "unit": row.unit,
        },
        "number": row.seq,
        "kind": row.kind,
        "element": row.element_id,
        "task": str(row.task_id) if row.task_id else None,
        "actor": row.actor,
    }
    cursor = Cursor(row.position, row.instance_id, row.seq)
    return FeedEvent(cursor, row.kind, row.process_id, row.at, told, bool(row.is_visible))


def grown(session: Session, cursor: Cursor, limit: int) -> tuple[dict[UUID, int], Cursor, int]:
    """Return which cases the next events after a cursor are of, and up to which number.

    Returns:
        the number of the newest of these events by case, the cursor behind them, and how many
        they are.
    """
    position = _position(session)
    is_after = _is_after(position, _found(session, cursor))
    read: list[Cursor] = []
    for is_settled in _settled(session, cursor):
        asked = (
            select(position, event.c.instance_id, event.c.seq)
            .where(position > 0, is_settled, is_after)
            .order_by(position, event.c.instance_id, event.c.seq)
            .limit(limit)
        )
        read = [Cursor(*row) for row in session.execute(asked)]
        if len(read) == limit:
            break
    newest = {each.instance_id: each.seq for each in read}
    return newest, read[-1] if read else cursor, len(read)


def end(session: Session) -> Cursor:
    """Return the cursor behind the newest event that the feed gives now."""
    if not _is_sqlite(session):
        return Cursor(_oldest_at_work(session) - 1, UUID(int=2**128 - 1), 0)
    position = _position(session)
    newest = select(position, event.c.instance_id, event.c.seq).order_by(position.desc()).limit(1)
    row = session.execute(newest).one_or_none()
    return Cursor(*row) if row is not None else START


def is_ahead(session: Session, cursor: Cursor) -> bool:
    """Tell whether a cursor lies behind everything there is, where no answer ever led.

    It is of another database, or of this one before it was put back to an earlier day.
    """
    return _found(session, cursor).position > end(session).position


def settle(connection: Connection) -> None:
    """Let positions go on behind those there are, in a database that was put back elsewhere.

    The numbers of transactions begin anew there. Whoever does it owns the tables.
    """
    if connection.dialect.name != "postgresql":
        return
    newest, now, added = connection.execute(text(_STANDING)).one()
    if newest >= now:
        added += newest + 1 - now
        connection.execute(text(position_function(added)))


def position_function(added: int) -> str:
    """Return the statement that makes positions of the numbers of transactions.

    Args:
        added: to each of them; more in a database that was put back elsewhere.
    """
    return (
        "CREATE OR REPLACE FUNCTION divan_position(of xid8) RETURNS bigint"
        f" LANGUAGE sql STABLE PARALLEL SAFE RETURN of::text::bigint + {added:d}"
    )


_STANDING: Final = """
SELECT coalesce(max(position), 0), divan_position(pg_current_xact_id()), divan_position('0')
FROM event WHERE position > divan_position(pg_current_xact_id())
"""
_OLDEST: Final = "SELECT divan_position(pg_snapshot_xmin(pg_current_snapshot()))"


def _position(session: Session) -> ColumnElement[int]:
    name = "rowid" if _is_sqlite(session) else "position"
    return literal_column(f"event.{name}", BigInteger)


def _settled(session: Session, cursor: Cursor) -> Iterator[ColumnElement[bool]]:
    """Return conditions for events beside which no other can appear any more.

    On PostgreSQL each covers more of them than the one before, the last all: a reader far
    behind would else have everything sorted for each portion (`PLACED` tells pages, not rows).
    """
    if _is_sqlite(session):
        yield true()
        return
    position, oldest = _position(session), _oldest_at_work(session)
    width = NARROWEST
    while cursor.position + width < oldest:
        yield position < cursor.position + width
        width *= 8
    yield position < oldest


def _oldest_at_work(session: Session) -> int:
    """Return the position of the oldest transaction that may still write."""
    found: int = session.scalars(text(_OLDEST)).one()
    return found


def _is_after(position: ColumnElement[int], cursor: Cursor) -> ColumnElement[bool]:
    """Compare the position first by itself: that is what the index finds."""
    same = and_(
        position == cursor.position,
        or_(
            event.c.instance_id > cursor.instance_id,
            and_(event.c.instance_id == cursor.instance_id, event.c.seq > cursor.seq),
        ),
    )
    return and_(position >= cursor.position, or_(position > cursor.position, same))


def _found(session: Session, cursor: Cursor) -> Cursor:
    """Return the cursor where its event lies now: SQLite numbers rows anew when it packs them."""
    if cursor.seq == 0 or not _is_sqlite(session):
        return cursor
    asked = select(_position(session)).where(
        event.c.instance_id == cursor.instance_id, event.c.seq == cursor.seq
    )
    position = session.scalar(asked)
    return Cursor(position or cursor.position, cursor.instance_id, cursor.seq)


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"

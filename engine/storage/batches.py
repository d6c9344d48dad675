"""Rows of batches: filled in one statement, marked one by one, counted by portions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias
from uuid import UUID

from sqlalchemy import (
    Select,
    and_,
    bindparam,
    exists,
    func,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from engine.model.batch import (
    FAILED,
    WAITING,
    Batch,
    BatchNotFound,
    BatchState,
    ItemState,
    batch_item_table,
)

#: ids one by one, or a statement that finds them
Chosen: TypeAlias = "Sequence[UUID] | Select[Any]"
_ITEM: Final = batch_item_table.c


class Item(NamedTuple):
    """One thing that waits."""

    number: int
    target_id: UUID


class Failure(NamedTuple):
    """Why something could not be done."""

    code: str
    cause: str
    fingerprint: str
    details: Sequence[Mapping[str, Any]] | None = None


def batch_to_change(session: Session, batch_id: UUID) -> Batch:
    """Return a batch that nobody else changes before the transaction ends.

    Raises:
        BatchNotFound: there is none.
    """
    found = session.scalar(select(Batch).where(Batch.id == batch_id).with_for_update())
    if found is None:
        raise BatchNotFound(f"no batch {batch_id}")
    return found


def fill(session: Session, batch_id: UUID, chosen: Chosen) -> int:
    """Give a batch what it is about, each once, in the order of ids; return how much it is."""
    if not isinstance(chosen, Select):
        _fill_with(session, batch_id, chosen)
    else:
        of = chosen.order_by(None).distinct().subquery("of")
        id_ = of.c[0]
        number = func.row_number().over(order_by=id_)
        rows = select(literal(batch_id), number, id_, literal(ItemState.WAITING.value))
        columns = ["batch_id", "number", "target_id", "state"]
        session.execute(insert(batch_item_table).from_select(columns, rows))
    of_batch = select(func.max(_ITEM.number)).where(_ITEM.batch_id == batch_id)
    return session.scalar(of_batch) or 0


def _fill_with(session: Session, batch_id: UUID, chosen: Sequence[UUID]) -> None:
    rows = [
        {"batch_id": batch_id, "number": number, "target_id": each, "state": "waiting"}
        for number, each in enumerate(sorted(set(chosen)), 1)
    ]
    if rows:
        session.execute(insert(batch_item_table), rows)


def waiting(session: Session, batch_id: UUID, limit: int) -> list[Item]:
    """Return what of a batch was not tried yet, in order."""
    found = session.execute(_WAITING, {"batch": batch_id, "limit": limit})
    return [Item(*each) for each in found]


def has_waiting(session: Session, batch_id: UUID) -> bool:
    """Tell whether anything of a batch was not tried yet."""
    return bool(waiting(session, batch_id, 1))


def mark(
    session: Session, batch_id: UUID, number: int, state: ItemState, failure: Failure | None = None
) -> bool:
    """Say what became of something that waits, while the batch runs; tell whether it was so."""
    said = failure or Failure(None, None, None)  # type: ignore[arg-type]
    given = {
        "batch": batch_id,
        "of": number,
        "becomes": state.value,
        "why_code": said.code,
        "why": said.cause,
        "alike": said.fingerprint,
        "told": said.details,
    }
    return session.connection().execute(_MARK, given).rowcount == 1


def counted(session: Session, batch_id: UUID, after: int, until: int) -> tuple[int, int]:
    """Return how many things were done, and how many failed, of some numbers."""
    found = session.execute(
        select(_ITEM.state, func.count())
        .where(_ITEM.batch_id == batch_id, _ITEM.number > after, _ITEM.number <= until)
        .group_by(_ITEM.state)
    )
    by_state = {str(state): int(count) for state, count in found}
    return by_state.get(ItemState.DONE.value, 0), by_state.get(ItemState.FAILED.value, 0)


def forget_failures(session: Session, batch_id: UUID) -> int:
    """Let what failed wait again; return how many."""
    return (
        session.connection()
        .execute(
            update(batch_item_table)
            .where(_ITEM.batch_id == batch_id, text(FAILED))
            .values(
                state=ItemState.WAITING.value, code=None, cause=None, fingerprint=None, details=None
            )
        )
        .rowcount
    )


def are_others_done(session: Session, batch_id: UUID, target_id: UUID) -> bool:
    """Tell whether everything of a batch was done but one thing."""
    others = select(_ITEM.number).where(
        _ITEM.batch_id == batch_id,
        _ITEM.target_id != target_id,
        _ITEM.state != ItemState.DONE.value,
    )
    return session.scalar(others.limit(1)) is None


def done_of(batch_id: UUID) -> Select[Any]:
    """Return the statement for what a batch did its act to."""
    return select(_ITEM.target_id).where(
        _ITEM.batch_id == batch_id, _ITEM.state == ItemState.DONE.value
    )


def failed_of(batch_id: UUID) -> Select[Any]:
    """Return the statement for what a batch could not do its act to."""
    return select(_ITEM.target_id).where(_ITEM.batch_id == batch_id, text(FAILED))


# Statements are built once: building one costs more than running it.
_WAITING: Final[Select[Any]] = (
    select(_ITEM.number, _ITEM.target_id)
    .where(_ITEM.batch_id == bindparam("batch"), text(WAITING))
    .order_by(_ITEM.number)
    .limit(bindparam("limit"))
)
_MARK: Final = (
    update(batch_item_table)
    .where(
        _ITEM.batch_id == bindparam("batch"),
        _ITEM.number == bindparam("of"),
        text(f"batch_item.{WAITING}"),
        exists().where(
            and_(Batch.id == bindparam("batch"), Batch.state == BatchState.RUNNING.value)
        ),
    )
    .values(
        state=bindparam("becomes"),
        code=bindparam("why_code"),
        cause=bindparam("why"),
        fingerprint=bindparam("alike"),
        details=bindparam("told"),
    )
)

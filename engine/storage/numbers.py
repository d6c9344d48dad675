"""Numbers without gaps (order numbers, registry numbers)."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from engine.model.counter import Counter


def hold_numbers(session: Session, series: str) -> None:
    """Let nobody draw a number of ``series`` until the transaction ends; none is used up."""
    _moved(session, series, 0)


def next_number(session: Session, series: str) -> int:
    """Return the next number of ``series``, from 1.

    The row stays locked until the transaction ends, so a number given is used or, with
    its transaction, given back: no gaps. One statement, so that two who begin a series
    at once wait for each other as well.
    """
    return _moved(session, series, 1)


def _moved(session: Session, series: str, by: int) -> int:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    first = (sqlite_insert if is_sqlite else postgresql_insert)(Counter).values(
        series=series, last=by
    )
    drawn: int = session.scalars(
        first.on_conflict_do_update(
            index_elements=["series"], set_={"last": Counter.last + by}
        ).returning(Counter.last)
    ).one()
    return drawn

"""Numbers without gaps (order numbers, registry numbers)."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from engine.model.counter import Counter


def next_number(session: Session, series: str) -> int:
    """Return the next number of ``series``, from 1.

    The row stays locked until the transaction ends, so a number given is used or, with
    its transaction, given back: no gaps.
    """
    drawn: int | None = session.scalar(
        update(Counter)
        .where(Counter.series == series)
        .values(last=Counter.last + 1)
        .returning(Counter.last)
    )
    if drawn is None:
        with session.begin_nested():
            session.add(Counter(series=series, last=1))
        return 1
    return drawn

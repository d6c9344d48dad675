"""Signs of life of workers, and the rounds that one of them makes for all."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from engine.model.worker import Round, WorkerRow

#: a worker silent for so long is forgotten; until then it is shown as dead
FORGOTTEN = timedelta(hours=1)
#: by database: the row of a round, if there is none yet
_FIRST = {
    name: new.on_conflict_do_nothing(index_elements=["name"])
    for name, new in (
        ("sqlite", sqlite_insert(Round)),
        ("postgresql", postgresql_insert(Round)),
    )
}


def beat(session: Session, worker: WorkerRow) -> None:
    """Write a worker's sign of life."""
    session.merge(worker)


def leave(session: Session, name: str) -> None:
    """Take a worker that stopped from the list."""
    session.execute(delete(WorkerRow).where(WorkerRow.name == name))


def forget(session: Session, at: datetime) -> None:
    """Take workers from the list that died long ago."""
    session.execute(delete(WorkerRow).where(WorkerRow.beat_at < at - FORGOTTEN))


def is_round_due(session: Session, name: str, at: datetime, every: timedelta) -> bool:
    """Tell whether nobody made a round for a while; asked often, so it only reads."""
    made = session.get(Round, name)
    return made is None or made.made_at <= at - every


def take_round(session: Session, name: str, at: datetime, every: timedelta) -> Round | None:
    """Take it upon oneself to make a round now; ``None`` when another worker was first."""
    row = {"name": name, "made_at": at - every, "reached": None}
    session.execute(_FIRST[session.get_bind().dialect.name], row)
    taken = session.execute(
        update(Round)
        .where(Round.name == name, Round.made_at <= at - every)
        .values(made_at=at)
        .returning(Round)
        .execution_options(synchronize_session=False)
    )
    return taken.scalar_one_or_none()


def reach(session: Session, name: str, reached: str) -> None:
    """Say where the next round of this name goes on."""
    session.execute(update(Round).where(Round.name == name).values(reached=reached))

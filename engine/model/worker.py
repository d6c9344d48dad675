"""Who runs jobs: each worker gives a sign of life, so that a dead one is seen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class WorkerRow(Base):
    """One worker that runs, or died without saying so."""

    __tablename__ = "worker"

    name: Mapped[str] = mapped_column(primary_key=True)  #: ``host:pid:birth``
    host: Mapped[str]
    pid: Mapped[int]
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]  #: its last sign of life
    stopping: Mapped[bool]  #: it finishes what it has and takes no more


class Round(Base):
    """A round that some worker makes every few seconds for all of them."""

    __tablename__ = "round"

    name: Mapped[str] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    reached: Mapped[str | None]  #: where a round in portions goes on

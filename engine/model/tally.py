"""How many cases there are of each kind, counted by workers now and then (ADR 44).

A page of the bridge reads these few rows, whatever the number of cases.
"""

from __future__ import annotations

import enum
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base

ROUND: Final = "tally"  #: of the workers that counts them


class Tallied(enum.Enum):
    """What is counted."""

    RUNNING = "running"  #: cases that run; of no element
    WAITING = "waiting"  #: tokens that wait at an element
    OVERDUE = "overdue"  #: open human tasks past their deadline
    STOPPED = "stopped"  #: open incidents; of no element where a case as a whole is stuck


class Tally(Base):
    """How many of one thing there were when they were last counted; nothing is no row."""

    __tablename__ = "tally"

    what: Mapped[str] = mapped_column(primary_key=True)
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("definition.id"), primary_key=True)
    unit: Mapped[str] = mapped_column(primary_key=True)
    element_id: Mapped[str] = mapped_column(primary_key=True)  #: empty: of no element
    number: Mapped[int]


class DayTally(Base):
    """What happened on one day in the cases of one version in one unit."""

    __tablename__ = "day_tally"

    day: Mapped[date] = mapped_column(primary_key=True)  #: from midnight to midnight in Tehran
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("definition.id"), primary_key=True)
    unit: Mapped[str] = mapped_column(primary_key=True)
    started: Mapped[int]
    finished: Mapped[int]
    cancelled: Mapped[int]
    stopped: Mapped[int]  #: incidents opened
    mended: Mapped[int]  #: incidents resolved

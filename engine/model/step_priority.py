"""Priorities that an administrator gives to the work of steps, over what their models say."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base

HIGHEST: Final = 2**31 - 1  #: a priority is as far above zero as this, or below it


class StepPriority(Base):
    """It is of each job that the step makes from then on, in every case of the version."""

    __tablename__ = "step_priority"

    definition_id: Mapped[UUID] = mapped_column(ForeignKey("definition.id"), primary_key=True)
    element_id: Mapped[str] = mapped_column(primary_key=True)
    priority: Mapped[int]  #: higher runs first; a job nobody spoke of has 50
    reason: Mapped[str]
    by: Mapped[str]  #: user name
    at: Mapped[datetime]

"""The working calendar as data: weekends and holidays an administrator may change."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class Weekend(Base):
    """The weekly days off from a day on (`domain.md` §4.8)."""

    __tablename__ = "weekend"

    valid_from: Mapped[date] = mapped_column(primary_key=True)
    days: Mapped[str]  #: ``date.weekday()`` numbers, comma separated: "3,4" is Thursday, Friday


class Holiday(Base):
    """One day off, with where that is known from."""

    __tablename__ = "holiday"

    on: Mapped[date] = mapped_column(primary_key=True)
    title: Mapped[str]
    source: Mapped[str]

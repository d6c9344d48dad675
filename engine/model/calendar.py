"""The working calendar as data: weekends and holidays an administrator may change."""

from __future__ import annotations

from datetime import date, datetime, time

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


class UnitWeek(Base):
    """A unit's own days off of the week, from a day on; without any it has its parent's."""

    __tablename__ = "unit_week"

    unit_code: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    days: Mapped[str]  #: as in `Weekend`


class UnitHours(Base):
    """When a unit's office is open, from a day on; without any it has its parent's hours."""

    __tablename__ = "unit_hours"

    unit_code: Mapped[str] = mapped_column(primary_key=True)  #: ``*``: everywhere
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    opens: Mapped[time]  #: in Tehran
    closes: Mapped[time]


class UnitDay(Base):
    """One day that is off, or worked, in a unit and those under it that say nothing else."""

    __tablename__ = "unit_day"

    unit_code: Mapped[str] = mapped_column(primary_key=True)  #: ``*``: everywhere
    on: Mapped[date] = mapped_column(primary_key=True)
    is_off: Mapped[bool]
    title: Mapped[str]
    source: Mapped[str]
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]

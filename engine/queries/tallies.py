"""What was counted of the cases an administrator watches: a few rows, whatever their number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine.model.definition import Definition
from engine.model.person import Actor
from engine.model.tally import ROUND, DayTally, Tallied, Tally
from engine.model.worker import Round
from engine.queries.case_list import watched
from engine.values import local_date

DAYS: Final = 30  #: that throughput is told of
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """How much there is now."""

    running: int = 0
    waiting: int = 0  #: tokens at elements
    overdue: int = 0  #: steps past their deadline
    stopped: int = 0  #: open incidents


@dataclass(frozen=True, slots=True)
class Happened:
    """How much happened in some time."""

    started: int = 0
    finished: int = 0
    cancelled: int = 0
    stopped: int = 0  #: incidents opened
    mended: int = 0  #: incidents resolved

    @property
    def growth(self) -> int:
        """How many more cases run after it than before."""
        return self.started - self.finished - self.cancelled


_HAPPENED: Final = tuple(each.name for each in fields(Happened))


@dataclass(frozen=True, slots=True)
class OfVersion:
    """One version of a process."""

    definition_id: UUID
    process_id: str
    version: int
    deployed_at: datetime
    now: Standing
    lately: Happened  #: in the last `DAYS`


@dataclass(frozen=True, slots=True)
class OfUnit:
    """The cases of one unit."""

    unit: str
    now: Standing
    lately: Happened


@dataclass(frozen=True, slots=True)
class Overview:
    """How the cases move, as last counted."""

    counted_at: datetime | None  #: ``None``: never yet
    now: Standing
    days: tuple[tuple[date, Happened], ...]  #: the last `DAYS`, oldest first, today last
    versions: tuple[OfVersion, ...]  #: by process, the newest first
    units: tuple[OfUnit, ...]  #: by code

    @property
    def today(self) -> Happened:
        """What happened today."""
        return self.days[-1][1]

    @property
    def yesterday(self) -> Happened:
        """What happened on the day before, all of it."""
        return self.days[-2][1]


def counted_at(session: Session) -> datetime | None:
    """Return when the cases were last counted."""
    return session.scalar(select(Round.made_at).where(Round.name == ROUND))


def overview(session: Session, actor: Actor, at: datetime) -> Overview:
    """Return how the cases move that the actor watches.

    Raises:
        Forbidden: he watches none.
    """
    standing, today = _standing(session, actor), local_date(at)
    each_day = _lately(session, actor, today, DayTally.day)
    return Overview(
        counted_at(session),
        _of_all(standing),
        tuple(
            (day, each_day.get(day, Happened()))
            for day in (today - back * _DAY for back in reversed(range(DAYS)))
        ),
        tuple(_versions(session, standing, _lately(session, actor, today, DayTally.definition_id))),
        tuple(_units(standing, _lately(session, actor, today, DayTally.unit))),
    )


def at_elements(session: Session, actor: Actor, definition_id: UUID) -> dict[str, Standing]:
    """Return how much stands at each element of one version, as last counted.

    Raises:
        Forbidden: the actor watches nothing.
    """
    counted = (
        select(Tally.element_id, Tally.what, func.sum(Tally.number))
        .where(Tally.definition_id == definition_id, *watched(actor, Tally.unit))
        .group_by(Tally.element_id, Tally.what)
    )
    found: dict[str, list[tuple[str, int]]] = {}
    for element_id, what, number in session.execute(counted):
        found.setdefault(element_id, []).append((what, int(number)))
    return {element_id: _of_all(each) for element_id, each in found.items()}


_Counted = tuple[str, UUID, str, int]  #: what, definition, unit, number


def _standing(session: Session, actor: Actor) -> list[_Counted]:
    counted = (
        select(Tally.what, Tally.definition_id, Tally.unit, func.sum(Tally.number))
        .where(*watched(actor, Tally.unit))
        .group_by(Tally.what, Tally.definition_id, Tally.unit)
    )
    return [(what, of, unit, int(number)) for what, of, unit, number in session.execute(counted)]


def _lately(
    session: Session, actor: Actor, today: date, by: InstrumentedAttribute[Any]
) -> dict[Any, Happened]:
    """Return what happened in the last days, by one of the columns it is counted by."""
    found = (
        select(by, *(func.sum(getattr(DayTally, each)) for each in _HAPPENED))
        .where(DayTally.day > today - DAYS * _DAY, *watched(actor, DayTally.unit))
        .group_by(by)
    )
    return {key: Happened(*map(int, numbers)) for key, *numbers in session.execute(found)}


def _of_all(counted: Iterable[Sequence[Any]]) -> Standing:
    sums = dict.fromkeys((each.value for each in Tallied), 0)
    for what, *_, number in counted:
        sums[what] += number
    return Standing(**sums)


def _versions(
    session: Session, standing: list[_Counted], lately: Mapping[UUID, Happened]
) -> Iterable[OfVersion]:
    known = session.execute(
        select(
            Definition.id, Definition.process_id, Definition.version, Definition.deployed_at
        ).order_by(Definition.process_id, Definition.version.desc())
    )
    by_definition = _grouped(standing, 1)
    for identity, process_id, version, deployed_at in known:
        now = _of_all(by_definition.get(identity, ()))
        yield OfVersion(
            identity, process_id, version, deployed_at, now, lately.get(identity, Happened())
        )


def _units(standing: list[_Counted], lately: Mapping[str, Happened]) -> Iterable[OfUnit]:
    by_unit = _grouped(standing, 2)
    for unit in sorted({*lately, *by_unit}):
        yield OfUnit(unit, _of_all(by_unit.get(unit, ())), lately.get(unit, Happened()))


def _grouped(rows: list[_Counted], place: int) -> dict[Any, list[_Counted]]:
    found: dict[Any, list[_Counted]] = {}
    for each in rows:
        found.setdefault(each[place], []).append(each)
    return found

"""Who is away and who stands in: what a person, a head and an administrator may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session, aliased

from engine.model.person import ANYWHERE, Actor, Grant, Person
from engine.model.substitution import Substitution
from engine.values import Rial, local_date

#: those that are over and still shown
_PAST = 50


@dataclass(frozen=True, slots=True)
class Named:
    """A person, as lists name people."""

    username: str
    name_fa: str
    name_en: str

    def name(self, locale: str) -> str:
        """Return the name in ``locale``."""
        return self.name_fa if locale == "fa" else self.name_en


@dataclass(frozen=True, slots=True)
class Absence:
    """One substitution, with the names."""

    id: UUID
    away: Named
    substitute: Named
    first: date
    last: date
    processes: Sequence[str] | None
    desks: Sequence[str] | None
    most: Rial | None
    reason: str
    entered_by: str
    ended_at: datetime | None
    is_over: bool


def page(session: Session, actor: Actor, at: datetime) -> tuple[Absence, ...]:
    """Return what concerns the actor and those he answers for: to come and running first."""
    away, substitute = aliased(Person), aliased(Person)
    today = local_date(at)
    rows = session.execute(
        select(Substitution, away, substitute)
        .join(away, away.id == Substitution.person_id)
        .join(substitute, substitute.id == Substitution.substitute_id)
        .where(_concerns(actor))
        .order_by(Substitution.valid_to.desc(), Substitution.id)
        .limit(_PAST)
    ).all()
    return tuple(_absence(row, today) for row in rows)


def answered_for(session: Session, actor: Actor) -> tuple[Named, ...]:
    """Return for whom the actor may enter a substitution, himself first."""
    return (_me(actor), *_those(session, actor, _led(actor)))


def colleagues(session: Session, away: Actor) -> tuple[Named, ...]:
    """Return who may stand in for a person: whoever has a role in one of the same units."""
    units = sorted(away.units - {ANYWHERE})
    return _those(session, away, Grant.unit_code.in_(units) if units else true())


def _those(
    session: Session, but: Actor, are_meant: ColumnElement[bool] | None
) -> tuple[Named, ...]:
    if are_meant is None:
        return ()
    held = select(Grant.person_id).where(are_meant)
    rows = session.execute(
        select(Person.username, Person.name_fa, Person.name_en)
        .where(Person.id.in_(held), Person.disabled.is_(False), Person.id != but.person_id)
        .order_by(Person.name_fa, Person.username)
    )
    return tuple(Named(*each) for each in rows)


def _led(actor: Actor) -> ColumnElement[bool] | None:
    """Return the grants of those the actor answers for; ``None``: nobody."""
    units = actor.units_of("UNIT_HEAD")
    if actor.is_admin or ANYWHERE in units:
        return true()
    return Grant.unit_code.in_(sorted(units)) if units else None


def _concerns(actor: Actor) -> ColumnElement[bool]:
    mine = or_(
        Substitution.person_id == actor.person_id, Substitution.substitute_id == actor.person_id
    )
    led = _led(actor)
    if led is None:
        return mine
    return or_(mine, Substitution.person_id.in_(select(Grant.person_id).where(led)))


def _absence(row: Sequence[object], today: date) -> Absence:
    entered, away, substitute = row
    assert isinstance(entered, Substitution)
    assert isinstance(away, Person)
    assert isinstance(substitute, Person)
    is_over = entered.ended_at is not None or entered.valid_to < today
    return Absence(
        entered.id,
        Named(away.username, away.name_fa, away.name_en),
        Named(substitute.username, substitute.name_fa, substitute.name_en),
        entered.valid_from,
        entered.valid_to,
        entered.processes,
        entered.desks,
        entered.most,
        entered.reason,
        entered.entered_by,
        entered.ended_at,
        is_over,
    )


def _me(actor: Actor) -> Named:
    return Named(actor.username, actor.name_fa, actor.name_en)

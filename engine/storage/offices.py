"""Rows of people, roles and units, as administrators change them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select
from sqlalchemy.orm import Session

from engine.model.person import Grant, Person, Unit
from engine.model.sign_in import SignIn


def person_named(session: Session, username: str) -> Person | None:
    """Return a person by user name, to be changed."""
    return session.scalars(
        select(Person).where(Person.username == username).with_for_update()
    ).one_or_none()


def forget_browsers(session: Session, person_id: UUID) -> None:
    """Forget every browser a person is signed in with."""
    session.execute(delete(SignIn).where(SignIn.person_id == person_id))


def is_last_admin(session: Session, person_id: UUID, today: date) -> bool:
    """Tell whether a person is administrator and nobody else is.

    The rows are locked: of two who end each other's role in one moment, one is refused.
    """
    admins = set(
        session.scalars(
            select(Grant.person_id)
            .join(Person, Person.id == Grant.person_id)
            .where(Grant.role == "ADMIN", Person.disabled.is_(False), holds_on(today))
            .order_by(Grant.id)
            .with_for_update()
        )
    )
    return admins == {person_id}


def holds_on(day: date) -> ColumnElement[bool]:
    """Return the condition on a grant that it holds on a day."""
    return and_(
        or_(Grant.valid_from.is_(None), Grant.valid_from <= day),
        or_(Grant.valid_to.is_(None), Grant.valid_to >= day),
    )


def holds(
    session: Session, person_id: UUID, role: str, unit: str, first: date | None, last: date | None
) -> bool:
    """Tell whether a person has a role in a unit on any of these days."""
    asked = select(
        exists().where(
            Grant.person_id == person_id,
            Grant.role == role,
            Grant.unit_code == unit,
            or_(Grant.valid_to.is_(None), Grant.valid_to >= (first or date.min)),
            or_(Grant.valid_from.is_(None), Grant.valid_from <= (last or date.max)),
        )
    )
    return bool(session.scalar(asked))


def above(session: Session, unit: str) -> list[str]:
    """Return a unit and all above it, the nearest first.

    The tree is locked: two units moved in one moment do not come to lie under each other.
    """
    tree = select(Unit.code, Unit.parent_code).order_by(Unit.code).with_for_update()
    parents = dict(session.execute(tree).all())
    found = [unit]
    while (parent := parents.get(found[-1])) is not None and parent not in found:
        found.append(parent)
    return found


def open_under(session: Session, unit: str) -> bool:
    """Tell whether a unit has units under it that are not closed."""
    asked = select(exists().where(Unit.parent_code == unit, Unit.closed_on.is_(None)))
    return bool(session.scalar(asked))

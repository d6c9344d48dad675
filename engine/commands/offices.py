"""What administrators do to people, their roles and the tree of units; each act is journalled.

Nobody gives himself a role, and the last administrator stays one. A role is never deleted:
it ends, and remains as history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from engine.commands.admins import must_be_admin
from engine.commands.retried import retried
from engine.errors import Conflict, Forbidden, NotFound, Problem, RulesBroken
from engine.model.admin_event import AdminEventKind
from engine.model.base import new_id
from engine.model.person import ANYWHERE, Actor, Grant, Person, Unit
from engine.storage import offices as rows
from engine.storage.admin_events import tell
from engine.storage.calendar import changed as calendar_changed
from engine.storage.database import Session, UnitOfWork
from engine.values import local_date


@dataclass(frozen=True, slots=True)
class Role:
    """A role to be given in a unit, or everywhere (``*``)."""

    role: str
    unit: str
    first: date | None = None  #: ``None``: today
    last: date | None = None  #: ``None``: until it is ended
    with_children: bool = False  #: in the units under it as well
    is_acting: bool = False  #: until the post is filled (سرپرست); such a role has a last day


class PersonNotFound(NotFound):
    """There is no such person."""


class UnitNotFound(NotFound):
    """There is no such unit."""


class GrantNotFound(NotFound):
    """The person was never given this role."""


class GrantEnded(Conflict):
    """The role is over already."""


class NotOneself(Forbidden):
    """Nobody gives himself rights, or shuts himself out."""


class LastAdministrator(Conflict):
    """Somebody has to stay administrator."""


@retried
def add_person(
    uow: UnitOfWork,
    username: str,
    *,
    name_fa: str,
    name_en: str,
    password_hash: str | None,
    national_code: str | None,
    actor: Actor,
    at: datetime,
    is_machine: bool = False,
) -> UUID:
    """Add a person without any role; a password made here is changed at the first sign-in.

    Args:
        password_hash: ``None`` for whom the site's directory or provider knows.
        is_machine: a program's account: it opens HTTP Basic and no browser.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        RulesBroken: the user name is in use.
    """
    must_be_admin(actor)
    with uow:
        if rows.person_named(uow.session, username) is not None:
            raise RulesBroken([Problem("PPL-001", "username")])
        person = Person(
            id=new_id(),
            username=username,
            name_fa=name_fa,
            name_en=name_en,
            national_code=national_code,
            password_hash=password_hash,
            password_given=password_hash is not None and not is_machine,
            is_machine=is_machine,
        )
        uow.session.add(person)
        facts = {"machine": is_machine or None}
        _tell(uow, AdminEventKind.PERSON_ADDED, actor, at, person=username, facts=facts)
        uow.commit()
        return person.id


@retried
def give_password(
    uow: UnitOfWork, username: str, password_hash: str, *, actor: Actor, at: datetime
) -> None:
    """Give a person another password, to be changed at the next sign-in; browsers are ended.

    A program keeps what it is given.

    Raises:
        NotAtThisDesk, PersonNotFound: nothing was changed.
        NotOneself: one's own is changed with the old one, on the page of one's account.
    """
    must_be_admin(actor)
    with uow:
        person = _person(uow.session, username)
        if _is_oneself(person, actor):
            raise NotOneself(username)
        person.password_hash, person.password_given = password_hash, not person.is_machine
        rows.forget_browsers(uow.session, person.id)
        _tell(uow, AdminEventKind.PASSWORD_GIVEN, actor, at, person=username)
        uow.commit()


@retried
def set_disabled(
    uow: UnitOfWork, username: str, *, is_disabled: bool, actor: Actor, at: datetime
) -> None:
    """Shut a person out of every browser, or let in again; roles and history stay.

    Raises:
        NotAtThisDesk, PersonNotFound, NotOneself, LastAdministrator: nothing was changed.
    """
    must_be_admin(actor)
    with uow:
        person = _person(uow.session, username)
        if person.id == actor.person_id:
            raise NotOneself(username)
        if is_disabled and rows.is_last_admin(uow.session, person.id, local_date(at)):
            raise LastAdministrator(username)
        person.disabled = is_disabled
        if is_disabled:
            rows.forget_browsers(uow.session, person.id)
        kind = AdminEventKind.PERSON_DISABLED if is_disabled else AdminEventKind.PERSON_ENABLED
        _tell(uow, kind, actor, at, person=username)
        uow.commit()


@retried
def give_role(uow: UnitOfWork, username: str, given: Role, *, actor: Actor, at: datetime) -> UUID:
    """Give a person a role, from a day to a day; return the grant's id.

    Raises:
        NotAtThisDesk, PersonNotFound, NotOneself: nothing was changed.
        RulesBroken: what is wrong, beside its field.
    """
    must_be_admin(actor)
    with uow:
        person = _person(uow.session, username)
        if _is_oneself(person, actor):
            raise NotOneself(username)
        _check(uow.session, person, given)
        grant = Grant(
            id=new_id(),
            person_id=person.id,
            role=given.role,
            unit_code=given.unit,
            with_children=given.with_children,
            valid_from=given.first or local_date(at),
            valid_to=given.last,
            acting=given.is_acting,
            given_by=actor.username,
            given_at=at,
        )
        uow.session.add(grant)
        facts = {
            "role": given.role,
            "first": given.first.isoformat() if given.first else None,
            "last": given.last.isoformat() if given.last else None,
            "with_children": given.with_children or None,
            "acting": given.is_acting or None,
        }
        kind = AdminEventKind.ROLE_GRANTED
        _tell(uow, kind, actor, at, person=username, unit=given.unit, facts=facts)
        uow.commit()
        return grant.id


@retried
def end_role(uow: UnitOfWork, grant_id: UUID, last: date, *, actor: Actor, at: datetime) -> None:
    """End a role with a last day; one before today ends it at once. It stays as history.

    Raises:
        NotAtThisDesk, GrantNotFound, GrantEnded, LastAdministrator: nothing was changed.
    """
    must_be_admin(actor)
    with uow:
        grant = uow.session.get(Grant, grant_id, with_for_update=True)
        if grant is None:
            raise GrantNotFound(str(grant_id))
        today = local_date(at)
        if grant.valid_to is not None and grant.valid_to < today:
            raise GrantEnded(str(grant_id))
        is_admin = grant.role == "ADMIN"
        if is_admin and rows.is_last_admin(uow.session, grant.person_id, today):
            raise LastAdministrator(str(grant_id))
        grant.valid_to, grant.ended_by, grant.ended_at = last, actor.username, at
        person = uow.session.get_one(Person, grant.person_id)
        facts = {"role": grant.role, "last": last.isoformat()}
        _tell(
            uow,
            AdminEventKind.ROLE_ENDED,
            actor,
            at,
            person=person.username,
            unit=grant.unit_code,
            facts=facts,
        )
        uow.commit()


@retried
def add_unit(
    uow: UnitOfWork,
    code: str,
    *,
    title_fa: str,
    title_en: str,
    parent: str | None,
    actor: Actor,
    at: datetime,
) -> None:
    """Add a unit under another; its code never changes, for documents carry it.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        RulesBroken: the code is in use, or there is no such parent.
    """
    must_be_admin(actor)
    with uow:
        wrong = [
            (uow.session.get(Unit, code) is not None, "PPL-006", "code"),
            (parent is not None and uow.session.get(Unit, parent) is None, "PPL-002", "parent"),
        ]
        problems = [Problem(problem, field) for is_so, problem, field in wrong if is_so]
        if problems:
            raise RulesBroken(problems)
        unit = Unit(code=code, title_fa=title_fa, title_en=title_en, parent_code=parent)
        uow.session.add(unit)
        facts = {"title_fa": title_fa, "title_en": title_en, "parent": parent}
        _tell(uow, AdminEventKind.UNIT_ADDED, actor, at, unit=code, facts=facts)
        calendar_changed(uow.session)
        uow.commit()


@retried
def change_unit(
    uow: UnitOfWork,
    code: str,
    *,
    title_fa: str,
    title_en: str,
    parent: str | None,
    actor: Actor,
    at: datetime,
) -> None:
    """Rename a unit, or move it under another with all that lies under it.

    Raises:
        NotAtThisDesk, UnitNotFound: nothing was changed.
        RulesBroken: it would lie under itself, or there is no such parent.
    """
    must_be_admin(actor)
    with uow:
        unit = _unit(uow.session, code)
        if parent is not None and uow.session.get(Unit, parent) is None:
            raise RulesBroken([Problem("PPL-002", "parent")])
        if parent is not None and code in rows.above(uow.session, parent):
            raise RulesBroken([Problem("PPL-007", "parent")])
        if (title_fa, title_en) != (unit.title_fa, unit.title_en):
            facts = {"was_fa": unit.title_fa, "was_en": unit.title_en, "title_fa": title_fa}
            _tell(uow, AdminEventKind.UNIT_RENAMED, actor, at, unit=code, facts=facts)
        if parent != unit.parent_code:
            moved = {"was": unit.parent_code, "parent": parent}
            _tell(uow, AdminEventKind.UNIT_MOVED, actor, at, unit=code, facts=moved)
            calendar_changed(uow.session)
        unit.title_fa, unit.title_en, unit.parent_code = title_fa, title_en, parent
        uow.commit()


@retried
def close_unit(uow: UnitOfWork, code: str, *, actor: Actor, at: datetime) -> None:
    """Close a unit: nobody is given a role in it any more; its cases run to their end.

    Raises:
        NotAtThisDesk, UnitNotFound: nothing was changed.
        RulesBroken: units under it are open.
    """
    must_be_admin(actor)
    with uow:
        unit = _unit(uow.session, code)
        if rows.open_under(uow.session, code):
            raise RulesBroken([Problem("PPL-008")])
        unit.closed_on = unit.closed_on or local_date(at)
        _tell(uow, AdminEventKind.UNIT_CLOSED, actor, at, unit=code)
        uow.commit()


def _check(session: Session, person: Person, given: Role) -> None:
    unit = session.get(Unit, given.unit) if given.unit != ANYWHERE else None
    first, last = given.first, given.last
    wrong = [
        (given.unit != ANYWHERE and unit is None, "PPL-002", "unit"),
        (unit is not None and unit.closed_on is not None, "PPL-003", "unit"),
        (first is not None and last is not None and last < first, "SUB-003", "last"),
        (given.is_acting and last is None, "PPL-004", "last"),
        (rows.holds(session, person.id, given.role, given.unit, first, last), "PPL-005", "role"),
    ]
    problems = [Problem(code, field) for is_so, code, field in wrong if is_so]
    if problems:
        raise RulesBroken(problems)


def _person(session: Session, username: str) -> Person:
    person = rows.person_named(session, username)
    if person is None:
        raise PersonNotFound(username)
    return person


def _is_oneself(person: Person, actor: Actor) -> bool:
    """Tell whether these are one human being: two accounts of one national code are."""
    code = actor.national_code
    return person.id == actor.person_id or (code is not None and person.national_code == code)


def _unit(session: Session, code: str) -> Unit:
    unit = session.get(Unit, code, with_for_update=True)
    if unit is None:
        raise UnitNotFound(code)
    return unit


def _tell(
    uow: UnitOfWork,
    kind: AdminEventKind,
    actor: Actor,
    at: datetime,
    *,
    person: str | None = None,
    unit: str | None = None,
    facts: Mapping[str, object] | None = None,
) -> None:
    tell(uow.session, kind, actor=actor.username, at=at, person=person, unit=unit, **(facts or {}))

"""Which process a handbook is of, who may read it, and who holds the roles it names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.catalogue.config import ConfigRefused
from engine.errors import NotAtThisDesk
from engine.model.definition import BundleRow, Definition
from engine.model.person import Actor, Grant, Person, role_of
from engine.queries import studio
from engine.storage import bundles
from engine.storage.bundles import Deployed
from engine.storage.offices import holds_on
from engine.values.calendar import TEHRAN


@dataclass(frozen=True, slots=True)
class Edition:
    """One deployed version of a process, and how it came to be."""

    definition: Deployed
    deployed_at: datetime
    by: str  #: user name, or what deployed it
    names: Mapping[str, str] | None  #: of whoever did, by language, where it was a person
    newest: int  #: number of the newest version
    before: Deployed | None  #: the version before it


def edition(session: Session, process_id: str, number: int | None, actor: Actor) -> Edition:
    """Return one version of a process for its handbook, the newest unless asked for.

    Raises:
        DefinitionNotFound: there is none.
        NotAtThisDesk: the actor neither works in it nor watches over processes.
    """
    newest = bundles.latest(session, process_id)
    found = newest if number is None else bundles.version(session, process_id, number)
    if not may_read(found, actor):
        raise NotAtThisDesk(f"handbook of {process_id}")
    at, by, person = session.execute(
        select(Definition.deployed_at, BundleRow.deployed_by, Person)
        .join(BundleRow, BundleRow.id == Definition.bundle_id)
        .outerjoin(Person, Person.username == BundleRow.deployed_by)
        .where(Definition.id == found.id)
    ).one()
    before = bundles.version(session, process_id, found.version - 1) if found.version > 1 else None
    names = None if person is None else person.names
    return Edition(found, at, by or "", names, newest.version, before)


def may_read(definition: Deployed, actor: Actor) -> bool:
    """Tell whether somebody may read how a process goes.

    Whoever has a role in it anywhere, or stands in for one who has; who watches over all cases;
    and who sees the workshop.
    """
    if studio.may_read(actor) or actor.sees_all:
        return True
    try:
        config = definition.bundle.process(definition.process_id)
    except ConfigRefused:
        return False
    named = {role for each in config.lanes.values() for role in (each.role, each.head) if role}
    for_others = {role_of(desk) for each in actor.stands_in for desk in each.desks}
    return not named.isdisjoint(actor.roles | for_others)


def units_with(
    session: Session, roles: Iterable[str], at: datetime
) -> Mapping[str, tuple[str, ...]]:
    """Return in which units each role is held at a moment, by role; one statement."""
    found: dict[str, tuple[str, ...]] = {}
    rows = session.execute(
        select(Grant.role, Grant.unit_code)
        .where(Grant.role.in_(sorted(set(roles))), holds_on(at.astimezone(TEHRAN).date()))
        .distinct()
        .order_by(Grant.role, Grant.unit_code)
    )
    for role, unit in rows:
        found[role] = (*found.get(role, ()), unit)
    return found

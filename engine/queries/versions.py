"""The published versions of an area, with who published them and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.model.definition import BundleRow, Definition
from engine.model.person import Actor, Person
from engine.queries.studio import must_read


@dataclass(frozen=True, slots=True)
class PublishedProcess:
    """A process as one version of its area has it."""

    process_id: str
    name: str
    version: int


@dataclass(frozen=True, slots=True)
class Published:
    """One version of an area."""

    number: int  #: from 1, the oldest
    bundle_id: str
    at: datetime
    by: str  #: user name, or what deployed it
    names: Mapping[str, str] | None  #: of whoever did, by language, where it was a person
    processes: tuple[PublishedProcess, ...]


def published(session: Session, area: str, actor: Actor) -> tuple[Published, ...]:
    """Return the versions of an area, the newest first.

    Raises:
        NotFound: nothing of that name was ever published.
        NotAnAnalyst: the actor may not see them.
    """
    found = versions_of(session, area)
    if not found:
        raise NotFound(f"no area {area}")
    must_read(actor)
    return found


def versions_of(session: Session, area: str) -> tuple[Published, ...]:
    """Return the versions of an area, the newest first; there may be none."""
    rows = session.execute(
        select(BundleRow.id, Definition.deployed_at, Definition.deployed_by, Person)
        .join(Definition, Definition.bundle_id == BundleRow.id)
        .outerjoin(Person, Person.username == Definition.deployed_by)
        .where(BundleRow.area == area)
        .distinct()
        .order_by(Definition.deployed_at, BundleRow.id)
    ).all()
    processes = _processes(session, area)
    found = [
        Published(
            number,
            bundle_id,
            at,
            by or "",
            None if person is None else person.names,
            processes.get((bundle_id, at), ()),
        )
        for number, (bundle_id, at, by, person) in enumerate(rows, 1)
    ]
    return tuple(reversed(found))


def _processes(
    session: Session, area: str
) -> dict[tuple[str, datetime], tuple[PublishedProcess, ...]]:
    found: dict[tuple[str, datetime], tuple[PublishedProcess, ...]] = {}
    for each in session.scalars(
        select(Definition)
        .join(BundleRow, BundleRow.id == Definition.bundle_id)
        .where(BundleRow.area == area)
        .order_by(Definition.process_id)
    ):
        process = PublishedProcess(each.process_id, each.name, each.version)
        key = each.bundle_id, each.deployed_at
        found[key] = (*found.get(key, ()), process)
    return found

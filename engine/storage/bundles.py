"""Definitions and bundles: immutable once deployed, so read once and kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import cast
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from engine.catalogue.bundle import Bundle
from engine.errors import DefinitionNotFound, NotFound
from engine.model.definition import BundleRow, Definition
from engine.model.suspension import ProcessSuspended, Suspension
from engine.storage.statements import Prepared


@dataclass(frozen=True, slots=True)
class Deployed:
    """One definition with the bundle it runs in."""

    id: UUID
    process_id: str
    version: int
    name: str
    bundle: Bundle

    @property
    def columns(self) -> Mapping[str, str]:
        """The business values that lists show and cases are found by, with their kinds."""
        return self.bundle.process(self.process_id).columns


_definitions: dict[UUID, Deployed] = {}
_bundles: dict[str, Bundle] = {}
_reading = Lock()


def deployed(session: Session, definition_id: UUID) -> Deployed:
    """Return a definition by id.

    Raises:
        NotFound: there is none.
    """
    found = known(definition_id)
    if found is None:
        row = session.get(Definition, definition_id)
        if row is None:
            raise NotFound(f"no definition {definition_id}")
        found = _definitions[definition_id] = _deployed(session, row)
    return found


def known(definition_id: UUID) -> Deployed | None:
    """Return a definition this process has read before."""
    return _definitions.get(definition_id)


def latest(session: Session, process_id: str) -> Deployed:
    """Return the newest definition of a process.

    Raises:
        DefinitionNotFound: none was deployed.
    """
    return deployed(session, newest(session.connection(), process_id))


def newest(connection: Connection, process_id: str) -> UUID:
    """Return the id of the newest definition of a process.

    Raises:
        DefinitionNotFound: none was deployed.
    """
    for found, _ in _newest().rows(connection, {"process": process_id}):
        return cast(UUID, found)
    raise DefinitionNotFound(process_id)


def startable(connection: Connection, process_id: str) -> UUID:
    """Return the id of the newest definition of a process, of which a case is to be started.

    Raises:
        DefinitionNotFound: none was deployed.
        ProcessSuspended: nobody starts one for now.
    """
    for found, reason in _newest().rows(connection, {"process": process_id}):
        if reason is not None:
            raise ProcessSuspended(process_id, reason)
        return cast(UUID, found)
    raise DefinitionNotFound(process_id)


@cache
def _newest() -> Prepared:
    """Return the statement for the newest definition, and why no case of it is started."""
    of_process = Definition.process_id == bindparam("process")
    last = select(func.max(Definition.version)).where(of_process).scalar_subquery()
    return Prepared(
        select(Definition.id, Suspension.reason)
        .outerjoin(Suspension, Suspension.process_id == Definition.process_id)
        .where(of_process, Definition.version == last)
    )


def version(session: Session, process_id: str, number: int) -> Deployed:
    """Return one version of a process.

    Raises:
        DefinitionNotFound: it was never deployed.
    """
    found = session.scalar(
        select(Definition.id).where(
            Definition.process_id == process_id, Definition.version == number
        )
    )
    if found is None:
        raise DefinitionNotFound(f"{process_id} version {number}")
    return deployed(session, found)


def versions(session: Session, process_id: str) -> Iterator[Deployed]:
    """Yield the versions of a process, the newest first."""
    found = select(Definition.id).where(Definition.process_id == process_id)
    for each in session.scalars(found.order_by(Definition.version.desc())).all():
        yield deployed(session, each)


def beside(session: Session, definition_id: UUID, process_id: str) -> Deployed:
    """Return the definition of another process that was deployed together with this one.

    Raises:
        DefinitionNotFound: the bundle has no such process.
    """
    known = aliased(Definition)
    together = (Definition.bundle_id == known.bundle_id) & (
        Definition.deployed_at == known.deployed_at
    )
    found = session.scalar(
        select(Definition.id)
        .join(known, together)
        .where(known.id == definition_id, Definition.process_id == process_id)
    )
    if found is None:
        raise DefinitionNotFound(process_id)
    return deployed(session, found)


def is_deployed(session: Session, bundle_id: str) -> bool:
    """Tell whether a bundle is known; its content is not read."""
    return session.scalar(select(BundleRow.id).where(BundleRow.id == bundle_id)) is not None


def newest_version(session: Session, process_id: str) -> int:
    """Return the number of the newest version of a process, 0 when there is none."""
    newest = select(func.max(Definition.version)).where(Definition.process_id == process_id)
    return session.scalar(newest) or 0


def all_latest(session: Session) -> list[Deployed]:
    """Return the newest definition of every process."""
    rows = session.execute(
        select(Definition.id, Definition.process_id).order_by(
            Definition.process_id, Definition.version
        )
    )
    newest = {process_id: definition_id for definition_id, process_id in rows}
    return [deployed(session, each) for each in newest.values()]


def bundle(session: Session, bundle_id: str) -> Bundle:
    """Return what was deployed together, by the hash of its content.

    Raises:
        NotFound: there is none.
    """
    with _reading:
        found = _bundles.get(bundle_id)
        if found is None:
            stored = session.get(BundleRow, bundle_id)
            if stored is None:
                raise NotFound(f"no bundle {bundle_id}")
            found = _bundles[bundle_id] = Bundle.unpack(stored.content)
    return found


def forget(definition_ids: Iterable[UUID]) -> None:
    """Keep no more what was read of definitions of a database that is gone."""
    for each in definition_ids:
        _definitions.pop(each, None)


def forget_bundle(bundle_id: str) -> None:
    """Keep a bundle no more; whoever needs it reads it again."""
    _bundles.pop(bundle_id, None)


def _deployed(session: Session, row: Definition) -> Deployed:
    return Deployed(row.id, row.process_id, row.version, row.name, bundle(session, row.bundle_id))

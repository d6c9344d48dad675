"""Every stored content is read once a quarter and compared with its hash (`domain.md` R-ARC-03).

What is missing or was changed is an incident, which ends by itself once the content is back
from a backup: contents known to be damaged are looked at again every hour. Nothing is read
within a transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from engine.commands import rounds
from engine.commands.incidents import open_incident
from engine.commands.retried import retried
from engine.errors import ContentMissing
from engine.model.base import new_id
from engine.model.damage import DAMAGED, DamagedContent
from engine.model.incident import Incident, fingerprint_of
from engine.model.worker import Round
from engine.storage import contents, documents, workers
from engine.storage.contents import ROUND, Place, Portion
from engine.storage.database import Database, Session, UnitOfWork
from engine.storage.document_store import DocumentStore

EVERY: Final = timedelta(minutes=5)
AGAIN: Final = "contents_damaged"  #: the round over what is known to be damaged
AGAIN_EVERY: Final = timedelta(hours=1)
#: of one look: a second or two of a slow disk, and six terabytes in a quarter
PORTION: Final = Portion(2_000, 256 * 1024 * 1024)


def look(
    database: Database, store: DocumentStore, at: datetime, portion: Portion = PORTION
) -> tuple[int, int]:
    """Look at the contents whose turn it is, unless another worker just did.

    Who was away for weeks goes on where the last look ended, portion by portion.

    Returns:
        How many were looked at, and how many of them are damaged.
    """
    known = rounds.make(
        database, AGAIN, AGAIN_EVERY, at,
        lambda uow: contents.damaged_first_looked_at(uow.session, portion),
    )  # fmt: skip
    due = rounds.make(database, ROUND, EVERY, at, lambda uow: _due(uow.session, at, portion))
    hashes, reached = due or ([], None)
    looked_at = {each: _hash_now(store, each) for each in dict.fromkeys([*(known or ()), *hashes])}
    if not looked_at and reached is None:
        return 0, 0
    return len(looked_at), _tell(database.unit_of_work(), looked_at, reached, at)


def _due(session: Session, at: datetime, portion: Portion) -> tuple[list[str], Place]:
    until = Place.due(at)
    reached = session.get_one(Round, ROUND).reached
    if reached is None:  # the first look of this site: a quarter begins
        return [], until
    after = max(Place.read(reached), Place(until.turn - 1, until.sha256))
    return contents.next_due(session, after, until, portion)


def _hash_now(store: DocumentStore, sha256: str) -> str | None:
    try:
        return store.hash_of(sha256)
    except (ContentMissing, OSError):
        return None


@retried
def _tell(
    uow: UnitOfWork, looked_at: Mapping[str, str | None], reached: Place | None, at: datetime
) -> int:
    """Open and end incidents; return how many contents are damaged."""
    with uow:
        known = contents.damaged_among(uow.session, looked_at)
        named = documents.named(uow.session, looked_at)  # one that was purged may be gone
        damaged = [each for each, now in looked_at.items() if now != each and each in named]
        for each in damaged:
            if each in known:
                known[each].looked_at = at
            else:
                _open(uow, each, looked_at[each], at)
        for each in known.keys() - set(damaged):
            _close(uow.session, known[each], at)
        if reached is not None:
            workers.reach(uow.session, ROUND, str(reached))
        uow.commit()
        return len(damaged)


def _open(uow: UnitOfWork, sha256: str, found: str | None, at: datetime) -> None:
    incident_id = new_id()
    damage = DamagedContent(
        sha256=sha256, found=found, found_at=at, looked_at=at, incident_id=incident_id
    )
    open_incident(
        uow,
        Incident(
            id=incident_id,
            instance_id=None,  # no case stands still for it
            job_id=None,
            element_id=None,
            code=DAMAGED,
            cause=damage.cause,
            fingerprint=fingerprint_of(DAMAGED, "", damage.cause),
            opened_at=at,
            trace=None,
            resolved_at=None,
        ),
    )
    uow.session.flush()
    uow.session.add(damage)


def _close(session: Session, damage: DamagedContent, at: datetime) -> None:
    session.get_one(Incident, damage.incident_id).resolved_at = at
    session.delete(damage)

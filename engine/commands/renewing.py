"""What ends by the calendar: renewed in time where the site can, told to its holder where not.

The site's authority gets another certificate for the key it has. A person's certificate needs the
person, who alone opens its key: whoever has one that ends soon is told, once for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from engine.commands import rounds
from engine.commands.certificates import renew_authority
from engine.commands.notifying import notify
from engine.model.notice import NoticeKind
from engine.model.person import Person
from engine.signing.authority import is_ending
from engine.storage import certificates
from engine.storage.database import Database, UnitOfWork
from engine.storage.vault import Vault

ROUND: Final = "certificates"
EVERY: Final = timedelta(hours=1)
PORTION: Final = 200  #: holders told in one round
PAGE: Final = "/account/certificate"


@dataclass(frozen=True, slots=True)
class Renewed:
    """What one round did."""

    told: int  #: holders
    authority: bool  #: whether it was renewed


def renew(database: Database, vault: Vault, at: datetime, ahead: timedelta) -> Renewed | None:
    """Look for certificates that end soon, unless another worker just did.

    Args:
        ahead: how long before their end.
    """
    return rounds.make(database, ROUND, EVERY, at, lambda uow: _renew(uow, vault, at, ahead))


def _renew(uow: UnitOfWork, vault: Vault, at: datetime, ahead: timedelta) -> Renewed:
    known = certificates.authorities(uow.session, vault)
    is_late = bool(known) and is_ending(known[0], at, ahead)
    if is_late:
        renew_authority(uow, vault, known[0], at)
    ending = certificates.ending(uow.session, at + ahead, PORTION)
    for each in ending:
        each.told_at = at
        holder = uow.session.get_one(Person, each.person_id).username
        kind, last = NoticeKind.CERTIFICATE_ENDS, each.expires_at.isoformat()
        notify(uow, [holder], kind, at=at, last=last, path=PAGE, serial=each.serial)
    return Renewed(len(ending), is_late)

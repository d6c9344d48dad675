"""Whether what signs here lasts: the site's authority, people's certificates, whom it trusts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.model.signature import SigningCertificate
from engine.signing.authority import PERSON_LASTS
from engine.signing.trust import Trust
from engine.storage.archive_stamps import unproved
from engine.storage.certificates import at_work


@dataclass(frozen=True, slots=True)
class Lasting:
    """Until when signing works as it does."""

    authority: datetime | None  #: when it ends; ``None``: none was founded yet
    ending: int  #: certificates in use that end soon, and whose holders have to renew them
    unproved: int  #: documents that got no new archive timestamp although it was time
    ended: tuple[str, ...]  #: authorities and lists of the settings that count no more

    def is_late(self, at: datetime) -> bool:
        """Tell whether the authority would be outlasted by what it gives: no worker renewed it."""
        return self.authority is not None and self.authority < at + PERSON_LASTS


def lasting(session: Session, outside: Trust, at: datetime, ahead: timedelta) -> Lasting:
    """Return until when signing works as it does.

    Args:
        outside: whom the site's settings name.
        ahead: what ends within it ends soon.
    """
    known = at_work(session)
    ends = x509.load_der_x509_certificate(known).not_valid_after_utc if known else None
    asked = select(func.count()).where(
        SigningCertificate.sealed != "", SigningCertificate.expires_at.between(at, at + ahead)
    )
    ended = (*outside.national.ended(at), *outside.stamping.ended(at))
    return Lasting(ends, session.scalar(asked) or 0, unproved(session), ended)

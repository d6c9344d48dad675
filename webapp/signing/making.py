"""Making a signature, and verifying it at once: what did not pass is none (R-SIG-04)."""

from __future__ import annotations

from datetime import datetime

from engine.commands.signing import Signed, Written
from engine.signing import errors, stamps
from engine.signing.errors import SigningRefused
from engine.signing.results import Verification
from engine.storage.database import Session
from webapp.request import now, services
from webapp.signing.pens import pen
from webapp.signing.trusting import stamper, trust_here


def signed_by(session: Session, content: bytes, written: Written, means: str) -> Signed:
    """Sign bytes by one of the means that work here.

    Raises:
        SigningRefused: no key was opened, or no trusted time was to be had.
    """
    from engine.signing import detached  # noqa: PLC0415 - loads what few processes need

    begun = services().clock()
    with pen(session, means) as signer:
        cms = detached.sign(content, signer, now(), stamper())
    return taken(session, content, cms, written, means, begun=begun)


def taken(
    session: Session,
    content: bytes,
    cms: bytes,
    written: Written,
    means: str,
    *,
    begun: datetime | None = None,
) -> Signed:
    """Return a signature of these bytes as it was verified.

    Args:
        begun: when it was begun here; then our clock has to agree with the timestamp's.

    Raises:
        SigningRefused: it is none, or lacks what the site asks of each.
    """
    from engine.signing import detached  # noqa: PLC0415 - as above

    said = detached.verify(content, cms, trust_here(session), now())
    must_be_stamped(said, begun)
    return Signed(written, cms, said, means)


def must_be_stamped(said: Verification, begun: datetime | None = None) -> None:
    """Refuse a signature without a timestamp where the site has an authority for them.

    Raises:
        SigningRefused: it has none, or our clock is wrong (R-SIG-10).
    """
    if services().settings.signing.stamps and said.has_passed and said.stamped_at is None:
        raise SigningRefused(errors.NO_TIMESTAMP)
    if begun is not None:
        stamps.must_agree(begun, said.stamped_at, services().clock() - begun)

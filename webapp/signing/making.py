"""Making a signature, and verifying it at once: what did not pass is none (R-SIG-04)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from engine.commands.document_signing import SignedPdf
from engine.commands.documents import Content
from engine.commands.signing import Signed, Written
from engine.model.document import DocumentVersion
from engine.signing import errors, stamps
from engine.signing.errors import SigningRefused
from engine.signing.results import Verification
from engine.signing.trust import Trust
from engine.storage.database import Session
from webapp.request import now, services
from webapp.signing.pens import pen
from webapp.signing.trusting import stamper, trust_here

if TYPE_CHECKING:
    from pyhanko.sign.signers import Signer


def signed_by(
    session: Session,
    content: bytes,
    written: Written,
    means: str,
    papers: Iterable[DocumentVersion] = (),
) -> Signed:
    """Sign bytes, and papers with them, by one of the means that work here.

    Raises:
        SigningRefused: no key was opened, or no trusted time was to be had.
    """
    with pen(session, means) as signer:
        return signed_with(session, signer, content, written, means, papers)


def signed_with(
    session: Session,
    signer: Signer,
    content: bytes,
    written: Written,
    means: str,
    papers: Iterable[DocumentVersion] = (),
) -> Signed:
    """Sign bytes, and papers with them, with a key that was opened.

    Raises:
        SigningRefused: no trusted time was to be had.
    """
    from engine.signing import detached  # noqa: PLC0415 - loads what few processes need

    begun, trust = services().clock(), trust_here(session)
    cms = detached.sign(content, signer, now(), stamper())
    made = {each.document_id: signed_pdf(each, signer, trust, means) for each in papers}
    return replace(taken(session, content, cms, written, means, begun=begun), papers=made)


class _Stored(Protocol):
    """A version of a document, as rows and pages know it."""

    @property
    def name(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def scanned(self) -> bool: ...


def signed_pdf(newest: _Stored, signer: Signer, trust: Trust, means: str) -> SignedPdf:
    """Sign the newest version of a document, verify that at once, and put it into the store.

    Raises:
        SigningRefused: it cannot be signed, was changed behind a signature, or no trusted time
            was to be had.
    """
    from engine.signing import pdf, pdf_checks  # noqa: PLC0415 - as above

    store, begun = services().documents, services().clock()
    with store.open(newest.sha256) as file:
        content = pdf.sign(file.read(), signer, trust, now(), stamper=stamper())
    said = pdf_checks.verify(content, trust, now())
    if any(each.code == errors.CHANGED for each in said):
        raise SigningRefused(errors.CHANGED)
    must_be_stamped(said[-1], begun)
    with store.receive(services().settings.documents.bytes) as incoming:
        incoming.write(content)
        kept = Content(newest.name, "pdf", len(content), incoming.sha256, newest.scanned)
        store.keep(incoming)
    return SignedPdf(newest.sha256, kept, said[-1], means)


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

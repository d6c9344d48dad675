"""Signatures in a PDF: PAdES (ETSI EN 319 142-1), one after the other, each over all before it."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Final

from asn1crypto import cms
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import (
    PdfSignatureMetadata,
    PdfSigner,
    PdfTimeStamper,
    Signer,
)
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation.dss import async_add_validation_info
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from engine.signing import errors
from engine.signing.errors import SigningRefused
from engine.signing.looped import finished
from engine.signing.trust import Trust

#: what fields of ours are called, with the number of the signature behind
FIELD: Final = "Divan"


class _SignerAt(PdfSigner):
    """Signs at a moment that is told, such as that of a story; else it would ask the clock."""

    at: datetime

    def init_signing_session(
        self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        return session


def sign(
    content: bytes,
    pen: Signer,
    trust: Trust,
    at: datetime,
    *,
    reason: str = "",
    stamper: TimeStamper | None = None,
) -> bytes:
    """Return a PDF with one signature more.

    With a timestamp it is B-LT: what verifies it later is put in as well. Without one, B-B. Later
    signatures are allowed and nothing else; the first says so to every reader.

    Args:
        at: the moment that the signer claims to sign at.
        reason: shown by readers of PDFs beside the signature.

    Raises:
        SigningRefused: it is no PDF that can be signed, or a timestamp was not to be had.
    """
    try:
        written = IncrementalPdfFileWriter(io.BytesIO(_ended(content)), strict=True)
        if written.prev.encrypted:
            raise SigningRefused(errors.NOT_SIGNABLE, "encrypted")
        count = len(written.prev.embedded_signatures)
        about = PdfSignatureMetadata(
            field_name=f"{FIELD}{count + 1}",
            md_algorithm="sha256",
            reason=reason or None,
            name=pen.subject_name,
            subfilter=SigSeedSubFilter.PADES,
            embed_validation_info=stamper is not None,
            validation_context=trust.for_embedding(at) if stamper is not None else None,
            docmdp_permissions=MDPPerm.FILL_FORMS,
            signer_key_usage=set(),  # `engine.signing.checking` says what it has to be for
        )
        signer = _SignerAt(about, pen, timestamper=stamper)
        signer.at = at
        made = finished(signer.async_sign_pdf(written))
    except TimestampRequestError as away:
        raise SigningRefused(errors.NO_TIMESTAMP, str(away)) from None
    except (PathError, ValidationError) as unproved:
        raise SigningRefused(errors.UNTRUSTED, str(unproved)) from None
    except (PdfError, SigningError, ValueError, KeyError, TypeError, RecursionError) as broken:
        raise SigningRefused(errors.NOT_SIGNABLE, str(broken)) from None
    return bytes(made.getbuffer())


def archived(content: bytes, trust: Trust, at: datetime, stamper: TimeStamper) -> bytes:
    """Return a signed PDF with one archive timestamp more, over all that is in it (B-LTA).

    The newest vouches for those before it, with what verifies it: a chain that is lengthened before
    the certificate or the algorithm of its last link ages out (R-SIG-03). No signature changes. One
    that was made without a timestamp (B-B) gets what verifies it put in first: EN 319 142-1, 6.3
    lets a timestamp over the document prove a signature, from its own moment on and not before.

    Raises:
        SigningRefused: nobody has signed it, it is no PDF that can be read, a timestamp was not to
            be had, or the authority of the one before is not trusted here.
    """
    reader = opened(_ended(content))
    if not reader.embedded_regular_signatures:
        raise SigningRefused(errors.NOT_SIGNABLE, "nobody has signed it")
    clock, known = PdfTimeStamper(stamper), trust.for_embedding(at)
    try:
        if reader.embedded_timestamp_signatures:
            made = finished(
                clock.async_update_archival_timestamp_chain(reader, known, in_place=False)
            )
        else:
            described = io.BytesIO(_described(_ended(content), known))
            written = IncrementalPdfFileWriter(described, strict=True)
            made = finished(clock.async_timestamp_pdf(written, "sha256", known))
    except TimestampRequestError as away:
        raise SigningRefused(errors.NO_TIMESTAMP, str(away)) from None
    except (PathError, ValidationError, SignatureValidationError) as unproved:
        raise SigningRefused(errors.UNTRUSTED, str(unproved)) from None
    except (PdfError, SigningError, ValueError, KeyError, TypeError, RecursionError) as broken:
        raise SigningRefused(errors.NOT_SIGNABLE, str(broken)) from None
    return bytes(made.getbuffer())


def _described(content: bytes, known: ValidationContext) -> bytes:
    """Return a PDF with what verifies each signature in it that has no timestamp of its own."""
    for number, each in enumerate(opened(content).embedded_regular_signatures):
        if stamp_in(each.signer_info) is None:
            signature = opened(content).embedded_regular_signatures[number]
            content = finished(async_add_validation_info(signature, known)).getvalue()
    return content


def stamp_in(signer: cms.SignerInfo) -> cms.SignedData | None:
    """Return the timestamp that a signature holds (RFC 3161, appendix A)."""
    for each in signer["unsigned_attrs"]:
        if each["type"].native == "signature_time_stamp_token":
            return each["values"][0]["content"]
    return None


def _ended(content: bytes) -> bytes:
    """Return a PDF whose last line ends, so that what is added begins on a line of its own.

    ISO 19005-2, 6.1.9: an object stands behind an end of line; not every writer ends its last.
    """
    return content if content.endswith((b"\n", b"\r")) else content + b"\n"


def opened(content: bytes) -> PdfFileReader:
    """Return a PDF to be looked at.

    Raises:
        SigningRefused: it is none, or one that cannot be read without doubt.
    """
    try:
        return PdfFileReader(io.BytesIO(content), strict=True)
    except (PdfError, ValueError, KeyError, TypeError, IndexError, RecursionError) as broken:
        raise SigningRefused(errors.UNREADABLE, str(broken)) from None

"""Verifying the signatures in a PDF: whole, of whom, and that nothing but signatures came later.

What the attacks on signed PDFs do (pdf-insecurity.org) is refused by what holds for every
signature: its bytes go from the first of the file to the end of a revision with no gap but the
signature itself; behind it come only further signatures, timestamps and what verifies them;
and the last reaches to the end of the file, but for those.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from asn1crypto import cms
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DocInfoRule,
    DSSCompareRule,
    FormUpdatingRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    XrefStreamRule,
)
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import (
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError, SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import (
    DocumentTimestampStatus,
    PdfSignatureStatus,
    SignatureCoverageLevel,
)
from pyhanko_certvalidator import ValidationContext

from engine.signing import errors
from engine.signing.checking import USAGE, concluded
from engine.signing.errors import SigningRefused
from engine.signing.looped import finished
from engine.signing.pdf import opened
from engine.signing.results import MOST, Result, Verification
from engine.signing.trust import Trust

#: what may come behind a signature: another, a timestamp, and what verifies them, with the dates
#: that whoever writes so puts into the file's own facts. No field is filled in.
LATER: Final = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(),
        *(
            each.as_qualified(ModificationLevel.LTA_UPDATES)
            for each in (
                XrefStreamRule(),
                ObjectStreamRule(),
                DSSCompareRule(),
                DocInfoRule(),
                MetadataUpdateRule(),
            )
        ),
    ],
    form_rule=FormUpdatingRule(field_rules=[SigFieldCreationRule(), SigFieldModificationRule()]),
)
_BROKEN: Final = (
    PdfError,
    SignatureValidationError,
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    RecursionError,
)


def verify(content: bytes, trust: Trust, at: datetime, *, most: int = MOST) -> list[Verification]:
    """Tell what is known of each signature in a PDF, the first first; none: nobody signed it.

    Args:
        most: signatures that are looked at.

    Raises:
        SigningRefused: it is no PDF, or has more signatures than are looked at.
    """
    reader = opened(content)
    try:
        found = reader.embedded_regular_signatures
    except _BROKEN as broken:
        raise SigningRefused(errors.UNREADABLE, str(broken)) from None
    if len(found) > most:
        raise SigningRefused(errors.UNREADABLE, f"more than {most} signatures")
    return [_verified(reader, each, trust, at) for each in found]


def _verified(
    reader: PdfFileReader, embedded: EmbeddedPdfSignature, trust: Trust, at: datetime
) -> Verification:
    statuses: list[PdfSignatureStatus] = []

    async def ask(signers: ValidationContext, stamps: ValidationContext) -> PdfSignatureStatus:
        status = await async_validate_pdf_signature(
            embedded, signers, stamps, diff_policy=LATER, key_usage_settings=USAGE
        )
        statuses.append(status)
        return status

    try:
        vouched = _vouched_until(reader, embedded, trust, at)
        said = finished(concluded(ask, trust, at, stamps_at=vouched))
        digest = embedded.compute_digest().hex()
        is_whole = (
            _is_untouched(statuses[-1])
            and not _certifies_too_much(embedded)
            and _is_padded_with_nothing(embedded)
        )
        form = _form(reader, said)
    except _BROKEN:
        return Verification(Result.FAILED, errors.CHANGED, field=embedded.field_name)
    said = replace(said, digest=digest, field=embedded.field_name, form=form)
    return said if is_whole else replace(said, result=Result.FAILED, code=errors.CHANGED)


def _vouched_until(
    reader: PdfFileReader, embedded: EmbeddedPdfSignature, trust: Trust, at: datetime
) -> datetime:
    """Return the earliest moment at which a signature is proved to have been there.

    From the newest archive timestamp behind it back: each is held to the moment of the one after
    it, so that its certificate may have ended since (B-LTA, ETSI EN 319 102-1, 5.6).
    """
    moment = at
    for each in reversed(reader.embedded_timestamp_signatures):
        if each.signed_revision <= embedded.signed_revision:
            break
        stamp = finished(
            async_validate_pdf_timestamp(each, trust.of_stamps(moment), diff_policy=LATER)
        )
        if not (stamp.intact and stamp.valid and stamp.trusted and _is_untouched(stamp)):
            break
        moment = stamp.timestamp
    return moment


def _is_untouched(status: PdfSignatureStatus | DocumentTimestampStatus) -> bool:
    """Tell whether what came behind a signature leaves what it is of as it was."""
    if status.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return True
    if status.coverage is not SignatureCoverageLevel.ENTIRE_REVISION:
        return False
    level = status.modification_level
    return level is not None and level <= ModificationLevel.FORM_FILLING


def _certifies_too_much(embedded: EmbeddedPdfSignature) -> bool:
    """Tell whether a certification allows notes to be put over what it certifies."""
    level = embedded.docmdp_level
    return level is not None and level is MDPPerm.ANNOTATE


def _is_padded_with_nothing(embedded: EmbeddedPdfSignature) -> bool:
    """Tell whether the room a signature was given holds nothing besides: no one signs that."""
    held = bytes(embedded.pkcs7_content)
    return not held[len(cms.ContentInfo.load(held).dump()) :].strip(b"\0")


def _form(reader: PdfFileReader, said: Verification) -> str:
    if said.stamped_at is None:
        return "B-B"
    try:
        DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return "B-T"
    return "B-LTA" if reader.embedded_timestamp_signatures else "B-LT"

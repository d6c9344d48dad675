"""From what pyHanko finds in a signature to what is said of it: passed, failed, not to be told.

The moment a certificate is held to is that of a trusted timestamp, where there is one; what
was revoked or expired later does not undo it (R-SIG-05). Without one it is the moment asked.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final, TypeAlias

from asn1crypto import cms
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate, AdESSubIndic
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import StandardCMSSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.authority import CertTrustAnchor

from engine.signing import errors
from engine.signing.pens import national_code_of
from engine.signing.results import Result, Signer, Verification
from engine.signing.trust import Trust

#: asks pyHanko, with what holds for the signer's certificate and for the timestamp's
Ask: TypeAlias = Callable[
    [ValidationContext, ValidationContext], Awaitable[StandardCMSSignatureStatus]
]

USAGE: Final = KeyUsageConstraints(
    key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False
)

#: it tells of each certificate that does not pass with a trace, which is what we ask it for
logging.getLogger("pyhanko").setLevel(logging.ERROR)

_CODES: Final[dict[AdESSubIndic, str]] = {
    AdESFailure.REVOKED: errors.REVOKED,
    AdESIndeterminate.REVOKED_NO_POE: errors.REVOKED,
    AdESIndeterminate.REVOKED_CA_NO_POE: errors.REVOKED,
    AdESFailure.NOT_YET_VALID: errors.EXPIRED,
    AdESIndeterminate.NOT_YET_VALID: errors.EXPIRED,
    AdESIndeterminate.EXPIRED: errors.EXPIRED,
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: errors.EXPIRED,
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED: errors.EXPIRED,
    AdESIndeterminate.REVOCATION_OUT_OF_BOUNDS_NO_POE: errors.EXPIRED,
    AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE: errors.WRONG_USE,
    AdESIndeterminate.SIG_CONSTRAINTS_FAILURE: errors.WRONG_USE,
    AdESIndeterminate.TRY_LATER: errors.UNKNOWN_IF_REVOKED,
}
#: of which a trusted timestamp makes a certainty
_SETTLED: Final = frozenset({errors.REVOKED, errors.EXPIRED})


async def concluded(
    ask: Ask, trust: Trust, at: datetime, *, stamps_at: datetime | None = None
) -> Verification:
    """Return what is to be said of one signature whose bytes are known.

    Args:
        at: when it is verified.
        stamps_at: until when it is proved to have been as it is; its own timestamp is held to that.
            Of a signature without one it is the moment that is proved.
    """
    vouched = stamps_at or at
    status = await ask(trust.of_signers(at), trust.of_stamps(vouched))
    stamp = status.timestamp_validity
    stamped_at = stamp.timestamp if stamp is not None and stamp.valid and stamp.trusted else None
    by_archive = stamped_at is None and vouched < at
    if by_archive:
        stamped_at = vouched
    if stamped_at is not None and status.trust_problem_indic is not None:
        behind = trust.of_signers(stamped_at, behind=True)
        status = await ask(behind, trust.of_stamps(vouched))
    result, code = _said(status, stamped_at or at, is_stamped=stamped_at is not None)
    path = status.validation_path if status.trust_problem_indic is None else None
    anchor = path.trust_anchor if path is not None else None
    root = anchor.certificate if isinstance(anchor, CertTrustAnchor) else None
    return Verification(
        result,
        code,
        signer_of(status.signing_cert),
        trust.level_of(root) if root is not None else None,
        algorithm=f"{status.pkcs7_signature_mechanism}, {status.md_algorithm}",
        signed_at=status.signer_reported_dt,
        stamped_at=stamped_at,
        by_archive=by_archive,
        form="B-T" if stamped_at else "B-B",
    )


def signer_of(certificate: Any) -> Signer:
    """Return whose certificate it is."""
    return Signer(
        str(certificate.subject.native.get("common_name") or ""),
        national_code_of(certificate),
        str(certificate.issuer.human_friendly),
        f"{certificate.serial_number:x}",
        certificate.dump(),
    )


def signed_data(content: bytes) -> cms.SignedData:
    """Return what a CMS holds.

    Raises:
        SigningRefused: it is none.
    """
    try:
        info = cms.ContentInfo.load(content, strict=True)
        if info["content_type"].native != "signed_data":
            raise errors.SigningRefused(errors.UNREADABLE)
        found: cms.SignedData = info["content"]
        if len(found["signer_infos"]) != 1:
            raise errors.SigningRefused(errors.UNREADABLE, "not one signer")
    except (ValueError, TypeError) as broken:
        raise errors.SigningRefused(errors.UNREADABLE, str(broken)) from None
    return found


def _said(
    status: StandardCMSSignatureStatus, moment: datetime, *, is_stamped: bool
) -> tuple[Result, str | None]:
    if not status.intact or not status.valid:
        return Result.FAILED, errors.CHANGED
    trouble = status.trust_problem_indic
    if trouble is None:
        return Result.PASSED, None
    code = _CODES.get(trouble, errors.UNTRUSTED)
    if trouble is AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE and status.validation_path:
        # there is a path, and still it cannot be said: of the future, or nobody lists it
        is_early = moment < status.signing_cert.not_valid_before
        code = errors.EXPIRED if is_early else errors.UNKNOWN_IF_REVOKED
    return Result.FAILED if is_stamped and code in _SETTLED else Result.INDETERMINATE, code

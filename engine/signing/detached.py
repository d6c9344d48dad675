"""A signature beside the bytes it is of: CMS with the attributes of CAdES (RFC 5652, R-SIG-01)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import Signer
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko.sign.validation.status import StandardCMSSignatureStatus
from pyhanko_certvalidator import ValidationContext

from engine.signing import errors
from engine.signing.checking import USAGE, concluded, signed_data
from engine.signing.content import sha256
from engine.signing.errors import SigningRefused
from engine.signing.looped import finished
from engine.signing.results import Result, Verification
from engine.signing.trust import Trust


def sign(content: bytes, pen: Signer, at: datetime, stamper: TimeStamper | None = None) -> bytes:
    """Return the signature of some bytes, DER.

    Raises:
        SigningRefused: the timestamp was not to be had, or the key cannot sign.
    """
    try:
        made = finished(
            pen.async_sign_general_data(
                content,
                "sha256",
                detached=True,
                use_cades=True,
                timestamper=stamper,
                signed_attr_settings=PdfCMSSignedAttributes(signing_time=at),
            )
        )
    except TimestampRequestError as away:
        raise SigningRefused(errors.NO_TIMESTAMP, str(away)) from None
    except SigningError as broken:
        raise SigningRefused(errors.WRONG_USE, str(broken)) from None
    return bytes(made.dump())


def verify(content: bytes, signature: bytes, trust: Trust, at: datetime) -> Verification:
    """Tell what is known of the signature of some bytes.

    Raises:
        SigningRefused: it is no signature.
    """
    found = signed_data(signature)

    async def ask(
        signers: ValidationContext, stamps: ValidationContext
    ) -> StandardCMSSignatureStatus:
        return await async_validate_detached_cms(
            content, found, signers, stamps, key_usage_settings=USAGE
        )

    try:
        said = finished(concluded(ask, trust, at))
    except SignatureValidationError:
        said = Verification(Result.FAILED, errors.CHANGED)
    except (ValueError, TypeError, KeyError) as broken:  # of what asn1crypto reads as it goes
        raise SigningRefused(errors.UNREADABLE, str(broken)) from None
    return replace(said, digest=sha256(content))

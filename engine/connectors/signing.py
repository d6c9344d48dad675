"""Signs what is told to a receiver outside as Standard Webhooks has it.

The receiver checks with any library made for that: `standardwebhooks.com`, specification 1.0.0,
"Signature scheme" (symmetric, ``v1``).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

PREFIX: Final = "whsec_"  #: of a secret as people see it; what is meant follows in base64
ID: Final = "webhook-id"
TIMESTAMP: Final = "webhook-timestamp"
SIGNATURE: Final = "webhook-signature"
TOLERANCE: Final = timedelta(minutes=5)  #: how far a receiver's clock may stand from ours
_BYTES: Final = 32  #: of a new secret; the specification takes 24 to 64


class SignatureWrong(ValueError):
    """A message was not signed with this secret, or long ago."""


def new_secret() -> str:
    """Return a secret nobody has: shown once to who sets a receiver up."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def signed_headers(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the headers that go with ``body``.

    Args:
        message_id: the same each time this is told, so that a receiver can drop repeats.
        at: of this attempt; a receiver refuses one that is long past.

    >>> from datetime import UTC
    >>> at = datetime(2021, 2, 25, 14, 15, 17, tzinfo=UTC)
    >>> body = b'{"test": 2432232314}'
    >>> told = signed_headers("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_1", at, body)
    >>> told["webhook-timestamp"]
    '1614262517'
    """
    seconds = str(int(at.timestamp()))
    return {
        ID: message_id,
        TIMESTAMP: seconds,
        SIGNATURE: f"v1,{_signature(secret, message_id, seconds, body)}",
    }


def check(secret: str, headers: Mapping[str, str], body: bytes, at: datetime) -> None:
    """Make sure that a message is from who has the secret, and of now.

    Raises:
        SignatureWrong: it is not, or a header is missing.
    """
    told = {name.lower(): text for name, text in headers.items()}
    try:
        message_id, seconds, given = (told[each] for each in (ID, TIMESTAMP, SIGNATURE))
        age = abs(int(seconds) - at.timestamp())
    except (KeyError, ValueError, OverflowError) as error:
        raise SignatureWrong(f"no {error}") from None
    if age > TOLERANCE.total_seconds():
        raise SignatureWrong("signed too long ago, or ahead of its time")
    right = _signature(secret, message_id, seconds, body).encode()
    signatures = (each.encode().partition(b",") for each in given.split())
    if not any(kind == b"v1" and hmac.compare_digest(right, one) for kind, _, one in signatures):
        raise SignatureWrong("signed with another secret")


def _signature(secret: str, message_id: str, seconds: str, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = hmac.digest(key, f"{message_id}.{seconds}.".encode() + body, hashlib.sha256)
    return base64.b64encode(signed).decode()

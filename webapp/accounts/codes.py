"""Codes of a device (RFC 6238) and recovery codes: arithmetic only, nothing is kept here."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final

import pyotp

from engine.values import latin_digits

ISSUER: Final = "Divan"
STEP: Final = 30  #: seconds a code stands
#: A device's clock may be this many steps behind or ahead (RFC 6238 §5.2).
DRIFT: Final = 1
#: Without letters and digits that are taken for each other.
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUP: Final = 5


def new_secret() -> str:
    """Return a secret of 160 bits for a device, in base 32."""
    return pyotp.random_base32()


def address_of(secret: str, username: str) -> str:
    """Return the ``otpauth:`` address that a device reads from a picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def step_of(secret: str, typed: str, at: datetime) -> int | None:
    """Return the step of time whose code was typed; ``None``: it is no right code now.

    Whoever takes it keeps the step: a code is taken once (RFC 6238 §5.2).
    """
    code = latin_digits(typed).replace(" ", "")
    now, totp = int(at.timestamp()) // STEP, pyotp.TOTP(secret)
    steps = range(now - DRIFT, now + DRIFT + 1)
    right = [each for each in steps if hmac.compare_digest(_code(totp, each), code.encode())]
    return right[-1] if right else None


def new_recovery_codes(count: int) -> list[str]:
    """Return codes of about 50 bits each, written ``abcde-fghjk``."""
    return ["-".join(_letters() for _ in range(2)) for _ in range(count)]


def hash_of_recovery_code(typed: str) -> str:
    """Return the hash that is kept of a recovery code, however it was typed.

    The codes are random: nothing is won by a slow hash.
    """
    code = "".join(each for each in latin_digits(typed).lower() if each.isalnum())
    return hashlib.sha256(code.encode()).hexdigest()


def _code(totp: pyotp.TOTP, step: int) -> bytes:
    return totp.generate_otp(step).encode()


def _letters() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_GROUP))

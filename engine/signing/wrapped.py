"""A person's key under the person's own password: the server alone cannot open it (R-SIG-07).

scrypt makes a key of the password; AES-GCM closes the private key with it, bound to the
certificate's serial number. What results is sealed by the site's vault besides, so that a copy
of the database is of no use to somebody who guesses passwords.
"""

from __future__ import annotations

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from engine.signing.errors import KEY_CLOSED, SigningRefused

_SALT: Final = 16  #: bytes
_NONCE: Final = 12  #: bytes
#: 2^15 rounds of 8 blocks: 32 MiB and some 80 ms for each guess
_ROUNDS: Final = 2**15


def wrap(key: RSAPrivateKey, password: str, serial: str) -> bytes:
    """Return a private key that the password opens, and nothing else."""
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    clear = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    closed = AESGCM(_derived(password, salt)).encrypt(nonce, clear, serial.encode())
    return salt + nonce + closed


def unwrap(wrapped: bytes, password: str, serial: str) -> RSAPrivateKey:
    """Return the private key.

    Raises:
        SigningRefused: the password is wrong, or this is another certificate's key.
    """
    salt, nonce = wrapped[:_SALT], wrapped[_SALT : _SALT + _NONCE]
    cipher = AESGCM(_derived(password, salt))
    try:
        clear = cipher.decrypt(nonce, wrapped[_SALT + _NONCE :], serial.encode())
    except InvalidTag:
        raise SigningRefused(KEY_CLOSED) from None
    key = own_key(clear)
    if not isinstance(key, RSAPrivateKey):
        raise SigningRefused(KEY_CLOSED, "no RSA key")
    return key


def own_key(clear: bytes) -> PrivateKeyTypes:
    """Return a key that was made here and kept sealed.

    The seal proves that it is as it was made. To prove its primes anew each time, as is done with
    keys from elsewhere, takes 84 ms for the authority's, more than all else of a signature.
    """
    return load_der_private_key(clear, password=None, unsafe_skip_rsa_key_validation=True)


def _derived(password: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=_ROUNDS, r=8, p=1).derive(password.encode())

"""Hybrid public key encryption (RFC 9180), base mode: DHKEM(P-256), HKDF-SHA256, AES-256-GCM.

A library's HPKE wants the private key whole. Here nobody has it: `opener` takes the Diffie-Hellman
point that members released together. Everything behind that point is the standard's.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from processes.transactions.sealing.curve import POINT, Point
from processes.transactions.sealing.errors import SealBroken

_KEM: Final = (0x0010).to_bytes(2, "big")
_KDF: Final = (0x0001).to_bytes(2, "big")
AES_128_GCM: Final = 0x0001  #: of the published vectors only
AES_256_GCM: Final = 0x0002
_KEY: Final = {AES_128_GCM: 16, AES_256_GCM: 32}
_NONCE: Final = 12
TAG: Final = 16
_MOST: Final = 2**32  #: messages under one key: GCM's own bound lies further off


class Context:
    """One key and its counted nonces: messages are opened in the order they were sealed in."""

    def __init__(self, key: bytes, base_nonce: bytes) -> None:
        self._cipher = AESGCM(key)
        self._nonce = int.from_bytes(base_nonce, "big")
        self._number = 0

    def seal(self, message: bytes, bound: bytes = b"") -> bytes:
        """Seal the next message, bound to something both sides know."""
        return self._cipher.encrypt(self._next(), message, bound)

    def open(self, sealed: bytes, bound: bytes = b"") -> bytes:
        """Open the next message.

        Raises:
            SealBroken: it is not the next one, was changed, or is bound to something else.
        """
        try:
            return self._cipher.decrypt(self._next(), sealed, bound)
        except InvalidTag:
            raise SealBroken("does not open") from None

    def _next(self) -> bytes:
        if self._number >= _MOST:
            raise SealBroken("too many messages")
        nonce = self._nonce ^ self._number
        self._number += 1
        return nonce.to_bytes(_NONCE, "big")


def sealer(
    recipient: Point, info: bytes, own: ec.EllipticCurvePrivateKey | None = None
) -> tuple[bytes, Context]:
    """Return what is sent along (65 bytes), and what seals for who has the recipient's key.

    Args:
        info: what both sides know of what is sealed: another one opens nothing.
        own: the key drawn for this once; given only to repeat published vectors.
    """
    drawn = own or ec.generate_private_key(ec.SECP256R1())
    sent = drawn.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    agreed = drawn.exchange(ec.ECDH(), _public(recipient))
    return sent, scheduled(shared_secret(agreed, sent, recipient), info)


def opener(agreed: Point, sent: bytes, recipient: Point, info: bytes) -> Context:
    """Return what opens, from the key times the point that was sent along."""
    told = agreed.x.to_bytes(32, "big")
    return scheduled(shared_secret(told, sent, recipient), info)


def open_with_key(
    key: ec.EllipticCurvePrivateKey, sealed: bytes, info: bytes, bound: bytes = b""
) -> bytes:
    """Open one message with a whole key, such as what a dealer gave a member.

    Raises:
        SealBroken: it does not open.
    """
    sent, rest = sealed[:POINT], sealed[POINT:]
    found = key.public_key().public_numbers()
    agreed = key.exchange(ec.ECDH(), _public(Point.decode(sent)))
    secret = shared_secret(agreed, sent, Point(found.x, found.y))
    return scheduled(secret, info).open(rest, bound)


def shared_secret(agreed: bytes, sent: bytes, recipient: Point) -> bytes:
    """Return the secret of the key encapsulation (§4.1)."""
    suite = b"KEM" + _KEM
    extracted = _extract(suite, b"", b"eae_prk", agreed)
    return _expand(suite, extracted, b"shared_secret", sent + recipient.encode(), 32)


def scheduled(secret: bytes, info: bytes, cipher: int = AES_256_GCM) -> Context:
    """Return the context of a secret (§5.1), in base mode."""
    return Context(*schedule(secret, info, cipher))


def schedule(secret: bytes, info: bytes, cipher: int = AES_256_GCM) -> tuple[bytes, bytes]:
    """Return the key and the first nonce of a secret (§5.1)."""
    suite = b"HPKE" + _KEM + _KDF + cipher.to_bytes(2, "big")
    told = b"\x00" + _extract(suite, b"", b"psk_id_hash", b"")
    told += _extract(suite, b"", b"info_hash", info)
    extracted = _extract(suite, secret, b"secret", b"")
    key = _expand(suite, extracted, b"key", told, _KEY[cipher])
    return key, _expand(suite, extracted, b"base_nonce", told, _NONCE)


def _extract(suite: bytes, salt: bytes, label: bytes, told: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + told, hashlib.sha256)


def _expand(suite: bytes, extracted: bytes, label: bytes, told: bytes, length: int) -> bytes:
    """Expand to at most one block of SHA-256, which all of this suite is."""
    info = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + told
    return hmac.digest(extracted, info + b"\x01", hashlib.sha256)[:length]


def _public(point: Point) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicNumbers(point.x, point.y, ec.SECP256R1()).public_key()

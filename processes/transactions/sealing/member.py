"""A member's side, as `frontend/src/sealing` does it: for tests, and for a tool of one's own.

On the server nothing of this runs: it takes members' secrets.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from processes.transactions.sealing import hpke, shares
from processes.transactions.sealing.curve import ORDER, Point
from processes.transactions.sealing.dealing import Ceremony, Dealing
from processes.transactions.sealing.envelope import Header, Kind, Opening
from processes.transactions.sealing.errors import ShareRefused
from processes.transactions.sealing.opening import Released, bound
from processes.transactions.sealing.proofs import prove_known, prove_same

#: of PBKDF2, the one derivation browsers have; four times what OWASP asks for
ROUNDS: Final = 2_400_000
_SALT: Final = 16  #: bytes
_NONCE: Final = 12


@dataclass(frozen=True, slots=True)
class MemberKey:
    """A member's own key pair: what dealers close values to."""

    private: ec.EllipticCurvePrivateKey

    @classmethod
    def new(cls) -> MemberKey:
        """Draw one."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @property
    def public(self) -> Point:
        """What the others know."""
        found = self.private.public_key().public_numbers()
        return Point(found.x, found.y)

    def wrap(self, passphrase: str, place: str, rounds: int = ROUNDS) -> dict[str, Any]:
        """Close the private key by a passphrase, for one place: a ceremony and a position."""
        salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
        clear = self.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        cipher = AESGCM(_derived(passphrase, salt, rounds))
        closed = cipher.encrypt(nonce, clear, place.encode())
        told = {"salt": salt.hex(), "nonce": nonce.hex(), "closed": closed.hex()}
        return {"rounds": rounds, **told}

    @classmethod
    def unwrap(cls, wrapped: dict[str, Any], passphrase: str, place: str) -> MemberKey:
        """Open it.

        Raises:
            ShareRefused: the passphrase is another one, or this is another place's key.
        """
        salt, nonce, closed = (bytes.fromhex(wrapped[each]) for each in ("salt", "nonce", "closed"))
        cipher = AESGCM(_derived(passphrase, salt, wrapped["rounds"]))
        try:
            key = load_der_private_key(cipher.decrypt(nonce, closed, place.encode()), None)
        except InvalidTag:
            raise ShareRefused("closed") from None
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return cls(key)


def deal(ceremony: Ceremony, kind: Kind, dealer: int) -> Dealing:
    """Deal for one kind of envelope; the polynomial is forgotten with the return."""
    drawn = shares.polynomial(ceremony.threshold)
    values = {}
    for position, public in ceremony.members.items():
        value = shares.value_at(drawn, position).to_bytes(32, "big")
        sent, context = hpke.sealer(public, ceremony.value_bound(kind, dealer, position))
        values[position] = sent + context.seal(value)
    proof = prove_known(drawn[0], ceremony.proof_bound(kind, dealer))
    return Dealing(kind, dealer, shares.commitments(drawn), proof, values)


def share_of(ceremony: Ceremony, dealings: Sequence[Dealing], position: int, key: MemberKey) -> int:
    """Return a member's share of one kind's key, from what every dealer gave.

    Raises:
        SealBroken, ShareRefused: a dealer gave another value than was published.
    """
    share = 0
    for each in dealings:
        each.check(ceremony)
        info = ceremony.value_bound(each.kind, each.dealer, position)
        told = hpke.open_with_key(key.private, each.values[position], info)
        value = int.from_bytes(told, "big")
        shares.check_value(value, each.published, position)
        share = (share + value) % ORDER
    return share


def release(share: int, position: int, header: Header, begun: Opening) -> Released:
    """Release one envelope, whose point was drawn for its header: `envelope.begin` looked."""
    if begun.header != header.encode():
        raise ShareRefused("another envelope")
    point, proof = prove_same(share, begun.point, bound(header))
    return Released(position, point, proof)


def _derived(passphrase: str, salt: bytes, rounds: int) -> bytes:
    told = unicodedata.normalize("NFKC", passphrase).encode()  # keyboards differ
    return PBKDF2HMAC(SHA256(), 32, salt, rounds).derive(told)

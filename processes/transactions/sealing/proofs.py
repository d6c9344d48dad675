"""Proofs that tell nothing but that somebody knows a number (Schnorr 1989; Chaum, Pedersen 1992).

`known`: a dealer knows the polynomial it commits to, so that none is made to cancel the others'
(the proof FROST's key generation asks for), and a bidder the number an envelope is sealed with.
`same`: what a member releases of an envelope was made with the share that the ceremony fixed.
Both are made non-interactive by a hash over all that is public (Fiat, Shamir 1986).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final, Self

from processes.transactions.sealing.curve import GENERATOR, ORDER, SCALAR, Point, base, total
from processes.transactions.sealing.errors import SealBroken, ShareRefused

PROOF: Final = 2 * SCALAR  #: bytes
_KNOWN: Final = b"divan sealing 1: knows the number"
_SAME: Final = b"divan sealing 1: released with the share"


@dataclass(frozen=True, slots=True)
class Proof:
    """Challenge and answer."""

    challenge: int
    answer: int

    @classmethod
    def decode(cls, encoded: bytes) -> Self:
        """Read a proof.

        Raises:
            SealBroken: it is none.
        """
        if len(encoded) != PROOF:
            raise SealBroken("no proof")
        challenge, answer = (
            int.from_bytes(each, "big") for each in (encoded[:SCALAR], encoded[SCALAR:])
        )
        if challenge >= ORDER or answer >= ORDER:
            raise SealBroken("no proof")
        return cls(challenge, answer)

    def encode(self) -> bytes:
        """Write it: 64 bytes."""
        return self.challenge.to_bytes(SCALAR, "big") + self.answer.to_bytes(SCALAR, "big")


def prove_known(secret: int, context: bytes) -> Proof:
    """Prove that one knows the number behind its multiple of the generator."""
    drawn = secrets.randbelow(ORDER - 1) + 1
    challenge = _challenge(_KNOWN, context, base(secret), base(drawn))
    return Proof(challenge, (drawn + challenge * secret) % ORDER)


def check_known(proof: Proof, public: Point, context: bytes) -> None:
    """Check it.

    Raises:
        ShareRefused: it proves nothing of this number in this place.
    """
    drawn = _remade(proof, GENERATOR, public)
    if _challenge(_KNOWN, context, public, drawn) != proof.challenge:
        raise ShareRefused("does not know it")


def prove_same(share: int, point: Point, context: bytes) -> tuple[Point, Proof]:
    """Return the share times a point, and the proof that it is that share."""
    released, drawn = total([(share, point)]), secrets.randbelow(ORDER - 1) + 1
    told = (base(share), point, released, base(drawn), total([(drawn, point)]))
    challenge = _challenge(_SAME, context, *told)
    return released, Proof(challenge, (drawn + challenge * share) % ORDER)


def check_same(proof: Proof, public: Point, point: Point, released: Point, context: bytes) -> None:
    """Check that ``released`` is ``point`` times the number behind ``public``.

    Raises:
        ShareRefused: it is not.
    """
    told = (_remade(proof, GENERATOR, public), _remade(proof, point, released))
    if _challenge(_SAME, context, public, point, released, *told) != proof.challenge:
        raise ShareRefused("made with another share")


def _remade(proof: Proof, point: Point, public: Point) -> Point:
    try:
        return total([(proof.answer, point), (-proof.challenge, public)])
    except SealBroken:
        raise ShareRefused("no proof") from None


def _challenge(label: bytes, context: bytes, *points: Point) -> int:
    """Hash to a number: 512 bits, so that none is likelier than another."""
    told = hashlib.sha512(label + len(context).to_bytes(4, "big") + context)
    for each in points:
        told.update(each.encode())
    return int.from_bytes(told.digest(), "big") % ORDER

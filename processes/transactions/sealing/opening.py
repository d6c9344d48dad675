"""Opening one envelope: k members each release its point times their share, and prove it.

What they release opens this envelope and no other: the tender's key is not made, so the prices of
those who failed stay closed (R-TND-08) though the prices of the others were opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from processes.transactions.sealing import shares
from processes.transactions.sealing.curve import Point
from processes.transactions.sealing.dealing import TenderKey
from processes.transactions.sealing.envelope import Header
from processes.transactions.sealing.errors import SealBroken, ShareRefused
from processes.transactions.sealing.proofs import Proof, check_same


@dataclass(frozen=True, slots=True)
class Released:
    """What one member gave to open one envelope."""

    member: int
    point: Point
    proof: Proof

    @classmethod
    def read(cls, told: Any) -> Self:
        """Read what a browser sent.

        Raises:
            ShareRefused: it has not the shape.
        """
        try:
            point = Point.decode(bytes.fromhex(told["point"]))
            return cls(int(told["member"]), point, Proof.decode(bytes.fromhex(told["proof"])))
        except (ValueError, TypeError, KeyError):
            raise ShareRefused("no share") from None

    def write(self) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        return {
            "member": self.member,
            "point": self.point.encode().hex(),
            "proof": self.proof.encode().hex(),
        }


def bound(header: Header) -> bytes:
    """Return what a member's proof is bound to: this envelope."""
    return b"divan sealing 1: open/" + header.encode()


def check(released: Released, key: TenderKey, header: Header, sent: Point) -> None:
    """Hold what a member gave to the share the ceremony fixed.

    Raises:
        ShareRefused: it is not made with it; what is wrong with it is not said.
    """
    public = key.shares.get(released.member)
    if public is None or key.public != header.recipient:
        raise ShareRefused("no member")
    check_same(released.proof, public, sent, released.point, bound(header))


def agreed(released: Sequence[Released], threshold: int) -> Point:
    """Return what opens the envelope, from what k members gave and `check` let pass.

    Raises:
        SealBroken: it is of fewer than k members.
    """
    by_member: Mapping[int, Point] = {each.member: each.point for each in released}
    if len(by_member) < threshold:
        raise SealBroken("too few")
    return shares.combine(dict(list(by_member.items())[:threshold]))

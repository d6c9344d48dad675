"""The ceremony: what every member deals, and what everybody can check of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from processes.transactions.sealing import hpke, shares
from processes.transactions.sealing.curve import POINT, SCALAR, Point
from processes.transactions.sealing.envelope import Kind
from processes.transactions.sealing.errors import SealBroken
from processes.transactions.sealing.proofs import Proof, check_known

LEAST: Final = 2  #: R-TND-02: among at least two
MOST: Final = 15  #: members
_CLOSED: Final = POINT + SCALAR + hpke.TAG  #: bytes of a closed value


@dataclass(frozen=True, slots=True)
class Ceremony:
    """For what the members deal: every byte of theirs is bound to it."""

    id: str
    threshold: int  #: k: as many members open together
    members: Mapping[int, Point]  #: n: the public key of each, by position 1 … n

    def __post_init__(self) -> None:
        if not LEAST <= self.threshold <= len(self.members) <= MOST:
            raise SealBroken("threshold")
        if sorted(self.members) != list(range(1, len(self.members) + 1)):
            raise SealBroken("positions")

    def proof_bound(self, kind: Kind, dealer: int) -> bytes:
        """Return what a dealer's proof is bound to."""
        return f"{self.id}/{self.threshold}/{len(self.members)}/{kind.value}/{dealer}".encode()

    def value_bound(self, kind: Kind, dealer: int, member: int) -> bytes:
        """Return what a value for a member is bound to."""
        return b"divan sealing 1: value/" + self.proof_bound(kind, dealer) + f"/{member}".encode()


@dataclass(frozen=True, slots=True)
class Dealing:
    """What one member dealt for one kind of envelope."""

    kind: Kind
    dealer: int
    published: Sequence[Point]  #: k: the polynomial's coefficients times the generator
    proof: Proof
    values: Mapping[int, bytes]  #: n: for each member, closed to the member's key

    @classmethod
    def read(cls, told: Any, ceremony: Ceremony) -> Self:
        """Read and check what a browser sent.

        Values are closed to their members: each checks its own, `member.share_of`.

        Raises:
            SealBroken: it has not the shape of a dealing.
            ShareRefused: the dealer does not know what was committed to.
        """
        try:
            made = cls(
                Kind(told["kind"]),
                int(told["dealer"]),
                [Point.decode(bytes.fromhex(each)) for each in told["published"]],
                Proof.decode(bytes.fromhex(told["proof"])),
                {int(to): bytes.fromhex(each) for to, each in told["values"].items()},
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            raise SealBroken("no dealing") from None
        made.check(ceremony)
        return made

    def check(self, ceremony: Ceremony) -> None:
        """Hold it to its ceremony; raises as `read` does."""
        members = ceremony.members
        if self.dealer not in members or len(self.published) != ceremony.threshold:
            raise SealBroken("another ceremony")
        if self.values.keys() != members.keys():
            raise SealBroken("not for every member")
        if any(len(each) != _CLOSED for each in self.values.values()):
            raise SealBroken("no value")
        bound = ceremony.proof_bound(self.kind, self.dealer)
        check_known(self.proof, self.published[0], bound)

    def write(self) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        return {
            "kind": self.kind.value,
            "dealer": self.dealer,
            "published": [each.encode().hex() for each in self.published],
            "proof": self.proof.encode().hex(),
            "values": {str(to): each.hex() for to, each in self.values.items()},
        }


@dataclass(frozen=True, slots=True)
class TenderKey:
    """The public half of a key that nobody has: one for each kind of envelope."""

    kind: Kind
    public: Point
    shares: Mapping[int, Point]  #: each member's share times the generator


def key_of(ceremony: Ceremony, dealings: Sequence[Dealing]) -> TenderKey:
    """Return the key that all members' dealings of one kind make.

    Raises:
        SealBroken: not every member has dealt, or they are of several kinds.
    """
    kinds = {each.kind for each in dealings}
    if len(kinds) != 1 or {each.dealer for each in dealings} != set(ceremony.members):
        raise SealBroken("not everybody has dealt")
    published = [each.published for each in dealings]
    if len(published) != len(ceremony.members):
        raise SealBroken("dealt twice")
    held = {each: shares.public_share(published, each) for each in ceremony.members}
    return TenderKey(kinds.pop(), shares.public_key(published), held)

"""A sealed envelope: a readable header, then portions that open in their place and order only.

``DVNSEAL1``, the header's length (four bytes), the header (JSON, sorted, ASCII), the point of the
key encapsulation (65 bytes), the proof that the bidder drew that point for this header (64 bytes),
then portions of a mebibyte, each 16 bytes longer sealed than open; the last one may be shorter.
The header is what the key is derived with, so that an envelope of another tender, bidder, kind or
version opens nowhere. A portion's nonce is its number, and it is bound to whether it is the last
one: nothing can be changed, left out, doubled, moved or cut off.

Without the proof a bidder could send the point of somebody else's envelope, or one made of it, as
an own one, and what members release to open the own would open the other (V. Shoup and R. Gennaro
1998). Members' browsers check it before they release anything.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final, Protocol

from cryptography.hazmat.primitives.asymmetric import ec

from processes.transactions.sealing import hpke
from processes.transactions.sealing.curve import POINT, Point
from processes.transactions.sealing.errors import SealBroken, ShareRefused
from processes.transactions.sealing.proofs import PROOF, Proof, check_known, prove_known

MAGIC: Final = b"DVNSEAL1"
PORTION: Final = 1024 * 1024  #: bytes of an open portion
LONGEST_HEADER: Final = 1_000  #: bytes
_LENGTH: Final = 4
_NOT_LAST: Final = b"\x00"
_LAST: Final = b"\x01"


class Kind(StrEnum):
    """The envelopes of a bid, in the order the law opens them (`domain.md` §3.3)."""

    GUARANTEE = "A"
    TECHNICAL = "B"
    PRICE = "C"


@dataclass(frozen=True, slots=True)
class Header:
    """What everybody may read of an envelope, and nothing of it changed."""

    tender: str
    bidder: str
    kind: Kind
    version: int  #: the bidder's first, second … bid of this tender
    key: str  #: the tender's public key of this kind, its point in hexadecimal digits

    def encode(self) -> bytes:
        """Write it the one way it is written."""
        told = json.dumps(asdict(self), sort_keys=True, separators=(",", ":")).encode("ascii")
        if len(told) > LONGEST_HEADER:
            raise SealBroken("header too long")
        return told

    @property
    def recipient(self) -> Point:
        """The point the envelope is sealed to."""
        return Point.decode(bytes.fromhex(self.key))


@dataclass(frozen=True, slots=True)
class Opening:
    """What an envelope begins with: all that members need to release it."""

    header: bytes  #: as it stands
    sent: bytes  #: the point that was sent along
    proof: bytes

    @property
    def length(self) -> int:
        """How many bytes stand before the first portion."""
        return len(MAGIC) + _LENGTH + len(self.header) + POINT + PROOF

    @property
    def point(self) -> Point:
        """What members multiply with their shares, to open this envelope and no other."""
        return Point.decode(self.sent)


class Readable(Protocol):
    """A file, open for reading bytes."""

    def read(self, size: int, /) -> bytes: ...


def sealed(header: Header, content: Iterable[bytes]) -> Iterator[bytes]:
    """Seal a content of any length; it comes in portions of any size."""
    told = header.encode()
    own = ec.generate_private_key(ec.SECP256R1())
    sent, context = hpke.sealer(header.recipient, _info(told), own)
    proof = prove_known(own.private_numbers().private_value, _info(told)).encode()
    yield MAGIC + len(told).to_bytes(_LENGTH, "big") + told + sent + proof
    held = bytearray()
    for each in content:
        held += each
        while len(held) > PORTION:
            yield context.seal(bytes(held[:PORTION]), _NOT_LAST)
            del held[:PORTION]
    yield context.seal(bytes(held), _LAST)


def begin(file: Readable) -> Opening:
    """Read what an envelope begins with; the file stands at its first portion then.

    Raises:
        SealBroken: it is no envelope, or its point was drawn for another one.
    """
    start = _exactly(file, len(MAGIC) + _LENGTH)
    length = int.from_bytes(start[len(MAGIC) :], "big")
    if not start.startswith(MAGIC) or length > LONGEST_HEADER:
        raise SealBroken("no envelope")
    found = Opening(_exactly(file, length), _exactly(file, POINT), _exactly(file, PROOF))
    try:
        check_known(Proof.decode(found.proof), found.point, _info(found.header))
    except ShareRefused:
        raise SealBroken("another envelope's point") from None
    return found


def check_size(size: int, begun: Opening) -> None:
    """Refuse a length that no envelope has: it was cut off or something stands behind it.

    Raises:
        SealBroken: no content has this length sealed.
    """
    if size <= begun.length or 0 < (size - begun.length) % (PORTION + hpke.TAG) < hpke.TAG:
        raise SealBroken("length")


def opened(file: Readable, header: Header, agreed: Point) -> Iterator[bytes]:
    """Open an envelope, portion by portion; what came before a broken portion counts for nothing.

    Args:
        file: at its beginning.
        header: what it has to say: its place is known by whoever opens it, not read from it.
        agreed: the key times the envelope's point, from k members.

    Raises:
        SealBroken: it is not this envelope, or not as it was sealed, or not with this key.
    """
    begun = begin(file)
    if begun.header != header.encode():
        raise SealBroken("another envelope")
    context = hpke.opener(agreed, begun.sent, header.recipient, _info(begun.header))
    portion = file.read(PORTION + hpke.TAG)
    while True:
        following = file.read(PORTION + hpke.TAG)
        yield context.open(portion, _NOT_LAST if following else _LAST)
        if not following:
            return
        portion = following


def _info(header: bytes) -> bytes:
    return MAGIC + header


def _exactly(file: Readable, size: int) -> bytes:
    found = file.read(size)
    if len(found) != size:
        raise SealBroken("cut off")
    return found

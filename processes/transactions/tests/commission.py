"""A commission with its keys, in Python: ceremony, sealed envelopes, releases."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from processes.transactions.sealing import member, opening
from processes.transactions.sealing.curve import Point
from processes.transactions.sealing.dealing import Ceremony, Dealing, TenderKey, key_of
from processes.transactions.sealing.envelope import Header, Kind, begin, opened, sealed
from processes.transactions.sealing.member import MemberKey
from processes.transactions.sealing.opening import Released

TENDER = "0198b0a4-6f1c-7c3e-9d55-2f1c6a1b0007"


@dataclass(frozen=True, slots=True)
class Commission:
    """n members of whom k open."""

    ceremony: Ceremony
    members: dict[int, MemberKey]
    dealings: dict[Kind, list[Dealing]]

    @classmethod
    def of(cls, n: int, k: int, kinds: Iterable[Kind] = Kind) -> Commission:
        members = {each: MemberKey.new() for each in range(1, n + 1)}
        ceremony = Ceremony(TENDER, k, {at: each.public for at, each in members.items()})
        dealt = {kind: [member.deal(ceremony, kind, each) for each in members] for kind in kinds}
        return cls(ceremony, members, dealt)

    def key(self, kind: Kind) -> TenderKey:
        return key_of(self.ceremony, self.dealings[kind])

    def header(
        self, kind: Kind = Kind.PRICE, bidder: str = "10380284790", version: int = 1
    ) -> Header:
        return Header(TENDER, bidder, kind, version, self.key(kind).public.encode().hex())

    def share(self, kind: Kind, position: int) -> int:
        return member.share_of(self.ceremony, self.dealings[kind], position, self.members[position])

    def released(self, envelope: bytes, header: Header, who: Collection[int]) -> list[Released]:
        begun = begin(io.BytesIO(envelope))
        return [member.release(self.share(header.kind, at), at, header, begun) for at in who]

    def agreed(self, envelope: bytes, header: Header, who: Collection[int] = (1, 2)) -> Point:
        """What opens an envelope, checked as the server does."""
        key, begun = self.key(header.kind), begin(io.BytesIO(envelope))
        released = self.released(envelope, header, who)
        for each in released:
            opening.check(each, key, header, begun.point)
        return opening.agreed(released, self.ceremony.threshold)

    def opened(self, envelope: bytes, header: Header, who: Collection[int] = (1, 2)) -> bytes:
        agreed = self.agreed(envelope, header, who)
        return b"".join(opened(io.BytesIO(envelope), header, agreed))


def seal(header: Header, content: bytes) -> bytes:
    return b"".join(sealed(header, [content]))

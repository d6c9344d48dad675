"""Tries to open bids with everything but one share: ``make sealed-attack BIDS=1000``.

Who attacks has the whole database, the disk, the application's secrets, and k - 1 members of the
commission with their keys and passphrases. Every way is tried on every price; at the end the
commission opens some as it should, so that an attack that cannot succeed is not taken for proof.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from processes.transactions.queries import sealing as rows
from processes.transactions.records.sealing import SealedBid, SealRehearsal
from processes.transactions.sealing import hpke, member, shares
from processes.transactions.sealing.curve import GENERATOR, ORDER, Point, total
from processes.transactions.sealing.envelope import PORTION, Header, Kind, begin, opened, sealed
from processes.transactions.sealing.errors import SealBroken, ShareRefused
from processes.transactions.sealing.member import MemberKey
from processes.transactions.tests.tendering import SITE_KEY, Tender

TRAITOR = "commission1"


@dataclass
class Report:
    """What was tried, and what came of it."""

    tried: Counter[str] = field(default_factory=Counter)
    succeeded: Counter[str] = field(default_factory=Counter)
    opened_in_session: int = 0

    def lines(self) -> Iterator[str]:
        for way, count in self.tried.items():
            yield f"{count:7,} tried {self.succeeded[way]:5,} succeeded  {way}"
        yield f"{self.opened_in_session:7,} opened by two of three members, as they should"


@dataclass(frozen=True, slots=True)
class Stolen:
    """One price as it lies on the disk, with all that the database says of it."""

    bid: SealedBid
    header: Header
    envelope: bytes


def attack(tender: Tender, count: int) -> Report:
    """Attack a tender of ``count`` bids before its session."""
    report = Report()
    for number in range(count):
        tender.submit(f"{10_000_000_000 + number}", price=90_000_000_000 + number)
    stolen = list(_stolen(tender))
    assert len(stolen) == count
    _with_one_share(tender, stolen, report)
    _by_passphrases(tender, report)
    _by_changing(tender, stolen, report)
    _control(tender, stolen[:5], report)
    return report


def _stolen(tender: Tender) -> Iterator[Stolen]:
    with tender.database.reader() as reading:
        found = rows.tender(reading, tender.id)
        for bid in rows.bids(reading, tender.id):
            with tender.store.open(bid.envelope(Kind.PRICE).sha256) as file:
                yield Stolen(bid, rows.header_of(found, bid, Kind.PRICE), file.read())


def _with_one_share(tender: Tender, stolen: list[Stolen], report: Report) -> None:
    """Use every point that can be made of what is known in the key's place."""
    own = {kind: tender.share(TRAITOR, kind) for kind in Kind}
    site = int.from_bytes(SITE_KEY.private_bytes_raw(), "big")
    with tender.database.reader() as reading:
        key = rows.key_as_used(rows.tender(reading, tender.id).key(Kind.PRICE))
        rehearsed = [
            Point.decode(bytes.fromhex(each.content["point"]))
            for each in reading.query(SealRehearsal).filter_by(kind=Kind.PRICE)
        ]
    of_rehearsal = shares.combine(dict(enumerate(rehearsed[:2], 1)))
    for each in stolen:
        point = begin(io.BytesIO(each.envelope)).point
        part = total([(own[Kind.PRICE], point)])
        ways = {
            "the one share alone": part,
            "the one share, weighed": shares.combine({1: part}),
            "the one share as two members'": shares.combine({1: part, 2: part}),
            "the one share and a public one": shares.combine({1: part, 2: key.shares[2]}),
            "shares of the other envelopes": total(
                [(own[Kind.GUARANTEE] + own[Kind.TECHNICAL], point)]
            ),
            "what was released to rehearse": of_rehearsal,
            "the public key": key.public,
            "the envelope's own point": point,
            "the generator": GENERATOR,
            "the site's secret key": total([(site, point)]),
            "the two shares added": total([(1, part), (1, key.shares[2])]),
        }
        for way, guess in ways.items():
            report.tried[way] += 1
            report.succeeded[way] += _opens(each.envelope, each.header, guess)


def _by_passphrases(tender: Tender, report: Report) -> None:
    """Open what closes other members' keys: with the traitor's passphrase, in its own place."""
    way = "a member's passphrase on another's key"
    with tender.database.reader() as reading:
        for seat in rows.tender(reading, tender.id).members:
            for words in (tender.passphrases[TRAITOR], "", seat.username):
                if seat.username == TRAITOR and words == tender.passphrases[TRAITOR]:
                    continue
                report.tried[way] += 1
                try:
                    MemberKey.unwrap(seat.wrapped, words, f"{tender.id}/{seat.position}")
                    report.succeeded[way] += 1
                except ShareRefused:
                    pass


def _by_changing(tender: Tender, stolen: list[Stolen], report: Report) -> None:
    """Have the commission open what is not what it looks like: with all shares it does not."""
    whole = {1: tender.share("commission1", Kind.PRICE), 2: tender.share("commission2", Kind.PRICE)}
    for each, other in pairwise([*stolen, stolen[0]]):
        start = begin(io.BytesIO(each.envelope)).length
        edited = bytearray(each.envelope)
        edited[start + 9] ^= 1
        told = each.header.encode()
        prefix = each.envelope[: 12 + len(told)]
        foreign = begin(io.BytesIO(other.envelope))
        changed = {
            "edited": bytes(edited),
            "cut off": each.envelope[:-20],
            "swapped for another's": other.envelope,
            "another's under one's own name": prefix + other.envelope[foreign.length - 129 :],
            "another's point, one's own portions": (
                prefix + foreign.sent + foreign.proof + each.envelope[start:]
            ),
        }
        for way, envelope in changed.items():
            report.tried[way] += 1
            report.succeeded[way] += _released_and_opens(envelope, each.header, whole)
    _portions_moved(stolen[0], whole, report)


def _portions_moved(one: Stolen, whole: dict[int, int], report: Report) -> None:
    made = b"".join(sealed(one.header, [bytes(PORTION), b"\x01" * PORTION, b"end"]))
    at = begin(io.BytesIO(made)).length
    size = PORTION + hpke.TAG
    first, second, end = (
        made[at : at + size],
        made[at + size : at + 2 * size],
        made[at + 2 * size :],
    )
    for way, body in {
        "portions moved": second + first + end,
        "a portion left out": first + end,
        "a portion doubled": first + first + second + end,
        "the end cut off at a portion": first + second,
        "portions of an earlier bid": one.envelope[-len(end) :] + first + second + end,
    }.items():
        report.tried[way] += 1
        report.succeeded[way] += _released_and_opens(made[:at] + body, one.header, whole)


def _released_and_opens(envelope: bytes, header: Header, whole: dict[int, int]) -> bool:
    try:
        begun = begin(io.BytesIO(envelope))
        released = [member.release(share, at, header, begun) for at, share in whole.items()]
    except (SealBroken, ShareRefused):
        return False
    agreed = shares.combine({each.member: each.point for each in released})
    return _opens(envelope, header, agreed)


def _opens(envelope: bytes, header: Header, agreed: Point) -> bool:
    try:
        return bool(b"".join(opened(io.BytesIO(envelope), header, agreed)))
    except SealBroken:
        return False


def _control(tender: Tender, stolen: list[Stolen], report: Report) -> None:
    whole = {at: tender.share(tender.members[at - 1], Kind.PRICE) for at in (2, 3)}
    assert all(0 < each < ORDER for each in whole.values())
    for each in stolen:
        report.opened_in_session += _released_and_opens(each.envelope, each.header, whole)

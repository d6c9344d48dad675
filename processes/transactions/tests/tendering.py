"""A tender from the ceremony to the opening, through the commands, with members in Python."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, BinaryIO
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.errors import RulesBroken
from engine.model.person import Actor
from engine.sdk import new_id
from engine.storage.database import Database
from engine.storage.document_store import FolderStore
from engine.values import Rial
from processes.transactions.commands import bidding, ceremony, opening, session, tenders, voting
from processes.transactions.commands.bidding import Sent
from processes.transactions.commands.tenders import NewTender
from processes.transactions.queries import sealing as rows
from processes.transactions.records import Method, TenderCriterion, TenderState
from processes.transactions.records import Tender as Published
from processes.transactions.records.sealing import SealedBid, SealedTender
from processes.transactions.sealing import member
from processes.transactions.sealing.contents import File, packed
from processes.transactions.sealing.dealing import Dealing
from processes.transactions.sealing.envelope import Header, Kind, begin, sealed
from processes.transactions.sealing.forms import (
    GUARANTEE_FILE,
    PRICE_FILE,
    GuaranteeSheet,
    PriceSheet,
)
from processes.transactions.sealing.member import MemberKey

SITE_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ROUNDS = 600_000
#: the sheet of facts in each kind of envelope
SHEETS = {Kind.GUARANTEE: GUARANTEE_FILE, Kind.PRICE: PRICE_FILE}
WEEK = timedelta(days=7)
QUORUM = 3


def plain(content: BinaryIO, size: int, name: str) -> str | None:
    """Take every file for a text, but for one that is none."""
    return None if name.endswith(".exe") else "txt"


@contextmanager
def refused(*codes: str) -> Iterator[None]:
    """Let what is done inside be refused for these reasons."""
    with pytest.raises(RulesBroken) as broken:
        yield
    found = [each.code for each in broken.value.problems]
    assert found == list(codes), found


@dataclass
class Tender:
    """A tender of three members of whom two open."""

    database: Database
    store: FolderStore
    actor: Callable[[str], Actor]
    at: datetime
    members: tuple[str, ...] = ("commission1", "commission2", "commission3")
    deputies: dict[str, str] = field(default_factory=dict)  #: of members
    case_id: UUID | None = None
    number: str = "T-1405-0007"
    keys: dict[str, MemberKey] = field(default_factory=dict)
    passphrases: dict[str, str] = field(default_factory=dict)
    id: UUID = field(init=False)

    @property
    def deadline(self) -> datetime:
        return self.at + WEEK

    @property
    def late(self) -> datetime:
        return self.deadline + timedelta(seconds=1)

    def uow(self) -> Any:
        return self.database.unit_of_work()

    @property
    def holders(self) -> tuple[str, ...]:
        """Who has a share: the members and their deputies, by their positions."""
        return (*self.members, *self.deputies.values())

    def announced(self, threshold: int = 2) -> Tender:
        new = NewTender(
            "D07", self.number, "آسفالت معابر", self.deadline, threshold, self.members,
            self.case_id, self.deputies,
        )  # fmt: skip
        officer = self.actor("proc_officer")
        self.id = tenders.announce_tender(self.uow(), new, actor=officer, at=self.at)
        return self

    def joined(self) -> Tender:
        for position, name in enumerate(self.holders, 1):
            key = self.keys[name] = MemberKey.new()
            words = self.passphrases[name] = f"long passphrase of {name}"
            wrapped = key.wrap(words, f"{self.id}/{position}", ROUNDS)
            ceremony.join(
                self.uow(), self.id, key.public.encode().hex(), wrapped,
                actor=self.actor(name), at=self.at,
            )  # fmt: skip
        return self

    def dealt(self) -> Tender:
        with self.database.reader() as reading:
            made = rows.ceremony_of(rows.tender(reading, self.id))
        for position, name in enumerate(self.holders, 1):
            dealings = [member.deal(made, kind, position).write() for kind in Kind]
            ceremony.deal(self.uow(), self.id, dealings, actor=self.actor(name), at=self.at)
        return self

    def rehearsed(self) -> Tender:
        for name in self.holders:
            released = {kind.value: self.rehearsal(name, kind) for kind in Kind}
            ceremony.rehearse(self.uow(), self.id, released, actor=self.actor(name), at=self.at)
        return self

    def ready(self) -> Tender:
        return self.announced().joined().dealt().rehearsed()

    def share(self, name: str, kind: Kind) -> int:
        """What the member's browser has for a moment."""
        with self.database.reader() as reading:
            made = rows.ceremony_of(rows.tender(reading, self.id))
            dealings = [
                Dealing.read(each.content, made)
                for each in rows.dealings(reading, self.id)
                if each.kind is kind
            ]
        position = self.holders.index(name) + 1
        return member.share_of(made, dealings, position, self.keys[name])

    def rehearsal(self, name: str, kind: Kind) -> dict[str, Any]:
        with self.database.reader() as reading:
            key = rows.tender(reading, self.id).key(kind)
            envelope, header = bytes.fromhex(key.rehearsal), ceremony.rehearsal_header(
                self.id, kind, key.public
            )  # fmt: skip
        begun = begin(io.BytesIO(envelope))
        position = self.holders.index(name) + 1
        return member.release(self.share(name, kind), position, header, begun).write()

    def bidder(self, party: str) -> Actor:
        known = self.actor("bidder1")
        return replace(
            known, username=f"of-{party}", desks=frozenset({f"BIDDER@party:{party}"})
        )  # fmt: skip

    def header(self, party: str, kind: Kind) -> Header:
        with self.database.reader() as reading:
            return rows.next_header(reading, rows.tender(reading, self.id), party, kind)

    def sealed(
        self,
        party: str,
        price: int = 92_000_000_000,
        files: Mapping[str, bytes] | None = None,
        prices: Mapping[str, bytes] | None = None,
        facts: Mapping[Kind, GuaranteeSheet | PriceSheet] | None = None,
    ) -> dict[Kind, Sent]:
        """What the bidder's page seals and sends: files of B and of C, and sheets of facts."""
        contents: dict[Kind, dict[str, bytes]] = {
            Kind.GUARANTEE: {"guarantee.txt": b"5,000,000,000"},
            Kind.TECHNICAL: {"method.txt": b"how we do it", **(files or {})},
            Kind.PRICE: dict(prices) if prices else {"price.txt": str(price).encode()},
        }
        for kind, sheet in (facts or {}).items():
            contents[kind] |= {SHEETS[kind]: sheet.write()}
        sent = {}
        for kind, named in contents.items():
            header = self.header(party, kind)
            content = packed([(File(name, len(each)), [each]) for name, each in named.items()])
            sent[kind] = self.sent(header, b"".join(sealed(header, content)))
        return sent

    def sent(self, header: Header, envelope: bytes) -> Sent:
        with self.store.receive(2**30) as incoming:
            incoming.write(envelope)
            return bidding.take(self.store, incoming, header)

    def submit(
        self,
        party: str,
        sent: Mapping[Kind, Sent] | None = None,
        moment: datetime | None = None,
        price: int = 92_000_000_000,
        files: Mapping[str, bytes] | None = None,
    ) -> SealedBid:
        return bidding.submit(
            self.uow(), self.id, sent or self.sealed(party, price, files), sign=SITE_KEY.sign,
            actor=self.bidder(party), at=self.at, moment=moment or self.deadline,
        )  # fmt: skip

    def submit_facts(self, party: str, total: int, amount: int = 5_000_000_000) -> SealedBid:
        """A bid with its sheets: a price, and a guarantee of an amount."""
        until = (self.deadline + timedelta(days=120)).date()
        facts: dict[Kind, GuaranteeSheet | PriceSheet] = {
            Kind.GUARANTEE: GuaranteeSheet(
                "ض-1", "بانک شهر", "", "BANK", Rial(amount), until, "D07", self.number
            ),
            Kind.PRICE: PriceSheet((), Rial(total), ""),
        }
        return self.submit(party, self.sealed(party, facts=facts))

    def attended(self, *names: str, reason: str = "") -> Tender:
        for each in names or self.members:
            session.attend(
                self.uow(), self.id, "", reason=reason, actor=self.actor(each), at=self.late
            )
        return self

    def declared(self, name: str, conflict: str = "برادرم سهام‌دار است") -> Tender:
        session.attend(self.uow(), self.id, conflict, actor=self.actor(name), at=self.late)
        return self

    def met_again(self, *names: str) -> Tender:
        """Call the roll of the next sitting and begin it, where the last one was paused."""
        with self.database.reader() as reading:
            is_paused = rows.tender(reading, self.id).sitting is None
        return self.attended(*names).begun() if is_paused else self

    def closed(self) -> Tender:
        """Take no more bids, as the process does after the deadline."""
        with self.uow() as uow:
            found = rows.published_as(uow.session, rows.tender(uow.session, self.id))
            if found is not None and found.state is TenderState.PUBLISHED:
                found.come_to(TenderState.OPENING)
                uow.commit()
        return self

    def begun(self) -> Tender:
        session.begin_session(
            self.uow(), self.id, quorum=QUORUM, actor=self.actor("proc_officer"), at=self.late
        )
        return self

    def released(self, name: str, bid: SealedBid, kind: Kind) -> dict[str, Any]:
        """What the member's browser sends for an envelope."""
        with self.database.reader() as reading:
            found, tender = rows.bid(reading, bid.id), rows.tender(reading, self.id)
            header, sha256 = rows.header_of(tender, found, kind), found.envelope(kind).sha256
        with self.store.open(sha256) as file:
            begun = begin(file)
        position = self.holders.index(name) + 1
        return member.release(self.share(name, kind), position, header, begun).write()

    def release(self, name: str, bid: SealedBid, kind: Kind, given: Any = None) -> bool:
        return opening.release(
            self.uow(), self.id, bid.id, kind, given or self.released(name, bid, kind),
            quorum=QUORUM, actor=self.actor(name), at=self.late,
        )  # fmt: skip

    def open(self, bid: SealedBid, kind: Kind, *names: str) -> dict[str, bytes]:
        """Open one envelope and return its files."""
        for name in names or self.members[:2]:
            self.release(name, bid, kind)
        contents = opening.open_contents(self.uow(), self.store, bid.id, kind, plain, None)
        opening.keep_opened(
            self.uow(), self.id, bid.id, kind, contents,
            actor=self.actor("commission1"), at=self.late,
        )  # fmt: skip
        found = {}
        for each in contents.files:
            with self.store.open(each.sha256) as file:
                found[each.name] = file.read()
        return found

    def decide(self, bid: SealedBid, kind: Kind, *, passes: bool = True) -> bool:
        why = "" if passes else "ضمانت‌نامه کمتر است"
        given = [self.vote(name, bid, kind, why, is_for=passes) for name in self.members]
        assert given[:-1] == [None] * (len(self.members) - 1)
        assert given[-1] is passes
        return passes

    def vote(
        self, name: str, bid: SealedBid, kind: Kind, reason: str = "", *, is_for: bool
    ) -> bool | None:
        return voting.vote(
            self.uow(), bid.id, kind, is_for=is_for, reason=reason,
            actor=self.actor(name), at=self.late,
        )  # fmt: skip

    def vote_to_end(self, name: str, reason: str, *, is_for: bool = True) -> bool | None:
        return voting.vote_to_end(
            self.uow(), self.id, is_for=is_for, reason=reason, quorum=QUORUM,
            actor=self.actor(name), at=self.late,
        )  # fmt: skip

    def end(self) -> int:
        return session.end_session(
            self.uow(), self.id, actor=self.actor("proc_officer"), at=self.late
        )

    def seen(self) -> SealedTender:
        with self.database.reader() as reading:
            found = rows.tender(reading, self.id)
            assert found.members is not None
            return found

    def seen_keys(self) -> list[str]:
        with self.database.reader() as reading:
            return [each.public for each in rows.tender(reading, self.id).keys]

    def published(self, office: Any, *, criteria: Sequence[str] = ()) -> Published:
        """Return the tender with its documents, whose bids are sealed so; not stored yet."""
        request = office.approved(25_000_000_000).request
        made = Published(
            id=new_id(), instance_id=new_id(), request_id=request.id, seal_id=self.id,
            unit="D07", number=self.number, method=Method.PUBLIC_TENDER,
            state=TenderState.PUBLISHED, title="آسفالت معابر", estimate=Rial(100_000_000_000),
            guarantee=Rial(5_000_000_000), validity_days=90, deadline=self.deadline,
            made_at=self.at, made_by="proc_officer",
        )  # fmt: skip
        made.criteria = [
            TenderCriterion(position=at, title=each, weight=Decimal(100) / len(criteria))
            for at, each in enumerate(criteria, 1)
        ]
        return made

    def seen_published(self) -> Published:
        with self.database.reader() as reading:
            found = rows.published_as(reading, rows.tender(reading, self.id))
            assert found is not None
            assert found.sealing is not None
            return found

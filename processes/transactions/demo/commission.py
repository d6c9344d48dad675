"""The commission of the demonstration: its members make keys, meet, open envelopes and vote.

Everything that a member's browser does is done here with the member's own key, by the commands
behind the pages.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final
from uuid import UUID

from engine.sdk import DemoOffice
from processes.transactions.commands import ceremony, minutes, opening, session, voting
from processes.transactions.commands.seats import body_of
from processes.transactions.queries import sealing as rows
from processes.transactions.queries.session import session_page
from processes.transactions.records.sealing import EnvelopeState
from processes.transactions.sealing import member
from processes.transactions.sealing.dealing import Dealing
from processes.transactions.sealing.envelope import Header, Kind, begin
from processes.transactions.sealing.member import MemberKey

MEMBERS: Final = ("commission1", "commission2", "commission3")
SECRETARY: Final = "proc_officer"
_THRESHOLD: Final = 2  #: members who open together
_ROUNDS: Final = 600_000


def passphrase(username: str) -> str:
    """Return what a member of the demonstration's commission types in ceremony and session."""
    return f"demo key of {username}"


@dataclass
class Commission:
    """The members of one sealed tender, with the keys that nobody else has."""

    office: DemoOffice
    seal: UUID
    _keys: dict[str, MemberKey] = field(default_factory=dict)
    _shares: dict[tuple[str, Kind], int] = field(default_factory=dict)

    @property
    def number(self) -> str:
        """The number of the tender."""
        with self.office.unit_of_work() as uow:
            return rows.tender(uow.session, self.seal).number

    def make_key(self) -> None:
        """Let the members join, deal and rehearse."""
        office = self.office
        for position, name in enumerate(MEMBERS, 1):
            key = self._keys[name] = MemberKey.new()
            wrapped = key.wrap(passphrase(name), f"{self.seal}/{position}", _ROUNDS)
            public = key.public.encode().hex()
            ceremony.join(office.unit_of_work(), self.seal, public, wrapped, **self._by(name))
        with office.unit_of_work() as uow:
            made = rows.ceremony_of(rows.tender(uow.session, self.seal))
        for position, name in enumerate(MEMBERS, 1):
            dealt = [member.deal(made, kind, position).write() for kind in Kind]
            ceremony.deal(office.unit_of_work(), self.seal, dealt, **self._by(name))
        for name in MEMBERS:
            released = {kind.value: self._rehearsed(name, kind) for kind in Kind}
            ceremony.rehearse(office.unit_of_work(), self.seal, released, **self._by(name))

    def meet(self) -> None:
        """Let every member answer the roll call, and the secretary begin the sitting."""
        office = self.office
        for name in MEMBERS:
            session.attend(office.unit_of_work(), self.seal, "", **self._by(name))
        quorum = self._quorum()
        session.begin_session(
            office.unit_of_work(), self.seal, quorum=quorum, **self._by(SECRETARY)
        )

    def open(self, *kinds: Kind) -> None:
        """Open the envelopes of these kinds, one by one; A and B are accepted.

        Those of a bid that has failed stay closed.
        """
        with self.office.unit_of_work() as uow:
            bids = [each.id for each in rows.bids(uow.session, self.seal)]
        for kind in kinds:
            for bid_id in bids:
                self._open(bid_id, kind)

    def end(self) -> None:
        """End the session: what is closed still is given back."""
        session.end_session(self.office.unit_of_work(), self.seal, **self._by(SECRETARY))

    def write_minutes(self) -> None:
        """Have the minutes of the sitting printed, and signed by every member."""
        # who has no pages, a worker, tells no stories
        from processes.transactions.pages.printing import print_minutes  # noqa: PLC0415

        office, number = self.office, self.number
        secretary = office.actor(SECRETARY)
        with office.unit_of_work() as uow:
            page = session_page(uow.session, number, secretary, office.store.open, office.at)
        with office.pages():
            printed = print_minutes(page, body_of(page.unit, office.at))
        kept = minutes.keep_minutes(
            office.unit_of_work(), self.seal, printed, **self._by(SECRETARY)
        )
        for name in MEMBERS:
            minutes.sign_minutes(
                office.unit_of_work(), self.seal, kept, printed.sha256, **self._by(name)
            )

    def _open(self, bid_id: UUID, kind: Kind) -> None:
        office = self.office
        with office.unit_of_work() as uow:
            found = rows.bid(uow.session, bid_id)
            if EnvelopeState.REJECTED.value in rows.states_of(found).values():
                return
            header = rows.header_of(rows.tender(uow.session, self.seal), found, kind)
            sha256 = found.envelope(kind).sha256
        quorum = self._quorum()
        for name in MEMBERS[:_THRESHOLD]:
            with office.store.open(sha256) as file:
                given = self._released(name, kind, header, file)
            opening.release(
                office.unit_of_work(), self.seal, bid_id, kind, given, quorum=quorum,
                **self._by(name),
            )  # fmt: skip
        contents = opening.open_contents(
            office.unit_of_work(), office.store, bid_id, kind, _papers, scanner=None
        )
        opening.keep_opened(
            office.unit_of_work(), self.seal, bid_id, kind, contents, **self._by(MEMBERS[0])
        )
        if kind is Kind.PRICE:
            return
        for name in MEMBERS:
            voting.vote(
                office.unit_of_work(), bid_id, kind, is_for=True, reason="", **self._by(name)
            )

    def _by(self, username: str) -> dict[str, Any]:
        return {"actor": self.office.actor(username), "at": self.office.at}

    def _quorum(self) -> int:
        with self.office.unit_of_work() as uow:
            unit = rows.tender(uow.session, self.seal).unit
        return body_of(unit, self.office.at).quorum

    def _rehearsed(self, name: str, kind: Kind) -> Mapping[str, Any]:
        with self.office.unit_of_work() as uow:
            known = rows.tender(uow.session, self.seal).key(kind)
            header = ceremony.rehearsal_header(self.seal, kind, known.public)
            sealed = bytes.fromhex(known.rehearsal)
        return self._released(name, kind, header, io.BytesIO(sealed))

    def _released(
        self, name: str, kind: Kind, header: Header, sealed: BinaryIO
    ) -> Mapping[str, Any]:
        """Return what a member's browser sends of an envelope, made with the member's share."""
        share, position = self._share(name, kind), MEMBERS.index(name) + 1
        return dict(member.release(share, position, header, begin(sealed)).write())

    def _share(self, name: str, kind: Kind) -> int:
        """Return a member's share, worked out once of what was dealt to it."""
        if not self._shares:
            self._work_out_shares()
        return self._shares[name, kind]

    def _work_out_shares(self) -> None:
        with self.office.unit_of_work() as uow:
            made = rows.ceremony_of(rows.tender(uow.session, self.seal))
            dealt = [
                Dealing.read(each.content, made) for each in rows.dealings(uow.session, self.seal)
            ]
        for kind in Kind:
            of_kind = [each for each in dealt if each.kind is kind]
            for position, name in enumerate(MEMBERS, 1):
                share = member.share_of(made, of_kind, position, self._keys[name])
                self._shares[name, kind] = share


def _papers(_: BinaryIO, __: int, name: str) -> str | None:
    """Tell what is filed of an envelope: its papers, and not the sheets of facts."""
    return "pdf" if name.endswith(".pdf") else None

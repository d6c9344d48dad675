"""Live rounds of an auction: admitted, opened, outbid, extended, ranked (R-TND-16)."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.errors import Conflict, NotAtThisDesk, RulesBroken
from engine.model.admin_event import AdminEvent
from engine.values import Rial
from processes.transactions.commands import auction_rounds as commands
from processes.transactions.commands.auction_admission import admit
from processes.transactions.queries import auction_rounds as rows
from processes.transactions.rules.live_rounds import Event, Rounds, RoundsOpened, replay
from processes.transactions.rules.reverse_auction import Closed, Extended, Offered
from processes.transactions.tests.tendering import refused
from processes.transactions.tests.test_flow_auction import BN, Auction, M, prepared
from processes.transactions.tests.walking import Office
from tests.kit.walking import codes

MINUTE = timedelta(minutes=1)
A, B, C = ("14077770009", "روشن‌گر"), ("14077770013", "سپیده‌ساز"), ("14077770028", "کوهپایه")
THIRD = "14012345679"  #: `bidder3` of the demonstration


class Held:
    """An auction by live rounds whose notice is out."""

    def __init__(self, office: Office, admitted: tuple[tuple[str, str], ...] = (A, B)) -> None:
        self.office, self.auction = office, prepared(office).publish("LIVE")
        self.number = self.auction.row.number
        deadline = self.auction.row.deadline
        assert deadline is not None
        self.begun = deadline + MINUTE
        for identifier, name in (A, B, C):
            office.firm(name, identifier)
        for identifier, _ in admitted:
            self.admit(identifier)

    def admit(
        self, identifier: str, deposit: int = 2_500 * M, by: str = "fin_expert", receipt: str = ""
    ) -> None:
        typed = {
            "identifier": identifier,
            "deposit": str(deposit),
            "receipt_no": receipt or identifier,
        }
        admit(
            self.office.database.unit_of_work(), self.number, typed,
            actor=self.office.actor(by), at=self.office.clock(),
        )  # fmt: skip

    def open(self, minutes: str = "10", by: str = "proc_officer", at: Any = None) -> None:
        commands.open_rounds(
            self.office.database.unit_of_work(), self.number, minutes,
            actor=self.office.actor(by), at=at or self.begun,
        )  # fmt: skip

    def offer(self, who: tuple[str, str], price: int, moment: datetime) -> None:
        bidder = replace(self.office.actor("bidder1"), desks=frozenset({f"BIDDER@party:{who[0]}"}))
        commands.offer_price(
            self.office.database.unit_of_work(), self.number, str(price),
            actor=bidder, at=self.begun, moment=moment,
        )  # fmt: skip

    def call_out(
        self, who: tuple[str, str], price: int, moment: datetime, by: str = "proc_officer"
    ) -> None:
        commands.offer_called_out(
            self.office.database.unit_of_work(), self.number,
            {"bidder": who[0], "price": str(price)},
            actor=self.office.actor(by), at=self.begun, moment=moment,
        )  # fmt: skip

    def highest(self) -> tuple[int, datetime] | None:
        """The highest offer in rials, and when it came."""
        with self.office.database.reader() as session:
            found = rows.rounds_of(session, rows.auction_numbered(session, self.number))
            assert found is not None
            if found.highest is None or found.last_at is None:
                return None
            return found.highest.amount, found.last_at

    def close(self, moment: datetime) -> None:
        commands.close_rounds(
            self.office.database.unit_of_work(), self.number,
            actor=self.office.actor("proc_officer"), at=self.begun, moment=moment,
        )  # fmt: skip

    def by_row_events_and_journal(self) -> tuple[Rounds, Rounds, Rounds]:
        """Return where the rounds stand by their row, by their events and by the journal."""
        with self.office.database.reader() as session:
            found = rows.rounds_of(session, rows.auction_numbered(session, self.number))
            assert found is not None
            names = [each.identifier for each in rows.admitted(session, found.auction)]
            acts = select(AdminEvent.facts).where(AdminEvent.kind == "area_act")
            journal = session.scalars(acts.order_by(AdminEvent.number)).all()
            told = [each for each in map(self._event, journal) if each is not None]
            return rows.as_it_stands(found, names), rows.replayed(session, found), replay(told)

    def _event(self, facts: dict[str, Any]) -> Event | None:
        told = facts["told"]
        match facts["act"]:
            case "auction_rounds_opened":
                return RoundsOpened(
                    self.begun, datetime.fromisoformat(told["ends_at"]), Rial(int(told["base"])),
                    Rial(int(told["step"])), timedelta(minutes=told["last_minutes"]),
                    told["most_extensions"], frozenset(told["bidders"]),
                )  # fmt: skip
            case "auction_offered":
                at = datetime.fromisoformat(told["at"])
                return Offered(at, told["bidder"], Rial(int(told["price"])))
            case "auction_extended":
                ends_at = datetime.fromisoformat(told["ends_at"])
                return Extended(datetime.fromisoformat(told["at"]), ends_at)
            case "auction_rounds_closed":
                return Closed(datetime.fromisoformat(told["at"]))
        return None


@pytest.mark.both_databases
def test_bidders_outbid_by_steps_late_offers_move_the_end_and_what_came_is_ranked(office: Office):
    held = Held(office)
    with refused("AUC-024"):
        held.open(at=office.clock())
    held.auction.until_deadline()
    held.open()
    with pytest.raises(Conflict):
        held.admit(C[0])  # who is not admitted when the rounds open is not admitted
    begun, end = held.begun, held.begun + 10 * MINUTE
    with refused("AUC-020"):
        held.offer(C, 60 * BN, begun)
    with refused("TND-035"):
        held.offer(A, 50 * BN - 1, begun)
    held.offer(A, 50 * BN, begun)  # the base price itself is enough
    with refused("AUC-022"):
        held.offer(A, 60 * BN, begun)
    with refused("TND-035"):
        held.offer(B, 50_500 * M - 1, begun)
    held.offer(B, 50_500 * M, begun + MINUTE)
    held.offer(A, 51 * BN, end - 3 * MINUTE - timedelta(microseconds=1))
    assert held.by_row_events_and_journal()[0].ends_at == end
    held.offer(B, 52 * BN, end - 3 * MINUTE)  # the first of the last minutes
    end += 3 * MINUTE
    with refused("TND-134"):
        held.close(end - timedelta(microseconds=1))
    with pytest.raises(RulesBroken) as early:
        held.auction.do("record_offers", "submit", offers_typed=[])
    assert codes(early) == [("AUC-026", None)]
    with refused("AUC-021"):
        held.offer(A, 60 * BN, end)  # at the very end is late
    for price in range(53, 62):  # nine more, ten in all
        held.offer(A if price % 2 else B, price * BN, end - MINUTE)
        end += 3 * MINUTE
    held.offer(B, 62 * BN, end - MINUTE)
    held.close(end)  # the eleventh moved nothing
    with refused("AUC-021"):
        held.offer(A, 70 * BN, end - MINUTE)

    stands = held.by_row_events_and_journal()
    assert stands[0] == stands[1] == stands[2]
    assert (stands[0].highest, stands[0].leader) == (Rial(62 * BN), B[0])
    assert (stands[0].ends_at, stands[0].extensions, stands[0].is_closed) == (end, 10, True)
    _ranked(held.auction)


@pytest.mark.both_databases
def test_what_is_called_out_in_the_hall_is_typed_by_the_officer_under_the_same_rules(
    office: Office,
):
    held = Held(office)
    held.auction.until_deadline()
    with pytest.raises(Conflict):
        held.call_out(A, 50 * BN, held.begun)
    held.open()
    begun, end = held.begun, held.begun + 10 * MINUTE
    with pytest.raises(NotAtThisDesk):
        held.call_out(A, 50 * BN, begun, by="fin_expert")
    with refused("AUC-020"):
        held.call_out(C, 50 * BN, begun)
    with refused("GEN-REQUIRED"):
        held.call_out(("", ""), 50 * BN, begun)
    held.call_out(A, 50 * BN, begun)
    with refused("AUC-022"):
        held.offer(A, 60 * BN, begun)  # the own one leads, whoever typed it
    with refused("TND-035"):
        held.call_out(B, 50_500 * M - 1, begun)
    held.offer(B, 50_500 * M, begun + MINUTE)
    held.call_out(A, 52 * BN, end - MINUTE)  # moves the end as any other
    with refused("AUC-021"):
        held.call_out(B, 60 * BN, end + 3 * MINUTE)
    held.close(end + 3 * MINUTE)

    stands = held.by_row_events_and_journal()
    assert stands[0] == stands[1] == stands[2]
    assert (stands[0].leader, stands[0].extensions) == (A[0], 1)
    with office.database.reader() as session:
        found = rows.rounds_of(session, rows.auction_numbered(session, held.number))
        assert found is not None
        kept = [(each.bidder, each.typed_by) for each in rows.events_of(session, found)]
        offered = [
            (each.actor, facts["told"]["bidder"], facts["told"].get("typed_by"))
            for each in session.scalars(select(AdminEvent).order_by(AdminEvent.number))
            if each.kind == "area_act" and (facts := each.facts)["act"] == "auction_offered"
        ]
    typed = [(A[0], "proc_officer"), (B[0], None), (A[0], "proc_officer")]
    assert [each for each in kept if each[0]] == typed
    assert offered == [
        ("proc_officer", A[0], "proc_officer"), ("bidder1", B[0], None),
        ("proc_officer", A[0], "proc_officer"),
    ]  # fmt: skip
    held.auction.do("record_offers", "submit", offers_typed=[])
    assert [(each["name"], each["amount"]) for each in held.auction.variables["ranked"]] == [
        (A[1], 52 * BN), (B[1], 50_500 * M),
    ]  # fmt: skip


def _ranked(auction: Auction) -> None:
    typed = [{"identifier": A[0], "bidder": A[1], "amount": 90 * BN}]
    with pytest.raises(RulesBroken) as twice:
        auction.do("record_offers", "submit", offers_typed=typed)
    assert codes(twice) == [("AUC-027", "offers_typed")]
    auction.do("record_offers", "submit", offers_typed=[])
    assert [(each["name"], each["amount"]) for each in auction.variables["ranked"]] == [
        (B[1], 62 * BN), (A[1], 61 * BN),
    ]  # fmt: skip
    auction.do("name_buyer", "confirm", minute_no="م/۷")
    assert auction.variables["balance"] == 62 * BN - 2_500 * M


@pytest.mark.both_databases
def test_of_offers_of_one_moment_one_leads_after_the_other(office: Office):
    """Ten at once: each that stood is an event, and the row is what the events come to."""
    held = Held(office)
    held.auction.until_deadline()
    held.open()

    def outbid(number: int) -> list[int]:
        stood = []
        for price in range(50, 60):
            with suppress(RulesBroken, Conflict):  # who leads is refused too
                held.offer(A if number % 2 else B, price * BN, held.begun)
                stood.append(price)
        return stood

    with ThreadPoolExecutor(4) as together:
        stood = sorted(price for each in together.map(outbid, range(4)) for price in each)
    by_row, by_events, by_journal = held.by_row_events_and_journal()
    assert by_row == by_events == by_journal
    assert stood == sorted(set(stood)), "each is above the one before"
    assert by_row.highest == Rial(stood[-1] * BN)
    with office.database.reader() as session:
        found = rows.rounds_of(session, rows.auction_numbered(session, held.number))
        assert found is not None
        assert found.events == len(stood) + 1


def test_who_is_admitted_is_of_the_register_with_the_whole_deposit_confirmed_by_finance(
    office: Office,
):
    held = Held(office, ())
    with pytest.raises(NotAtThisDesk):
        held.admit(A[0], by="proc_officer")
    for code, identifier, deposit in (
        ("ID-002", "10380284791", 2_500 * M),
        ("TND-110", "14077770032", 2_500 * M),
        ("AUC-001", A[0], 2_500 * M - 1),
    ):
        with refused(code):
            held.admit(identifier, deposit)
    with refused("AUC-025"):
        held.open()
    held.admit(A[0])
    with refused("TND-133"):
        held.open("601")
    with refused("AUC-023"):
        held.admit(A[0], receipt="2")
    with refused("AUC-007"):
        held.admit(B[0], receipt=A[0])
    with refused("AUC-006"):
        held.admit(B[0], deposit=50 * BN + 1)
    with pytest.raises(NotAtThisDesk):
        held.open(by="fin_expert")
    held.open()
    with pytest.raises(Conflict):
        held.open()


def test_the_page_is_for_the_unit_and_for_who_is_admitted_and_names_nobody_to_a_bidder(
    office: Office, signed_in: Callable[[str], FlaskClient]
):
    """`bidder3` of the demonstration is admitted, `bidder1` is not."""
    held = Held(office, (A,))
    office.firm("گام سوم", THIRD)
    path = f"/areas/transactions/auctions/{held.number}/rounds"
    finance, officer, mine = (signed_in(each) for each in ("fin_expert", "proc_officer", "bidder3"))
    assert mine.get(path).status_code == 404
    wrong = {"identifier": THIRD, "deposit": "۱٬۰۰۰", "receipt_no": "س/۲"}
    answer = finance.post(f"{path}/bidders", data=wrong)
    assert answer.status_code == 422
    assert 'id="deposit-problem"' in answer.text
    assert "۱٬۰۰۰" in answer.text
    right = wrong | {"deposit": "2,500,000,000"}
    assert finance.post(f"{path}/bidders", data=right).status_code == 303
    assert path in mine.get("/bidding").text
    assert "روشن‌گر" in officer.get(path).text
    assert officer.post(f"{path}/opened", data={"minutes": "10"}).status_code == 422
    held.auction.until_deadline()
    held.open()
    held.offer(A, 50 * BN, held.begun)
    mine = signed_in("bidder3")  # twenty days have passed
    mine.post("/language", data={"locale": "en"})
    shown = mine.get(path).text
    assert "50,500,000,000" in shown, "what the next offer is at least"
    assert "روشن‌گر" not in shown
    state = mine.get(f"{path}/state").get_json()
    assert (state["shown"]["least"], state["shown"]["leads"]) == ("50,500,000,000", "No")
    assert signed_in("bidder1").get(path).status_code == 404


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_what_is_called_out_is_read_back_and_binds_when_it_is_confirmed(
    office: Office,
    signed_in: Callable[[str], FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
    locale: str,
):
    held = Held(office)
    held.auction.until_deadline()
    held.open()
    clock = [held.begun]
    monkeypatch.setattr(commands, "_clock", lambda uow, moment: moment or clock[0])
    path = f"/areas/transactions/auctions/{held.number}/rounds"
    officer = signed_in("proc_officer")
    officer.post("/language", data={"locale": locale})
    called = {"bidder": A[0], "price": "۵۱٬۰۰۰٬۰۰۰٬۰۰۰"}

    shown = officer.post(f"{path}/called-out", data=called)

    assert shown.status_code == 200
    read_back = shown.text.split('aria-labelledby="hall"')[1].split("</form>")[0]
    words = "پنجاه و یک میلیارد ریال" if locale == "fa" else "fifty-one billion rials"
    digits = "۵۱٬۰۰۰٬۰۰۰٬۰۰۰" if locale == "fa" else "51,000,000,000"
    assert [each in read_back for each in (A[1], A[0], words, digits)] == [True] * 4
    assert re.search(r'<button[^>]* name="confirmed" value="1" autofocus', read_back)
    assert held.highest() is None, "nothing is kept yet"
    low = officer.post(f"{path}/called-out", data=called | {"price": "1000"})
    assert (low.status_code, 'id="price-problem"' in low.text) == (422, True)
    assert 'value="1000"' in low.text, "what was typed stands there still"

    sent = dict(re.findall(r'name="(bidder|price)" value="([^"]+)"', read_back))
    clock[0] = held.begun + MINUTE
    assert officer.post(f"{path}/called-out", data=sent | {"confirmed": "1"}).status_code == 303
    assert held.highest() == (51 * BN, held.begun + MINUTE), "its time is that of the confirmation"
    late = officer.post(f"{path}/called-out", data=called | {"bidder": B[0], "confirmed": "1"})
    assert late.status_code == 422, "another was quicker: it is decided when it is confirmed"

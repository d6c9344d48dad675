"""The reverse auction as a last round, through its commands and its page (R-TND-17)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.errors import Conflict, NotAtThisDesk, RulesBroken
from engine.model.admin_event import AdminEvent
from engine.values import Rial
from processes.transactions.commands import reversing as commands
from processes.transactions.queries import evaluation as rows
from processes.transactions.queries import reversing
from processes.transactions.records import ReverseBidder, TenderState
from processes.transactions.rules.reverse_auction import (
    Closed,
    Event,
    Extended,
    Offered,
    Opened,
    ReverseRule,
    replay,
)
from processes.transactions.tests.evaluating import BN, Evaluated
from processes.transactions.tests.tendering import refused

MINUTE = timedelta(minutes=1)


def _open(tender: Evaluated, minutes: str = "10") -> None:
    officer = tender.who("proc_officer")
    commands.open_reverse(tender.uow(), tender.number, minutes, actor=officer, at=tender.late)


def _offer(tender: Evaluated, party: str, price: int, moment: datetime) -> int:
    return commands.offer(
        tender.uow(), tender.number, str(price),
        actor=tender.sealed.bidder(party), at=tender.late, moment=moment,
    )  # fmt: skip


def _close(tender: Evaluated, moment: datetime) -> None:
    officer = tender.who("proc_officer")
    commands.close_reverse(
        tender.uow(), tender.number, actor=officer, at=tender.late, moment=moment
    )


def _told(tender: Evaluated) -> list[Event]:
    """The auction as the journal tells it."""
    events: list[Event] = []
    with tender.sealed.database.reader() as session:
        acts = select(AdminEvent.facts).where(AdminEvent.kind == "area_act")
        for each in session.scalars(acts.order_by(AdminEvent.number)):
            told = each["told"]
            match each["act"]:
                case "reverse_opened":
                    ends_at = datetime.fromisoformat(told["ends_at"])
                    events.append(
                        Opened(
                            tender.late, ends_at, Rial(int(told["start"])), ReverseRule(),
                            frozenset(told["bidders"]),
                        )
                    )  # fmt: skip
                case "reverse_offered":
                    at = datetime.fromisoformat(told["at"])
                    events.append(Offered(at, told["bidder"], Rial(int(told["price"]))))
                case "reverse_extended":
                    ends_at = datetime.fromisoformat(told["ends_at"])
                    events.append(Extended(datetime.fromisoformat(told["at"]), ends_at))
                case "reverse_closed":
                    events.append(Closed(datetime.fromisoformat(told["at"])))
    return events


@pytest.mark.both_databases
def test_bidders_go_down_by_steps_late_offers_move_the_end_and_the_journal_gives_the_same(
    evaluated: Callable[..., Evaluated],
):
    tender = evaluated({"A": 100 * BN, "B": 102 * BN, "C": 105 * BN}).accepted().opened().taken()
    with pytest.raises(Conflict):
        _open(tender)  # prices are not worked out
    tender.worked_out()
    with refused("TND-133"):
        _open(tender, "601")
    _open(tender)
    with pytest.raises(Conflict):
        _open(tender)
    begun, end = tender.late, tender.late + 10 * MINUTE
    with pytest.raises(NotAtThisDesk):
        commands.offer(tender.uow(), tender.number, "1", actor=tender.who("proc_officer"), at=begun)
    with refused("TND-037"):
        _offer(tender, "D", 90 * BN, begun)
    with refused("TND-037"):
        _offer(tender, "D", 200 * BN, begun)  # who is kept out does not learn where it stands
    with refused("TND-038"):
        _offer(tender, "B", 99_500_000_001, begun)
    assert _offer(tender, "B", 99_500_000_000, begun) == 1
    assert _offer(tender, "C", 99 * BN, begun + MINUTE) == 1
    assert _offer(tender, "B", 98 * BN, end - 3 * MINUTE - timedelta(microseconds=1)) == 1
    with tender.sealed.database.reader() as session:
        found = reversing.auction_of(session, rows.tender_of(session, tender.number))
        assert (found.ends_at, found.extensions) == (end, 0)
    assert _offer(tender, "A", 97 * BN, end - 3 * MINUTE) == 1  # the first of the last minutes
    end += 3 * MINUTE
    with pytest.raises(Conflict):
        tender.vote("commission1")  # nobody is named while offers are taken
    with refused("TND-134"):
        _close(tender, end - timedelta(microseconds=1))
    with refused("TND-005"):
        _offer(tender, "C", 96 * BN, end)  # at the very end is late
    for at in range(9):  # nine more, ten in all
        assert _offer(tender, "C", (96 - at) * BN, end - MINUTE) == 1
        end += 3 * MINUTE
    _offer(tender, "B", 87 * BN, end - MINUTE)
    with tender.sealed.database.reader() as session:
        found = reversing.auction_of(session, rows.tender_of(session, tender.number))
        assert (found.ends_at, found.extensions) == (end, 10), "the eleventh moves nothing"
    _close(tender, end)
    with refused("TND-005"):
        _offer(tender, "C", 80 * BN, end - MINUTE)
    _is_replayed(tender)
    tender.credit(100 * BN)
    tender.named_winners()
    assert tender.awards() == [(1, "B", 87 * BN, "PENDING"), (2, "C", 88 * BN, "RESERVE")]


def _is_replayed(tender: Evaluated) -> None:
    """The table and the journal give the same ranks and the same end."""
    with tender.sealed.database.reader() as session:
        row = rows.tender_of(session, tender.number)
        found = reversing.auction_of(session, row)
        by_table, by_journal = reversing.replayed(session, found), replay(_told(tender))
        assert by_table.ranking() == by_journal.ranking() == ("B", "C", "A")
        assert by_table.ends_at == by_journal.ends_at == found.ends_at
        assert by_table.lowest == by_journal.lowest == found.lowest == Rial(87 * BN)
        assert by_table.is_closed
        assert by_journal.is_closed
        ranks = {each.bidder: reversing.rank_of(session, each) for each in found.bidders}
        assert ranks == {"B": 1, "C": 2, "A": 3}


@pytest.mark.both_databases
def test_offers_of_one_moment_come_one_after_the_other(evaluated: Callable[..., Evaluated]):
    """Ten bidders at once: what stands is what the events come to, and no offer is lost."""
    bidders = [f"{each:03d}" for each in range(10)]
    tender = evaluated({"A": 100 * BN, "B": 102 * BN}).accepted().opened().taken().worked_out()
    _open(tender)
    with tender.uow() as uow:
        row = rows.tender_of(uow.session, tender.number)
        found = reversing.auction_of(uow.session, row)
        found.bidders += [ReverseBidder(bidder=each) for each in bidders]
        uow.commit()

    def go_down(party: str) -> int:
        stood = 0
        for price in range(99, 80, -2):
            with suppress(RulesBroken, Conflict):
                _offer(tender, party, price * BN, tender.late)
                stood += 1
        return stood

    with ThreadPoolExecutor(5) as together:
        stood = sum(together.map(go_down, bidders))
    with tender.sealed.database.reader() as session:
        found = reversing.auction_of(session, rows.tender_of(session, tender.number))
        again = reversing.replayed(session, found)
        assert again.offers == stood == found.events - 1
        assert again.lowest == found.lowest
        ranks = {each.bidder: reversing.rank_of(session, each) for each in found.bidders}
        assert ranks == {each: again.rank_of(each) for each in ranks}
    with tender.uow() as uow:
        rows.tender_of(uow.session, tender.number).come_to(TenderState.CANCELLED)
        uow.commit()
    with pytest.raises(Conflict):
        _offer(tender, bidders[0], BN, tender.late)  # of what is cancelled nobody buys


def test_a_bidder_sees_the_rank_and_the_clock_and_nobody_elses_price(
    evaluated: Callable[..., Evaluated], signed_in: Callable[[str], FlaskClient]
):
    """`bidder3` and `bidder4` of the demonstration."""
    tender = evaluated({"14012345679": 100 * BN, "10861234508": 102 * BN}).accepted()
    tender.opened().taken().worked_out()
    path = f"/areas/transactions/tenders/{tender.number}/reverse"
    officer, first, second = (signed_in(each) for each in ("proc_officer", "bidder3", "bidder4"))
    assert first.get(path).status_code == 404, "there is none yet"
    assert officer.post(f"{path}/opened", data={"minutes": "x"}).status_code == 422
    assert officer.post(f"{path}/opened", data={"minutes": "30"}).status_code == 303
    second.post("/language", data={"locale": "en"})
    wrong = second.post(f"{path}/offers", data={"price": "99,900,000,000"})
    assert wrong.status_code == 422
    assert 'id="price-problem"' in wrong.text
    assert 'value="99,900,000,000"' in wrong.text
    assert _offer(tender, "14012345679", 99 * BN, tender.sealed.at) == 1
    shown = second.get(path).text
    assert "99,000,000,000" not in shown
    assert "شرکت 14012345679" not in shown
    assert _offer(tender, "10861234508", 98 * BN, tender.sealed.at) == 1
    state = first.get(f"{path}/state").get_json()
    assert (state["rank"], set(state)) == (2, {"now", "ends_at", "extensions", "rank", "over"})
    seen = officer.get(path)
    assert seen.status_code == 200
    assert signed_in("bidder1").get(path).status_code == 404

"""Evaluation through its commands: every worked figure of §3.7, §3.8 and R-TND-09, and refusals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from engine.errors import Conflict, NotAtThisDesk
from engine.model.admin_event import AdminEvent
from engine.model.person import Actor
from engine.values import Rial, local_date
from processes.transactions.commands import prices, scoring
from processes.transactions.queries import evaluation as rows
from processes.transactions.queries.own_bids import own_bids
from processes.transactions.queries.prices import prices_page, seen_of_typed
from processes.transactions.records import (
    AwardState,
    EnvelopeState,
    SealedBid,
    Tender,
    TenderState,
)
from processes.transactions.sealing.envelope import Kind
from processes.transactions.tests.evaluating import BN, Evaluated
from processes.transactions.tests.tendering import refused

#: §3.7: bidder, price in billions, score, balanced price at i = 0, 0.1, 0.2 and 0.4
TABLE = {
    "A": (88, 70, (88_000_000_000, 90_721_649_485, 93_617_021_277, 100_000_000_000)),
    "B": (92, 90, (92_000_000_000, 92_929_292_929, 93_877_551_020, 95_833_333_333)),
    "C": (85, 60, (85_000_000_000, 88_541_666_667, 92_391_304_348, 101_190_476_190)),
    "D": (99, 95, (99_000_000_000, 99_497_487_437, 100_000_000_000, 101_020_408_163)),
}
IMPACTS = ("0", "0.1", "0.2", "0.4")
FIRST = {"0": "C", "0.1": "C", "0.2": "C", "0.4": "B"}


def _impact(evaluated: Evaluated, impact: str) -> None:
    """Let the documents have said another impact."""
    with evaluated.uow() as uow:
        tender = rows.tender_of(uow.session, evaluated.number)
        tender.impact = Decimal(impact)
        uow.commit()


def _acts(evaluated: Evaluated) -> list[str]:
    with evaluated.sealed.database.reader() as session:
        acts = select(AdminEvent.facts).where(AdminEvent.kind == "area_act")
        return [each["act"] for each in session.scalars(acts.order_by(AdminEvent.number))]


def test_nothing_is_opened_before_it_is_decided_whether_few_bids_are_enough(
    evaluated: Callable[..., Evaluated],
):
    """Who knows bidders and prices does not decide afterwards whether the tender goes on (§3.5)."""
    with refused("TND-050"):
        evaluated({"A": 88 * BN}, is_enough=False)


def test_who_wins_is_told_to_bidders_when_it_is_announced(evaluated: Callable[..., Evaluated]):
    tender = evaluated({"A": 88 * BN, "B": 92 * BN}).accepted().opened().taken().worked_out()
    tender.credit(100 * BN)
    tender.named_winners()

    def told(party: str) -> AwardState | None:
        with tender.sealed.database.reader() as session:
            award = own_bids(session, party, tender.late)[0].award
            return None if award is None else award.state

    assert tender.awards() != []
    assert (told("A"), told("B")) == (None, None)
    with tender.uow() as uow:
        rows.tender_of(uow.session, tender.number).come_to(TenderState.AWARDED)
        uow.commit()
    assert (told("A"), told("B")) == (AwardState.PENDING, AwardState.RESERVE)


@pytest.mark.both_databases
def test_quality_weighs_on_prices_as_in_the_table_and_who_is_below_gets_the_price_back(
    evaluated: Callable[..., Evaluated],
):
    """§3.7 whole, with a fifth bidder below the minimum, to the awards."""
    offers = {bidder: price * BN for bidder, (price, _, _) in TABLE.items()}
    criteria = [("تیم فنی", 40), ("روش اجرا", 60)]
    tender = evaluated(
        offers | {"E": 60 * BN}, criteria=criteria, impact=Decimal("0.4"), minimum_score=Decimal(60)
    ).accepted()
    with refused("TND-062"):
        tender.sealed.release("commission1", tender.bids["A"], Kind.PRICE)
    tender.named()
    marks: dict[str, Sequence[int | str]] = {
        bidder: (score, score) for bidder, (_, score, _) in TABLE.items()
    }
    low: dict[str, Sequence[int | str]] = {"E": (59, "59.99")}
    assert tender.mark("tech_committee", marks | low) == []
    assert tender.mark("tech_committee2", {"E": (60, 60), "A": ("١٠١", "x")}) == [
        "TND-020", "NUM-001",
    ]  # fmt: skip
    with refused(*["TND-020", "NUM-001", *["TND-124"] * 12]):
        tender.finish("tech_committee2")
    tender.finish("tech_committee")
    with pytest.raises(Conflict):
        tender.close()  # the other has not finished
    tender.mark("tech_committee2", marks | low)
    tender.finish("tech_committee2")
    with pytest.raises(Conflict):
        tender.mark("tech_committee2", marks)  # what is finished stands
    scoring.look_again(
        tender.uow(), tender.number, "tech_committee2", "نظر شما درباره روش E",
        actor=tender.who("tech_committee"), at=tender.late,
    )  # fmt: skip
    tender.finish("tech_committee2")
    assert not tender.asks(rows.quality_closed)
    with pytest.raises(NotAtThisDesk):
        tender.close("tech_committee2")
    tender.close()
    assert tender.asks(rows.quality_closed)
    _falls_below(tender, "E")
    tender.opened("A", "B", "C", "D")
    _is_returned(tender, "E")
    tender.taken().worked_out()
    assert tender.asks(rows.prices_checked)
    for impact, at in zip(IMPACTS, range(4), strict=True):
        _is_balanced(tender, impact, at)
    _is_awarded(tender)
    acts = _acts(tender)
    assert acts[-2:] == ["winners_voted", "winners_named"]
    assert {"evaluators_named", "marks_finished", "quality_closed", "prices_taken"} < set(acts)


def _falls_below(tender: Evaluated, bidder: str) -> None:
    with refused("TND-010"):
        tender.sealed.release("commission1", tender.bids[bidder], Kind.PRICE)


def _is_returned(tender: Evaluated, bidder: str) -> None:
    with tender.sealed.database.reader() as session:
        envelopes = session.get_one(SealedBid, tender.bids[bidder].id).envelopes
        assert [(each.state, each.reason) for each in envelopes] == [
            (EnvelopeState.ACCEPTED, None),
            (EnvelopeState.REJECTED, "TND-121"),
            (EnvelopeState.RETURNED, None),
        ]


def _is_balanced(tender: Evaluated, impact: str, at: int) -> None:
    _impact(tender, impact)
    proposed = tender.proposal()
    found = {each.offer.bidder: each.balanced.amount for each in proposed.ranked.result}
    assert found == {bidder: balanced[at] for bidder, (_, _, balanced) in TABLE.items()}
    assert proposed.first is not None
    assert tuple(each.bid.bidder for each in proposed.named) == (FIRST[impact], "A")


def _is_awarded(tender: Evaluated) -> None:
    stale = tender.proposal().seen
    _impact(tender, "0.2")
    with refused("TND-131"):
        tender.vote("commission1", seen=stale)
    _impact(tender, "0.4")
    tender.vote("commission1")
    with refused("TND-033"):
        tender.vote("commission2", is_for=False)
    assert tender.vote("commission2", is_for=False, reason="برآورد کهنه است") is None
    with refused("BUD-001"):  # the last vote names them, and there is no such credit
        tender.vote("commission3")
    assert not tender.asks(rows.winners_named)
    tender.credit(92 * BN)
    assert tender.vote("commission3") is True
    assert tender.asks(rows.winners_named)
    assert tender.awards() == [(1, "B", 92 * BN, "PENDING"), (2, "A", 88 * BN, "RESERVE")]
    with pytest.raises(Conflict):
        tender.vote("commission1")


def test_an_abnormally_low_price_is_justified_and_decided_and_never_rejected_by_itself(
    evaluated: Callable[..., Evaluated],
):
    """§3.8 whole, and a proposal that the commission refuses is voted on anew."""
    offers = {"A": 88, "B": 92, "C": 58, "D": 99, "E": 160, "F": 95}
    tender = evaluated({each: price * BN for each, price in offers.items()}).accepted().opened()
    tender.taken()
    assert not tender.asks(rows.prices_checked)
    tender.worked_out()
    with tender.sealed.database.reader() as session:
        page = prices_page(session, rows.tender_of(session, tender.number))
        assert page.usual is not None
        assert page.usual.result.low == Rial(68_819_283_291)
        assert page.usual.result.high == Rial(103_980_716_709)
        assert {row.bid.bidder: row.price.standing.value for row in page.rows if row.price
                and row.price.standing} == {
            "A": "WITHIN", "B": "WITHIN", "C": "LOW", "D": "WITHIN", "E": "HIGH", "F": "WITHIN",
        }  # fmt: skip
        assert not page.is_checked
    low = tender.price("C")
    today = local_date(tender.late)
    assert low.justify_until is not None
    assert timedelta(days=5) <= low.justify_until - today <= timedelta(days=20)
    with refused("TND-130"):
        tender.vote_on_price("commission1", "C", is_for=False)
    justify = lambda at: prices.justify(  # noqa: E731 - three times the same
        tender.uow(), tender.number, tender.bids["C"].id, "تجزیه بها: قیر از معدن خود",
        actor=tender.who("proc_officer"), at=at,
    )  # fmt: skip
    with refused("TND-128"):
        justify(tender.late + timedelta(days=40))
    justify(tender.late)
    with refused("TND-033"):
        tender.vote_on_price("commission1", "C", is_for=True, reason=" ")
    assert tender.vote_on_price("commission1", "C", is_for=True) is None
    assert tender.vote_on_price("commission2", "C", is_for=False, reason="قیر کم است") is None
    assert tender.vote_on_price("commission3", "C", is_for=False, reason="قیر کم است") is False
    assert tender.asks(rows.prices_checked)
    proposed = tender.proposal()
    assert proposed.first is not None
    assert tuple(each.bid.bidder for each in proposed.named) == ("A", "B")
    assert [(bid.bidder, why) for bid, why in proposed.left_out] == [("C", "PRICE")]

    tender.vote("commission1", is_for=False, reason="رقابت کم بود")
    assert tender.vote("commission2") is None
    assert tender.vote("commission3", is_for=False, reason="رقابت کم بود") is None
    assert tender.vote("commission2", reason="قیمت‌ها خوب است") is False  # outvoted, and says why
    assert tender.awards() == []
    tender.credit(88 * BN)
    tender.named_winners()
    assert tender.awards() == [(1, "A", 88 * BN, "PENDING"), (2, "B", 92 * BN, "RESERVE")]


@pytest.mark.parametrize(("second", "is_named"), [("92500000000", True), ("93000000000", False)])
def test_a_second_winner_is_named_only_below_the_guarantee_and_papers_are_typed_and_corrected(
    evaluated: Callable[..., Evaluated], second: str, is_named: bool
):
    """R-TND-09 with G = 5 bn; the request asks for a hundred, the line says something else."""
    tender = evaluated({"A": 1 * BN, "B": 1 * BN}).accepted().opened()
    officer, expert = tender.who("proc_officer"), tender.who("fin_expert")

    def typed(party: str, **values: str) -> None:
        prices.type_price(
            tender.uow(), tender.number, tender.bids[party].id,
            {each.replace("_1", "/1"): said for each, said in values.items()},
            actor=officer, at=tender.late,
        )  # fmt: skip

    with refused("MON-001", "GEN-REQUIRED"):
        typed("A", total="بسیار", unit_price_1="880000000")
    typed("A", total="90000000000", unit_price_1="880000000", total_1="90000000000")
    typed("B", total="1", words="", unit_price_1=f"{int(second) // 100}", total_1=second)
    typed("B", total=second, unit_price_1=f"{int(second) // 100}", total_1=second)  # a slip
    with refused("TND-127", "TND-127"):
        tender.worked_out()
    seen = {each: seen_of_typed(tender.price(each)) for each in ("A", "B")}

    def confirm(party: str, who: Actor) -> None:
        prices.confirm_price(
            tender.uow(), tender.number, tender.bids[party].id, seen[party],
            actor=who, at=tender.late,
        )  # fmt: skip

    typed("B", total="1", unit_price_1=f"{int(second) // 100}", total_1=second)
    with refused("TND-140"):
        confirm("B", expert)  # looked at what was typed before
    typed("B", total=second, unit_price_1=f"{int(second) // 100}", total_1=second)
    seen["B"] = seen_of_typed(tender.price("B"))
    tender.office.one_person("proc_officer", "fin_expert")
    with refused("TND-126"):
        confirm("A", tender.who("fin_expert"))  # who typed, from another account
    for party in ("A", "B"):
        confirm(party, expert)
    tender.worked_out()
    assert tender.price("A").corrected == Rial(88 * BN)
    assert tender.asks(rows.prices_checked)
    tender.credit(88 * BN)
    tender.named_winners()
    first = (1, "A", 88 * BN, "PENDING")
    assert tender.awards() == [first, *[(2, "B", int(second), "RESERVE")][: int(is_named)]]
    with tender.sealed.database.reader() as session:
        assert session.scalar(select(Tender.number)) == tender.number


def test_an_evaluator_with_an_interest_is_out_and_the_committee_is_nobody_else(
    evaluated: Callable[..., Evaluated],
):
    tender = evaluated(
        {"A": 88 * BN, "B": 92 * BN}, criteria=[("کیفیت", 100)], impact=Decimal("0.2")
    )
    with refused("GEN-CHOICE", "TND-122", "GEN-CHOICE"):
        scoring.name_evaluators(
            tender.uow(), tender.number, ["commission1"], "tech_committee",
            actor=tender.who("proc_officer"), at=tender.late,
        )  # fmt: skip
    tender.office.one_person("commission2", "tech_committee")
    with refused("TND-122"):  # SOD-009, from another account
        tender.named("tech_committee2")
    tender.office.one_person("tech_committee", "tech_committee2", code="0013542419")
    with refused("GEN-CHOICE"):  # nobody scores twice
        tender.named("tech_committee2")
    tender.office.one_person("tech_committee2", code="0042358833")
    tender.named("tech_committee2")
    with pytest.raises(Conflict):
        tender.mark("tech_committee", {"A": [10]})  # A and B are not decided yet
    tender.accepted()
    with pytest.raises(NotAtThisDesk):
        tender.mark("proc_officer", {"A": [100]})
    tender.mark("tech_committee", {"A": [0], "B": [0]})
    scoring.declare_interest(
        tender.uow(), tender.number, "برادرم در شرکت A است",
        actor=tender.who("tech_committee"), at=tender.late,
    )  # fmt: skip
    with refused("TND-059"):
        tender.mark("tech_committee", {"A": [100]})
    tender.mark("tech_committee2", {"A": [80], "B": [90]})
    tender.finish("tech_committee2").close("tech_committee2")
    with tender.sealed.database.reader() as session:
        scores = rows.scores(session, list(tender.bids.values()))
    assert [scores[each.id].value for each in tender.bids.values()] == [80, 90]

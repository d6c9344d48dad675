"""Times, guarantees, complaints, votes and auctions: the examples of `domain.md` §3.6 and §3.9."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from engine.values import JalaliDate, Percentage, Rial, WorkingCalendar, solar_holidays
from processes.transactions.rules import auction, guarantee_register, voting
from processes.transactions.rules.complaint_windows import (
    Complaint,
    ComplaintTimes,
    Outcome,
    Stage,
    board_decides_by,
    buyer_answers_by,
    check_signing,
    stage,
)
from processes.transactions.rules.guarantee_register import Kind, State
from processes.transactions.rules.guarantees import (
    Bracket,
    Given,
    Required,
    bid_guarantee,
    check_bid_guarantee,
)
from processes.transactions.rules.minimum_times import (
    MinimumTime,
    check_deadline,
    check_extension,
    deadline_after_change,
)
from processes.transactions.rules.voting import Body, Seat, Vote

BN = 10**9
SOLAR = [(1, 1), (1, 2), (1, 3), (1, 4), (1, 12), (1, 13), (3, 14), (3, 15), (11, 22), (12, 29)]
#: lunar holidays of the two years (§4.8)
LUNAR = """1404/01/11 1404/02/04 1404/03/16 1404/03/24 1404/04/14 1404/04/15 1404/05/23 1404/05/31
    1404/06/02 1404/06/10 1404/06/19 1404/09/03 1404/10/13 1404/10/27 1404/11/15 1404/12/20
    1405/01/25 1405/03/06 1405/04/03 1405/04/04 1405/05/13 1405/05/21 1405/05/22 1405/05/30"""


def day(text: str) -> date:
    return JalaliDate.parse(text).gregorian()


def said(on: date) -> str:
    return str(JalaliDate.of(on))


CALENDAR = WorkingCalendar(
    frozenset({3, 4}), solar_holidays(SOLAR, [1404, 1405]) | frozenset(map(day, LUNAR.split()))
)
TIMES = ComplaintTimes()


@pytest.mark.parametrize(
    ("filed", "answer_by"),
    [("1404/08/03", "1404/08/24"), ("1404/10/20", "1404/11/12"), ("1405/03/10", "1405/03/31")],
)
def test_a_buyer_answers_a_complaint_within_fifteen_working_days(filed, answer_by):
    assert said(buyer_answers_by(day(filed), TIMES, CALENDAR)) == answer_by


def test_silence_escalates_and_never_accepts():
    complaint = Complaint("1", day("1404/08/03"), is_on_award=True)
    assert stage(complaint, day("1404/08/24"), TIMES, CALENDAR) is Stage.BUYER
    assert stage(complaint, day("1404/08/25"), TIMES, CALENDAR) is Stage.SILENT
    assert not complaint.is_closed
    board = Complaint("1", day("1404/08/03"), is_on_award=True, board_on=day("1404/08/26"))
    last = board_decides_by(day("1404/08/26"), TIMES, CALENDAR)
    assert said(last) == "1404/09/11"
    assert stage(board, last, TIMES, CALENDAR) is Stage.BOARD
    assert stage(board, last + timedelta(days=1), TIMES, CALENDAR) is Stage.BOARD_LATE


def test_signing_waits_for_a_complaint_on_the_award_in_its_first_fifteen_working_days():
    on_award = Complaint("7", day("1404/08/03"), is_on_award=True)
    on_notice = Complaint("8", day("1404/08/03"), is_on_award=False)
    blocked = check_signing([on_award, on_notice], day("1404/08/24"), TIMES, CALENDAR)
    assert [(each.code, each.params["complaint"]) for each in blocked] == [("TND-030", "7")]
    assert check_signing([on_award], day("1404/08/25"), TIMES, CALENDAR) == []
    answered = Complaint(
        "7", day("1404/08/03"), True, answered_on=day("1404/08/10"), outcome=Outcome.CORRECTED
    )
    assert check_signing([answered], day("1404/08/11"), TIMES, CALENDAR) == []
    suspended = check_signing([], day("1404/08/11"), TIMES, CALENDAR, is_suspended=True)
    assert [each.code for each in suspended] == ["TND-031"]


def test_a_refused_bidder_may_still_go_to_the_board_and_signing_waits():
    refused = Complaint(
        "7", day("1404/08/03"), True, answered_on=day("1404/08/10"), outcome=Outcome.REJECTED
    )
    assert stage(refused, day("1404/08/11"), TIMES, CALENDAR) is Stage.REFUSED
    assert [each.code for each in check_signing([refused], day("1404/08/11"), TIMES, CALENDAR)] == [
        "TND-030"
    ]


def test_a_deadline_leaves_the_minimum_time_and_ends_on_a_working_day():
    published, ten_days = day("1404/08/06"), MinimumTime(days=10)
    assert said(ten_days.after(published, CALENDAR)) == "1404/08/17"  # 08/16 is a Friday
    assert check_deadline(published, day("1404/08/17"), ten_days, CALENDAR) == []
    early = check_deadline(published, day("1404/08/15"), ten_days, CALENDAR)
    assert [each.code for each in early] == ["TND-003"]
    month = MinimumTime(months=1)
    assert said(month.after(day("1404/06/31"), CALENDAR)) == "1404/07/30"
    assert said(ten_days.after(day("1404/12/18"), CALENDAR)) == "1405/01/05"  # over Nowruz


def test_a_change_leaves_five_days_or_moves_the_deadline():
    deadline = day("1404/08/20")
    kept = deadline_after_change(day("1404/08/15"), deadline, 5, CALENDAR)
    assert (kept.result, kept.steps[0].code) == (deadline, "deadline.stays")
    moved = deadline_after_change(day("1404/08/17"), deadline, 5, CALENDAR)
    assert (said(moved.result), moved.steps[0].code) == ("1404/08/24", "deadline.moves")


def test_the_validity_of_bids_is_extended_once_and_by_no_more():
    ends = day("1404/09/01")
    assert check_extension(ends, ends + timedelta(days=30), 0, 30, 1) == []
    twice = check_extension(ends, ends + timedelta(days=31), 1, 30, 1)
    assert [each.code for each in twice] == ["TND-028", "TND-029"]


BRACKETS = (
    Bracket(Percentage(5), Rial(20 * BN)),
    Bracket(Percentage(3), Rial(100 * BN)),
    Bracket(Percentage(1), Rial(500 * BN)),
    Bracket(Percentage("0.5")),
)


@pytest.mark.parametrize(
    ("estimate", "guarantee"),
    [(20, "1.0"), (60, "2.2"), (100, "3.4"), (300, "5.4"), (800, "8.9")],
)
def test_a_bid_guarantee_goes_up_by_brackets(estimate, guarantee):
    found = bid_guarantee(Rial(estimate * BN), BRACKETS).result
    assert found == Rial.from_text(guarantee.replace(".", "") + "00000000")


def test_a_flat_guarantee_is_one_bracket_and_a_gap_is_refused():
    assert bid_guarantee(Rial(60 * BN), [Bracket(Percentage(5))]).result == Rial(3 * BN)
    gaps: list[tuple[Bracket, ...]] = [(), BRACKETS[:2], BRACKETS[1::-1] + BRACKETS[3:]]
    for wrong in gaps:
        with pytest.raises(ValueError, match="brackets"):
            bid_guarantee(Rial(1), wrong)


NEEDED = Required(Rial(5 * BN), day("1404/10/01"), "D07", "T-42")


def test_a_guarantee_that_will_not_do_counts_as_none():
    good = Given("G1", "Bank", Rial(5 * BN), day("1404/10/01"), "D07", "T-42")
    assert check_bid_guarantee(good, NEEDED) == []
    bad = Given("G1", "Bank", Rial(5 * BN - 1), day("1404/09/30"), "D08", "T-41")
    assert [each.code for each in check_bid_guarantee(bad, NEEDED)] == [
        "TND-027",
        "TND-027",
        "TND-007",
        "GUA-002",
    ]
    assert [each.code for each in check_bid_guarantee(None, NEEDED)] == ["TND-027"]


def test_the_register_of_guarantees_refuses_what_it_must():
    wrong = Given("G1", "Bank", Rial(BN), day("1404/09/01"), "D08", "T-42")
    found = guarantee_register.check_received(wrong, NEEDED, {"G1"})
    assert [each.code for each in found] == ["GUA-001", "GUA-002", "GUA-003", "TND-027"]
    check_release, check_call = guarantee_register.check_release, guarantee_register.check_call
    assert [each.code for each in check_release(Kind.ADVANCE, State.REDUCED, set())] == ["GUA-004"]
    assert check_release(Kind.ADVANCE, State.REDUCED, {"ADVANCE_RECOVERED"}) == []
    assert check_release(Kind.BID, State.CALLED, {"CONTRACT_SIGNED"}) != []
    assert check_call(State.EXTENDED, {"a", "b"}, "refused to sign") == []
    assert [each.code for each in check_call(State.RELEASED, {"a"}, " ")] == [
        "GUA-005",
        "GUA-006",
        "GUA-007",
    ]


def test_a_guarantee_calls_for_somebody_45_30_and_15_days_before_its_end():
    found = guarantee_register.timers(day("1404/12/29"), guarantee_register.Watch())
    assert [said(each) for each in (found.first_reminder, found.second_reminder, found.call)] == [
        "1404/11/14",
        "1404/11/29",
        "1404/12/14",
    ]


SEATS = [Seat("head", "head"), Seat("finance", "deputy"), Seat("technical", "technical")]


@pytest.mark.parametrize(
    ("votes", "passes"),
    [((1, 1, 1), True), ((1, 1, 0), True), ((1, 0, 0), False), ((0, 0, 0), False)],
)
def test_a_decision_needs_the_majority(votes, passes):
    cast = [Vote(seat.member, bool(each), "") for seat, each in zip(SEATS, votes, strict=True)]
    assert voting.decision(Body(), cast).result is passes
    assert voting.decision(Body(is_unanimous=True), cast).result is (votes == (1, 1, 1))


def test_a_session_needs_all_three_and_nobody_with_an_interest():
    assert voting.check_session(Body(), SEATS) == []
    two = [*SEATS[:2], Seat("technical", None)]
    assert [each.code for each in voting.check_session(Body(), two)] == ["TND-009"]
    twice = [*SEATS[:2], Seat("technical", "head")]  # one person on two seats
    assert [each.code for each in voting.check_session(Body(), twice)] == ["TND-009"]
    partial = [*SEATS[:2], Seat("technical", "technical", has_interest=True)]
    assert [each.code for each in voting.check_session(Body(), partial)] == ["SOD-010"]


def test_every_seat_votes_once_and_who_is_outvoted_says_why():
    votes = [Vote("head", True), Vote("finance", False), Vote("head", True)]
    assert [(each.code, each.field) for each in voting.check_votes(SEATS, votes)] == [
        ("TND-032", "votes/head"),
        ("TND-032", "votes/technical"),
        ("TND-033", "votes/finance/reason"),
    ]


NOON = datetime(2025, 11, 8, 8, 30, tzinfo=UTC)
RULE = auction.AuctionRule()


def test_the_highest_offer_at_or_above_the_base_price_buys_and_the_next_pays_its_own():
    base = Rial(50 * BN)
    offers = [
        auction.Offer(who, Rial(amount), NOON)
        for who, amount in (("a", 51 * BN), ("b", 55 * BN), ("c", 49_500_000_000))
    ]
    found = auction.result(base, offers).result
    assert [each.bidder for each in found.standing] == ["b", "a"]
    assert [each.bidder for each in found.too_low] == ["c"]
    lost = auction.default(found, base, RULE)
    assert lost.kept == Rial(2_500_000_000)
    assert lost.next_in_line is not None
    assert lost.next_in_line.amount == Rial(51 * BN)
    assert auction.result(base, offers[2:]).result.winner is None


def test_a_base_price_is_valid_six_months_and_a_round_goes_up_by_a_step():
    base = Rial(50 * BN)
    assert auction.check_base(base, day("1404/01/05"), day("1404/07/05"), RULE) == []
    old = auction.check_base(base, day("1404/01/05"), day("1404/07/06"), RULE)
    assert [each.code for each in old] == ["TND-034"]
    assert auction.check_round(None, base, base, RULE) == []
    assert auction.check_round(base, base, Rial(50_500_000_000), RULE) == []
    short = auction.check_round(base, base, Rial(50_499_999_999), RULE)
    assert [each.code for each in short] == ["TND-035"]

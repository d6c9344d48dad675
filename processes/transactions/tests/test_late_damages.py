"""Damages of instalments that come late or never: their rule, receipts, claims (§3.13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from flask.testing import FlaskClient
from hypothesis import given as for_all
from hypothesis import strategies as st

from engine.model.instance import InstanceState
from engine.values import Percentage, Rial, end_of_day, local_date
from processes.transactions.queries import instalments as queries
from processes.transactions.rules.instalments import (
    LateRule,
    late_damages,
)
from processes.transactions.tests.test_flow_auction import M
from processes.transactions.tests.test_flow_instalments import (
    AREA,
    balances,
    guaranteed,
    instalment,
    named,
)
from processes.transactions.tests.walking import Office
from tests.kit.languages import foreign_words


def test_who_pays_an_instalment_late_owes_damages_of_their_own(
    office: Office, monkeypatch, signed_in: Callable[[str], FlaskClient]
):
    auction = named(office)
    first, rest = 13_750 * M, 41_250 * M
    until = date.fromisoformat(auction.variables["guaranteed_until"])
    auction.paid(first - 2_500 * M, guarantee_id=guaranteed(office, auction, rest, until))
    auction.do("hand_over", "submit", deed_no="س/۸", handed_over_on=auction.today())
    part = rest // 3
    due = auction.row.instalments[0].due_on
    office.clock.at = end_of_day(due + timedelta(days=73))
    late = local_date(office.clock()) - timedelta(days=1)
    monkeypatch.setattr(queries, "late_rule", lambda *_: LateRule(Percentage(18), 365))
    instalment(auction, part, "ق/۱", late.isoformat())

    days = (late - due).days
    owed = part * days * 18 // 100 // 365
    [damages] = [each for each in auction.row.instalments if each.late_of is not None]
    assert (damages.no, damages.late_of, damages.late_days) == (4, 1, days)
    assert damages.amount == Rial(owed)
    with office.database.reader() as session:
        kept = balances(session)
    assert (kept["1207"], kept["4101"], kept["1206"]) == (owed, -owed, rest - part)
    for locale in ("fa", "en"):
        who = signed_in("fin_expert")
        who.post("/language", data={"locale": locale})
        page = who.get(f"{AREA}/auctions/{auction.row.number}/instalments").text
        assert ("18" if locale == "en" else "۱۸") in page.split("<table")[1]
        assert foreign_words("<main" + page.split("<main")[1], locale) == []

    instalment(auction, 2 * part + owed, "ق/۲", auction.row.instalments[1].due_on.isoformat())
    assert [each.received_on is None for each in auction.row.instalments] == [False] * 4
    assert auction.instance.state is InstanceState.FINISHED
    with office.database.reader() as session:
        kept = balances(session)
    assert (kept["1206"], kept["1207"]) == (0, 0)


def test_damages_of_what_is_never_paid_are_shown_claimed_once_and_grow(
    office: Office, monkeypatch, signed_in: Callable[[str], FlaskClient]
):
    auction = named(office)
    first, rest = 13_750 * M, 41_250 * M
    until = date.fromisoformat(auction.variables["guaranteed_until"])
    auction.paid(first - 2_500 * M, guarantee_id=guaranteed(office, auction, rest, until))
    part, number = rest // 3, auction.row.number
    due = auction.row.instalments[0].due_on
    at, days = f"{AREA}/auctions/{number}/instalments", 40
    office.clock.at = end_of_day(due + timedelta(days=days - 1))  # the day after it begins
    head, expert = signed_in("fin_head"), signed_in("fin_expert")
    for each in (head, expert):
        each.post("/language", data={"locale": "en"})
    assert "damages so far" not in head.get(at).text, "the pack names no rate"
    assert head.post(f"{at}/damages").status_code == 422
    monkeypatch.setattr(queries, "late_rule", lambda *_: LateRule(Percentage(18), 365))

    def so_far(days: int) -> int:
        return part * days * 18 // 100 // 365

    for page in (at, f"{AREA}/instalments?overdue=1", f"{AREA}/reports"):
        text = head.get(page).text
        assert f"{so_far(days):,}" in text, page
        assert f"{part + so_far(days):,}" in text, "what is owed today"
    assert f"{days} days late" in head.get(at).text
    assert expert.post(f"{at}/damages").status_code == 404, "who receives does not claim"
    assert head.post(f"{at}/damages").status_code == 303
    again = head.post(f"{at}/damages")
    assert (again.status_code, "No damages are owed" in again.text) == (422, True)
    with office.database.reader() as session:
        kept = balances(session)
    assert (kept["1207"], kept["4101"]) == (so_far(days), -so_far(days)), "booked as owed, once"

    office.clock.at = end_of_day(due + timedelta(days=days + 9))
    head = signed_in("fin_head")
    assert f"{so_far(days + 10) - so_far(days):,}" in head.get(at).text, "what came on top"
    late = local_date(office.clock())
    instalment(auction, part, "ق/۱", late.isoformat())
    claims = [each for each in auction.row.instalments if each.late_of == 1]
    assert [each.late_days for each in claims] == [days, 10]
    assert sum(each.amount.amount for each in claims) == so_far(days + 10), "of all its days"
    for locale in ("fa", "en"):
        head.post("/language", data={"locale": locale})
        for page in (at, f"{AREA}/instalments"):
            text = head.get(page).text
            assert foreign_words("<main" + text.split("<main")[1], locale) == []


def test_damages_of_the_largest_instalments_are_exact():
    rule = LateRule(Percentage(18), 365)
    assert late_damages(Rial(10**15), 1_461, rule) == Rial(720_493_150_684_931)


@for_all(
    amount=st.integers(min_value=0, max_value=10**15),
    days=st.integers(min_value=-400, max_value=4_000),
    percent=st.integers(min_value=0, max_value=100),
)
def test_damages_grow_with_the_days_and_are_none_in_time_or_without_a_rate(
    amount: int, days: int, percent: int
):
    rule = LateRule(Percentage(percent), 365)
    found = late_damages(Rial(amount), days, rule)
    assert found >= Rial.ZERO
    assert found <= late_damages(Rial(amount), days + 1, rule)
    if days <= 0 or percent == 0:
        assert found == Rial.ZERO

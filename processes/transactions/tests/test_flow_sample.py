"""The auditor's sample of small purchases: drawn by a seed, once, findings kept (§3.13)."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.errors import NotAtThisDesk, RulesBroken
from engine.model.instance import InstanceState, instance_table
from engine.values import JalaliDate, Percentage, local_date
from processes.transactions.queries.samples import sample_list
from processes.transactions.rules.sampling import named, sample, sha256_of
from processes.transactions.tests.walking import Office
from tests.kit.walking import WalkedCase, codes

SHARE = Percentage("5")


class Sampling(WalkedCase):
    """One sample being walked."""

    people = {"announce_seed": "auditor", "draw": "auditor", "examine": "auditor"}


def test_the_sample_is_the_share_rounded_up_whoever_draws_it_and_in_whatever_order_it_is_told():
    numbers = [f"D07-1405-S-{each:04d}" for each in range(1, 142)]
    drawn = sample(numbers, "۳۷۱", SHARE)
    assert len(drawn) == math.ceil(141 * 0.05) == 8
    assert drawn == sample(reversed(numbers), "۳۷۱", SHARE)
    assert set(drawn) != set(sample(numbers, "۳۷۲", SHARE))
    assert len(sample(numbers[:20], "x", SHARE)) == 1
    assert sample([], "x", SHARE) == []


SEED = "371-a-long-seed"


def followed(office: Office, month: str, by: str = "auditor") -> Sampling:
    """Begin the sample of a month."""
    office.begin("sample_following", by, {"unit": "D07", "month": month})
    office.run_jobs()
    return case_of(office, month)


def case_of(office: Office, month: str) -> Sampling:
    """Return the case of a month."""
    with office.database.reader() as session:
        query = select(instance_table.c.id, instance_table.c.variables).where(
            instance_table.c.process_id == "purchase_sample"
        )
        [found] = [each for each, known in session.execute(query) if known["month"] == month]
    return Sampling(office, found)


def month_of(office: Office, later: int = 0) -> str:
    """Return the month that many after today's."""
    here = JalaliDate.of(local_date(office.clock()))
    return named(JalaliDate(here.year, here.month, 1).plus_months(later))


def until(office: Office, moment: str) -> None:
    """Let time pass to a moment, and the worker do what is due."""
    office.run_jobs(datetime.fromisoformat(moment) + timedelta(minutes=1))


def bought(office: Office, firm: str, count: int) -> list[str]:
    """Buy so many things directly; return the numbers of their orders."""
    return [
        str(
            office.buy("direct_purchase", office.approved(100_000_000, item_group=f"گروه {each}"))
            .find(90_000_000, firm)
            .purchase.order_no
        )
        for each in range(count)
    ]


def test_a_seed_is_told_before_its_month_and_the_next_month_follows_by_itself(
    office: Office, signed_in: Callable[[str], FlaskClient]
):
    with pytest.raises(RulesBroken) as refused:
        followed(office, month_of(office, 2))
    assert codes(refused) == [("SMP-001", "month")]
    with pytest.raises(NotAtThisDesk):
        followed(office, month_of(office, 1), by="proc_officer")
    case = followed(office, month_of(office, 1))
    with pytest.raises(RulesBroken) as refused:
        followed(office, month_of(office, 1))
    assert codes(refused) == [("SMP-002", "month")]
    with pytest.raises(RulesBroken) as refused:
        case.do("announce_seed", "submit", seed_hash="x" * 64)
    assert codes(refused) == [("SMP-007", "seed_hash")]
    case.do("announce_seed", "submit", seed_hash=sha256_of(SEED))
    announced = office.clock()

    until(office, case.variables["month_begins_at"])
    other = case_of(office, month_of(office, 1))
    assert list(other.waiting) == ["announce_seed"], "a month ahead, by itself"
    numbers = bought(office, office.firm("کاغذ پارس"), 3)
    assert case.waiting == {}, "not before the month is over"
    office.clock.at = datetime.fromisoformat(case.variables["month_ends_at"])
    with pytest.raises(RulesBroken) as refused:
        other.do("announce_seed", "submit", seed_hash=sha256_of(SEED))
    assert codes(refused) == [("SMP-008", "seed_hash")], "though no worker ran"
    until(office, case.variables["month_ends_at"])
    assert other.waiting == {}, "what was not told before the month is told no more"

    with pytest.raises(RulesBroken) as refused:
        case.do("draw", "draw", seed="one that pleases more")
    assert codes(refused) == [("SMP-006", "seed")]
    case.do("draw", "draw", seed=SEED)
    [line] = case.variables["sampled"]
    assert line["order_no"] == sample(numbers, SEED, SHARE)[0]
    assert (line["supplier"], line["total"]) == ("کاغذ پارس", 90_000_000)
    for rows, expected in (
        ([], [("SMP-004", "sampled")]),
        ([line | {"finding": "PRICE"}], [("SMP-005", "sampled/0/note")]),
    ):
        with pytest.raises(RulesBroken) as refused:
            case.do("examine", "submit", sampled=rows, conclusion="رسیدگی شد")
        assert codes(refused) == expected
    rows = [line | {"finding": "PRICE", "note": "ده درصد گران‌تر از بازار", "total": 1}]
    case.do("examine", "submit", sampled=rows, conclusion="تذکر داده شد")
    assert case.instance.state is InstanceState.FINISHED
    assert case.variables["sampled"][0]["total"] == 90_000_000, "what was bought is not typed"
    with office.database.reader() as session:
        [told] = sample_list(session, office.actor("auditor"))
        assert (told.population, told.drawn, told.wrong) == (3, 1, 1)
        assert (told.sha256, told.announced_at) == (sha256_of(SEED), announced)
        assert sample_list(session, office.actor("unit_head15")) == []
    _is_read_in_both_languages(case, signed_in("auditor"))
    until(office, other.variables["month_ends_at"])
    assert other.instance.state is InstanceState.FINISHED, "nothing was bought in it"


def _is_read_in_both_languages(case: Sampling, browser: FlaskClient) -> None:
    for locale, names in (
        ("en", ("Sample of small purchases", "Started by</dt><dd>the system")),
        ("fa", ("نمونهٔ خریدهای کوچک", "آغازگر</dt><dd>سامانه")),
    ):
        browser.post("/language", data={"locale": locale})
        shown = browser.get(f"/cases/{case.instance_id}").text
        assert [each in shown for each in names] == [True, True], locale
        assert "نمونهٔ خریدهای کوچک" not in shown or locale == "fa", "called as its process is"
    page = browser.get("/areas/transactions/reports").text
    assert sha256_of(SEED) in page
    assert "SHA-256 آن پیش از ماه اعلام شد" in page


def test_of_a_month_that_is_over_nothing_proves_its_seed_and_the_report_says_so(office: Office):
    bought(office, office.firm("کاغذ پارس"), 1)
    gone = month_of(office)
    office.clock.at += timedelta(days=32)
    case = followed(office, gone)
    office.run_jobs(office.clock() + timedelta(minutes=1))
    assert list(case.waiting) == ["draw"]
    case.do("draw", "draw", seed=SEED)
    with office.database.reader() as session:
        [told] = sample_list(session, office.actor("auditor"))
    assert (told.seed, told.sha256, told.announced_at) == (SEED, None, None)

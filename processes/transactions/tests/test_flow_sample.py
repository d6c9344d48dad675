"""The auditor's sample of small purchases: drawn by a seed, once, findings kept (§3.13)."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import pytest

from engine.errors import NotAtThisDesk, RulesBroken
from engine.model.instance import InstanceState
from engine.values import JalaliDate, Percentage, local_date
from processes.transactions.queries.samples import sample_list
from processes.transactions.rules.sampling import sample
from processes.transactions.tests.walking import Office
from tests.kit.walking import WalkedCase, codes

SHARE = Percentage("5")


class Sampling(WalkedCase):
    """One sample being walked."""

    people = {"examine": "auditor"}


def test_the_sample_is_the_share_rounded_up_whoever_draws_it_and_in_whatever_order_it_is_told():
    numbers = [f"D07-1405-S-{each:04d}" for each in range(1, 142)]
    drawn = sample(numbers, "۳۷۱", SHARE)
    assert len(drawn) == math.ceil(141 * 0.05) == 8
    assert drawn == sample(reversed(numbers), "۳۷۱", SHARE)
    assert set(drawn) != set(sample(numbers, "۳۷۲", SHARE))
    assert len(sample(numbers[:20], "x", SHARE)) == 1
    assert sample([], "x", SHARE) == []


def drawn(office: Office, by: str = "auditor", **other: Any) -> Sampling:
    """Draw the sample of the month in which the walk began."""
    values = {"unit": "D07", "month": "۱۴۰۵/۰۸", "seed": "۳۷۱"} | other
    return Sampling(office, office.begin("purchase_sample", by, values))


def test_the_auditor_draws_a_month_that_is_over_once_and_reports_what_was_found(office: Office):
    firm, numbers = office.firm("کاغذ پارس"), []
    for each in range(3):
        request = office.approved(100_000_000, item_group=f"گروه {each}")
        numbers.append(
            office.buy("direct_purchase", request).find(90_000_000, firm).purchase.order_no
        )
    month = JalaliDate.of(local_date(office.clock()))
    named = {"month": f"{month.year}/{month.month:02d}"}
    with pytest.raises(RulesBroken) as early:
        drawn(office, **named)
    assert codes(early) == [("SMP-001", "month")]
    office.clock.at += timedelta(days=32)
    for wrong, code in (({"month": "۱۴۰۵/۱۳"}, "SMP-001"), ({"month": "1404/01"}, "SMP-003")):
        with pytest.raises(RulesBroken) as refused:
            drawn(office, **wrong)
        assert codes(refused) == [(code, "month")]
    with pytest.raises(NotAtThisDesk):
        drawn(office, by="proc_officer", **named)

    case = drawn(office, **named)

    assert case.variables["population"] == 3
    [line] = case.variables["sampled"]
    assert line["order_no"] == sample(map(str, numbers), "۳۷۱", SHARE)[0]
    assert (line["supplier"], line["total"]) == ("کاغذ پارس", 90_000_000)
    with pytest.raises(RulesBroken) as twice:
        drawn(office, **named | {"seed": "۳۷۲"})
    assert codes(twice) == [("SMP-002", "month")], "another seed does not please more"
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
        assert sample_list(session, office.actor("unit_head15")) == []

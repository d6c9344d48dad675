"""The report's figures of competition, waivers, complaints, time and publication (§3.12)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from flask.testing import FlaskClient

from processes.transactions.queries.figures import Figures, figures
from processes.transactions.records import Method
from processes.transactions.tests.awarded import awarded
from processes.transactions.tests.waiving import convened, negotiated, vote, waived
from processes.transactions.tests.walking import Office, offer, priced
from tests.kit.languages import foreign_words

BN, M = 1_000_000_000, 1_000_000


def read(office: Office, who: str = "fin_head") -> Figures:
    """Return the figures as somebody reads them."""
    with office.database.reader() as session:
        found = figures(session, office.actor(who), office.clock())
        session.expunge_all()
        return found


def test_competition_waivers_days_and_publication_are_told_for_the_units_one_reads(
    office: Office, signed_in: Callable[[str], FlaskClient]
):
    firms = [office.firm(each) for each in ("آوند", "بهساز", "پیشرو")]
    for group, offers in (("A", 3), ("B", 1)):
        buying = office.buy("three_quotations", office.approved(5 * BN, item_group=group))
        buying.invite(*firms).until_deadline()
        buying.record(*(offer(each, 4 * BN) for each in firms[:offers]))
        if offers == 1:
            buying.do("accept_few", "accept", few_reason="سازندهٔ دیگری نیست")
        buying.do("choose", "submit", supplier_id=firms[0], prices=priced(4 * BN))
        buying.do("approve_purchase")
    _, waiver = waived(office, 18 * BN, item_group="W", emergency_letter="۷/۱")
    negotiated(waiver, firms[1], 17 * BN).do("approve_negotiated")

    found = read(office)

    [competed] = found.competition
    assert (competed.method, competed.processes, competed.offers, competed.single) == (
        Method.QUOTATIONS, 2, 4, 1,
    )  # fmt: skip
    assert competed.rate == Decimal("50.0")
    assert [(each.reason, each.public_reason) for each in found.waivers] == [
        ("SOLE_SOURCE", "انحصار ساخت")
    ]
    assert {each.method: each.orders for each in found.days} == {
        Method.QUOTATIONS: 2, Method.URGENT_WAIVER: 1,
    }  # fmt: skip
    assert [(each.stage, each.happened, each.published) for each in found.coverage] == [
        ("PLANNED", 3, 3), ("AWARDED", 3, 3), ("CONTRACT", 3, 3),
    ]  # fmt: skip
    assert read(office, "unit_head15").waivers == []
    browser = signed_in("fin_head")
    for locale in ("fa", "en"):
        browser.post("/language", data={"locale": locale})
        page = browser.get("/areas/transactions/reports").text
        assert "انحصار ساخت" in page
        assert not re.search(r">[0-9۰-۹]+\.[0-9۰-۹]<", page), "days as numbers are written"
        assert foreign_words(page, locale) == []


def test_a_refused_waiver_is_told_with_its_reason_and_a_year_ago_is_not(office: Office):
    _, waiver = waived(office, 28 * BN)
    vote(convened(waiver), "against", "against", "for")
    assert [each.state.value for each in read(office).waivers] == ["REFUSED"]

    office.clock.at += timedelta(days=400)

    assert read(office).waivers == []


def test_what_a_tender_came_to_is_in_the_days_and_in_what_was_published(office: Office):
    made = awarded(office, published=True)
    made.signing().signed()

    found = read(office)

    assert [(each.method, each.orders) for each in found.days] == [(Method.PUBLIC_TENDER, 1)]
    assert [(each.stage, each.happened, each.published) for each in found.coverage] == [
        ("PLANNED", 1, 1), ("AWARDED", 1, 1), ("CONTRACT", 1, 1),
    ]  # fmt: skip

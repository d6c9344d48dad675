"""Direct purchases and three quotations publish themselves as they are walked (§3.10, §3.13)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
import simplejson

from engine.values import local_date
from processes.transactions.publication.merging import compiled
from processes.transactions.publication.packages import Publisher, release_package
from processes.transactions.queries import published
from processes.transactions.tests.standard import errors_of
from processes.transactions.tests.walking import Case, Office, offer, priced

BN, M = 1_000_000_000, 1_000_000
LEGAL, NATIONAL = "14012345679", "0084575948"
PUBLISHER = Publisher("شهرداری", "https://example.org/")
_REQUESTED = ["planning", "tender"]


def told_of(office: Office, request: Case, attempt: str = "") -> list[dict[str, Any]]:
    """Return what was published of a request, all of it valid by the schema of the standard."""
    ocid = f"ocds-xxxxxx-{request.request.request_no}{attempt}"
    with office.database.reader() as session:
        releases = published.releases_of(session, ocid)
    if not releases:
        return []
    package = release_package(PUBLISHER, "https://example.org/r", releases)
    plain = json.loads(simplejson.dumps(package, use_decimal=True))
    assert errors_of("release-package", plain) == []
    assert {each["ocid"] for each in releases} == {ocid}
    return releases


def tags(releases: list[dict[str, Any]]) -> list[str]:
    return [each["tag"][0] for each in releases]


@pytest.mark.both_databases
def test_three_quotations_publish_themselves_and_name_nobody_before_the_last_deadline(
    office: Office,
):
    request = office.approved(5 * BN)
    names = "آوند", "بهساز", "پیشرو"
    firms = [
        office.firm(each, code) for each, code in zip(names, (LEGAL, NATIONAL, None), strict=True)
    ]
    buying = office.buy("three_quotations", request).invite(*firms)
    [_, notice] = told_of(office, request)
    assert notice["tender"]["procurementMethod"] == "limited"
    assert notice["tender"]["procurementMethodDetails"] == "استعلام کتبی سه‌گانه"
    assert notice["tender"]["procurementMethodRationale"] == "معاملهٔ متوسط"
    assert notice["tender"]["status"] == "active"
    assert notice["tender"]["items"][0]["quantity"] == 100

    buying.until_deadline().record(offer(firms[0], 4_100 * M))
    later = (local_date(office.clock()) + timedelta(days=8)).isoformat()
    buying.do("accept_few", "extend", new_deadline_on=later)
    before = told_of(office, request)
    assert tags(before) == [*_REQUESTED, "tenderAmendment"]
    period = compiled(before)["tender"]["tenderPeriod"]
    assert period["startDate"] == notice["tender"]["tenderPeriod"]["startDate"]
    assert datetime.fromisoformat(period["endDate"]) == buying.purchase.deadline
    assert not [each for each in names if each in simplejson.dumps(before, ensure_ascii=False)]
    assert [each["roles"] for each in before[-1]["parties"]] == [["buyer", "procuringEntity"]]

    prices = zip(firms, (4_100, 3_950, 4_300), strict=True)
    buying.until_deadline().record(*(offer(each, total * M) for each, total in prices))
    answered = told_of(office, request)[-1]
    assert answered["tag"] == ["tenderUpdate"]
    assert answered["tender"]["status"] == "complete"
    assert answered["tender"]["numberOfTenderers"] == 3
    assert sorted(each["name"] for each in answered["tender"]["tenderers"]) == sorted(names)
    assert "3950" not in simplejson.dumps(answered), "a price comes with the decision"

    buying.do("choose", "submit", supplier_id=firms[1], prices=priced(3_950 * M))
    assert told_of(office, request)[-1] == answered, "who is chosen is not who is approved"
    buying.do("approve_purchase")

    releases = told_of(office, request)
    assert tags(releases)[3:] == ["tenderUpdate", "award", "contract"]
    now = compiled(releases)
    [award], [contract] = now["awards"], now["contracts"]
    assert (award["status"], award["value"]["amount"]) == ("active", 3_950 * M)
    assert award["suppliers"] == [{"id": firms[1], "name": "بهساز"}]
    assert contract["id"] == buying.purchase.order_no
    assert contract["awardID"] == award["id"]
    ids = {each["name"]: each["id"] for each in now["parties"]}
    assert ids["آوند"] == f"IR-NLI-{LEGAL}"
    assert NATIONAL not in simplejson.dumps(releases)


def test_a_direct_purchase_is_whole_with_its_order(office: Office):
    request = office.approved(1_500 * M)
    firm = office.firm("کاغذ پارس", LEGAL)
    buying = office.buy("direct_purchase", request)
    assert tags(told_of(office, request)) == ["planning"]

    buying.find(1_600 * M, firm)

    releases = told_of(office, request)
    assert tags(releases) == ["planning", "planningUpdate", "tender", "award", "contract"]
    now = compiled(releases)
    assert now["planning"]["budget"]["amount"]["amount"] == 1_600 * M
    assert now["tender"]["procurementMethod"] == "direct"
    assert now["tender"]["procurementMethodDetails"] == "خرید مستقیم"
    assert now["tender"]["status"] == "complete"
    assert "submissionMethod" not in now["tender"]
    [contract] = now["contracts"]
    assert contract["value"] == {"amount": 1_600 * M, "currency": "IRR"}
    with office.database.reader() as session:
        row = published.process(session, now["ocid"])
    assert row is not None
    assert (row.stage.value, row.method, row.supplier) == ("CONTRACT", "DIRECT", "کاغذ پارس")


def test_what_is_called_off_is_withdrawn_and_what_is_bought_anew_names_what_failed(office: Office):
    request, firms = office.approved(5 * BN), [office.firm(each) for each in ["الف", "ب", "پ"]]
    first = office.buy("three_quotations", request).invite(*firms).until_deadline()
    first.record(*(offer(each, 4 * BN) for each in firms))
    first.do("choose", "give_up", give_up_note="شرایط نپذیرفتند")
    given_up = told_of(office, request)
    assert tags(given_up) == [*_REQUESTED, "tenderUpdate", "tenderCancellation"]
    assert compiled(given_up)["tender"]["status"] == "cancelled"
    assert "نپذیرفتند" not in simplejson.dumps(given_up, ensure_ascii=False)

    office.buy("three_quotations", request).do("invite", "give_up", give_up_note="باز هم نه")
    assert told_of(office, request, "-2") == [], "nothing was announced of it"
    office.buy("three_quotations", request).invite(*firms)
    request.send("cancel", "tech_office", reason="دیگر لازم نیست")

    anew = told_of(office, request, "-2")
    assert tags(anew) == ["tender", "tenderCancellation"]
    [related] = anew[0]["relatedProcesses"]
    assert related["relationship"] == ["unsuccessfulProcess"]
    assert related["identifier"] == given_up[0]["ocid"]
    assert told_of(office, request) == given_up

    other = office.approved(1 * BN, item_group="INK")
    other.send("cancel", "tech_office", reason="دیگر لازم نیست")
    releases = told_of(office, other)
    assert tags(releases) == ["planning", "planningUpdate"]
    assert compiled(releases)["tender"]["status"] == "withdrawn"


def test_prices_of_another_class_end_an_announced_purchase_without_a_winner(office: Office):
    firms = [office.firm(each) for each in ["الف", "ب", "پ"]]
    request = office.approved(19 * BN)
    buying = office.buy("three_quotations", request).invite(*firms).until_deadline()
    buying.record(*(offer(each, 20_500 * M) for each in firms)).do("choose", "redecide")

    releases = told_of(office, request)
    assert tags(releases) == [*_REQUESTED, "tenderUpdate", "tenderUpdate"]
    assert compiled(releases)["tender"]["status"] == "unsuccessful"
    assert "awards" not in compiled(releases)
    request.do("approve_request").do("reserve_credit", "reserve", line_code="110201-7")
    [plan] = told_of(office, request, "-2")
    assert plan["planning"]["budget"]["amount"]["amount"] == 20_500 * M
    assert plan["relatedProcesses"][0]["identifier"] == releases[0]["ocid"]

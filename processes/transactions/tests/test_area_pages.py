"""The area's pages: requests, and the register of firms (R-TND-18)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine.values import JalaliDate, Rial, local_date, normalise
from processes.transactions.queries.reports import report
from processes.transactions.tests.walking import Office, offer, priced
from tests.kit.languages import foreign_words

AREA = "/areas/transactions"
SignedIn = Callable[[str], FlaskClient]
FIRM = {"identifier": "۱۰۸۶۱۲۳۴۵۰۸", "name": "کاغذ پارس"}


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_requests_are_listed_with_class_method_and_what_is_bought(
    office: Office, signed_in: SignedIn, locale: str
):
    ready = office.approved(1_500_000_000)
    bought = office.approved(900_000_000, item_group="B")
    office.buy("direct_purchase", bought).find(900_000_000, office.firm("سپیدار"))
    browser = signed_in("proc_officer")
    browser.post("/language", data={"locale": locale})

    page = browser.get(f"{AREA}/").text

    assert f"direct_purchase?request_id={ready.request.id}" in page
    assert str(ready.request.request_no) in page
    assert "سپیدار" in page
    assert ("خرید مستقیم" if locale == "fa" else "Direct purchase") in page
    assert signed_in("contractor").get(f"{AREA}/").status_code == 404
    typed = ("کاغذ و لوازم", "کاغذ A4", "مصرف شش ماه دفترها", "بسته", "PAPER")
    trail = browser.get(f"/cases/{ready.instance_id}").text
    assert foreign_words(trail, locale, known=typed) == []
    assert ("Direct purchase" in trail, "DIRECT" in trail) == (locale == "en", False)
    seen = "خرید یا فروش: خرید" if locale == "fa" else "Purchase or sale: Purchase"
    assert (seen in trail, "SMALL" in trail) == (True, False), "what the rules looked at, in words"
    for path in ("", "auctions", "firms", "reports"):
        assert foreign_words(browser.get(f"{AREA}/{path}").text, locale) == []


def test_a_firm_is_entered_graded_debarred_and_let_in_again(office: Office, signed_in: SignedIn):
    buyer, head = signed_in("proc_officer"), signed_in("unit_head")
    today = local_date(office.clock())

    def day(days: int) -> str:
        return str(JalaliDate.of(today + timedelta(days=days)))

    def firms(browser: FlaskClient) -> str:
        return browser.get(f"{AREA}/firms?q={FIRM['name']}").text

    wrong = buyer.post(f"{AREA}/firms", data=FIRM | {"identifier": "10861234509"})
    assert wrong.status_code == 422
    assert 'id="identifier-problem"' in wrong.text
    assert FIRM["name"] in wrong.text
    assert buyer.post(f"{AREA}/firms", data=FIRM).status_code == 303
    again = buyer.post(f"{AREA}/firms", data=FIRM)
    assert again.status_code == 422
    assert 'id="identifier-problem"' in again.text
    at = f"{AREA}/firms/{office.firm_id(FIRM['name'])}"

    grade = {"field": "کاغذ", "grade": "2", "certificate": "گ/۱", "valid_until": day(300)}
    late = buyer.post(f"{at}/grades", data=grade | {"valid_until": day(-1), "grade": "9"})
    assert late.status_code == 422
    assert late.text.count('class="problem"') == 2
    assert buyer.post(f"{at}/grades", data=grade).status_code == 303
    assert "کاغذ" in firms(buyer)

    debarred = {"reason": "تأخیر", "letter_no": "۱۲", "since": day(0), "until": day(30)}
    assert buyer.post(f"{at}/debarments", data=debarred).status_code == 403
    ends_first = head.post(f"{at}/debarments", data=debarred | {"until": day(-3)})
    assert (ends_first.status_code, "تأخیر" in ends_first.text) == (422, True)
    assert head.post(f"{at}/debarments", data=debarred).status_code == 303
    assert head.post(f"{at}/debarments", data=debarred).status_code == 422
    assert "محروم" in firms(head)
    later = debarred | {"since": day(20), "until": day(60)}
    assert head.post(f"{at}/debarments", data=later).status_code == 422, "it overlaps"
    assert head.post(f"{at}/debarments", data=later | {"since": day(31)}).status_code == 303
    again = head.post(f"{at}/debarments", data=later | {"since": day(50), "until": ""})
    assert again.status_code == 422, "it overlaps one that has not begun"
    assert head.post(f"{at}/lifted").status_code == 303
    assert head.post(f"{at}/lifted").status_code == 404
    assert "مجاز به شرکت" in firms(head)

    log = signed_in("admin").get("/access/log?kind=area_act").text
    told = ("شرکت در فهرست ثبت شد", "رتبهٔ شرکت ثبت شد", "شرکت محروم شد", "محرومیت برداشته شد")
    assert [log.count(each) for each in told] == [1, 1, 2, 1], "what was refused is not told"
    assert normalise(FIRM["identifier"]) in log
    assert "transactions" not in log.split("<tbody>")[1], "acts are named, areas not by their code"


def test_the_report_tells_savings_competition_exceptions_splitting_and_suppliers(
    office: Office, signed_in: SignedIn
):
    firms = [office.firm(each) for each in ("آوند", "بهساز", "پیشرو")]
    direct = office.approved(1_500_000_000, item_group="D")
    office.buy("direct_purchase", direct).find(1_200_000_000, firms[0])
    buying = office.buy("three_quotations", office.approved(5_000_000_000, item_group="Q"))
    prices = zip(firms, (4_100_000_000, 3_950_000_000, 4_300_000_000), strict=True)
    buying.invite(*firms).until_deadline().record(*(offer(*each) for each in prices))
    dearer: dict[str, Any] = {"supplier_id": firms[0], "prices": priced(4_100_000_000)}
    buying.do("choose", "submit", **dearer, choice_reason="WARRANTY", choice_note="دو سال بیشتر")
    buying.do("approve_purchase")
    for each in (900, 700, 600):
        office.asked(each * 1_000_000, item_group="S")

    with office.database.reader() as session:
        page = report(session, office.actor("fin_head"), office.clock())

    assert (page.ordered, page.estimated) == (Rial(5_300_000_000), Rial(6_500_000_000))
    assert page.saved == Rial(1_200_000_000)
    assert (page.asked, page.answers, page.single) == (1, 3, 0)
    assert [each.choice_reason for each in page.dearer] == ["WARRANTY"]
    assert [each.split_sum for each in page.split] == [Rial(2_200_000_000)]
    assert [(each.name, each.orders) for each in page.suppliers] == [("آوند", 2)]
    shown = signed_in("fin_head").get(f"{AREA}/reports").text
    assert "دو سال بیشتر" in shown
    assert "شهرداری منطقه ۷</td>" in shown, "units are called by their names"
    assert ">جزئی</td>" in shown, "classes are called as the unit's rule pack calls them"
    with office.database.reader() as session:
        elsewhere = report(session, office.actor("unit_head15"), office.clock())
    assert elsewhere.methods == []

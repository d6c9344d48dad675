"""The pages of people: what each chose, and who stands in for whom."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.model.act import Act
from engine.storage.database import Database
from tests.kit.sites import PASSWORD

Browser = Callable[[str], FlaskClient]


def text_of(page) -> str:
    return str(page.get_data(as_text=True))


def test_what_is_chosen_on_the_profile_holds_on_the_next_page(signed_in: Browser):
    browser = signed_in("buyer")

    kept = browser.post(
        "/profile",
        data={
            "locale": "fa",
            "digits": "latin",
            "calendar": "gregorian",
            "density": "compact",
            "theme": "dark",
            "notify_mentioned": "mail",
        },
    )

    assert kept.status_code == 303
    page = text_of(browser.get("/profile"))
    assert 'lang="fa"' in page
    assert 'data-density="compact"' in page
    assert 'data-theme="dark"' in page
    assert 'data-keys="off"' in page
    assert 'value="latin" checked' in page
    assert 'name="notify_mentioned" value="mail" checked' in page


def test_only_who_runs_the_site_is_asked_about_incidents(signed_in: Browser):
    asks = {
        name: "notify_incidents" in signed_in(name).get("/profile").text
        for name in ("admin", "head")
    }

    assert asks == {"admin": True, "head": False}


def test_dates_and_digits_of_pages_follow_the_profile(signed_in: Browser):
    browser = signed_in("buyer")
    _enter(browser, "buyer", "buyer2")

    assert "۱۴۰۵/۰۵/۰۳" in text_of(browser.get("/substitutes"))
    browser.post("/profile", data={"locale": "fa", "digits": "latin", "calendar": "gregorian"})

    assert "2026/07/25" in text_of(browser.get("/substitutes"))


def test_a_value_that_is_none_of_the_choices_is_refused_beside_its_field(signed_in: Browser):
    browser = signed_in("buyer")

    refused = browser.post("/profile", data={"digits": "roman"})

    assert refused.status_code == 422
    assert 'href="#digits"' in text_of(refused)


def test_an_absence_is_entered_seen_by_the_substitute_and_ended(signed_in: Browser):
    away, deputy = signed_in("buyer"), signed_in("head")

    entered = _enter(away, "buyer", "head", most="2,000,000,000", desks=["PROC_OFFICER@D07"])

    assert entered.status_code == 303
    assert "کارپرداز یکم" in text_of(deputy.get("/inbox"))
    listed = text_of(deputy.get("/substitutes"))
    [address] = {each for each in _addresses(listed) if each.endswith("/end")}
    assert deputy.post(address).status_code == 303
    assert "کارپرداز یکم" not in text_of(deputy.get("/inbox"))


def test_warnings_come_once_before_an_absence_is_entered(signed_in: Browser):
    browser = signed_in("buyer")
    _enter(browser, "buyer", "head")

    warned = _enter(browser, "buyer", "buyer2")
    entered = _enter(browser, "buyer", "buyer2", seen="1")

    assert warned.status_code == 200
    assert 'name="seen"' in text_of(warned)
    assert entered.status_code == 303


@pytest.mark.parametrize(
    ("said", "field"),
    [
        pytest.param({"first": "1405/13/01"}, "first", id="no such month"),
        pytest.param({"last": "1405/05/01"}, "last", id="before the first day"),
        pytest.param({"reason": ""}, "reason", id="no reason"),
        pytest.param({"substitute": "buyer"}, "substitute", id="himself"),
        pytest.param({"substitute": "head15"}, "substitute", id="of another unit"),
        pytest.param({"most": "-5"}, "most", id="a limit below nothing"),
    ],
)
def test_what_is_wrong_with_an_absence_is_said_beside_its_field(
    signed_in: Browser, said: dict[str, str], field: str
):
    refused = _enter(signed_in("buyer"), "buyer", "buyer2", **said)

    assert refused.status_code == 422
    assert f'href="#{field}"' in text_of(refused)


def test_nobody_enters_an_absence_for_a_colleague_but_their_head_does(signed_in: Browser):
    assert _enter(signed_in("buyer2"), "buyer", "buyer2").status_code == 422
    assert _enter(signed_in("head"), "buyer", "buyer2").status_code == 303
    assert _enter(signed_in("head15"), "buyer", "buyer2").status_code == 422


def test_who_may_not_see_an_absence_cannot_end_it(signed_in: Browser):
    _enter(signed_in("buyer"), "buyer", "head")
    [address] = _addresses(text_of(signed_in("buyer").get("/substitutes")))

    assert signed_in("head15").post(address).status_code == 403
    assert signed_in("buyer2").post(address).status_code == 403


def test_the_trail_says_who_acted_for_whom(signed_in: Browser, a_purchase):
    case, task = a_purchase()
    _enter(signed_in("buyer"), "buyer", "head")
    head = signed_in("head")

    taken = head.post(f"/tasks/{task}/claim")

    assert taken.status_code == 303
    trail = text_of(head.get(f"/cases/{case}?tab=trail"))
    assert "مدیر منطقه به جای کارپرداز یکم" in trail


def _enter(browser: FlaskClient, away: str, deputy: str, **said: object):
    usual: dict[str, object] = {
        "person": away,
        "substitute": deputy,
        "first": "1405/05/03",
        "last": "1405/05/10",
        "reason": "مرخصی",
    }
    return browser.post("/substitutes/new", data={**usual, **said})


def _addresses(page: str) -> list[str]:
    parts = page.split('action="')[1:]
    return [each.partition('"')[0] for each in parts if each.startswith("/substitutes/")]


def test_a_refused_button_is_shown_disabled_and_says_why_before_it_is_pressed(
    signed_in: Browser, a_purchase
):
    _, approval = a_purchase(by="both", sent=True)

    page = text_of(signed_in("both").get(f"/tasks/{approval}"))

    assert "disabled" in page.partition('id="obstacle-why"')[2].partition("</section>")[0]
    assert "SOD-001" in page
    assert "همه‌کاره" in page
    assert "obstacle" not in text_of(signed_in("head").get(f"/tasks/{approval}"))


def test_an_exception_is_asked_for_granted_with_the_password_and_reported(
    signed_in: Browser, a_purchase
):
    _, approval = a_purchase(by="both", sent=True)
    both, head, auditor = signed_in("both"), signed_in("head"), signed_in("auditor")
    both.post(f"/tasks/{approval}/claim")  # a near miss

    assert both.post(f"/tasks/{approval}/exception", data={"reason": "تنها"}).status_code == 303
    listed = text_of(head.get("/exceptions"))
    [address] = [
        each.partition('"')[0]
        for each in listed.split('action="')[1:]
        if each.startswith("/exceptions/")
    ]
    assert "/exceptions/" not in text_of(both.get("/exceptions")).partition("<main")[2]
    wrong = head.post(address, data={"decision": "grant", "password": "no"})
    granted = head.post(address, data={"decision": "grant", "password": PASSWORD})

    assert (wrong.status_code, granted.status_code) == (403, 303)
    assert both.post(f"/tasks/{approval}/claim").status_code == 303
    report = text_of(auditor.get("/exceptions"))
    assert 'id="missed"' in report
    assert report.count("SOD-001") >= 2
    assert 'id="missed"' not in text_of(head.get("/exceptions"))


def test_a_substitute_sees_the_button_disabled_and_why_before_it_is_pressed(
    signed_in: Browser, a_purchase
):
    _, approval = a_purchase(by="buyer", sent=True)
    _enter(signed_in("head"), "head", "buyer")

    page = text_of(signed_in("buyer").get(f"/tasks/{approval}"))

    assert "disabled" in page.partition('id="obstacle-why"')[2].partition("</section>")[0]
    assert "شما آن را به جای مدیر منطقه انجام می‌دهید" in page


def test_above_his_limit_a_substitute_sees_the_button_disabled_and_both_amounts(
    signed_in: Browser, a_purchase
):
    _, approval = a_purchase(by="buyer", sent=True)  # of 1,250,000 rials
    _enter(signed_in("head"), "head", "buyer2", most="1,000,000")
    deputy = signed_in("buyer2")

    page = text_of(deputy.get(f"/tasks/{approval}"))

    why = page.partition('id="above-why"')[2].partition("</section>")[0]
    assert "disabled" in why
    assert "مدیر منطقه" in why
    assert "۱٬۰۰۰٬۰۰۰" in why
    assert "۱٬۲۵۰٬۰۰۰" in why
    listed = deputy.get("/inbox").text
    assert f"/tasks/{approval}" in listed
    assert f"/tasks/{approval}/claim" not in listed
    refused = deputy.post(f"/tasks/{approval}/claim")
    assert refused.status_code == 403
    said = text_of(refused).partition('id="above-why"')[2].partition("</section>")[0]
    assert "۱٬۰۰۰٬۰۰۰" in said
    assert "۱٬۲۵۰٬۰۰۰" in said


def test_an_exception_goes_through_substitutes_on_both_sides_and_both_names_are_reported(
    signed_in: Browser, a_purchase, site: Database
):
    _, approval = a_purchase(by="buyer", sent=True)
    _enter(signed_in("head"), "head", "buyer")
    _enter(signed_in("head2"), "head2", "buyer2")
    buyer, second, auditor = signed_in("buyer"), signed_in("buyer2"), signed_in("auditor")
    assert buyer.post(f"/tasks/{approval}/claim").status_code == 403

    buyer.post(f"/tasks/{approval}/exception", data={"reason": "تنها"})
    asked = text_of(second.get("/exceptions")).split('action="/exceptions/')[1]
    address = "/exceptions/" + asked.partition('"')[0]
    assert buyer.post(address, data={"decision": "grant", "password": PASSWORD}).status_code == 403
    granted = second.post(address, data={"decision": "grant", "password": PASSWORD})
    taken = buyer.post(f"/tasks/{approval}/claim")
    done = buyer.post(f"/tasks/{approval}", data={"outcome": "approve", "password": PASSWORD})

    assert [each.status_code for each in (granted, taken, done)] == [303, 303, 303]
    report = text_of(auditor.get("/exceptions"))
    assert "کارپرداز یکم به جای مدیر منطقه" in report
    assert "کارپرداز دوم به جای جانشین مدیر" in report
    with site.reader() as session:
        excepted, approved = session.scalars(select(Act).order_by(Act.at, Act.id))
    assert '"actor_for":"head2"' in excepted.content
    assert (approved.actor, approved.done_for, approved.method) == ("buyer", "head", "password")


def test_what_was_noted_is_there_again_when_the_password_was_wrong(signed_in: Browser, a_purchase):
    _, approval = a_purchase(by="both", sent=True)
    signed_in("both").post(f"/tasks/{approval}/exception", data={"reason": "تنها"})
    head = signed_in("head")
    asked = text_of(head.get("/exceptions")).split('action="/exceptions/')[1]

    wrong = head.post(
        "/exceptions/" + asked.partition('"')[0],
        data={"decision": "grant", "password": "no", "note": "یک بار"},
    )

    assert 'value="یک بار"' in text_of(wrong)

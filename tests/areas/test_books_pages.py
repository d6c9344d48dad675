"""The pages of the books: the demonstration's advance, found, followed, taken along, closed."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable

import openpyxl
import pytest
from flask.testing import FlaskClient

from processes.accounting.chart import chart

AREA = "/areas/accounting"
SignedIn = Callable[[str], FlaskClient]


def _link(page: str, to: str) -> str:
    found = re.search(rf'href="({AREA}/{to}[^"]*)"', page)
    assert found
    return html.unescape(found[1])


@pytest.mark.both_databases
def test_a_balance_leads_to_its_account_and_that_to_the_entry(signed_in: SignedIn):
    browser = signed_in("fin_head")

    page = browser.get(f"{AREA}/").text
    assert chart()["1201"].names["fa"] in page
    account = browser.get(_link(page, "accounts/1201"))
    assert account.status_code == 200
    entry = browser.get(_link(account.text, "entries/"))
    assert chart()["3101"].names["fa"] in entry.text
    assert "1404-D07-0417" in entry.text
    assert browser.get(f"{AREA}/journal").status_code == 200


def test_english_readers_see_english_accounts(signed_in: SignedIn):
    browser = signed_in("fin_head")
    browser.post("/language", data={"locale": "en"})

    page = browser.get(f"{AREA}/").text

    assert "Trial balance" in page
    assert chart()["1201"].names["en"] in page


def test_tables_taken_along_add_up(signed_in: SignedIn):
    browser = signed_in("fin_head")

    lines = browser.get(f"{AREA}/balance.csv").get_data(as_text=True).splitlines()[1:]
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"{AREA}/journal.xlsx").data))

    debit, credit = (sum(int(each.split(",")[side]) for each in lines) for side in (3, 4))
    assert debit == credit > 0
    sides = list(book.worksheets[0].iter_rows(min_row=2, min_col=6, max_col=7, values_only=True))
    assert sum(int(str(each[0])) for each in sides) == debit
    assert browser.get(f"{AREA}/balance.pdf").status_code == 404


@pytest.mark.parametrize("who", ["supervisor", "contractor", "admin"])
def test_who_keeps_no_books_finds_no_page(signed_in: SignedIn, who: str):
    browser = signed_in(who)

    for path in ("", "journal", "accounts/1201", "months", "balance.csv"):
        assert browser.get(f"{AREA}/{path}").status_code == 404


def test_the_books_of_another_unit_are_not_shown(signed_in: SignedIn):
    assert signed_in("fin_head").get(f"{AREA}/?unit=D15").status_code == 404


def test_the_head_of_finance_closes_a_month_and_reopens_it_with_a_reason(signed_in: SignedIn):
    browser = signed_in("fin_head")
    month = {"unit": "D07", "year": "1405", "month": "1"}

    assert browser.post(f"{AREA}/months", data=month).status_code == 303
    again = browser.post(f"{AREA}/months?unit=D07&year=1405", data=month)
    assert again.status_code == 422
    assert "بسته شده است" in again.text
    silent = browser.post(f"{AREA}/months?unit=D07", data=month | {"act": "reopen"})
    assert silent.status_code == 422
    assert 'id="reason-1-problem"' in silent.text, "beside the field of its month"
    reopened = browser.post(f"{AREA}/months", data=month | {"act": "reopen", "reason": "جامانده"})
    assert reopened.status_code == 303
    shown = browser.get(f"{AREA}/months?unit=D07&year=1405").text
    assert "جامانده" in shown
    assert "فروردین" in shown


def test_nobody_else_closes_a_month(signed_in: SignedIn):
    month = {"unit": "D07", "year": "1405", "month": "1"}

    assert signed_in("fin_expert").post(f"{AREA}/months", data=month).status_code == 403


def test_an_entry_by_hand_goes_from_one_person_to_another_and_back_by_a_reversal(
    signed_in: SignedIn,
):
    expert, head = signed_in("fin_expert"), signed_in("fin_head")
    page = f"{AREA}/by-hand?unit=D07&year=1405"
    typed = {"unit": "D07", "description": "کارمزد", "on": "1405/04/01", "lines": "5101; 70; 0"}
    wrong = expert.post(page, data=typed)
    assert wrong.status_code == 422
    assert 'id="lines-problem"' in wrong.text
    assert 'value="کارمزد"' in wrong.text
    told = expert.post(page, data=typed, headers={"Accept": "application/json"})
    [problem] = told.get_json()["problems"]
    assert (told.status_code, problem["code"], problem["field"]) == (422, "FIN-010", "lines")
    assert problem["messageFa"] in wrong.text
    typed["lines"] += "\n1101; 0; 70"
    assert expert.post(page, data=typed).status_code == 303
    assert "کارمزد" in head.get(page).text
    waits = _link(head.get(page).text.replace('action="', 'href="'), "by-hand/")
    own = expert.post(waits, data={"act": "post"})
    assert own.status_code in (403, 422)

    assert head.post(waits, data={"act": "post"}).status_code == 303
    entry = _link(head.get(page).text, "entries/")
    silent = expert.post(f"{entry}/reversal?unit=D07&year=1405", data={"reason": ""})
    assert (silent.status_code, 'id="reason-problem"' in silent.text) == (422, True)
    asked = expert.post(f"{entry}/reversal?unit=D07&year=1405", data={"reason": "اشتباه"})
    assert asked.status_code == 303
    waits = _link(head.get(page).text.replace('action="', 'href="'), "by-hand/")
    silent = head.post(waits, data={"act": "refuse", "reason": ""})
    assert silent.status_code == 422
    assert re.search(r'id="reason-[0-9a-f-]{36}-problem"', silent.text), "beside its field"
    assert "fin_expert" not in silent.text, "people are called by name"
    assert head.post(waits, data={"act": "post"}).status_code == 303

    reversal = re.search(
        rf"{AREA}/entries/[0-9a-f-]{{36}}", head.get(entry).text.partition("<main")[2]
    )
    assert reversal is not None
    assert reversal[0] not in entry
    assert signed_in("supervisor").get(page).status_code == 404

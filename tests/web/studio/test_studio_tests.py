"""Tests of a draft in pages: listed, run, edited in fields, made of a run and of a case."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.model.person import Grant, Person
from engine.storage.database import Database
from tests.web.conftest import text_of

GREEN = """title.fa = "درخواست ثبت می‌شود"
title.en = "A request comes in"

[given]
at = "1405/05/03 09:00"
process = "purchase"  # خرید جزئی

[given.values]
request_no = "P-1"

[given.expect.open]
describe = "PROC_OFFICER"  # شرح خرید
"""
RED = GREEN.replace("comes in", "<b>is lost</b>").replace("describe =", "approve =")


@pytest.fixture
def nima(site: Database, signed_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """An analyst who also buys and approves, and reads English."""
    uow = site.unit_of_work()
    with uow:
        nima = uow.session.scalars(select(Person).where(Person.username == "nima")).one()
        nima.locale = "en"
        for role in ("PROC_OFFICER", "UNIT_HEAD"):
            uow.session.add(Grant(person_id=nima.id, role=role, unit_code="D07"))
        uow.commit()
    return signed_in("nima")


@pytest.fixture
def keep(nima: FlaskClient, draft: str):
    def save(name: str, text: str) -> None:
        file = f"{draft}/files/tests/{name}.test.toml"
        assert nima.post(file, json={"text": text, "version": 0}).status_code == 200

    return save


INPUT = re.compile(r'<input[^>]*? name="([^"]+)" value="([^"]*)"')
AREA = re.compile(r'<textarea[^>]*? name="([^"]+)"[^>]*>\n?(.*?)</textarea>', re.DOTALL)
SELECT = re.compile(r'<select[^>]*? name="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)


def _fields(page: str) -> dict[str, str]:
    """Return what a browser would send of the page's form."""
    form = page.partition('class="stack" novalidate')[2]
    found = {name: unescape(text) for name, text in INPUT.findall(form) + AREA.findall(form)}
    for name, options in SELECT.findall(form):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def test_all_are_run_by_a_button_with_what_was_seen_beside_what_was_expected(nima, draft, keep):
    keep("green", GREEN)
    keep("red", RED)
    keep("none", "[given]\nat = 5\n")
    listed = nima.get(f"{draft}/tests")
    assert "A request comes in" in text_of(listed.text)
    assert "Line 2, given/at" in text_of(listed.text)
    assert "<b>is lost" not in listed.text

    page = nima.post(f"{draft}/tests/run")
    said = text_of(page.text)
    assert page.status_code == 200
    assert "2 tests do not hold." in said
    assert re.search(r"Approve.* \(PROC_OFFICER\).*Describe.* \(PROC_OFFICER@", said)
    assert "does not hold" in said
    assert re.search("No test reaches.*from “[^”]+” to “[^”]+”", said)
    marks = page.text.partition("data-diagram-marks=")[2][:400]
    assert "passed" in marks
    assert "missed" in marks


def test_what_a_step_answers_is_said_as_its_form_says_it(nima, signed_in, draft, keep):
    answered = (
        GREEN
        + """
[[step]]
answer = "describe"  # شرح خرید
outcome = "send"
values.goods = "paper"
values.quantity = 2
values.amount = 4000
values.kind = "goods"
"""
    )
    keep("answered", answered)

    said = text_of(nima.post(f"{draft}/tests/run").text)
    assert "“Describe the purchase” is answered: Send to the head" in said
    said = text_of(signed_in("roya").post(f"{draft}/tests/run").text)
    assert "به «شرح خرید» پاسخ داده می‌شود: ارسال به مدیر" in said


def test_one_is_run_alone(nima, draft, keep):
    keep("green", GREEN)
    keep("red", RED)
    page = nima.post(f"{draft}/tests/run", data={"name": "tests/green.test.toml"})
    assert "The test holds." in text_of(page.text)


def test_only_analysts_run_and_change_them(nima, draft, keep, signed_in):
    keep("green", GREEN)
    auditor = signed_in("auditor")
    assert auditor.get(f"{draft}/tests").status_code == 200
    for act in ("run", "edit/green", "remove/green"):
        assert auditor.post(f"{draft}/tests/{act}").status_code == 403
    assert signed_in("buyer").get(f"{draft}/tests").status_code == 403


def test_a_test_kept_from_its_fields_untouched_stays_as_it_was_to_the_letter(nima, draft, keep):
    keep("green", GREEN)
    page = nima.get(f"{draft}/tests/edit/green").text
    answer = nima.post(f"{draft}/tests/edit/green", data=_fields(page))
    assert answer.status_code == 303
    assert nima.get(f"{draft}/raw/tests/green.test.toml").text == GREEN


def test_a_new_test_is_written_step_by_step_in_fields(nima, draft):
    fields = _fields(nima.get(f"{draft}/tests/new").text)
    fields |= {"name": "bought", "en": "It is bought", "0.target": "purchase"}
    fields |= {"0.values": "request_no = P-1", "at": "1405/05/03 09:00", "act": "add:0"}
    fields = _fields(nima.post(f"{draft}/tests/edit", data=fields).text)
    assert (fields["0.target"], fields["1.kind"]) == ("purchase", "answer")

    fields |= {"1.target": "describe", "1.outcome": "send", "1.x_open": "approve = UNIT_HEAD"}
    fields["1.values"] = "goods = کاغذ\nquantity = 2\namount = 4000\nkind = goods"
    assert nima.post(f"{draft}/tests/edit", data=fields).status_code == 303
    kept = nima.get(f"{draft}/raw/tests/bought.test.toml").text
    assert "quantity = 2\n" in kept
    page = nima.post(f"{draft}/tests/run")
    assert "The test holds." in text_of(page.text), text_of(page.text)[-3000:]


def test_wrong_fields_come_back_as_typed_each_with_its_problem_beside_it(nima, draft):
    fields = {"name": "a b", "0.kind": "start", "0.target": "purchase", "at": "tomorrow"}
    fields |= {"0.values": "no sign here", "1.kind": "wait", "1.target": "3 moons"}
    page = nima.post(f"{draft}/tests/edit", data=fields)
    assert page.status_code == 422
    assert 'value="3 moons"' in page.text
    assert "no sign here</textarea>" in page.text
    for field in ("fa", "at", "0-values", "1-target"):
        assert f'id="{field}-error-1"' in page.text, field
        assert f'href="#{field}"' in page.text


def test_steps_are_added_moved_and_removed(nima, draft):
    fields = {"0.kind": "start", "1.kind": "answer", "1.target": "a", "2.target": "b"}
    page = nima.post(f"{draft}/tests/edit", data=fields | {"act": "up:2"}).text
    assert [_fields(page)[f"{n}.target"] for n in (1, 2)] == ["b", "a"]
    page = nima.post(f"{draft}/tests/edit", data=fields | {"act": "remove:1"}).text
    assert _fields(page)["1.target"] == "b"
    assert "2.target" not in _fields(page)


def test_a_test_is_removed_and_stays_in_the_history(nima, draft, keep):
    keep("green", GREEN)
    version = _fields(nima.get(f"{draft}/tests/edit/green").text)["version"]
    assert nima.post(f"{draft}/tests/remove/green", data={"version": version}).status_code == 303
    assert "A request comes in" not in nima.get(f"{draft}/tests").text
    assert "tests/green.test.toml" in nima.get(f"{draft}/history").text


def test_a_run_is_kept_as_a_test_that_holds(nima, draft):
    nima.post(f"{draft}/play/start/purchase", data={"request_no": "P-1"})
    page = nima.get(f"{draft}/tests/from-run")
    assert "Look it over" in text_of(page.text)
    answer = nima.post(f"{draft}/tests/edit", data=_fields(page.text))
    assert answer.status_code == 303
    assert "The test holds." in text_of(nima.post(f"{draft}/tests/run").text)


def test_a_test_is_made_of_a_case_that_has_ended_and_that_the_analyst_may_see(
    nima, draft, signed_in
):
    started = nima.post("/start/purchase", data={"request_no": "P-7"})
    case = re.search(r"/cases/([0-9a-f-]{36})", nima.get(started.location).text)
    assert case is not None
    of_case = f"{draft}/tests/from-case/{case[1]}"
    assert nima.get(of_case).status_code == 409
    described = {"goods": "کاغذ", "quantity": "2", "amount": "4000", "kind": "goods"}
    nima.post(f"{started.location}/claim")
    assert nima.post(started.location, data=described | {"outcome": "send"}).status_code == 303
    nima.post(f"/cases/{case[1]}/messages/withdraw", data={"reason": "دیگر لازم نیست"})
    assert "Make a test from this case" in nima.get(f"/cases/{case[1]}").text
    assert "Quicker" in nima.get(f"/studio/cases/{case[1]}/test").text

    page = nima.get(of_case)
    assert "request_no = P-7" in page.text
    assert "goods = کاغذ" in page.text
    assert "nima" not in page.text.partition("<form")[2].partition('class="stack" novalidate')[2]
    assert nima.post(f"{draft}/tests/edit", data=_fields(page.text)).status_code == 303
    run = text_of(nima.post(f"{draft}/tests/run").text)
    assert "The test holds." in run, run[-2000:]
    assert signed_in("auditor").get(of_case).status_code == 403


def test_a_tests_file_is_opened_in_its_editor_from_the_drafts_page(nima, draft, keep):
    keep("green", GREEN)
    page = nima.get(draft).text
    assert f"{draft}/tests/edit/tests/green.test.toml" in page
    assert f'{draft}/tests"' in page


def test_what_was_done_in_a_case_is_played_with_a_draft(nima, draft):
    started = nima.post("/start/purchase", data={"request_no": "P-8"})
    found = re.search(r"/cases/([0-9a-f-]{36})", nima.get(started.location).text)
    assert found is not None
    at = f"/monitoring/cases/{found[1]}/play"
    assert "Quicker" in nima.get(at).text

    played = nima.post(f"{at}/{draft.rpartition('/')[2]}")

    assert played.status_code == 303
    page = nima.get(played.location)
    assert "P-8" in page.text

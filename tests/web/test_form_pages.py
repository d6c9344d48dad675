"""Forms on their pages: every component, rows that repeat, several pages, and the check."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from engine.bpmn import ModelRefused
from engine.catalogue.bundle import Bundle
from engine.commands import deployments, instances, tasks
from engine.findings import book
from engine.model.person import Actor
from engine.queries import tasks as queries
from engine.storage.database import Database
from engine.values import persian_digits
from forms.deploying import findings
from tests.kit.forms import EVERYTHING, FOLDER, READ
from tests.kit.sites import NOON
from tests.web.conftest import text_of
from webapp.errors import problems_of
from webapp.problems import text_of as sentence_of

Browser = Callable[[str], FlaskClient]
ActorOf = Callable[[str], Actor]

START = {"subject": "سرویس آسانسور", "kind": "services", "price": 10_000_000}


@pytest.fixture
def showcase(site: Database) -> Database:
    """The purchase's site with the area that shows every component."""
    deployments.deploy(site.unit_of_work(), Bundle.read(FOLDER), at=NOON, forms=findings)
    return site


@pytest.fixture
def everything(
    showcase: Database, actor_of: ActorOf, signed_in: Browser
) -> tuple[FlaskClient, str]:
    """A clerk's browser and the address of the step with every component, taken."""
    uow, actor = showcase.unit_of_work(), actor_of("buyer")
    values: Mapping[str, Any] = {
        **START,
        "places": ["انبار شمال", {"value": "s", "label": "انبار جنوب"}],
        "past": [{"no": "P-7", "sum": 12}],
        "budget": 9,
    }
    started = instances.start(uow, "showcase", values, actor=actor, at=NOON)
    [task] = started.opened
    tasks.claim(uow, task, actor=actor, at=NOON)
    return signed_in("buyer"), f"/tasks/{task}"


@pytest.fixture
def in_pages(everything: tuple[FlaskClient, str], actor_of: ActorOf, showcase: Database) -> str:
    """The address of the step whose form has pages, taken."""
    client, url = everything
    assert client.post(url, data=EVERYTHING).status_code == 303
    page = client.get("/inbox").text
    [task] = {UUID(each) for each in re.findall(r'href="/tasks/([0-9a-f-]{36})', page)}
    tasks.claim(showcase.unit_of_work(), task, actor=actor_of("buyer"), at=NOON)
    return f"/tasks/{task}"


def known(site: Database, actor: Actor, url: str) -> Mapping[str, Any]:
    """Return what the case of a task knows."""
    with site.reader() as session:
        return queries.page(session, UUID(url[-36:]), actor).variables


def test_the_trail_tells_every_answer_as_people_write_it(everything: tuple[FlaskClient, str]):
    client, url = everything
    case = re.findall(r"/cases/([0-9a-f-]{36})", client.get(url).text)[0]
    assert client.post(url, data=EVERYTHING).status_code == 303

    said = text_of(client.get(f"/cases/{case}?tab=trail").text)

    assert "دوره: ۱۴۰۵/۰۱/۰۱ تا ۱۴۰۵/۰۶/۳۱" in said
    assert "روز: ۱۴۰۵/۰۵/۱۰" in said
    assert "ساعت: ۱۴:۴۵" in said
    assert "بازدید: ۱۴۰۵/۰۵/۱۰ ۰۹:۳۰" in said
    assert "امضا: مریم رضایی" in said
    assert "مدارک: سند، عکس" in said
    assert "شهر: شهر 17" in said  # by its label, though the choices were worked out
    assert "جمع: ۵٬۴۵۰٬۰۰۰" in said
    assert "اقلام (۱): شرح: میلگرد، تعداد: ۱۰، بها: ۱۰۰٬۰۰۰، جمع ردیف: ۱٬۰۰۰٬۰۰۰" in said
    assert "اقلام (۲): شرح: سیمان" in said


def test_every_component_is_shown(everything: tuple[FlaskClient, str]):
    client, url = everything

    page = client.get(url).text

    for name in EVERYTHING.keys() - {"outcome", "items/rows"}:
        assert f'name="{name}"' in page, name
    text = text_of(page)
    for said in ("دربارهٔ این فرم", "انبار جنوب", "P-7", "جمع اقلام", "ردیف ۲"):
        assert said in text
    assert '<a href="/start">راهنما</a>' in page


def test_every_component_is_read_and_the_computed_ones_are_worked_out(
    everything: tuple[FlaskClient, str], showcase: Database, actor_of: ActorOf
):
    client, url = everything

    sent = client.post(url, data=EVERYTHING)

    assert sent.status_code == 303, text_of(sent.text)
    found = known(showcase, actor_of("buyer"), url)
    assert {key: found[key] for key in READ if key != "outcome"} == {
        key: value for key, value in READ.items() if key != "outcome"
    }
    assert found["items"] == [
        {"title": "میلگرد", "number": Decimal(10), "price": 100_000, "line": 1_000_000},
        {"title": "سیمان", "number": Decimal("2.5"), "price": 200_000, "line": 500_000},
    ]


def test_what_is_refused_comes_back_whole_with_its_place_in_a_row_named(
    everything: tuple[FlaskClient, str],
):
    client, url = everything
    wrong = {**EVERYTHING, "items/1/number": "هیچ", "period/to": "۱۴۰۴/۰۱/۰۱", "permit": "ب-۷"}

    answer = client.post(url, data=wrong)

    assert answer.status_code == 422
    assert '<a href="#items/1/number">' in answer.text
    assert '<a href="#period/to">' in answer.text
    assert 'id="items/1/number-problem"' in answer.text
    for typed in ("هیچ", "ب-۷", "K-۱۲۳", "شهر 17", "مریم رضایی", "M1 2L3 4L5 6"):
        assert f'value="{typed}"' in answer.text


def test_a_rule_over_several_fields_is_said_in_its_own_words(
    everything: tuple[FlaskClient, str],
):
    client, url = everything

    answer = client.post(url, data={**EVERYTHING, "amount": "1000"})

    assert answer.status_code == 422
    assert "مبلغ: جمع اقلام از مبلغ بیشتر است" in text_of(answer.text)


def test_what_a_stale_page_sends_is_named_given_back_and_harms_nothing_when_sent_again(
    everything: tuple[FlaskClient, str], showcase: Database, actor_of: ActorOf
):
    client, url = everything
    stale = {**EVERYTHING, "old_question": "کار یک ساعت", "tax": "1", "budget": "99"}

    answer = client.post(url, data=stale)

    assert answer.status_code == 422
    text = text_of(answer.text)
    assert "کار یک ساعت" in text
    assert 'name="old_question"' not in answer.text
    assert 'value="لولهٔ فولادی"' in answer.text
    again = client.post(url, data=EVERYTHING)
    assert again.status_code == 303
    assert known(showcase, actor_of("buyer"), url)["budget"] == 9


def test_a_question_that_an_answer_brings_up_is_asked_before_the_form_is_taken(
    everything: tuple[FlaskClient, str],
):
    client, url = everything
    without_script = {**EVERYTHING, "is_urgent": "true", "_asked": ""}

    answer = client.post(url, data=without_script)

    assert answer.status_code == 422
    assert '<a href="#why_urgent">' in answer.text
    assert re.search(r'<fieldset class="bare" data-when="why_urgent">', answer.text)
    shown = {**without_script, "_asked": ["", "why_urgent"], "why_urgent": "باران"}
    assert client.post(url, data=shown).status_code == 303


def test_what_its_condition_hides_is_not_accepted(everything: tuple[FlaskClient, str]):
    client, url = everything

    answer = client.post(url, data={**EVERYTHING, "why_urgent": "باران"})

    assert answer.status_code == 422
    assert "باران" in text_of(answer.text)


def test_rows_come_and_go_without_a_script_and_nothing_typed_is_lost(
    everything: tuple[FlaskClient, str],
):
    client, url = everything
    typed = {**EVERYTHING, "count": "نامعلوم"}

    added = client.post(url, data={**typed, "_add": "items"})
    page = client.get(url).text

    assert added.location == f"{url}#items/2"
    assert 'name="items/2/title"' in page
    assert 'value="نامعلوم"' in page
    removed = client.post(url, data={**typed, "items/rows": "2", "_remove": "items/0"})
    page = client.get(url).text
    assert removed.status_code == 303
    assert 'name="items/1/title"' not in page
    assert re.search(r'name="items/0/title" value="سیمان"', page)


def test_a_form_of_several_pages_goes_on_and_back_and_is_checked_before_it_is_sent(
    everything: tuple[FlaskClient, str], in_pages: str, showcase: Database, actor_of: ActorOf
):
    client, _ = everything
    first = client.get(in_pages).text
    assert 'name="subject" value="سرویس آسانسور"' in first
    assert 'name="price"' not in first

    what = {"_page": "what", "subject": "نوسازی", "kind": "services"}
    unseen = client.post(in_pages, data={**what, "_asked": "", "_go": "next"})
    assert unseen.status_code == 422
    assert '<a href="#services_note">' in unseen.text
    what["_asked"] = "services_note"
    went = client.post(in_pages, data={**what, "_go": "next"})
    assert went.location == f"{in_pages}?page=money"
    refused = client.post(in_pages, data={"_page": "money", "price": "صد", "_go": "next"})
    assert refused.status_code == 422
    assert 'value="صد"' in refused.text
    back = client.post(in_pages, data={"_page": "money", "price": "صد", "_go": "back"})
    assert back.location == f"{in_pages}?page=what"
    assert 'value="صد"' in client.get(f"{in_pages}?page=money").text
    money = {"_page": "money", "price": "۲۰۰۰", "advance": "true", "advance_rate": "10"}
    assert client.post(in_pages, data={**money, "_go": "next"}).location.endswith("?page=whom")
    whom = {"_page": "whom", "sellers/rows": "1", "sellers/0/name": "آسان‌بر"}
    assert client.post(in_pages, data={**whom, "_go": "next"}).location.endswith("?page=check")

    check = text_of(client.get(f"{in_pages}?page=check").text)
    for said in ("نوسازی", "۲۰۰ ریال", "آسان‌بر", "تغییر موضوع"):
        assert said in check
    sent = client.post(in_pages, data={"_page": "check", "_asked": "", "outcome": "send"})

    assert sent.status_code == 303, text_of(sent.text)
    found = known(showcase, actor_of("buyer"), in_pages)
    assert (found["subject"], found["advance_amount"]) == ("نوسازی", 200)
    assert found["sellers"] == [{"name": "آسان‌بر", "legal_id": None}]


def test_what_other_pages_lack_is_said_on_the_check_with_the_way_to_it(
    everything: tuple[FlaskClient, str], in_pages: str
):
    client, _ = everything

    answer = client.post(in_pages, data={"_page": "check", "outcome": "send"})

    assert answer.status_code == 422
    assert f'<a href="{in_pages}?page=whom#sellers/0/name">' in answer.text


def test_the_pages_of_a_start_form_carry_what_was_typed_along(
    showcase: Database, signed_in: Browser
):
    client, url = signed_in("buyer"), "/start/showcase"
    fields: dict[str, Any] = {"_page": "what", "subject": "میز", "kind": "services"}
    fields |= {"_asked": "services_note", "_go": "next"}
    first = {"sellers/rows": "1", "sellers/0/name": "کارخانه"}
    pages = (
        {"_page": "money", "price": "5000", "_go": "next"},
        {"_page": "whom", **first, "_add": "sellers"},
        {"_page": "whom", **first, "sellers/rows": "2", "sellers/1/name": "بازار", "_go": "next"},
        {"_page": "check", "_asked": ""},
    )
    for more in pages:
        page = client.post(url, data=fields).text
        page = page[page.index("<main") :]
        carried = re.findall(r'<input type="hidden" name="([^"_][^"]*)" value="([^"]*)"', page)
        fields = dict(carried) | more

    started = client.post(url, data=fields)

    assert started.status_code == 303, text_of(started.text)


def test_choices_that_are_too_many_for_a_page_are_found_by_their_name(
    everything: tuple[FlaskClient, str],
):
    client, url = everything

    found = client.get(f"{url}/choices", query_string={"path": "city", "q": "شهر ۳۹"}).json

    assert found is not None
    assert found[0] == {"value": "c39", "label": "شهر 39"}
    assert {each["value"] for each in found} == {"c39", *(f"c{n}" for n in range(390, 400))}
    assert client.get(f"{url}/choices", query_string={"path": "goods"}).json == []


def test_the_server_says_how_a_form_stands_where_the_browser_cannot(
    everything: tuple[FlaskClient, str], showcase: Database, actor_of: ActorOf
):
    client, url = everything
    before = known(showcase, actor_of("buyer"), url)

    stands = client.post(f"{url}/form", data={**EVERYTHING, "is_urgent": "true"}).json

    assert stands is not None
    assert stands["why_urgent"]["hidden"] is False
    assert stands["items/0/line"]["value"] == {"n": "1000000"}
    assert stands["tax"]["value"] == {"n": "450000"}
    assert len(stands["city"]["choices"]) == 200
    assert known(showcase, actor_of("buyer"), url) == before


def test_others_learn_nothing_of_a_form_by_asking_beside_it(
    everything: tuple[FlaskClient, str], signed_in: Browser
):
    _, url = everything
    stranger = signed_in("head15")

    assert stranger.get(f"{url}/choices?path=city").status_code == 404
    assert stranger.post(f"{url}/form", data={}).status_code == 404


def test_what_is_wrong_in_diagrams_and_forms_is_refused_together(site: Database):
    files = {**Bundle.read(FOLDER).files}
    files["forms/ask_service.form"] = json.dumps(
        {"id": "ask_service", "components": [{"type": "iframe", "id": "x"}]}
    ).encode()
    files["showcase.bpmn"] = files["showcase.bpmn"].replace(
        b'sourceRef="in_pages" targetRef="end"', b'sourceRef="in_pages" targetRef="nowhere"'
    )

    with pytest.raises(ModelRefused) as refused:
        deployments.deploy(site.unit_of_work(), Bundle(files), at=NOON, forms=findings)

    rules = [each.rule for each in refused.value.findings]
    assert rules[-1] == "FORM-001"
    assert any(each.startswith("BPMN-") for each in rules)
    *_, told = problems_of(refused.value)
    assert told.params["form"] in sentence_of(told, language="en")
    assert book()["FORM-001"].title["fa"] in sentence_of(told, language="fa")


def test_a_closed_or_strange_answer_to_a_form_is_only_refused(
    everything: tuple[FlaskClient, str],
):
    client, url = everything

    for strange in (
        {"_go": "next"},
        {"_go": "../../etc"},
        {"_add": "goods"},
        {"_add": "items/0/title"},
        {"_remove": "items/99"},
        {"_remove": "items/-1"},
        {"_remove": "x"},
        {"items/rows": "999999999999", "_add": "items"},
        {"_page": "nowhere", "_go": "back"},
    ):
        assert client.post(url, data=strange).status_code in (303, 422), strange
    assert client.get(f"{url}?page=nowhere").status_code == 200
    assert client.get(f"{url}?page=check").status_code == 200


def test_cells_of_rows_and_parts_of_fields_are_kept_as_they_are_typed(
    everything: tuple[FlaskClient, str],
):
    client, url = everything
    typed = {"items/1/title": "نیمه‌", "period/from": "۱۴۰۵/", "papers": "deed\nphoto"}

    kept = client.post(f"{url}/draft", json={"changes": {**typed, "tax": "1", "nobody": "x"}})

    assert kept.status_code == 200
    page = client.get(url).text
    assert 'name="items/1/title" value="نیمه‌"' in page
    assert 'name="period/from" value="۱۴۰۵/"' in page
    assert re.search(r'name="papers" value="photo" checked', page)
    assert not re.search(r'name="papers" value="plan" checked', page)


def test_an_amount_typed_in_tomans_is_kept_in_rials_and_stays_as_typed(
    everything: tuple[FlaskClient, str], showcase: Database, actor_of: ActorOf
):
    client, url = everything
    in_tomans = EVERYTHING | {"amount": "۵۰۰٬۰۰۰", "amount/unit": "toman"}
    in_tomans |= {"items/0/price": "10,000", "items/0/price/unit": "toman"}

    half = client.post(url, data=in_tomans | {"amount": "۵۰۰٬۰۰۰٫۵"})

    assert half.status_code == 422
    assert "به تومان مبلغ درستی نیست" in text_of(half.text)
    assert re.search(r'<option value="toman" selected>', half.text)
    assert client.post(url, data=in_tomans).status_code == 303
    found = known(showcase, actor_of("buyer"), url)
    assert found["amount"] == 5_000_000
    assert found["items"][0]["price"] == 100_000


def test_a_draft_keeps_the_unit_with_the_amount_and_alone_it_says_nothing(
    everything: tuple[FlaskClient, str],
):
    client, url = everything
    amount = re.compile(r'<input id="amount"[^>]*value="([^"]*)"')

    changes = {"amount": "70", "amount/unit": "toman"}
    saved = client.post(f"{url}/draft", json={"changes": changes})
    assert saved.get_json()["problems"] == {}
    kept = client.get(url).text
    assert "هفتصد ریال (۷۰ تومان)" in text_of(kept)
    client.post(f"{url}/draft", json={"changes": {"amount": None}})
    alone = client.get(url).text

    assert re.search(r'name="amount/unit"[^>]*>(?:(?!</select>).)*toman" selected', kept)
    assert not re.search(r'name="amount/unit"[^>]*>(?:(?!</select>).)*toman" selected', alone)
    assert amount.findall(alone) == [""]


def test_a_text_of_three_million_letters_comes_back_beside_its_field_whole(
    everything: tuple[FlaskClient, str],
):
    client, url = everything

    for key, longest in (("note", "100000"), ("mail", "10000"), ("amount", "10000")):
        long = "a" * 3_000_000
        sent = client.post(url, data=EVERYTHING | {key: long})

        assert sent.status_code == 422
        [beside] = re.findall(rf'id="{key}-problem">.*?</p>', sent.text, re.DOTALL)
        assert persian_digits(longest) in text_of(beside)
        assert long in sent.text
        assert 'value="لولهٔ فولادی"' in sent.text


def test_a_form_larger_than_a_form_may_be_is_refused_in_words(everything: tuple[FlaskClient, str]):
    client, url = everything

    sent = client.post(url, data=EVERYTHING | {"note": "م" * 3_000_000})

    assert sent.status_code == 413
    assert "بیش از اندازه بزرگ" in text_of(sent.text)

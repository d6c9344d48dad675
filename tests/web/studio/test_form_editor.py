"""The form editor: what a press does, with and without a script, and what staff would see."""

from __future__ import annotations

import html
import json
import tomllib
from typing import Any

import pytest
from flask.testing import FlaskClient

from forms.vocabulary import COMPONENTS
from tests.web.conftest import PURCHASE, text_of

DESCRIBE = "forms/describe.form"


def _file(browser: FlaskClient, draft: str, name: str = DESCRIBE) -> dict[str, Any]:
    form: dict[str, Any] = json.loads(browser.get(f"{draft}/raw/{name}").text)
    return form


def _version(browser: FlaskClient, draft: str, name: str = DESCRIBE) -> int:
    return int(browser.get(f"{draft}/raw/{name}").headers["X-Draft-Version"])


def _press(
    browser: FlaskClient, draft: str, act: str, at: str = "", name: str = DESCRIBE, **p: str
):
    asked = {"act": act, "at": at, "version": str(_version(browser, draft, name))}
    typed = {f"p.{each.replace('__', '.').replace('_EN', ':en')}": text for each, text in p.items()}
    return browser.post(f"{draft}/form/{name}", data=asked | typed)


def _one(browser: FlaskClient, draft: str, name: str = DESCRIBE) -> str:
    """Return what the page gives its script of the form."""
    page = browser.get(f"{draft}/form/{name}").text
    text = page.partition('data-text="')[2].partition('" data-version')[0]
    return html.unescape(text)


def _work(browser: FlaskClient, draft: str, text: str, act: str = "", at: str = "", **sent: Any):
    asked = {"text": text, "act": act, "at": at, **sent}
    return browser.post(f"{draft}/form/acts/{DESCRIBE}", json=asked)


def test_a_form_of_a_draft_opens_in_its_editor_with_both_languages(nima, draft):
    assert f"{draft}/form/{DESCRIBE}" in nima.get(draft).text

    page = nima.get(f"{draft}/form/{DESCRIBE}?at=1.1").text

    assert "مبلغ" in page
    assert 'value="5000000000"' in page
    assert 'name="p.validate.max"' in page
    nima.post("/language", data={"locale": "en"})
    english = nima.get(f"{draft}/form/{DESCRIBE}").text
    assert "Goods" in text_of(english.partition('data-part="outline"')[2].partition("</ul>")[0])


def test_without_a_script_a_field_is_added_named_moved_and_taken_out_again(nima, draft):
    added = _press(nima, draft, "add:rial", at="1")
    assert added.location.endswith("at=1.2")

    _press(nima, draft, "up", at="1.2", key="advance", label="پیش‌پرداخت", label_EN="Advance")

    form = _file(nima, draft)
    assert form["components"][1]["components"][1]["key"] == "advance"
    texts = tomllib.loads(nima.get(f"{draft}/raw/texts.en.toml").text)
    assert texts["forms"]["describe"]["advance"] == "Advance"
    _press(nima, draft, "remove", at="1.1")
    assert _file(nima, draft) == json.loads((PURCHASE / DESCRIBE).read_text("utf-8"))
    before = tomllib.loads((PURCHASE / "texts.en.toml").read_text("utf-8"))
    assert tomllib.loads(nima.get(f"{draft}/raw/texts.en.toml").text) == before


def test_nothing_typed_saves_nothing(nima, draft):
    before = _version(nima, draft)

    _press(nima, draft, "", at="0", key="goods", label="کالا")

    assert _version(nima, draft) == before
    assert nima.get(f"{draft}/raw/{DESCRIBE}").text == (PURCHASE / DESCRIBE).read_text("utf-8")


def test_what_is_wrong_is_said_beside_its_property_and_saved_all_the_same(nima, draft):
    _press(nima, draft, "", at="0", conditional__hide="1 +", validate__maxLength="many")

    page = nima.get(f"{draft}/form/{DESCRIBE}?at=0").text

    assert 'id="p.conditional.hide-problem"' in page
    assert 'id="p.validate.maxLength-problem"' in page
    assert "FORM-004" in page
    assert "FORM-004" in nima.get(draft).text  # as deployment says it


def test_the_browser_has_each_act_done_and_drawn_and_nothing_saved(nima, draft):
    text = _one(nima, draft)

    answer = _work(nima, draft, text, "add:iban", "0", posted=[["p.label", "<b>کالا</b>"]])

    told = answer.json
    assert told["at"] == "1"
    form = json.loads(json.loads(told["text"])["form"])
    assert form["components"][0]["label"] == "<b>کالا</b>"
    assert form["components"][1]["type"] == "iban"
    assert "<b>" not in told["outline"] + told["panel"] + told["previews"]["fa"]
    assert _file(nima, draft)["components"][0]["label"] == "کالا"

    saved = nima.post(
        f"{draft}/form/keep/{DESCRIBE}",
        json={"text": told["text"], "version": _version(nima, draft)},
    )
    assert saved.json == {"version": _version(nima, draft)}
    assert _file(nima, draft) == form


def test_the_preview_is_what_staff_see_in_each_language(nima, draft):
    told = _work(nima, draft, _one(nima, draft)).json

    fa, en = told["previews"]["fa"], told["previews"]["en"]
    assert '<html lang="fa" dir="rtl"' in fa
    assert '<html lang="en" dir="ltr"' in en
    assert "مبلغ" in fa
    assert "ارسال به مدیر" in fa
    assert tomllib.loads((PURCHASE / "texts.en.toml").read_text("utf-8"))["forms"]["describe"][
        "amount"
    ] in text_of(en)


def test_pressing_the_button_of_the_preview_says_what_staff_would_be_told(nima, draft):
    raw = [["goods", "لوله"], ["quantity", "۲"], ["amount", "۹٬۹۹۹٬۹۹۹٬۹۹۹"], ["outcome", "send"]]
    sample = {"raw": [*raw, ["_pressed", "1"]], "variables": {"budget": "۵"}}

    refused = _work(nima, draft, _one(nima, draft), sample=sample).json["previews"]["en"]
    raw = [*raw[:2], ["amount", "5"], ["kind", "goods"], raw[3], ["_pressed", "1"]]
    taken = _work(nima, draft, _one(nima, draft), sample={"raw": raw}).json["previews"]["en"]

    assert 'href="#kind"' in refused
    assert 'id="amount-problem"' in refused
    assert 'value="لوله"' in refused
    assert "This would be taken as an answer." in taken


def test_the_preview_leaves_out_what_is_wrong_and_shows_the_rest(nima, draft):
    text = _one(nima, draft)

    told = _work(nima, draft, text, at="0", posted=[["p.conditional.hide", "1 +"]]).json

    assert 'name="goods"' not in told["previews"]["fa"]
    assert 'name="amount"' in told["previews"]["fa"]


def test_every_component_there_is_can_be_looked_at_and_previewed(nima, draft):
    told = {"text": _one(nima, draft), "at": ""}
    for kind in [*COMPONENTS, "page"]:
        told = _work(nima, draft, told["text"], f"add:{kind}", told["at"].split(".")[0]).json
        assert 'class="problem"' not in told["panel"], kind

    assert _work(nima, draft, told["text"]).status_code == 200


def test_the_second_of_two_who_edit_a_form_is_shown_both(nima, roya, draft):
    text, version = _one(nima, draft), _version(nima, draft)
    _press(roya, draft, "remove", at="0")

    answer = nima.post(f"{draft}/form/keep/{DESCRIBE}", json={"text": text, "version": version})
    assert answer.status_code == 409
    assert nima.get(answer.json["both"]).status_code == 200

    asked = {"act": "remove", "at": "1", "version": str(version)}
    assert "/both/" in nima.post(f"{draft}/form/{DESCRIBE}", data=asked).location


def test_only_analysts_change_a_form_and_auditors_look_at_it(nima, draft, signed_in):
    auditor = signed_in("auditor")

    page = auditor.get(f"{draft}/form/{DESCRIBE}")

    assert page.status_code == 200
    assert 'value="add:rial"' not in page.text
    assert _press(auditor, draft, "remove", at="0").status_code == 403
    assert _work(auditor, draft, "{}").status_code == 403
    assert auditor.post(f"{draft}/form/keep/{DESCRIBE}", json={}).status_code == 403


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"form": "[", "words": []}', '{"form": "{}", "words": [[1, 2]]}', "7"]
)
def test_what_is_no_form_is_refused(nima, draft, text):
    assert _work(nima, draft, text).status_code in (200, 422)
    answer = nima.post(f"{draft}/form/keep/{DESCRIBE}", json={"text": text, "version": 1})
    assert answer.status_code in (200, 409, 422)


def test_a_file_that_is_no_form_is_shown_as_text(nima, draft):
    nima.post(f"{draft}/files/forms/odd.form", json={"text": "[" * 5000, "version": 0})

    answer = nima.get(f"{draft}/form/forms/odd.form")

    assert answer.location.endswith(f"{draft}/files/forms/odd.form")
    assert nima.get(f"{draft}/form/purchase.bpmn").status_code == 404


def test_the_preview_on_a_page_of_its_own_works_without_a_script(nima, draft):
    page = nima.get(f"{draft}/form/preview/{DESCRIBE}?language=en")
    assert 'dir="ltr"' in page.text

    sent = nima.post(f"{draft}/form/preview/{DESCRIBE}", data={"_pressed": "1", "outcome": "send"})

    assert 'id="amount-problem"' in sent.text


def test_the_editor_says_where_a_form_is_used_and_offers_what_its_process_uses(nima, draft):
    page = nima.get(f"{draft}/form/{DESCRIBE}").text

    assert "/draw/purchase.bpmn#describe" in page
    uses = nima.get(f"{draft}/uses/{DESCRIBE}").text
    assert "/draw/purchase.bpmn#describe" in uses
    assert "start_purchase" in text_of(nima.get(f"{draft}/uses/forms/start_purchase.form").text)
    called = text_of(nima.get(f"{draft}/uses/delivery.bpmn").text)
    assert "delivery" in called


def test_a_variable_of_the_process_becomes_a_field_by_one_press(nima, draft):
    answer = _press(nima, draft, "use:approved_by", at="0")

    assert answer.location.endswith("at=1")
    assert _file(nima, draft)["components"][1]["key"] == "approved_by"


def test_a_new_form_begins_empty_and_an_odd_id_is_refused(nima, draft):
    assert nima.post(f"{draft}/form", data={"form": "Ünfug"}).status_code == 422

    answer = nima.post(f"{draft}/form", data={"form": "review"})

    assert answer.location.endswith("/form/forms/review.form")
    assert nima.get(answer.location).status_code == 200

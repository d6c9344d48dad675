"""What the designer asks and writes beside its diagram: names, desks, functions, the PDF."""

from __future__ import annotations

import io
import json
import re
import tomllib
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine.feel.builtins import BUILTINS
from webapp.studio.designer.feel_words import HELP

JSON = {"Accept": "application/json"}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="90">{inner}</svg>'


@pytest.fixture
def diagram(nima: FlaskClient, draft: str) -> str:
    """The name of a diagram of the draft; what was found leads to elements of some, too."""
    found = re.search(r'/draw/([^"#]+)"', nima.get(draft).text)
    assert found
    return found[1]


def _known(browser: FlaskClient, draft: str, diagram: str) -> dict[str, Any]:
    page = browser.get(f"{draft}/draw/{diagram}").text
    found = re.search(r'data-known="([^"]*)"', page)
    assert found
    known: dict[str, Any] = json.loads(unescape(found[1]))
    return known


def _beside(browser: FlaskClient, draft: str, what: str, **fields: str):
    return browser.post(f"{draft}/beside/{what}", data=fields, headers=JSON)


def _toml(browser: FlaskClient, draft: str, name: str) -> dict[str, Any]:
    return tomllib.loads(browser.get(f"{draft}/raw/{name}").text)


def test_what_exists_is_offered_with_its_name(nima, draft, diagram):
    known = _known(nima, draft, diagram)

    assert diagram.removesuffix(".bpmn") in dict(known["processes"])
    assert known["called"]["purchase"] == f"{draft}/draw/purchase.bpmn"
    assert ["case", "واحد پرونده"] in known["places"]
    assert "PROC_OFFICER" in dict(known["roles"])
    assert known["forms"]
    assert known["lanes"]["purchase"]


def test_a_lane_is_given_a_desk_and_every_other_line_of_the_settings_stays(nima, draft, diagram):
    before = nima.get(f"{draft}/raw/process.toml").text
    lane = next(iter(_known(nima, draft, diagram)["lanes"]["purchase"]))
    asked = {"process": "purchase", "lane": lane, "role": "UNIT_HEAD", "place": "ancestor"}

    answer = _beside(nima, draft, "desk", **asked)

    assert answer.json["desk"]["role"] == "UNIT_HEAD"
    assert answer.json["desk"]["says"]
    told = _toml(nima, draft, "process.toml")["purchase"]["lanes"][lane]
    assert told == {"role": "UNIT_HEAD", "in": "ancestor"}
    after = nima.get(f"{draft}/raw/process.toml").text
    lines = zip(before.splitlines(), after.splitlines(), strict=True)
    assert sum(old != new for old, new in lines) == 1


@pytest.mark.parametrize(
    ("role", "place", "code"),
    [
        ("head", "case", "STU-023"),
        ("UNIT_HEAD", "nowhere", "STU-022"),
        ("UNIT_HEAD", 'party:x" }', "STU-022"),
        ("UNIT_HEAD", "party:contractor_id", None),
    ],
)
def test_a_desk_that_is_none_is_refused(nima, draft, role, place, code):
    answer = _beside(nima, draft, "desk", process="purchase", lane="new", role=role, place=place)

    assert (answer.json or {}).get("code") == code


def test_a_name_in_the_other_language_stands_beside_the_model(nima, draft, diagram):
    name = 'Buy <b>"it"</b>\n\u202enow'

    answer = _beside(nima, draft, "name", process="purchase", element="order", name=name)

    assert answer.status_code == 200
    assert _toml(nima, draft, "texts.en.toml")["purchase"]["order"] == 'Buy <b>"it"</b> \u202enow'
    assert _known(nima, draft, diagram)["names"]["purchase"]["order"].startswith("Buy")
    _beside(nima, draft, "name", process="purchase", element="order", name="")
    assert "order" not in _toml(nima, draft, "texts.en.toml").get("purchase", {})
    odd = _beside(nima, draft, "name", process="purchase", element="a b]", name="x")
    assert odd.json["code"] == "STU-020"


def test_every_function_of_feel_is_told_with_its_use(nima, signed_in):
    assert HELP.keys() == BUILTINS.keys()
    told = {each["name"]: each for each in nima.get("/studio/feel/functions").json["functions"]}
    assert told["substring"]["calls"] == ["substring(string, start position, length?)"]
    assert all(re.search("[؀-ۿ]", each["help"]) for each in told.values())
    assert signed_in("buyer").get("/studio/feel/functions").status_code == 403


def test_variables_of_the_diagram_come_with_what_is_wrong_with_it(nima, draft):
    content = nima.get(f"{draft}/raw/purchase.bpmn").data

    answer = nima.post(f"{draft}/lint/purchase.bpmn", data=content)

    assert "outcome" in answer.json["variables"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fa", "هیچ جریانی به این‌جا نمی‌رسد"),
        ("en", "no flow leads here"),
    ],
)
def test_what_exactly_is_wrong_is_said_in_the_language_of_the_page(nima, draft, language, said):
    nima.post("/language", data={"locale": language})
    drawn = nima.get(f"{draft}/raw/purchase.bpmn").text
    wrong = re.sub(r"</(\w*:?)process>", r'<\1userTask id="lost"/>\g<0>', drawn)

    answer = nima.post(f"{draft}/lint/purchase.bpmn", data=wrong.encode())

    told = {each["rule"]: each["detail"] for each in answer.json["findings"]}
    assert told["BPMN-021"] == said


def test_a_drawing_is_set_as_a_pdf_with_its_persian_letters(nima, draft):
    drawn = SVG.format(width=300, inner='<text x="10" y="40">صورت‌وضعیت</text>')

    answer = nima.post(f"{draft}/pdf/purchase.bpmn", data=drawn.encode())

    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    assert b"/FontFile" in answer.data or b"/ObjStm" in answer.data
    assert 'filename="purchase.pdf"' in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    "drawn",
    [
        "",
        "<svg",
        SVG.format(width="x", inner=""),
        SVG.format(width=1e9, inner=""),
        SVG.format(width=9, inner="<script>alert(1)</script>"),
        SVG.format(width=9, inner='<image href="/etc/passwd"/>'),
        '<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format(width=9, inner="&a;"),
        SVG.format(width=9, inner="<g/>" * 60_001),
        SVG.format(width=9, inner="<g>" * 400 + "</g>" * 400),
    ],
    ids=["nothing", "broken", "no size", "huge", "script", "image", "entity", "many", "deep"],
)
def test_what_is_no_drawing_is_refused_in_words(nima, draft, drawn):
    answer = nima.post(f"{draft}/pdf/purchase.bpmn", data=drawn.encode(), headers=JSON)

    assert (answer.status_code, answer.json["code"]) == (422, "STU-024")


def test_only_analysts_write_beside_a_diagram(draft, signed_in):
    auditor = signed_in("auditor")
    name = _beside(auditor, draft, "name", process="purchase", element="order", name="x")
    desk = _beside(auditor, draft, "desk", process="purchase", lane="x", role="", place="")

    assert (name.status_code, desk.status_code) == (403, 403)


LABEL = "\u202etxt.exe <script>alert(1)</script> " + "نام بسیار بلند " * 2000


@pytest.mark.parametrize(
    "content",
    [
        b"<definitions>" + b" " * 10 * 2**20 + b"</definitions>",
        b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><definitions>&b;</definitions>',
        b'<!DOCTYPE d SYSTEM "file:///etc/passwd"><definitions/>',
        b"<a>" * 400 + b"</a>" * 400,
        b"<a" + b' b="1"' * 10 + b"/>",
        b"<a>" + b"<b/>" * 500_001 + b"</a>",
    ],
    ids=["10 MB", "entities", "outside", "deep", "twice", "many"],
)
def test_a_hostile_diagram_is_refused_in_words_wherever_it_comes_in(nima, draft, content):
    before = nima.get(draft).text.count("data-label")

    saved = nima.post(
        f"{draft}/files/evil.bpmn",
        json={"text": content.decode(), "version": 0},
        headers=JSON,
    )
    sent = {"file": (io.BytesIO(content[:400_000]), "evil.bpmn"), "name": ""}
    brought = nima.post(f"{draft}/files", data=sent, content_type="multipart/form-data")

    assert saved.status_code in {413, 422}
    assert saved.json["messageFa"]
    assert brought.status_code in {413, 422}
    assert 'role="alert"' in brought.text
    assert nima.get(draft).text.count("data-label") == before


def test_scripts_bidi_marks_and_labels_without_end_are_text_wherever_they_are_shown(nima, draft):
    content = nima.get(f"{draft}/raw/purchase.bpmn").text
    name = re.search(r'<(?:bpmn:)?process[^>]* name="([^"]*)"', content)
    assert name
    quoted = LABEL.replace("<", "&lt;")
    hostile = content.replace(name[0], name[0].replace(name[1], quoted))
    pages = (draft, f"{draft}/draw/purchase.bpmn", f"{draft}/files/purchase.bpmn")

    saved = nima.post(f"{draft}/files/purchase.bpmn", json={"text": hostile, "version": 1})

    assert saved.status_code == 200, saved.text
    for each in pages:
        page = nima.get(each)
        assert page.status_code == 200
        assert "<script>alert" not in page.text


def test_processes_are_called_in_the_readers_language(nima):
    persian = nima.get("/studio").text
    nima.post("/language", data={"locale": "en"})

    english = nima.get("/studio").text

    assert "<bdi>خرید جزئی</bdi>" in persian
    assert "<bdi>خرید جزئی</bdi>" not in english
    assert len(re.findall(r"<bdi>[A-Za-z ]+</bdi> \(version", english)) > 0

"""The analysts' workshop: who sees it, what is saved, what is refused, what is found."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from flask.testing import FlaskClient

from engine.catalogue.bundle import Bundle
from tests.web.conftest import PURCHASE, text_of
from webapp.checking import checked
from webapp.studio.drafts.starters import STARTERS, first_files

ANALYSTS = ("nima", "roya")


def _save(browser: FlaskClient, draft: str, name: str, text: str, version: int = 0):
    return browser.post(f"{draft}/files/{name}", json={"text": text, "version": version})


def test_the_list_shows_what_is_deployed_and_leads_to_drafts(nima, draft):
    page = text_of(nima.get("/studio").text)

    assert "purchase" in page
    assert "Quicker" in page


def test_only_analysts_and_who_watches_over_them_see_the_workshop(nima, draft, signed_in):
    assert signed_in("buyer").get("/studio").status_code == 403
    assert "/studio" not in signed_in("buyer").get("/inbox").text
    assert '"/studio"' in nima.get("/inbox").text
    auditor = signed_in("auditor")
    assert auditor.get(draft).status_code == 200
    assert _save(auditor, draft, "x.toml", "").status_code == 403


def test_a_drafts_page_lists_its_files_and_finds_nothing_wrong_with_what_is_deployed(nima, draft):
    page = text_of(nima.get(draft).text)

    names = sorted(each.name for each in PURCHASE.glob("*.bpmn"))
    assert names
    assert all(each in page for each in names)


def test_a_new_area_begins_with_a_process_that_is_checked(nima):
    answer = nima.post("/studio", data={"area": "leave", "title": "مرخصی <b>"})

    page = nima.get(answer.location).text
    assert "leave.bpmn" in page
    assert "<b>" not in page.partition("<main")[2]
    assert "BPMN-001" not in page


@pytest.mark.parametrize("kind", list(STARTERS))
def test_what_a_new_area_can_begin_with_could_be_deployed_as_it_is(kind):
    bundle = Bundle(first_files("leave", 'مرخصی <"ها">', kind))

    found = checked(bundle)

    assert (found.problems, found.findings) == ((), ())
    assert bundle.config.processes.keys() == {"leave"}
    assert bundle.config.title == 'مرخصی <"ها">'


def test_a_new_area_begins_with_what_was_chosen(nima):
    answer = nima.post("/studio", data={"area": "leave", "title": "x", "kind": "two_checks"})

    assert "forms/check_again.form" in nima.get(answer.location).text


@pytest.mark.parametrize("area", ["", "../etc", "Leave", "a", "<script>"])
def test_an_area_of_an_odd_name_is_refused_with_what_was_typed(nima, area):
    answer = nima.post("/studio", data={"area": area, "title": "x"})

    assert answer.status_code == 422
    assert "<script>" not in answer.text.partition("<main")[2].replace("<script type", "")


def test_a_text_saved_by_the_page_is_shown_again_as_text(nima, draft):
    evil = '</textarea><script>alert("1")</script>'
    asked = {"text": f"# {evil}", "version": "0"}

    assert nima.post(f"{draft}/files/extra.toml", data=asked).status_code == 303

    page = nima.get(f"{draft}/files/extra.toml").text
    assert "alert" in page
    assert "<script>alert" not in page


def test_what_is_given_as_it_is_runs_nothing_in_a_browser(nima, draft):
    _save(nima, draft, "extra.toml", "<script>")

    answer = nima.get(f"{draft}/raw/extra.toml")

    assert answer.text == "<script>"
    assert answer.mimetype == "text/plain"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Draft-Version"] == "2"


def test_the_second_of_two_savers_is_shown_both_and_may_let_either_stand(nima, roya, draft):
    first = _save(nima, draft, "extra.toml", "base = 1").json["version"]
    _save(roya, draft, "extra.toml", "hers = 1", first)

    answer = _save(nima, draft, "extra.toml", "mine = 1", first)

    assert answer.status_code == 409
    page = nima.get(answer.json["both"]).text
    assert "hers = 1" in page
    assert "mine = 1" in page
    nima.post(f"{draft}/history/{answer.json['mine']}/restore", data={"name": "extra.toml"})
    assert nima.get(f"{draft}/raw/extra.toml").text == "mine = 1"


def test_without_a_script_the_second_saver_is_led_to_both(nima, roya, draft):
    first = _save(nima, draft, "extra.toml", "base = 1").json["version"]
    _save(roya, draft, "extra.toml", "hers = 1", first)

    answer = nima.post(
        f"{draft}/files/extra.toml", data={"text": "mine = 1", "version": str(first)}
    )

    assert answer.status_code == 303
    assert "mine = 1" in nima.get(answer.location).text


def test_the_history_names_saves_and_puts_one_back(nima, draft):
    _save(nima, draft, "extra.toml", "a = 1")
    nima.post(f"{draft}/history/2/name", data={"note": "before <i>the</i> review"})

    page = nima.get(f"{draft}/history")
    assert "before &lt;i&gt;the&lt;/i&gt; review" in page.text

    assert nima.post(f"{draft}/history/1/restore").status_code == 303
    assert nima.get(f"{draft}/raw/extra.toml").status_code == 404


def test_a_discarded_draft_is_gone_and_can_be_brought_back(nima, draft):
    nima.post(f"{draft}/discard")
    assert nima.get(draft).status_code == 404

    nima.post(f"{draft}/bring-back")

    assert nima.get(draft).status_code == 200


def test_a_folder_goes_out_and_comes_back_the_same(nima, draft):
    packed = nima.get(f"{draft}/folder.zip").data
    nima.post("/studio", data={"area": "other", "title": "Other"})
    assert {each.filename for each in zipfile.ZipFile(io.BytesIO(packed)).infolist()} >= {
        "process.toml"
    }

    answer = nima.post(
        f"{draft}/folder",
        data={"version": "1", "folder": (io.BytesIO(packed), "purchase.zip")},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 303
    assert nima.get(f"{draft}/folder.zip").data == packed


def test_a_hostile_folder_is_refused_with_its_reason_and_changes_nothing(nima, draft):
    before = nima.get(f"{draft}/folder.zip").data
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../x.toml", "a")

    answer = nima.post(
        f"{draft}/folder",
        data={"version": "1", "folder": (io.BytesIO(bomb.getvalue()), "x.zip")},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert nima.get(f"{draft}/folder.zip").data == before


def test_a_file_is_added_from_the_visitors_machine_and_removed_again(nima, draft):
    added = nima.post(
        f"{draft}/files",
        data={"name": "extra.toml", "file": (io.BytesIO(b"a = 1"), "mine.toml")},
        content_type="multipart/form-data",
    )
    assert added.status_code == 303
    assert nima.get(f"{draft}/raw/extra.toml").text == "a = 1"

    nima.post(f"{draft}/remove/extra.toml", data={"version": "2"})

    assert nima.get(f"{draft}/raw/extra.toml").status_code == 404


def test_a_file_that_is_used_is_removed_only_after_its_uses_were_shown(nima, draft):
    name = "forms/describe.form"
    asked = nima.post(f"{draft}/remove/{name}", data={"version": "1"})
    shown = nima.get(asked.location).text
    assert 'role="alert"' in shown
    assert "/draw/purchase.bpmn#describe" in shown
    assert nima.get(f"{draft}/raw/{name}").status_code == 200

    nima.post(f"{draft}/remove/{name}", data={"version": "1", "anyway": "yes"})

    assert nima.get(f"{draft}/raw/{name}").status_code == 404


BROKEN = """<?xml version="1.0"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
 id="d" targetNamespace="x"><process id="p" isExecutable="true"><startEvent id="s"/>
 <userTask id="t" name="&lt;img src=x onerror=alert(1)&gt;"/>
 <sequenceFlow id="f" sourceRef="s" targetRef="nowhere"/></process></definitions>"""


def test_a_wrong_model_is_saved_and_found_fault_with_its_texts_shown_as_text(nima, draft):
    assert _save(nima, draft, "wrong.bpmn", BROKEN).status_code == 200

    page = nima.get(draft).text
    assert "<img src=x" not in page
    assert "/draw/wrong.bpmn#" in page


def test_while_it_is_drawn_a_model_is_checked_by_the_rules_of_the_deployment(nima, draft):
    answer = nima.post(f"{draft}/lint/wrong.bpmn", data=BROKEN, content_type="application/xml")

    found = answer.json["findings"]
    assert {each["rule"] for each in found if each["refuses"]}
    assert all(each["title"] for each in found)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no xml",
        b'<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>',
        b"<a>" * 300_000,
        b"\xff\xfe\0",
    ],
)
def test_a_hostile_model_is_told_of_as_unreadable(nima, draft, content):
    answer = nima.post(f"{draft}/lint/wrong.bpmn", data=content, content_type="application/xml")

    assert answer.status_code == 200
    assert [each["rule"] for each in answer.json["findings"]] == ["BPMN-001"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("amount > 5", {"names": ["amount"]}),
        ("= amount", {"names": ["amount"]}),
        ("amount >", {"line": 1, "column": 9}),
        ("=amount >", {"line": 1, "column": 10}),
    ],
)
def test_an_expression_is_checked_by_the_engine_with_the_place_of_the_error(nima, text, told):
    answer = nima.post("/studio/feel", json={"text": text}).json

    assert {each: answer[each] for each in told} == told


def test_one_edits_and_hands_over_to_who_asks(nima, roya, draft):
    assert nima.post(f"{draft}/here", json={}).json["is_me"]
    seen = roya.post(f"{draft}/here", json={}).json
    assert not seen["is_me"]
    assert roya.post(f"{draft}/ask", json={}).json["has_asked"]

    [other] = nima.post(f"{draft}/here", json={}).json["others"]
    assert other["asks"]
    nima.post(other["hand_over"], json={})

    assert roya.post(f"{draft}/here", json={}).json["is_me"]
    nima.post(f"{draft}/here", json={"leaves": True})
    assert "nima" not in json.dumps(roya.post(f"{draft}/here", json={}).json).lower()


def test_texts_that_cannot_be_read_are_found_before_a_deployment_takes_them(nima, draft):
    assert _save(nima, draft, "texts.fa.toml", "broken = ", 1).status_code == 200

    assert "texts.fa.toml به زبان" in text_of(nima.get(draft).text)


_HOSTILE_XML = {
    "entities": '<!DOCTYPE d [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]><d>&b;</d>',
    "outside": '<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/passwd">]><d>&f;</d>',
    "deep": "<d>" * 5_000 + "</d>" * 5_000,
    "broken": "<definitions",
}


@pytest.mark.parametrize("name", ["x.bpmn", "x.dmn"])
@pytest.mark.parametrize("content", _HOSTILE_XML.values(), ids=_HOSTILE_XML)
def test_hostile_xml_is_refused_at_the_door_with_its_code(nima, draft, name, content):
    refused = _save(nima, draft, name, content)

    assert refused.status_code == 422
    assert refused.json["problems"][0]["code"] == "STU-003"
    assert nima.get(draft).status_code == 200


_HOSTILE_FILES = {
    "process.toml": [
        "p = 5",
        "[area]\nid = 3",
        "[purchase]\nlanes = 5\ntasks = [1]",
        "a." * 2_000 + "b = 1",
        "[purchase]\nx = " + "[" * 20_000,
        '[purchase]\ntitle = "<script>alert(1)</script>"',
    ],
    "texts.en.toml": ["purchase = 5", "[purchase]\ntitle = 5", "[forms]\nx = 1"],
    "forms/x.form": ["[" * 50_000, '{"id": 5}', '{"id": "x", "components": "no"}', "[]", "nul"],
}


@pytest.mark.parametrize(
    ("name", "content"),
    [(name, each) for name, found in _HOSTILE_FILES.items() for each in found],
)
def test_a_file_of_another_shape_breaks_no_page_of_the_workshop(nima, draft, name, content):
    version = 0 if name.startswith("forms/x") else 1
    kept = _save(nima, draft, name, content, version)

    assert kept.status_code in (200, 422)
    for page in ("", "/settings/purchase", "/handbook?process=purchase", "/history"):
        answer = nima.get(f"{draft}{page}")
        assert answer.status_code in (200, 303), page
        assert "<script>alert" not in answer.text

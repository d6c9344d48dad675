"""``process.toml`` filled in on a page: start pages, roles, deadlines; nothing else is touched."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine.catalogue.keys import AREA, PROCESS
from tests.web.conftest import PURCHASE, text_of
from webapp.studio.settings.fields import acted, filled, typed_of

Browser = Callable[[str], FlaskClient]
ANALYSTS = ("nima", "roya")


@pytest.fixture
def nima(nima: FlaskClient) -> FlaskClient:
    nima.post("/language", data={"locale": "en"})
    return nima


@pytest.fixture
def roya(roya: FlaskClient) -> FlaskClient:
    roya.post("/language", data={"locale": "en"})
    return roya


def fields(page: str) -> dict[str, list[str]]:
    """Return what a browser would send of a page's settings as they stand."""
    form = page.partition("novalidate>")[2].partition("<datalist")[0]
    sent: dict[str, list[str]] = {}

    def send(name: str, value: str) -> None:
        sent.setdefault(unescape(name), []).append(unescape(value))

    for tag in re.findall(r"<input[^>]*>", form):
        said = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if said.get("type") != "checkbox" or " checked" in tag:
            send(said["name"], said.get("value", ""))
    selects = re.findall(r'<select[^>]* name="([^"]*)".*?>(.*?)</select>', form, re.DOTALL)
    for name, inner in selects:
        chosen = re.search(r'value="([^"]*)" selected', inner)
        send(name, chosen[1] if chosen else "")
    for name, inner in re.findall(
        r'<textarea[^>]* name="([^"]*)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL
    ):
        send(name, inner)
    return sent


def _file(client: FlaskClient, draft: str, name: str) -> str:
    return client.get(f"{draft}/raw/{name}").text


def test_keeping_a_page_as_it_stands_changes_no_file(nima, draft):
    before = nima.get(f"{draft}/history").text
    for section in ("area", "purchase", "delivery"):
        sent = fields(nima.get(f"{draft}/settings/{section}").text)

        answer = nima.post(f"{draft}/settings/{section}", data=sent)

        assert answer.status_code == 303

    assert _file(nima, draft, "process.toml").encode() == (PURCHASE / "process.toml").read_bytes()
    assert nima.get(f"{draft}/history").text.count("edited") == before.count("edited")


def test_a_deadline_a_role_and_both_titles_are_changed_and_nothing_else(nima, draft):
    sent = fields(nima.get(f"{draft}/settings/purchase").text)
    sent |= {
        "tasks.0.due.amount": ["۷"],
        "tasks.0.due.unit": ["working_days"],
        "lanes.1.role": ["TREASURER"],
        "title": ["خرید کوچک"],
        "title.en": ["Small purchase"],
    }

    nima.post(f"{draft}/settings/purchase", data=sent)

    old = (PURCHASE / "process.toml").read_text(encoding="utf-8")
    wanted = tomllib.loads(old)
    wanted["purchase"]["tasks"]["describe"]["due"] = {"working_days": 7}
    wanted["purchase"]["lanes"]["head"]["role"] = "TREASURER"
    wanted["purchase"]["title"] = "خرید کوچک"
    new = _file(nima, draft, "process.toml")
    assert tomllib.loads(new) == wanted
    assert len(set(new.splitlines()) - set(old.splitlines())) == 3
    texts = tomllib.loads(_file(nima, draft, "texts.en.toml"))
    assert texts["purchase"]["title"] == "Small purchase"


def test_what_is_wrong_stands_beside_its_field_with_everything_typed_kept(nima, draft):
    sent = fields(nima.get(f"{draft}/settings/purchase").text)
    sent |= {
        "tasks.0.due.amount": ["soon"],
        "tasks.1.priority": ["much"],
        "columns.0.name": [""],
        "title": ["Typed anyway"],
    }

    answer = nima.post(f"{draft}/settings/purchase", data=sent)

    assert answer.status_code == 422
    for each in ("tasks.0.due", "tasks.1.priority", "columns.0.name"):
        assert f'id="{each}-problem"' in answer.text
        assert f'href="#{each}"' in answer.text
    kept = fields(answer.text)
    assert kept["title"] == ["Typed anyway"]
    assert kept["tasks.0.due.amount"] == ["soon"]
    assert _file(nima, draft, "process.toml").encode() == (PURCHASE / "process.toml").read_bytes()


def test_what_only_the_reader_refuses_stands_beside_its_field_too(nima, draft):
    sent = fields(nima.get(f"{draft}/settings/purchase").text)
    sent |= {"tasks.0.retries": ["often"], "tasks.1.lease": ["999999999"]}

    answer = nima.post(f"{draft}/settings/purchase", data=sent)

    assert answer.status_code == 422
    assert 'id="tasks.0.retries-problem"' in answer.text
    assert 'id="tasks.1.lease-problem"' in answer.text


def test_rows_are_added_removed_and_moved_without_a_script_before_they_are_kept(nima, draft):
    sent = fields(nima.get(f"{draft}/settings/purchase").text)
    for act in ("add:messages", "down:columns.0", "remove:not_same_person.0"):
        page = nima.post(f"{draft}/settings/purchase", data={**sent, "act": act})
        assert page.status_code == 200
        sent = fields(page.text)
    sent |= {
        "messages.1.name": ["hurry"],
        "messages.1.lane": ["buyer"],
        "messages.1.name.en": ["Hurry"],
    }

    nima.post(f"{draft}/settings/purchase", data=sent)

    said = tomllib.loads(_file(nima, draft, "process.toml"))["purchase"]
    assert said["messages"]["hurry"] == {"lane": "buyer"}
    assert list(said["columns"])[:2] == ["quantity", "request_no"]
    assert said.get("not_same_person", []) == []
    assert tomllib.loads(_file(nima, draft, "texts.en.toml"))["messages"]["hurry"] == "Hurry"


def test_of_two_analysts_the_slower_sees_both_versions(nima, roya, draft):
    page = fields(roya.get(f"{draft}/settings/purchase").text)
    mine = fields(nima.get(f"{draft}/settings/purchase").text)
    nima.post(f"{draft}/settings/purchase", data={**mine, "title": ["یکم"]})

    late = roya.post(f"{draft}/settings/purchase", data={**page, "title": ["دوم"]})

    assert "/both/process.toml" in late.location
    both = roya.get(late.location).text
    assert "یکم" in both
    assert "دوم" in both


def test_a_file_that_is_no_toml_is_put_right_as_text_first(nima, draft):
    version = re.findall(
        r'name="version" value="(\d+)"', nima.get(f"{draft}/files/process.toml").text
    )
    nima.post(f"{draft}/files/process.toml", json={"text": "[a", "version": int(version[0])})

    answer = nima.get(f"{draft}/settings/area")

    assert answer.location.endswith("/files/process.toml")
    assert nima.get(draft).status_code == 200


def test_only_analysts_save_and_a_section_that_is_not_there_is_not_found(draft, nima, signed_in):
    auditor = signed_in("auditor")

    assert auditor.get(f"{draft}/settings/purchase").status_code == 200
    assert auditor.post(f"{draft}/settings/purchase", data={}).status_code == 403
    assert signed_in("buyer").get(f"{draft}/settings/purchase").status_code == 403
    assert nima.get(f"{draft}/settings/nothing").status_code == 404
    assert f"{draft}/settings" in nima.get(draft).text
    assert "Who may not be one person" in text_of(nima.get(f"{draft}/settings/purchase").text)


def test_what_no_field_shows_stays_as_it_is():
    odd: dict[str, Any] = {
        "lanes": {"a": {"role": "R", "in": "x", "extra": 5}},
        "tasks": {"t": {"due": 5, "priority": "x", "unknown": [1]}},
        "new_key": 3,
        "returns": False,
    }

    assert filled(typed_of(odd, PROCESS), odd, PROCESS).said == odd
    area = {"id": "a", "data_stores": {"s": {"table": "t", "more": 1}}}
    assert filled(typed_of(area, AREA), area, AREA).said == area


@pytest.mark.parametrize(
    "act", ["", "add:", "up:lanes.9", "remove:x.1", "add:nothing", "up:lanes.x"]
)
def test_acts_that_make_no_sense_change_nothing(act):
    typed = typed_of({"lanes": {"a": {"role": "R"}}}, PROCESS)

    assert acted(typed, act, PROCESS) == typed

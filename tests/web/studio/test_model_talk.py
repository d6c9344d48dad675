"""Comments on a diagram's elements: what the designer asks, and the page that needs no script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import text_of

JSON = {"Accept": "application/json"}


@pytest.fixture
def diagram(nima: FlaskClient, draft: str) -> str:
    """The name of a diagram of the draft; what was found leads to elements of some, too."""
    found = re.search(r'/draw/([^"#]+)"', nima.get(draft).text)
    assert found
    return found[1]


def _say(browser: FlaskClient, draft: str, diagram: str, text: str):
    asked = {"element": "order", "text": text}
    return browser.post(f"{draft}/comments/of/{diagram}", data=asked, headers=JSON)


def _threads(browser: FlaskClient, draft: str, diagram: str) -> list[dict[str, Any]]:
    answer = browser.get(f"{draft}/comments/of/{diagram}", headers=JSON)
    assert answer.json is not None
    threads: list[dict[str, Any]] = answer.json["threads"]
    return threads


def test_what_is_said_is_read_at_its_element_and_leads_there_from_a_notice(
    nima, roya, draft, diagram
):
    assert _say(roya, draft, diagram, "@nima <b>why</b>").status_code == 200

    [thread] = _threads(nima, draft, diagram)
    assert (thread["element"], thread["is_open"]) == ("order", True)
    [comment] = thread["comments"]
    assert comment["pieces"][0][1] == "تحلیلگر نیما"
    notices = nima.get("/notices").text
    assert "Quicker" in text_of(notices)
    followed = nima.get("/notices/" + notices.partition('href="/notices/')[2].partition('"')[0])
    assert f"#comment-{comment['id']}" in followed.location
    page = nima.get(followed.location).text
    assert "&lt;b&gt;why" in page
    assert "<b>why" not in page
    assert f'id="comment-{comment["id"]}"' in page


def test_without_a_script_a_thread_is_answered_settled_and_withdrawn(nima, roya, draft, diagram):
    _say(roya, draft, diagram, "first")
    [thread] = _threads(nima, draft, diagram)
    place = thread["address"]

    assert nima.post(f"{place}/answer", data={"text": "second"}).status_code == 303
    assert nima.post(f"{place}/settle", data={"open": ""}).status_code == 303

    [thread] = _threads(nima, draft, diagram)
    assert [each["pieces"][0][0] for each in thread["comments"]] == ["first", "second"]
    assert not thread["is_open"]
    assert thread["settled_by"] == "تحلیلگر نیما"
    assert nima.post(f"{place}/withdraw").status_code == 403
    assert roya.post(f"{place}/withdraw").status_code == 303
    assert "first" not in text_of(nima.get(f"{draft}/comments").text)


def test_a_refused_answer_is_shown_again_as_typed_with_its_reason(nima, roya, draft, diagram):
    _say(roya, draft, diagram, "first")
    [thread] = _threads(nima, draft, diagram)

    answer = nima.post(f"{thread['address']}/answer", data={"text": "@buyer see"})

    assert answer.status_code == 422
    assert "@buyer see</textarea>" in answer.text
    assert 'role="alert"' in answer.text
    refused = _say(nima, draft, diagram, "@buyer see")
    assert refused.status_code == 422
    assert "buyer" in refused.json["problems"][0]["message"]


def test_only_analysts_are_offered_and_only_readers_of_the_workshop_ask(
    nima, roya, draft, diagram, signed_in
):
    found = nima.get(f"{draft}/comments/people?q=tahlil").json
    assert found == {"people": []}
    found = nima.get(f"{draft}/comments/people?q=تحلیلگر").json
    assert [each["name"] for each in found["people"]] == ["roya", "nima"]
    buyer = signed_in("buyer")
    for path in ("", f"/of/{diagram}", "/people?q=a"):
        assert buyer.get(f"{draft}/comments{path}").status_code == 403
    assert _say(buyer, draft, diagram, "I").status_code == 403
    auditor = signed_in("auditor")
    assert auditor.get(f"{draft}/comments").status_code == 200
    assert _say(auditor, draft, diagram, "I").status_code == 403

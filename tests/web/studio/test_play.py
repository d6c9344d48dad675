"""The page that plays a draft: forms as staff see them, time, what waits, going back."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from engine.bpmn.errors import StepFailed
from tests.web.conftest import text_of
from webapp.studio.play.told import WRONG, failure_text

DESCRIBED = {
    "goods": "کاغذ",
    "quantity": "2",
    "amount": "4000",
    "kind": "goods",
    "outcome": "send",
}


@pytest.fixture
def play(nima: FlaskClient, draft: str):
    """Post one act and return the page it leads to."""

    def post(act: str, **values: str):
        return nima.post(f"{draft}/play/{act}", data=values, follow_redirects=True)

    return post


@pytest.fixture
def started(play):
    page = play("start/purchase", request_no="P-1")
    assert page.status_code == 200
    return page


def _main(page) -> str:
    return text_of(page.text.partition("<main")[2])


def test_a_draft_is_started_with_its_form_and_shows_the_form_of_the_step_it_waits_at(
    nima, draft, started
):
    assert 'name="goods"' in started.text
    assert 'data-diagram-marks="{' in started.text
    assert "request_no" in _main(started)


def test_what_a_form_refuses_is_shown_as_typed_and_nothing_is_played(nima, draft, play):
    page = play("start/purchase", request_no="no number")

    assert page.status_code == 422
    assert 'value="no number"' in page.text
    of_the_area = play("start/purchase", request_no="P-13")
    assert of_the_area.status_code == 422
    assert 'value="P-13"' in of_the_area.text
    assert nima.get(f"{draft}/play").text.count('<ol class="acts"') == 0


def test_an_answer_takes_the_case_on_and_marks_what_it_changed(play, started):
    page = play("answer/describe/1", **DESCRIBED)

    assert page.status_code == 200
    assert "answer/approve/1" in page.text
    row = page.text.partition('class="is-changed"')[2].partition("</tr>")[0]
    assert "amount" in row


def test_one_name_for_two_steps_is_refused_by_the_rule_that_keeps_them_apart(play, started):
    described = DESCRIBED | {"goods": "<script>alert(1)</script>"}
    shown = play("answer/describe/1", _by="ali", **described)
    assert "<script>alert" not in shown.text

    page = play("answer/approve/1", _by="ali", outcome="approve")

    assert page.status_code == 422
    assert 'role="alert"' in page.text


def test_earlier_acts_can_be_looked_at_and_gone_back_to(nima, draft, play, started):
    play("answer/describe/1", **DESCRIBED)

    earlier = nima.get(f"{draft}/play?after=1")
    assert "answer/describe/1" not in earlier.text
    assert "goods" not in earlier.text.partition('class="list values"')[2].partition("</table>")[0]

    back = play("back", to="1")
    assert "answer/describe/1" in back.text
    assert len(re.findall(r"<li[^>]*>\s*<a href=\"[^\"]*/play", back.text)) >= 1


def test_a_run_that_went_on_in_another_window_is_not_mixed_with_this_one(play, started):
    page = play("time", span="day", _version="0")

    assert page.status_code == 409
    assert play("time", span="week").status_code == 200


def test_a_draft_that_cannot_run_says_why_and_leads_to_the_element(nima, draft):
    broken = nima.get(f"{draft}/raw/purchase.bpmn").text.replace(
        'targetRef="describe"', 'targetRef="nowhere"'
    )
    nima.post(f"{draft}/files/purchase.bpmn", json={"text": broken, "version": 1})

    page = nima.get(f"{draft}/play")

    assert page.status_code == 200
    assert f"{draft}/draw/purchase.bpmn#" in page.text


def test_only_analysts_play(draft, signed_in):
    assert signed_in("buyer").get(f"{draft}/play").status_code == 403
    assert signed_in("auditor").get(f"{draft}/play").status_code == 403


def test_values_that_are_none_are_refused(play, started):
    for values in ("[", "[1]", "{" * 5_000, '"x"'):
        assert play("message", name="withdraw", values=values).status_code == 422


def test_values_that_are_none_are_kept_beside_the_message_they_are_for(play, started):
    play("answer/describe/1", **DESCRIBED)

    page = play("message", kind="message", name="withdraw", values='{"why": too dear')

    assert page.status_code == 422
    field = page.text.partition('name="values"')[2].partition("</textarea>")[0]
    assert 'aria-invalid="true"' in field
    assert "too dear" in field


def test_a_message_ends_the_case(play, started):
    play("answer/describe/1", **DESCRIBED)

    page = play("message", name="withdraw", kind="message")

    assert page.status_code == 200
    assert "/answer/" not in page.text


def test_whatever_can_go_wrong_in_a_step_has_its_sentence():
    waiting, codes = [StepFailed], set()
    while waiting:
        each = waiting.pop()
        waiting += each.__subclasses__()
        codes |= {each.code} - {StepFailed.code}

    assert codes - WRONG.keys() == set()


def test_the_values_of_a_sentence_that_an_incident_does_not_keep_are_left_open():
    said = {"OFF-1": "At most {most:number} of {unit}"}
    assert failure_text("OFF-1", said.get) == "At most … of …"


def test_a_step_that_went_wrong_says_why_in_the_language_of_the_page(nima, draft, play):
    drawn = nima.get(f"{draft}/raw/purchase.bpmn").text
    work = '<extensionElements><zeebe:taskDefinition type="elsewhere"/></extensionElements>'
    outside = re.sub(
        r'<userTask( id="describe"[^>]*>).*?</userTask>',
        rf"<serviceTask\1{work}</serviceTask>",
        drawn,
        flags=re.DOTALL,
    )
    saved = {"text": outside, "version": 1}
    assert nima.post(f"{draft}/files/purchase.bpmn", json=saved).status_code == 200
    play("start/purchase", request_no="P-1")

    page = play("held/describe/1", went="wrong", code="", message="no answer")

    assert "کار بیرونی انجام نشد." in _main(page)

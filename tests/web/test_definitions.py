"""The page of a version: where its cases stand, heat, slow steps, versions side by side."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, instances, tallying
from engine.model.job import job_table
from engine.storage.case_state import case_state
from engine.storage.database import Database
from tests.kit import paying
from tests.kit.sites import NOON
from tests.web.conftest import hidden, text_of

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]
PAGE = "/monitoring/definitions/purchase/1"


def test_a_version_shows_where_its_cases_stand_on_the_drawing_and_in_words(
    a_purchase: Purchase, signed_in: Browser, site: Database
):
    a_purchase(sent=True)
    tallying.count(site, NOON)

    page = signed_in("auditor").get(PAGE)

    assert '"approve": [["tokens", "۱"]]' in unescape(page.text)
    assert "تأیید خرید ۱ ۰ ۰ ۱" in text_of(page.text)
    assert "element=approve" in page.text


@pytest.mark.parametrize("show", ["visits", "time"])
def test_heat_marks_the_steps_that_were_done(a_purchase: Purchase, signed_in: Browser, show: str):
    a_purchase(sent=True)

    page = signed_in("auditor").get(f"{PAGE}?show={show}")

    assert ('"describe": "heat-5"' in unescape(page.text)) is (show == "visits")


def test_the_first_process_is_shown_and_others_are_led_to(
    a_purchase: Purchase, signed_in: Browser, site: Database
):
    a_purchase(sent=True)
    tallying.count(site, NOON)
    auditor = signed_in("auditor")

    page = auditor.get("/monitoring/definitions", follow_redirects=True)

    assert page.request.path == PAGE
    assert auditor.get(f"{PAGE}.bpmn").mimetype == "application/xml"
    assert auditor.get("/monitoring/definitions/purchase/9").status_code == 404
    assert signed_in("buyer").get(PAGE).status_code == 403


@pytest.fixture
def timed(site: Database) -> str:
    """The page of a version in which a worker has something to do."""
    diagram = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="f" '
        'targetNamespace="divan"><process id="pause" name="مکث" isExecutable="true">'
        '<laneSet id="l"><lane id="clerk"><flowNodeRef>s</flowNodeRef></lane></laneSet>'
        '<startEvent id="s"/><sequenceFlow id="f1" sourceRef="s" targetRef="clock"/>'
        '<intermediateCatchEvent id="clock" name="فردا"><timerEventDefinition id="t">'
        "<timeDuration>P1D</timeDuration></timerEventDefinition></intermediateCatchEvent>"
        '<sequenceFlow id="f2" sourceRef="clock" targetRef="e"/><endEvent id="e"/>'
        "</process></definitions>"
    )
    lanes = paying.LANES.replace("payment", "pause")
    bundle = Bundle({"pause.bpmn": diagram.encode(), "process.toml": lanes.encode()})
    deployments.deploy(site.unit_of_work(), bundle, at=NOON)
    return "/monitoring/definitions/pause/1"


def test_work_at_a_step_is_held_with_a_reason_told_and_goes_on(timed: str, signed_in: Browser):
    admin, auditor = signed_in("admin"), signed_in("auditor")
    assert "<form" not in auditor.get(f"{timed}/workers").text.split("<main")[1]
    assert (
        auditor.post(f"{timed}/workers", data={"element": "clock", "reason": "x"}).status_code
        == 403
    )

    refused = admin.post(f"{timed}/workers", data={"element": "clock", "reason": " "})
    long = admin.post(f"{timed}/workers", data={"element": "clock", "reason": "بانک " * 200})
    nothing = admin.post(f"{timed}/workers", data={"element": "s", "reason": "بانک"})
    held = {"element": "clock", "reason": "سامانه بانک خاموش است"}
    done = admin.post(f"{timed}/workers", data=held, follow_redirects=True)

    assert (refused.status_code, long.status_code, nothing.status_code) == (422, 422, 404)
    assert 'aria-describedby="reason-problem"' in refused.text
    assert "بانک بانک" in long.text, "what was typed is there again"
    assert "سامانه بانک خاموش است" in done.text
    assert "کار ۱ گام نگه داشته شده است" in auditor.get(timed).text
    assert "سامانه بانک خاموش است" in text_of(auditor.get("/access/log?kind=step_held").text)
    going = {"element": "clock", "reason": "بانک باز شد"}
    assert admin.post(f"{timed}/workers/go-on", data=going).status_code == 303
    assert "نگه داشته شده" not in text_of(auditor.get(f"{timed}/workers").text)


def test_work_at_a_step_is_given_a_priority_over_what_the_model_says(
    timed: str, signed_in: Browser, site: Database
):
    def started() -> UUID:
        uow = site.unit_of_work()
        return instances.start(uow, "pause", {}, actor=paying.CLERK, at=NOON).instance_id

    def priority_in(case: UUID) -> int:
        with site.reader() as session:
            where = job_table.c.instance_id == case
            return int(session.execute(select(job_table.c.priority).where(where)).scalar_one())

    admin, at = signed_in("admin"), f"{timed}/workers/priority"
    first = started()
    asked = {"element": "clock", "priority": "۹۰", "reason": "تا پایان ماه"}

    wrong = admin.post(at, data={**asked, "priority": "زیاد", "waiting": "1"})
    lone = admin.post(at, data={**asked, "priority": "", "waiting": "1"})
    none = admin.post(at, data={**asked, "reason": ""})
    auditor = signed_in("auditor").post(at, data=asked)
    kept = admin.post(at, data=asked, follow_redirects=True)
    second = started()

    assert (wrong.status_code, lone.status_code, none.status_code) == (422, 422, 422)
    assert 'value="زیاد"' in wrong.text, "what was typed is there again"
    assert 'aria-describedby="reason-problem"' in none.text
    assert auditor.status_code == 403
    assert "اولویت ۹۰" in text_of(kept.text)
    assert (priority_in(first), priority_in(second)) == (50, 90)
    admin.post(at, data={**asked, "priority": "-5", "waiting": "1"})
    assert (priority_in(first), priority_in(second)) == (-5, -5)
    admin.post(at, data={**asked, "priority": ""})
    assert (priority_in(second), priority_in(started())) == (-5, 50)
    assert text_of(admin.get("/access/log?kind=step_preferred").text).count("تا پایان ماه") == 3


def test_one_timer_is_held_and_let_go_on_the_page_of_its_case(
    timed: str, signed_in: Browser, site: Database
):
    uow = site.unit_of_work()
    case = instances.start(uow, "pause", {}, actor=paying.CLERK, at=NOON).instance_id
    admin, at = signed_in("admin"), f"/monitoring/cases/{case}"
    with site.reader() as session:
        [timer] = case_state(session, case).jobs

    for key, shown in (("hold_job", "به‌تنهایی نگه داشته شده"), ("let_job_go", "منتظر است")):
        asked = admin.get(f"{at}/repair/{key}?job={timer.id}")
        answer = {**hidden(asked.text), "job": str(timer.id), "reason": "بانک خاموش است"}
        assert str(timer.id) in asked.text
        looked = admin.post(f"{at}/repair/{key}", data=answer)
        assert "«فردا»" in text_of(looked.text)
        assert admin.post(f"{at}/repairs", data=hidden(looked.text)).status_code == 303
        assert shown in text_of(admin.get(f"{at}?tab=work").text)
    trail = text_of(admin.get(f"{at}?tab=journal").text)
    assert "برنامهٔ «فردا» را نگه داشت" in trail
    assert "گذاشت «فردا» ادامه یابد" in trail

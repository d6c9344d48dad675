"""The page of a case for those who keep it going, and its repairs in the browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.commands import instances, tasks
from engine.model.admin_event import AdminEvent, AdminEventKind
from engine.model.instance import InstanceState, instance_table
from engine.model.person import Actor, Grant, Person
from engine.settings import MonitoringSettings
from engine.storage.case_state import case_state
from engine.storage.copies import multiply
from engine.storage.database import Database
from tests.kit.passwords import cheap_hash
from tests.kit.sites import NOON, PASSWORD
from tests.web.conftest import hidden, text_of

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]
ActorOf = Callable[[str], Actor]


def _journal(site: Database) -> list[AdminEventKind]:
    with site.reader() as session:
        rows = session.query(AdminEvent).order_by(AdminEvent.number)
        return [AdminEventKind(each.kind) for each in rows if each.case_id is not None]


def _state(site: Database, case: UUID) -> InstanceState:
    with site.reader() as session:
        return case_state(session, case).state


def test_every_tab_of_a_case_is_shown_to_an_administrator_and_looking_at_values_is_noted(
    site: Database, a_purchase: Purchase, signed_in: Browser
):
    case, _ = a_purchase(sent=True)
    admin = signed_in("admin")

    texts = {
        tab: text_of(admin.get(f"/monitoring/cases/{case}?tab={tab}").text)
        for tab in ("now", "work", "values", "past", "journal", "repair")
    }
    drawn = admin.get(f"/monitoring/cases/{case}?view=drawing")

    assert "تأیید خرید" in texts["now"]
    assert "data-diagram-url" in drawn.text
    assert admin.get(f"/monitoring/cases/{case}/diagram.bpmn").status_code == 200
    assert "کارپرداز یکم" in texts["values"]
    assert _journal(site) == [AdminEventKind.CASE_LOOKED_INTO]


def test_the_past_of_a_case_is_found_by_its_history_and_says_who_set_a_value(
    a_purchase: Purchase, signed_in: Browser
):
    case, _ = a_purchase(sent=True)
    auditor = signed_in("auditor")

    values = auditor.get(f"/monitoring/cases/{case}?tab=values")
    first = auditor.get(f"/monitoring/cases/{case}?tab=past&step=1")

    assert values.text.count("notice done") == 1
    assert "notice careful" not in values.text
    assert 'aria-current="step"' in first.text
    assert "tab=repair" not in values.text


def test_a_copy_that_fills_the_demonstration_can_be_looked_into_like_its_model(
    site: Database, a_purchase: Purchase, signed_in: Browser
):
    case, _ = a_purchase(sent=True)
    multiply(site, 2, NOON)
    with site.reader() as session:
        copies = [each for each in session.scalars(select(instance_table.c.id)) if each != case]
    admin = signed_in("admin")

    assert len(copies) == 2
    for copy in copies:
        past = admin.get(f"/monitoring/cases/{copy}?tab=past").text
        assert "notice done" in past
        assert "notice careful" not in past


def test_who_watches_nothing_sees_no_such_page(a_purchase: Purchase, signed_in: Browser):
    case, _ = a_purchase(sent=True)

    for who in ("head15", "head", "buyer"):
        assert signed_in(who).get(f"/monitoring/cases/{case}").status_code == 404
    assert signed_in("auditor").get(f"/monitoring/cases/{case}/repair/cancel").status_code == 403
    assert signed_in("auditor").get("/monitoring/repairs").status_code == 403


def test_a_repair_is_looked_at_first_and_done_with_its_reason(
    site: Database, a_purchase: Purchase, signed_in: Browser
):
    case, _ = a_purchase(sent=True)
    admin = signed_in("admin")
    at = f"/monitoring/cases/{case}/repair/cancel"
    token = hidden(admin.get(at).text)

    missing = admin.post(at, data={**token, "reason": " "})
    looked = admin.post(at, data={**token, "reason": "اشتباه بود"})
    before = _state(site, case)
    done = admin.post(f"/monitoring/cases/{case}/repairs", data=hidden(looked.text))

    assert (missing.status_code, looked.status_code, done.status_code) == (422, 200, 303)
    assert before is InstanceState.RUNNING
    assert _state(site, case) is InstanceState.CANCELLED
    assert AdminEventKind.CASE_REPAIRED in _journal(site)
    journal = admin.get(f"/monitoring/cases/{case}?tab=journal")
    assert "اشتباه بود" in journal.text


def test_a_case_that_went_on_meanwhile_is_shown_anew_and_left_alone(
    site: Database, a_purchase: Purchase, signed_in: Browser, actor_of: ActorOf
):
    case, task = a_purchase()
    admin = signed_in("admin")
    at = f"/monitoring/cases/{case}/repair/cancel"
    looked = admin.post(at, data={**hidden(admin.get(at).text), "reason": "x"})
    tasks.claim(site.unit_of_work(), task, actor=actor_of("buyer"), at=NOON)

    again = admin.post(f"/monitoring/cases/{case}/repairs", data=hidden(looked.text))

    assert again.status_code == 409
    assert _state(site, case) is InstanceState.RUNNING
    assert hidden(again.text)["version"] != hidden(looked.text)["version"]


def test_a_move_that_would_leave_nothing_to_do_is_refused_in_a_sentence_that_helps(
    site: Database, a_purchase: Purchase, signed_in: Browser
):
    case, _ = a_purchase()
    admin = signed_in("admin")
    at = f"/monitoring/cases/{case}/repair/move_tokens"
    form = admin.get(at).text
    [token] = re.findall(r'name="cancel" value="([^"]+)"', form)[:1]

    refused = admin.post(at, data={**hidden(form), "cancel": token, "reason": "x"})

    assert refused.status_code == 422
    assert "کاری برای پرونده نمی‌ماند" in text_of(refused.text)
    assert _state(site, case) is InstanceState.RUNNING


def test_a_value_is_edited_and_said_before_and_after(
    site: Database, a_purchase: Purchase, signed_in: Browser
):
    case, _ = a_purchase()
    admin = signed_in("admin")
    at = f"/monitoring/cases/{case}/repair/edit_values"
    carried = hidden(admin.get(at).text)
    said = {**carried, "name": "budget", "type": "number", "reason": "x"}

    wrong = admin.post(at, data={**said, "value": "many"})
    looked = admin.post(at, data={**said, "value": "12"})
    admin.post(f"/monitoring/cases/{case}/repairs", data=hidden(looked.text))

    assert wrong.status_code == 422
    with site.reader() as session:
        assert case_state(session, case).variables["budget"] == 12


@pytest.mark.usefixtures("second_admin")
def test_where_the_site_wants_it_a_second_administrator_confirms(
    app: Flask, site: Database, a_purchase: Purchase, signed_in: Browser
):
    known = app.extensions["divan"]
    strict = replace(known.settings, monitoring=MonitoringSettings(confirm_repairs=True))
    app.extensions["divan"] = replace(known, settings=strict)
    case, _ = a_purchase()
    first, second = signed_in("admin"), signed_in("admin2")
    looked = first.post(f"/monitoring/cases/{case}/repair/suspend", data={"reason": "asked"})
    first.post(f"/monitoring/cases/{case}/repairs", data=hidden(looked.text))
    held = _state(site, case)
    [request] = re.findall(r"/repairs/([0-9a-f-]{36})", first.get("/monitoring/repairs").text)

    own = first.post(f"/monitoring/repairs/{request}/confirm")
    page = second.get(f"/monitoring/repairs/{request}")
    done = second.post(f"/monitoring/repairs/{request}/confirm")

    assert held is InstanceState.RUNNING
    assert "asked" in page.text
    assert (own.status_code, done.status_code) == (403, 303)
    assert _state(site, case) is InstanceState.SUSPENDED
    assert second.get(f"/monitoring/cases/{case}").status_code == 200


@pytest.fixture
def second_admin(site: Database) -> None:
    with site.unit_of_work() as uow:
        person = Person(
            username="admin2",
            name_fa="راهبر دوم",
            name_en="Second administrator",
            password_hash=cheap_hash(PASSWORD),
        )
        uow.session.add(person)
        uow.session.flush()
        uow.session.add(Grant(person_id=person.id, role="ADMIN", unit_code="*"))
        uow.commit()


def test_two_cases_stand_side_by_side(
    site: Database, a_purchase: Purchase, signed_in: Browser, actor_of: ActorOf
):
    case, _ = a_purchase(sent=True)
    other = instances.start(
        site.unit_of_work(), "purchase", {"request_no": "P-99"}, actor=actor_of("buyer"), at=NOON
    ).instance_id
    auditor = signed_in("auditor")

    page = auditor.get(f"/monitoring/cases/{case}/beside?with=P-99")
    none = auditor.get(f"/monitoring/cases/{case}/beside?with=nowhere")

    assert "خرید P-99" in text_of(page.text)
    assert "differs" in page.text
    assert 'aria-invalid="true"' in none.text
    assert auditor.get(f"/monitoring/cases/{case}/beside?with={other}").status_code == 200


def test_every_repair_that_is_offered_has_a_form(a_purchase: Purchase, signed_in: Browser):
    case, _ = a_purchase(sent=True)
    admin = signed_in("admin")
    page = admin.get(f"/monitoring/cases/{case}?tab=repair").text
    keys = re.findall(rf"/monitoring/cases/{case}/repair/(\w+)", page)

    assert len(keys) >= 6
    for key in keys:
        assert admin.get(f"/monitoring/cases/{case}/repair/{key}").status_code == 200

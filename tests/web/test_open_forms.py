"""A page that is open while the process changes: its answer is judged by the task's own form."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from engine.bpmn import Plan
from engine.catalogue.bundle import Bundle
from engine.commands import deployments, migrations
from engine.model.instance import TaskState
from engine.model.person import Actor
from engine.queries import tasks as queries
from engine.queries.tasks import TaskPage
from engine.storage.database import Database
from forms.deploying import findings
from tests.kit.sites import NOON
from tests.web.conftest import PURCHASE, described, text_of

Purchase = Callable[..., tuple[UUID, UUID]]
Browser = Callable[[str], FlaskClient]
ActorOf = Callable[[str], Actor]


@pytest.fixture
def taken(a_purchase: Purchase, signed_in: Browser) -> tuple[FlaskClient, UUID, UUID]:
    """A buyer's browser, his case, and the step of it whose page he has open."""
    case, task = a_purchase()
    client = signed_in("buyer")
    client.post(f"/tasks/{task}/claim")
    client.post(f"/tasks/{task}/draft", json={"changes": {"note": "نیمه‌کاره"}})
    return client, case, task


def deploy(site: Database, *, without: str = "") -> UUID:
    """Deploy a version whose form asks for a reason besides, and no more for one field."""
    files = dict(Bundle.read(PURCHASE).files)
    form = json.loads(files["forms/describe.form"])
    reason = {"type": "textfield", "key": "why", "label": "چرا", "validate": {"required": True}}
    kept = [each for each in form["components"] if each.get("key") != without]
    form["components"] = [*kept, reason]
    files["forms/describe.form"] = json.dumps(form).encode()
    deployed = deployments.deploy(site.unit_of_work(), Bundle(files), at=NOON, forms=findings)
    return next(each.id for each in deployed if each.process_id == "purchase")


def page_of(site: Database, task: UUID, actor: Actor) -> TaskPage:
    with site.reader() as session:
        return queries.page(session, task, actor)


def test_a_deployment_changes_nothing_for_a_page_that_is_open(
    taken, site: Database, actor_of: ActorOf
):
    client, _, task = taken

    deploy(site)

    assert 'name="why"' not in client.get(f"/tasks/{task}").text
    assert client.post(f"/tasks/{task}", data=described()).status_code == 303
    assert page_of(site, task, actor_of("buyer")).state is TaskState.COMPLETED


def test_a_case_that_went_on_in_another_version_asks_by_its_form_and_keeps_what_was_typed(
    taken, site: Database, actor_of: ActorOf
):
    client, case, task = taken
    to = deploy(site, without="note")
    uow, admin = site.unit_of_work(), actor_of("admin")
    migrations.migrate(
        uow, case, to, Plan({"purchase": {"describe": "describe"}}), actor=admin, at=NOON
    )
    posted = described(goods="صندلی", note="فوری است")

    asked = client.post(f"/tasks/{task}", data=posted)
    again = client.post(f"/tasks/{task}", data=without(posted, "note") | {"why": "لازم است"})

    assert asked.status_code == 422
    assert 'value="صندلی"' in asked.text
    assert 'href="#why"' in asked.text  # what this version asks besides
    assert "توضیح" in text_of(asked.text) or "note" in text_of(asked.text)
    assert "فوری است" in asked.text  # what it asks no more can be copied
    assert again.status_code == 303, text_of(again.text)
    found = page_of(site, task, actor_of("buyer"))
    assert found.variables["why"] == "لازم است"


def without(typed: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: each for key, each in typed.items() if key != name}

"""What may be done in an open ad-hoc sub-process is offered to those who do it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.commands import instances
from engine.model.instance import task_table
from engine.model.person import Actor
from engine.storage.database import Database
from tests.kit.sites import NOON
from tests.storage.events import END, START, deploy, process
from tests.web.conftest import text_of

Browser = Callable[[str], FlaskClient]
VISIT = process(
    "visit",
    START,
    '<adHocSubProcess id="site"><userTask id="measure" name="متره"/>'
    '<userTask id="ask" name="پرسش"/></adHocSubProcess>',
    END,
    more='<laneSet id="lanes"><lane id="clerk"><flowNodeRef>site</flowNodeRef></lane></laneSet>',
)
CONFIG = (
    '[visit]\ntitle = "بازدید"\nstart_lanes = ["clerk"]\n'
    '[visit.lanes]\nclerk = { role = "PROC_OFFICER", in = "case" }\n'
)


@pytest.fixture
def a_visit(site: Database, actor_of: Callable[[str], Actor]) -> UUID:
    deploy(site, VISIT, config=CONFIG)
    uow = site.unit_of_work()
    return instances.start(uow, "visit", {}, actor=actor_of("buyer"), at=NOON).instance_id


def _open(site: Database, case: UUID) -> list[str]:
    with site.reader() as session:
        found = select(task_table.c.element_id).where(
            task_table.c.instance_id == case, task_table.c.closed_at.is_(None)
        )
        return sorted(session.scalars(found))


def test_who_does_it_has_it_done_once_more_with_a_button(site, a_visit, signed_in: Browser):
    client = signed_in("buyer")
    page = client.get(f"/cases/{a_visit}").text
    token = page.split('name="token" value="')[1].split('"')[0]

    assert "آنچه اکنون می‌توان انجام داد متره پرسش" in text_of(page)
    answer = client.post(f"/cases/{a_visit}/choices/ask", data={"token": token})

    assert answer.status_code == 303
    assert _open(site, a_visit) == ["ask", "ask", "measure"]
    assert "«پرسش» برگزیده شد" in text_of(client.get(f"/cases/{a_visit}").text)


def test_others_who_see_the_case_are_offered_nothing(site, a_visit, signed_in: Browser):
    page = signed_in("auditor").get(f"/cases/{a_visit}").text
    token = signed_in("buyer").get(f"/cases/{a_visit}").text.split('name="token" value="')[1]

    assert "آنچه اکنون" not in page
    refused = signed_in("auditor").post(
        f"/cases/{a_visit}/choices/ask", data={"token": token.split('"')[0]}
    )
    assert refused.status_code == 403
    assert _open(site, a_visit) == ["ask", "measure"]

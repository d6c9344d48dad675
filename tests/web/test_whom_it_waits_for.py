"""Whom a case waits for, seen through the cases it has called; and what may come by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, instances, tasks
from engine.jobs import run_due
from engine.model.instance import instance_table
from engine.model.person import Actor
from engine.storage.database import Database
from tests.kit.sites import NOON
from tests.unit.bpmn.diagrams import NAMED, inside, on, process, signal, timer, users
from tests.web.conftest import text_of

Browser = Callable[[str], FlaskClient]

LANES = (
    '<laneSet id="lanes"><lane id="inquiry_head"><flowNodeRef>ask</flowNodeRef>'
    "<flowNodeRef>chase</flowNodeRef><flowNodeRef>look</flowNodeRef></lane></laneSet>"
    '<startEvent id="s"/><endEvent id="e" name="تمام"/>'
)
INNER = process(
    LANES
    + '<userTask id="ask" name="پرسش از واحد"/><userTask id="chase" name="پیگیری"/>'
    + on("overdue", "ask", timer("P2D"))
    + inside("stop", users("look"), "stop_in -> look; look -> stop_out", by=signal()),
    "s -> ask; ask -> e; overdue -> chase; chase -> e",
    process_id="inquiry",
    extra=NAMED,
)
OUTER = process(
    '<startEvent id="s"/><endEvent id="e"/><callActivity id="call" calledElement="inquiry"/>',
    "s -> call; call -> e",
    process_id="request",
)
CONFIG = """
[area]
id = "{0}"
[{0}]
title = "{1}"
start_lanes = ["{0}_buyer"]
[{0}.lanes]
{0}_buyer = {{ role = "PROC_OFFICER", in = "case" }}
{0}_head = {{ role = "UNIT_HEAD", in = "case", head = "UNIT_HEAD" }}
"""


@pytest.fixture
def waiting(site: Database, actor_of: Callable[[str], Actor]) -> tuple[UUID, UUID]:
    """A request of the buyer's that waits for an inquiry, which lies with the head."""
    for name, title, diagram in (("inquiry", "استعلام", INNER), ("request", "درخواست", OUTER)):
        files = {f"{name}.bpmn": diagram, "process.toml": CONFIG.format(name, title).encode()}
        deployments.deploy(site.unit_of_work(), Bundle(files), at=NOON)
    started = instances.start(
        site.unit_of_work(), "request", {"unit_code": "D07"}, actor=actor_of("buyer"), at=NOON
    )
    run_due(site, lambda: NOON)
    with site.unit_of_work() as uow:
        inner = uow.session.scalars(
            select(instance_table.c.id).where(instance_table.c.called_by == started.instance_id)
        ).one()
        [task] = uow.cases.one(inner).tasks
    return started.instance_id, task.id


def test_who_has_the_step_of_a_called_case_is_named_reminded_and_changed_from_the_caller(
    waiting: tuple[UUID, UUID], site: Database, signed_in: Browser, actor_of: Callable[[str], Actor]
):
    case, task = waiting
    tasks.claim(site.unit_of_work(), task, actor=actor_of("head"), at=NOON)
    client = signed_in("buyer")

    page = client.get(f"/cases/{case}").text

    said = text_of(page)
    assert "منتظر پروندهٔ دیگری است: استعلام پرسش از واحد نزد مدیر منطقه" in said
    assert f"/cases/{case}/steps/{task}/remind" in page
    reminded = client.post(f"/cases/{case}/steps/{task}/remind", follow_redirects=True)
    assert "یادآوری شد" in text_of(reminded.text)
    of_head = signed_in("head2").get(f"/cases/{case}").text
    assert f'href="/tasks/{task}/assign"' in of_head
    assert signed_in("head2").get(f"/tasks/{task}/assign").status_code == 200


def test_the_map_says_what_may_come_by_itself_and_when(
    waiting: tuple[UUID, UUID], site: Database, signed_in: Browser
):
    _, task = waiting
    address = signed_in("head").get(f"/tasks/{task}?tab=map").text

    coming = text_of(address.partition('id="coming"')[2])

    assert re.search(r"هنگامی که زمانش برسد، به احتمال در ۱۴۰۵/۰۵/۰۵.* پیگیری", coming)
    assert "look" in coming
    assert "stop_in" in coming


FORK = process(
    '<laneSet id="lanes"><lane id="fork_head"><flowNodeRef>weigh</flowNodeRef>'
    "<flowNodeRef>look</flowNodeRef><flowNodeRef>pay</flowNodeRef></lane></laneSet>"
    '<startEvent id="s"/><endEvent id="e" name="تمام"/>'
    '<userTask id="weigh" name="سنجش"/><userTask id="look" name="بررسی"/>'
    '<userTask id="pay" name="پرداخت"/>'
    '<exclusiveGateway id="g" name="نتیجه؟" default="g_h"/>'
    '<exclusiveGateway id="h" name="بزرگ است؟" default="h_pay"/>',
    "s -> weigh; weigh -> g; g -> weigh [back = true]; g -> h; h -> look [large = true]; h -> pay;"
    "look -> e; pay -> e",
    process_id="fork",
)


def test_what_comes_under_one_condition_says_it_once_and_what_leads_back_comes_last(
    site: Database, signed_in: Browser, actor_of: Callable[[str], Actor]
):
    named = FORK.replace(b'id="g_h"', 'id="g_h" name="تأیید"'.encode())
    files = {"fork.bpmn": named, "process.toml": CONFIG.format("fork", "سنجش").encode()}
    deployments.deploy(site.unit_of_work(), Bundle(files), at=NOON)
    instances.start(
        site.unit_of_work(), "fork", {"unit_code": "D07"}, actor=actor_of("buyer"), at=NOON
    )
    run_due(site, lambda: NOON)
    with site.reader() as session:
        case = session.scalars(
            select(instance_table.c.id).where(instance_table.c.process_id == "fork")
        ).one()

    page = signed_in("head").get(f"/cases/{case}?tab=map").text
    coming = page.partition('id="coming"')[2].partition("</section>")[0]

    assert coming.count("نتیجه؟ تأیید") == 1  # over both steps behind it
    order = [coming.index(f"<strong>{name}</strong>") for name in ("بررسی", "پرداخت", "سنجش")]
    assert order == sorted(order)

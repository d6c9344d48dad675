"""A small process in another version, cases migrated to it, and what is stored of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import simplejson
from sqlalchemy import select

from engine import bpmn
from engine.catalogue.bundle import Bundle
from engine.commands import deployments, migrations
from engine.model.event import event_table
from engine.model.instance import task_table
from engine.model.job import job_table
from engine.model.person import Actor
from engine.model.subscription import subscription_table
from engine.storage.bundles import latest
from tests.storage.conftest import CONFIG, NOON, ORDER

ADMIN = Actor(uuid4(), "admin", "admin", "admin", desks=frozenset({"ADMIN@*"}))
#: the first step is called otherwise, is done by the head, and has another boundary event
RENAMED = (
    ORDER.replace('"prepare"', '"draw_up"')
    .replace("آماده‌سازی", "تنظیم")
    .replace("<flowNodeRef>prepare<", "<flowNodeRef>price<")
    .replace("<flowNodeRef>approve<", "<flowNodeRef>draw_up</flowNodeRef><flowNodeRef>approve<")
    .replace(
        '<endEvent id="noted"/>',
        """<endEvent id="noted"/><boundaryEvent id="slow" attachedToRef="draw_up">
        <timerEventDefinition id="sl"><timeDuration>P9D</timeDuration></timerEventDefinition>
        </boundaryEvent><sequenceFlow id="f9" sourceRef="slow" targetRef="withdrawn"/>""",
    )
)
RENAMED_CONFIG = CONFIG.replace("prepare = {", "draw_up = {").replace('"prepare"', '"draw_up"')
#: what was approved goes on to be filed
LONGER = (
    ORDER.replace('sourceRef="approve" targetRef="done"', 'sourceRef="approve" targetRef="filed"')
    .replace("<flowNodeRef>approve<", "<flowNodeRef>filed</flowNodeRef><flowNodeRef>approve<")
    .replace(
        '<endEvent id="done"/>',
        '<userTask id="filed" name="بایگانی"/><sequenceFlow id="f10" sourceRef="filed"'
        ' targetRef="done"/><endEvent id="done"/>',
    )
)
PLAN = {"elements": {"order": {"prepare": "draw_up", "withdrawal": "withdrawal"}}}


def deploy(database, diagram, config=CONFIG):
    """Deploy the process and return the id of its version."""
    files = {"order.bpmn": diagram.encode(), "process.toml": config.encode()}
    [definition] = deployments.deploy(database.unit_of_work(), Bundle(files), at=NOON)
    return definition.id


def latest_model(database):
    with database.reader() as session:
        return bpmn.compile_model(latest(session, "order").bundle.diagrams)


def rows_of(database, table, **wanted):
    with database.reader() as session:
        rows = session.execute(select(table)).mappings()
        return [dict(each) for each in rows if all(each[k] == v for k, v in wanted.items())]


def open_task(database, instance_id):
    """Return the case's only open task."""
    [task] = [each for each in rows_of(database, task_table, instance_id=instance_id)
              if each["closed_at"] is None]  # fmt: skip
    return task


def jobs_of(database, instance_id, **wanted):
    rows = rows_of(database, job_table, instance_id=instance_id, **wanted)
    return sorted(rows, key=lambda each: each["id"])


def listens_of(database, instance_id):
    rows = rows_of(database, subscription_table, instance_id=instance_id)
    return {(each["token"], each["name"], each["element_id"]) for each in rows}


def events_of(database, instance_id, kind):
    return rows_of(database, event_table, instance_id=instance_id, kind=kind)


def lives_of(case):
    """Return what a case's stored state holds, but for the number of ids it has given out."""
    codec, seed, _, *lives = simplejson.loads(case["snapshot"])
    return codec, seed, lives


def renamed(order, instance_id, **options: Any):
    """Migrate a case to where its first step is called otherwise."""
    to = deploy(order, RENAMED, RENAMED_CONFIG)
    plan = bpmn.read_plan(PLAN)
    options = {"actor": ADMIN, "at": NOON + timedelta(days=1), **options}
    return migrations.migrate(order.unit_of_work(), instance_id, to, plan, **options)

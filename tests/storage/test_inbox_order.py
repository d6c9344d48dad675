"""The list of work shows everything of its desks once, the earliest due first, page by page."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, instances
from engine.model.instance import task_table as task
from engine.model.person import Actor
from engine.queries import inbox
from engine.queries.asked import SIZES
from engine.storage.database import Database
from tests.storage.conftest import CLERK, CONFIG, NOON, ORDER, OTHER_CLERK

DESKS = ("CLERK@D07", "HEAD@D07", "HEAD@*", "CLERK@D15", "TREASURER@D07")
READER = Actor(
    uuid4(), "reader", "reader", "reader", desks=frozenset({"CLERK@D07", "HEAD@D07", "STORE@D01"})
)
LAST = datetime.max.replace(tzinfo=NOON.tzinfo)


@pytest.fixture
def tasks(database: Database) -> list[UUID]:
    """Open tasks on five desks, some held, many due at the same moment or never."""
    bundle = Bundle({"order.bpmn": ORDER.encode(), "process.toml": CONFIG.encode()})
    deployments.deploy(database.unit_of_work(), bundle, at=NOON)
    chance = random.Random(7)
    made = []
    for _ in range(120):
        uow = database.unit_of_work()
        [opened] = instances.start(uow, "order", {"amount": 1}, actor=CLERK, at=NOON).opened
        due = chance.choice([None, None, *(NOON + timedelta(hours=n) for n in range(4))])
        holder = chance.choice([None, None, None, "reader", OTHER_CLERK.username])
        changed = {"due_at": due, "holder": holder, "desk": chance.choice(DESKS)}
        with uow:
            uow.session.execute(update(task).where(task.c.id == opened).values(changed))
            uow.commit()
        made.append(opened)
    return made


def test_pages_follow_one_another_without_gap_or_repetition(database: Database, tasks: list[UUID]):
    shown: list[UUID] = []
    after = None
    with database.reader() as session:
        rows = session.execute(select(task)).all()
        while True:
            page = inbox.page(session, READER, "inbox", at=NOON, after=after)
            shown += [each.task_id for each in page.rows if each.task_id]
            after = page.following
            if after is None:
                break

    seen = {"CLERK@D07", "HEAD@D07", "HEAD@*"}
    expected = [
        each
        for each in rows
        if each.holder == "reader" or (each.holder is None and each.desk in seen)
    ]
    expected.sort(key=lambda each: (each.due_at or LAST, each.id.bytes))
    assert len(expected) > 2 * SIZES[0]
    assert shown == [each.id for each in expected]

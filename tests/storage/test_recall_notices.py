"""Who saw a step that a recall takes away is told that it is gone; nobody else is."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.catalogue.bundle import Bundle
from engine.catalogue.handlers import REGISTRY
from engine.commands import deployments, instances, kept, notifying, people, recalling, tasks
from engine.jobs import run_due
from engine.model.instance import task_table
from engine.model.notice import Notice, NoticeKind
from engine.model.person import Actor, Person
from engine.model.sign_in import Method, SignIn
from engine.storage.actors import by_username
from engine.storage.database import Database
from tests.storage.conftest import CONFIG, NOON, ORDER

pytestmark = pytest.mark.both_databases

LATER = NOON + timedelta(seconds=30)
#: user name -> role
STAFF = {"clerk": "CLERK", "head": "HEAD", "other_head": "HEAD"}


@pytest.fixture
def staff(order: Database, monkeypatch: pytest.MonkeyPatch) -> dict[str, Actor]:
    """The people of the process, with rows of their own; pricing has no effect outside."""
    monkeypatch.setattr(REGISTRY, "replaced", {"price"})
    found = {}
    for name, role in STAFF.items():
        person = people.register(
            order.unit_of_work(), name, name_fa=name, name_en=name, password_hash=None
        )
        people.grant(order.unit_of_work(), person, role, "D07")
        with order.reader() as session:
            actor = by_username(session, name, NOON)
        assert actor is not None
        found[name] = actor
    return found


def _answered(order: Database, clerk: Actor) -> tuple[UUID, UUID]:
    """Have the clerk answer the first step of a case; return it and the step it led to."""
    uow = order.unit_of_work()
    started = instances.start(uow, "order", {"amount": 5}, actor=clerk, at=NOON)
    [first] = started.opened
    tasks.claim(uow, first, actor=clerk, at=NOON)
    tasks.complete(uow, first, {"amount": 7}, actor=clerk, at=NOON)
    run_due(order, lambda: NOON)
    with order.reader() as session:
        asked = select(task_table.c.id).where(
            task_table.c.instance_id == started.instance_id, task_table.c.element_id == "approve"
        )
        return first, session.scalars(asked).one()


def _told(order: Database) -> list[tuple[str, str]]:
    with order.reader() as session:
        asked = select(Person.username, Notice.kind).join(Notice, Notice.person_id == Person.id)
        rows = session.execute(asked.where(Notice.kind == NoticeKind.RECALLED.value))
        return [(each.username, each.kind) for each in rows]


def _be_seen(order: Database, actor: Actor, at: datetime) -> None:
    with order.unit_of_work() as uow:
        uow.session.add(
            SignIn(
                token_hash=actor.username,
                person_id=actor.person_id,
                created_at=NOON - timedelta(hours=1),
                expires_at=NOON + timedelta(hours=1),
                seen_at=at,
                proved_at=NOON,
                method=Method.PASSWORD.value,
            )
        )
        uow.commit()


def test_who_has_its_page_open_is_told(order, staff):
    first, approve = _answered(order, staff["clerk"])
    kept.is_here(order.unit_of_work(), approve, actor=staff["head"], at=NOON)

    recalling.recall(order.unit_of_work(), first, actor=staff["clerk"], at=LATER)

    assert _told(order) == [("head", "recalled")]


def test_nobody_is_told_of_what_nobody_saw(order, staff):
    first, approve = _answered(order, staff["clerk"])
    kept.is_here(order.unit_of_work(), approve, actor=staff["head"], at=NOON)
    kept.leave(order.unit_of_work(), approve, actor=staff["head"])

    recalling.recall(order.unit_of_work(), first, actor=staff["clerk"], at=LATER)

    assert _told(order) == []


def test_who_was_told_of_the_step_is_told_that_it_is_gone_once(order, staff):
    first, approve = _answered(order, staff["clerk"])
    with order.unit_of_work() as uow:
        notifying.notify(uow, ["head", "clerk"], NoticeKind.REMINDED, at=NOON, task_id=approve)
        uow.commit()
    kept.is_here(order.unit_of_work(), approve, actor=staff["head"], at=NOON)

    recalling.recall(order.unit_of_work(), first, actor=staff["clerk"], at=LATER)

    assert _told(order) == [("head", "recalled")]  # not who took it back himself


@pytest.mark.parametrize(
    ("seen_at", "told"),
    [
        pytest.param(NOON - timedelta(minutes=1), [], id="before it came"),
        pytest.param(NOON + timedelta(seconds=5), [("head", "recalled")], id="since it came"),
    ],
)
def test_who_got_it_by_the_rule_of_its_step_is_told_if_it_stood_in_the_inbox(
    order, staff, seen_at, told
):
    given = CONFIG.replace("approve = {", 'approve = { offer = "in_turn",')
    bundle = Bundle({"order.bpmn": ORDER.encode(), "process.toml": given.encode()})
    deployments.deploy(order.unit_of_work(), bundle, at=NOON)
    first, _ = _answered(order, staff["clerk"])
    _be_seen(order, staff["head"], seen_at)

    recalling.recall(order.unit_of_work(), first, actor=staff["clerk"], at=LATER)

    assert _told(order) == told

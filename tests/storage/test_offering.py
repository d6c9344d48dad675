"""Tasks that go to one of the colleagues at their desk as soon as they open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, instances, people, tasks
from engine.jobs import run_due
from engine.model.event import EventKind, event_table
from engine.model.instance import task_table
from engine.model.person import Actor, Person
from engine.model.substitution import Substitution
from engine.storage.actors import by_username
from engine.storage.database import Database
from tests.storage.conftest import CONFIG, NOON, ORDER

pytestmark = pytest.mark.both_databases

CLERKS = ("anna", "behrang", "cyrus")
Offered = Callable[[str], Database]


@pytest.fixture
def offered(database: Database) -> Offered:
    """Deploy the order with a rule for its first step, and its second, and hire three clerks."""

    def deploy(rule: str) -> Database:
        for name in CLERKS:
            hire(database, name, "CLERK")
        given = CONFIG.replace("prepare = {", f'prepare = {{ offer = "{rule}",')
        given = given.replace("approve = {", f'approve = {{ offer = "{rule}",')
        bundle = Bundle({"order.bpmn": ORDER.encode(), "process.toml": given.encode()})
        deployments.deploy(database.unit_of_work(), bundle, at=NOON)
        return database

    return deploy


def hire(database: Database, name: str, *roles: str, until: date | None = None) -> None:
    uow = database.unit_of_work()
    person = people.register(uow, name, name_fa=name, name_en=name, password_hash=None)
    for role in roles:
        people.grant(uow, person, role, "D07", valid_to=until)


def actor_of(database: Database, username: str) -> Actor:
    with database.reader() as session:
        found = by_username(session, username, NOON)
    assert found is not None
    return found


def start(database: Database, by: str = "anna", minute: int = 0) -> tuple[UUID, str | None]:
    """Start an order; return its open task and who has it."""
    started = instances.start(
        database.unit_of_work(),
        "order",
        {"amount": 5},
        actor=actor_of(database, by),
        at=NOON + timedelta(minutes=minute),
    )
    return started.opened[0], holder_of(database, started.opened[0])


def holder_of(database: Database, task_id: UUID) -> str | None:
    with database.reader() as session:
        return session.scalar(select(task_table.c.holder).where(task_table.c.id == task_id))


def told_of(database: Database, task_id: UUID) -> list[tuple[str, str | None, Mapping[str, Any]]]:
    with database.reader() as session:
        found = session.execute(
            select(event_table.c.kind, event_table.c.actor, event_table.c.facts)
            .where(event_table.c.task_id == task_id)
            .order_by(event_table.c.seq)
        )
        return [tuple(each) for each in found]


@pytest.mark.parametrize("rule", ["least_loaded", "in_turn"])
def test_a_task_goes_to_everybody_at_the_desk_alike_and_the_trail_says_why(
    offered: Offered, rule: str
):
    database = offered(rule)

    had = [start(database, minute=each) for each in range(6)]

    assert [holder for _, holder in had] == [*CLERKS, *CLERKS]
    opened, given = told_of(database, had[0][0])
    assert opened[0] == EventKind.TASK_OPENED.value
    assert given == (EventKind.TASK_ASSIGNED.value, None, {"to": "anna", "rule": rule})


def test_who_answers_has_less_on_his_hands_and_gets_the_next_one(offered: Offered):
    database = offered("least_loaded")
    had = [start(database, minute=each) for each in range(3)]
    [of_cyrus] = [task for task, holder in had if holder == "cyrus"]

    tasks.complete(
        database.unit_of_work(), of_cyrus, {}, actor=actor_of(database, "cyrus"), at=NOON
    )

    assert start(database, minute=5)[1] == "cyrus"


@pytest.mark.parametrize("rule", ["least_loaded", "in_turn"])
def test_who_is_away_disabled_or_there_no_more_is_left_out(offered: Offered, rule: str):
    database = offered(rule)
    hire(database, "gone", "CLERK", until=date(2026, 11, 20))
    with database.unit_of_work() as uow:
        found = {each.username: each for each in uow.session.scalars(select(Person))}
        found["anna"].disabled = True
        uow.session.add(
            Substitution(
                person_id=found["behrang"].id,
                substitute_id=found["gone"].id,
                valid_from=date(2026, 11, 20),
                valid_to=date(2026, 11, 22),
                reason="leave",
                entered_by="cyrus",
                entered_at=NOON,
            )
        )
        uow.commit()

    assert {start(database, "cyrus", minute=each)[1] for each in range(4)} == {"cyrus"}


def test_four_eyes_leave_out_who_did_the_other_step(offered: Offered):
    database = offered("least_loaded")
    hire(database, "dara", "HEAD")
    uow = database.unit_of_work()
    with uow:
        anna = uow.session.scalars(select(Person.id).where(Person.username == "anna")).one()
    people.grant(uow, anna, "HEAD", "D07")
    task, holder = start(database)
    assert holder == "anna"

    tasks.complete(uow, task, {}, actor=actor_of(database, "anna"), at=NOON)
    run_services(database)

    assert approver(database) == "dara"


def test_where_nobody_is_left_the_task_waits_at_its_desk(offered: Offered):
    database = offered("in_turn")
    uow = database.unit_of_work()
    with uow:
        anna = uow.session.scalars(select(Person.id).where(Person.username == "anna")).one()
    people.grant(uow, anna, "HEAD", "D07")
    task, _ = start(database)

    tasks.complete(uow, task, {}, actor=actor_of(database, "anna"), at=NOON)
    run_services(database)

    assert approver(database) is None


def test_a_step_without_a_rule_asks_the_database_nothing_more(order: Database):
    hire(order, "anna", "CLERK")
    actor = actor_of(order, "anna")
    sent: list[str] = []
    listener = (order.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    event.listen(*listener)
    started = instances.start(order.unit_of_work(), "order", {"amount": 5}, actor=actor, at=NOON)
    event.remove(*listener)

    assert holder_of(order, started.opened[0]) is None
    assert [each for each in sent if "substitution" in each or "person" in each] == []


@pytest.mark.parametrize("rule", ["least_loaded", "in_turn"])
def test_among_those_who_are_always_there_the_shares_differ_by_one_at_most(
    offered: Offered, rule: str
):
    database = offered(rule)

    @settings(max_examples=6, deadline=None)
    @given(starters=st.lists(st.sampled_from(CLERKS), min_size=1, max_size=7))
    def whoever_starts(starters: list[str]) -> None:
        for each in starters:
            start(database, each)
        with database.reader() as session:
            holders = Counter(session.scalars(select(task_table.c.holder)))
        shares = [holders[each] for each in CLERKS]
        assert sum(shares) == holders.total()
        assert max(shares) - min(shares) <= 1

    whoever_starts()


def test_a_rule_there_is_not_is_refused_with_its_place(database: Database):
    given = CONFIG.replace("prepare = {", 'prepare = { offer = "by_lot",')
    bundle = Bundle({"order.bpmn": ORDER.encode(), "process.toml": given.encode()})

    with pytest.raises(Exception, match="by_lot"):
        deployments.deploy(database.unit_of_work(), bundle, at=NOON)


def run_services(database: Database) -> None:
    """Let the service between the two steps run."""
    run_due(database, lambda: NOON + timedelta(minutes=30))


def approver(database: Database) -> str | None:
    with database.reader() as session:
        found = session.execute(
            select(task_table.c.holder).where(task_table.c.element_id == "approve")
        ).one()
    return None if found.holder is None else str(found.holder)

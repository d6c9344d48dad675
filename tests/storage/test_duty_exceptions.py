"""A four-eyes rule is told before it is met, and excepted from once, by a second person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select

from engine.commands import duty_exceptions, tasks
from engine.errors import (
    ConfirmationMissing,
    DutiesNotSeparate,
    NotAtThisDesk,
    RulesBroken,
)
from engine.jobs import run_due
from engine.model.act import EXCEPTION, Act
from engine.model.admin_event import AdminEvent
from engine.model.event import event_table
from engine.model.instance import task_table
from engine.model.person import Person
from engine.model.sign_in import Method
from engine.model.substitution import StandIn
from engine.queries import duties
from engine.queries.duties import Asked
from engine.storage.acts import acts_of
from engine.storage.database import Database
from tests.storage.conftest import BOTH, HEAD, NOON, STRANGER

pytestmark = pytest.mark.both_databases

OTHER_HEAD = replace(HEAD, username="other_head")


@pytest.fixture
def approval(order: Database, a_case: Callable[..., tuple[UUID, UUID]]) -> UUID:
    """An approval of what ``both`` prepared."""
    instance_id, task = a_case(by=BOTH)
    tasks.complete(order.unit_of_work(), task, {}, actor=BOTH, at=NOON)
    run_due(order, lambda: NOON)
    asked = select(task_table.c.id).where(
        task_table.c.instance_id == instance_id, task_table.c.element_id == "approve"
    )
    with order.unit_of_work() as uow:
        found: UUID = uow.session.scalars(asked).one()
    return found


def ask(order: Database, task: UUID, reason: str = "همه در مأموریت‌اند") -> UUID:
    return duty_exceptions.ask(order.unit_of_work(), task, reason, actor=BOTH, at=NOON)


def decide(
    order: Database,
    asked: UUID,
    by=HEAD,
    *,
    granted: bool = True,
    confirmed_by: Method | None = Method.PASSWORD,
):
    duty_exceptions.decide(
        order.unit_of_work(),
        asked,
        is_granted=granted,
        note="",
        actor=by,
        at=NOON,
        confirmed_by=confirmed_by,
    )


def obstacle(order: Database, task: UUID, actor=BOTH) -> duties.Obstacle | None:
    with order.unit_of_work() as uow:
        instance, found = uow.cases.of_task(task)
        config = uow.deployed(instance.definition_id).bundle.process("order")
        asked = Asked(task, instance.id, found.element_id, config)
        return duties.obstacles(uow.session, [asked], actor).get(task)


def test_the_rule_the_step_and_who_did_it_when_are_told_before_it_is_tried(order, approval):
    told = obstacle(order, approval)

    assert told is not None
    assert (told.code, told.done_element_id, told.by) == ("SOD-001", "prepare", "both")
    assert (told.at, told.exception_role) == (NOON, "HEAD")
    assert obstacle(order, approval, HEAD) is None


def test_reasons_of_many_tasks_are_one_statement_and_none_where_no_rule_is(order, a_case):
    config = None
    asked = []
    for _ in range(5):
        instance_id, task = a_case()
        with order.unit_of_work() as uow:
            instance, _ = uow.cases.of_task(task)
            config = uow.deployed(instance.definition_id).bundle.process("order")
        asked.append(
            Asked(
                task,
                instance_id,
                "approve",
                replace(
                    config,
                    separations=tuple(replace(each, exception=None) for each in config.separations),
                ),
            )
        )
    sent: list[str] = []
    event.listen(order.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))

    with order.reader() as session:
        found = duties.obstacles(session, asked, replace(BOTH, username="clerk"))
        of_clerk = len(sent)
        bare = [each._replace(config=replace(each.config, separations=())) for each in asked]
        nothing = duties.obstacles(session, bare, BOTH)

    assert set(found) == {each.task_id for each in asked}
    assert (of_clerk, len(sent), nothing) == (1, 1, {})


def test_granted_by_a_second_person_it_holds_for_this_task_and_this_actor(order, approval):
    decide(order, ask(order, approval))

    assert obstacle(order, approval) is None
    tasks.claim(order.unit_of_work(), approval, actor=BOTH, at=NOON)
    tasks.complete(
        order.unit_of_work(), approval, {}, actor=BOTH, at=NOON, confirmed_by=Method.PASSWORD
    )

    with order.unit_of_work() as uow:
        kinds = [
            (each.kind, each.actor, each.facts.get("excepted"))
            for each in uow.session.execute(
                select(event_table)
                .where(event_table.c.task_id == approval, event_table.c.actor.is_not(None))
                .order_by(event_table.c.seq)
            )
        ]
        [granted] = uow.session.scalars(select(Act).where(Act.outcome == EXCEPTION))
        approvals = acts_of(uow.session, granted.instance_id)
        told = [each.kind for each in uow.session.scalars(select(AdminEvent))]
    assert kinds == [
        ("exception_asked", "both", None),
        ("exception_granted", "head", None),
        ("task_claimed", "both", ["SOD-001"]),
        ("task_completed", "both", ["SOD-001"]),
    ]
    assert (granted.actor, granted.method, granted.is_intact) == ("head", "password", True)
    assert [each.actor for each in approvals] == ["both"]  # an exception approves nothing
    assert told == ["exception_asked", "exception_granted"]


def test_until_it_is_granted_and_after_it_is_refused_the_rule_holds(order, approval):
    asked = ask(order, approval)
    with pytest.raises(DutiesNotSeparate):
        tasks.claim(order.unit_of_work(), approval, actor=BOTH, at=NOON)
    told = obstacle(order, approval)
    assert told is not None
    assert told.is_asked

    decide(order, asked, granted=False)

    with pytest.raises(DutiesNotSeparate):
        tasks.claim(order.unit_of_work(), approval, actor=BOTH, at=NOON)
    with pytest.raises(duty_exceptions.ExceptionDecided):
        decide(order, asked)


@pytest.mark.parametrize(
    ("by", "error"),
    [
        pytest.param(BOTH, duty_exceptions.NotASecondPerson, id="who asked for it"),
        pytest.param(STRANGER, NotAtThisDesk, id="a head of another unit"),
        pytest.param(replace(HEAD, desks=frozenset({"CLERK@D07"})), NotAtThisDesk, id="no head"),
    ],
)
def test_nobody_else_grants_it(order, approval, by, error):
    asked = ask(order, approval)

    with pytest.raises(error):
        decide(order, asked, by)

    assert obstacle(order, approval) is not None


def test_who_stands_in_for_the_one_who_asks_is_no_second_person(order, approval):
    asked = ask(order, approval)
    stands_in = StandIn(uuid4(), "both", "both", "both", None, NOON.date())

    with pytest.raises(duty_exceptions.NotASecondPerson):
        decide(order, asked, replace(HEAD, stands_in=(stands_in,)))


def test_a_disabled_account_of_the_one_who_decides_is_still_his(order, approval):
    asked = ask(order, approval)
    with order.unit_of_work() as uow:
        former = Person(
            username="both",
            name_fa="both",
            name_en="both",
            national_code="0012345679",
            password_hash=None,
            disabled=True,
        )
        uow.session.add(former)
        uow.commit()

    with pytest.raises(duty_exceptions.NotASecondPerson):
        decide(order, asked, replace(HEAD, national_code="0012345679"))


def test_granting_needs_the_password(order, approval):
    asked = ask(order, approval)

    with pytest.raises(ConfirmationMissing):
        decide(order, asked, confirmed_by=None)

    assert obstacle(order, approval) is not None


def test_it_is_asked_for_once_with_a_reason_and_only_where_a_rule_is_met(order, approval, a_case):
    with pytest.raises(RulesBroken):
        ask(order, approval, "   ")
    ask(order, approval)
    with pytest.raises(duty_exceptions.ExceptionDecided):
        ask(order, approval)
    _, free = a_case(by=BOTH)
    with pytest.raises(duty_exceptions.NoExceptionPossible):
        ask(order, free)


def test_who_tried_is_noted_and_auditors_read_it(order, approval):
    with pytest.raises(DutiesNotSeparate) as refused:
        tasks.claim(order.unit_of_work(), approval, actor=BOTH, at=NOON)
    duty_exceptions.record_near_miss(order.unit_of_work(), refused.value, actor=BOTH, at=NOON)

    auditor = replace(BOTH, username="auditor", desks=frozenset({"AUDITOR@*"}))
    with order.reader() as session:
        seen = duties.report(session, auditor)
        by_head = duties.report(session, OTHER_HEAD)

    [missed] = seen.near_misses
    assert (missed.actor, missed.code, missed.done_element_id) == ("both", "SOD-001", "prepare")
    assert by_head.near_misses == ()

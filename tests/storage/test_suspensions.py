"""A process of which no case is started: by nobody and nothing, until somebody ends that."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, instances, messages, suspensions, tasks
from engine.commands.suspensions import NotYoursToSuspend
from engine.errors import RulesBroken
from engine.jobs import run_due
from engine.model.instance import instance_table
from engine.model.person import Actor
from engine.model.suspension import ProcessSuspended
from engine.storage.database import Database
from tests.storage.conftest import CLERK, NOON

pytestmark = pytest.mark.both_databases

ANALYST = Actor(uuid4(), "nima", "نیما", "Nima", desks=frozenset({"ANALYST@*"}))
#: begins each day, and when a message comes
ROUND = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"
    targetNamespace="t"><message id="m" name="asked"/><process id="round" isExecutable="true">
  <startEvent id="daily"><timerEventDefinition id="t1"><timeCycle>R/PT24H</timeCycle>
  </timerEventDefinition></startEvent><sequenceFlow id="f1" sourceRef="daily" targetRef="e"/>
  <startEvent id="asked"><messageEventDefinition id="t2" messageRef="m"/></startEvent>
  <sequenceFlow id="f2" sourceRef="asked" targetRef="e"/><endEvent id="e"/>
  </process></definitions>"""
DAY = timedelta(days=1)


def _deploy_round(database: Database, note: str = "") -> None:
    files = {
        "round.bpmn": ROUND.encode(),
        "process.toml": f'[area]\nid = "round"\n[round]\n# {note}\n'.encode(),
    }
    deployments.deploy(database.unit_of_work(), Bundle(files), at=NOON)


def _cases(database: Database, process_id: str) -> int:
    of = instance_table.c.process_id == process_id
    with database.reader() as session:
        return session.scalar(select(func.count()).select_from(instance_table).where(of)) or 0


def _suspend(database: Database, process_id: str, reason: str = "the year is closed") -> None:
    uow = database.unit_of_work()
    suspensions.suspend(uow, process_id, reason, actor=ANALYST, at=NOON)


def test_nobody_starts_a_case_and_reads_why_while_those_that_run_go_on(order, a_case):
    _, task_id = a_case()
    _suspend(order, "order")

    with pytest.raises(ProcessSuspended) as refused:
        instances.start(order.unit_of_work(), "order", {"amount": 5}, actor=CLERK, at=NOON)
    tasks.complete(order.unit_of_work(), task_id, {}, actor=CLERK, at=NOON)

    assert refused.value.reason == "the year is closed"
    assert _cases(order, "order") == 1


def test_timers_and_messages_start_nothing_until_cases_are_started_again(database):
    _deploy_round(database)
    _suspend(database, "round")
    _deploy_round(database, "another version, deployed meanwhile")

    run_due(database, lambda: NOON + DAY)
    messages.publish(database.unit_of_work(), "asked", None, {}, at=NOON + DAY)
    run_due(database, lambda: NOON + DAY)
    assert _cases(database, "round") == 0

    at = NOON + DAY
    suspensions.activate(database.unit_of_work(), "round", actor=ANALYST, at=at)
    run_due(database, lambda: at + DAY)
    assert _cases(database, "round") == 1
    messages.publish(database.unit_of_work(), "asked", None, {}, at=at + DAY)
    run_due(database, lambda: at + DAY)
    assert _cases(database, "round") == 2


def test_suspending_twice_keeps_the_first_reason_and_ending_twice_does_nothing(order):
    _suspend(order, "order")
    _suspend(order, "order", "another")

    with pytest.raises(ProcessSuspended, match="the year is closed"):
        instances.start(order.unit_of_work(), "order", {"amount": 5}, actor=CLERK, at=NOON)

    for _ in range(2):
        suspensions.activate(order.unit_of_work(), "order", actor=ANALYST, at=NOON)
    instances.start(order.unit_of_work(), "order", {"amount": 5}, actor=CLERK, at=NOON)


def test_only_analysts_and_administrators_say_so_and_with_a_reason(order):
    uow = order.unit_of_work()
    with pytest.raises(NotYoursToSuspend):
        suspensions.suspend(uow, "order", "why", actor=CLERK, at=NOON)
    with pytest.raises(RulesBroken):
        _suspend(order, "order", " ")

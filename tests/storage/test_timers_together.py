"""Timers that fall due at once: fired in one transaction, and none harms another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import event, select

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, instances, jobs
from engine.jobs.run import run, run_together
from engine.model.job import Job, job_table
from engine.storage.database import Database
from engine.storage.leases import Claimant
from tests.storage.conftest import CLERK, NOON

pytestmark = pytest.mark.both_databases

LATER = NOON + timedelta(hours=1)
PATIENT = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="f" targetNamespace="divan">
  <process id="patient" isExecutable="true">
    <laneSet id="lanes"><lane id="clerk">
      <flowNodeRef>start</flowNodeRef><flowNodeRef>approve</flowNodeRef>
    </lane></laneSet>
    <startEvent id="start"/>
    <sequenceFlow id="f1" sourceRef="start" targetRef="both"/>
    <parallelGateway id="both"/>
    <sequenceFlow id="f2" sourceRef="both" targetRef="wait"/>
    <sequenceFlow id="f3" sourceRef="both" targetRef="rest"/>
    <intermediateCatchEvent id="wait">
      <timerEventDefinition id="t1"><timeDuration>PT1M</timeDuration></timerEventDefinition>
    </intermediateCatchEvent>
    <intermediateCatchEvent id="rest">
      <timerEventDefinition id="t2"><timeDuration>PT3H</timeDuration></timerEventDefinition>
    </intermediateCatchEvent>
    <sequenceFlow id="f4" sourceRef="wait" targetRef="which"/>
    <exclusiveGateway id="which"/>
    <sequenceFlow id="f5" sourceRef="which" targetRef="approve">
      <conditionExpression>amount &lt; 10</conditionExpression>
    </sequenceFlow>
    <userTask id="approve"/>
    <sequenceFlow id="f6" sourceRef="approve" targetRef="done"/>
    <sequenceFlow id="f7" sourceRef="rest" targetRef="done"/>
    <endEvent id="done"/>
  </process>
</definitions>"""
CONFIG = """
[area]
id = "patient"
[patient]
start_lanes = ["clerk"]
[patient.lanes]
clerk = { role = "CLERK", in = "case" }
"""


@pytest.fixture
def patient(database: Database) -> Database:
    """A database in which the process is deployed."""
    bundle = Bundle({"patient.bpmn": PATIENT.encode(), "process.toml": CONFIG.encode()})
    deployments.deploy(database.unit_of_work(), bundle, at=NOON)
    return database


@pytest.fixture
def waiting(patient: Database) -> Callable[..., UUID]:
    """Start a case that waits for its timers; return it."""

    def start(amount: int = 5) -> UUID:
        uow = patient.unit_of_work()
        started = instances.start(uow, "patient", {"amount": amount}, actor=CLERK, at=NOON)
        return started.instance_id

    return start


def _due(database: Database, at=LATER) -> list[Job]:
    return jobs.claim_some(database.unit_of_work(), at, Claimant("one"))


def _opened(database: Database, instance_id: UUID) -> list[str]:
    with database.unit_of_work() as uow:
        return [each.element_id for each in uow.cases.one(instance_id).tasks]


def _states(database: Database) -> dict[UUID, str]:
    with database.reader() as session:
        return {row.id: row.state for row in session.execute(select(job_table))}


def test_timers_of_many_cases_are_fired_by_one_commit(patient, waiting):
    cases = [waiting() for _ in range(5)]
    commits: list[object] = []
    event.listen(patient.engine, "commit", commits.append)
    due = _due(patient)
    commits.clear()

    rest = run_together(patient, due, lambda: LATER)

    assert (len(due), rest, len(commits)) == (5, [], 1)
    assert [_opened(patient, each) for each in cases] == [["approve"]] * 5
    assert {_states(patient)[each.id] for each in due} == {"done"}


def test_a_timer_that_cannot_fire_stops_no_other_and_is_left_to_be_run_alone(patient, waiting):
    good, bad = waiting(), waiting(13)

    due = _due(patient)
    rest = run_together(patient, due, lambda: LATER)
    for each in rest:
        run(patient, each, lambda: LATER)

    [refused] = rest
    assert refused.instance_id == bad
    assert (_opened(patient, good), _opened(patient, bad)) == (["approve"], [])
    assert _states(patient)[refused.id] == "incident"


def test_a_timer_another_worker_took_over_is_not_fired_with_the_others(patient, waiting):
    kept, lost = waiting(), waiting()
    due = _due(patient)
    stale = [replace(each, fence=each.fence - (each.instance_id == lost)) for each in due]

    rest = run_together(patient, stale, lambda: LATER)

    assert [each.instance_id for each in rest] == [lost]
    assert (_opened(patient, kept), _opened(patient, lost)) == (["approve"], [])
    assert sorted(_states(patient)[each.id] for each in due) == ["done", "leased"]


def test_the_second_timer_of_a_case_goes_on_from_the_first(patient, waiting):
    cases = [waiting(), waiting()]
    at = NOON + timedelta(hours=4)

    due = _due(patient, at)
    rest = run_together(patient, due, lambda: at)

    assert (len(due), {each.instance_id for each in rest}) == (4, set(cases))
    assert run_together(patient, rest, lambda: at) == []
    assert set(_states(patient).values()) == {"done"}


def test_what_failed_before_is_run_alone(patient, waiting):
    waiting(), waiting()
    tried = [replace(each, attempts=2) for each in _due(patient)]

    assert run_together(patient, tried, lambda: LATER) == tried

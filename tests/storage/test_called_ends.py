"""A called case or its caller ends: by an error, another way, by hand, or never."""

from __future__ import annotations

import pytest

from engine import bpmn
from engine.commands import instances, modifications
from engine.model.instance import instance_table
from tests.storage.calling import INNER, OUTER, WAITS, call, child_of, deploy, incidents, pay, run
from tests.storage.events import (
    ADMIN,
    END,
    NOON,
    START,
    begin,
    cancel,
    case,
    jobs,
    listening,
    process,
    rows,
)

pytestmark = pytest.mark.both_databases

FAILING = process(
    "inner", START, WAITS, '<endEvent id="end"><errorEventDefinition errorRef="bad"/></endEvent>'
)


def test_an_error_that_ends_the_called_case_is_caught_at_the_call(database):
    boundary = (
        '<boundaryEvent id="caught" attachedToRef="call"><errorEventDefinition errorRef="bad"/>'
        '</boundaryEvent><sequenceFlow id="f" sourceRef="caught" targetRef="given_up"/>'
        '<endEvent id="given_up"/>'
    )
    deploy(database, "one", process("outer", START, call(), END, more=boundary))
    deploy(database, "two", FAILING)
    outer = begin(database, "outer", contract="12")
    run(database)

    pay(database, "12")
    run(database)

    assert (case(database, outer).state, case(database, outer).end_id) == ("finished", "given_up")


def test_an_error_that_nothing_catches_is_an_incident_of_the_caller(database):
    deploy(database, "one", OUTER)
    deploy(database, "two", FAILING)
    outer = begin(database, "outer", contract="12")
    run(database)

    pay(database, "12")
    for hours in range(5):
        run(database, hours=hours)

    assert incidents(database) == [(outer, "GEN-UNCAUGHT")]


def test_a_called_case_ends_when_its_caller_goes_another_way(database):
    boundary = (
        '<boundaryEvent id="late" attachedToRef="call"><timerEventDefinition>'
        "<timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>"
        '<sequenceFlow id="f" sourceRef="late" targetRef="over"/><endEvent id="over"/>'
    )
    deploy(database, "one", process("outer", START, call(), END, more=boundary))
    deploy(database, "two", INNER)
    outer = begin(database, "outer", contract="12")
    run(database)

    run(database, hours=2)
    run(database, hours=2)

    assert case(database, outer).end_id == "over"
    assert child_of(database, outer).state == "cancelled"
    assert listening(database) == []


def test_cancelling_a_caller_ends_what_it_called_and_what_that_called(database):
    deploy(database, "one", OUTER)
    deploy(database, "two", process("inner", START, call('calledElement="innermost"'), END))
    deploy(database, "three", process("innermost", START, WAITS, END))
    outer = begin(database, "outer", contract="12")
    run(database)
    inner = child_of(database, outer)
    innermost = child_of(database, inner.id)

    cancel(database, outer)
    run(database)

    assert case(database, inner.id).state == "cancelled"
    assert case(database, innermost.id).state == "cancelled"
    assert jobs(database, state="ready") == []


def test_a_called_case_that_is_cancelled_by_hand_leaves_the_decision_to_a_person(database):
    deploy(database, "one", OUTER)
    deploy(database, "two", INNER)
    outer = begin(database, "outer", contract="12")
    run(database)

    instances.cancel(
        database.unit_of_work(), child_of(database, outer).id, "no", actor=ADMIN, at=NOON
    )
    for hours in range(5):
        run(database, hours=hours)

    assert incidents(database) == [(outer, "GEN-CALLEE")]


def test_a_process_that_calls_itself_without_end_stops_at_an_incident(database):
    deploy(
        database,
        "one",
        process(
            "inner",
            START,
            call("calledElement='${which}' camunda:calledElementBinding=\"latest\""),
            END,
        ),
    )
    begin(database, "inner", which="inner")

    for hours in range(5):
        run(database, hours=hours)

    cases = rows(database, instance_table)
    assert len(cases) == 31
    assert [code for _, code in incidents(database)] == ["GEN-CALLEE"]


def test_cancelling_a_call_by_hand_ends_the_called_case(database):
    deploy(database, "two", INNER)
    deploy(database, "one", OUTER)
    outer = begin(database, "outer", contract="12")
    run(database)
    inner = child_of(database, outer)

    modifications.modify(
        database.unit_of_work(),
        outer,
        [bpmn.CancelAll("call"), bpmn.StartBefore("end")],
        "no",
        actor=ADMIN,
        at=NOON,
    )
    run(database)

    assert case(database, outer).state == "finished"
    assert case(database, inner.id).state == "cancelled"

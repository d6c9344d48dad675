"""Signals reach everybody who listens, once; what a case throws reaches the others, once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from engine.commands import instances, signals
from engine.commands import jobs as job_commands
from engine.errors import CaseFinished, MessageIdTaken
from engine.jobs import run, run_due
from engine.model.incident import Incident
from engine.model.instance import instance_table
from engine.model.job import job_table
from engine.queries.invariants import broken
from engine.storage.database import Database
from tests.storage.events import (
    END,
    NOON,
    SIGNAL,
    START,
    WAITER,
    begin,
    cancel,
    case,
    catch,
    deploy,
    heard,
    jobs,
    listening,
    messages,
    process,
    rows,
)

pytestmark = pytest.mark.both_databases

LATER = NOON + timedelta(hours=1)
HEARER = process("hearer", START, catch("hear", SIGNAL), END)
#: listens itself beside what it throws
THROWER = process(
    "thrower",
    START,
    '<parallelGateway id="both"/>',
    catch("own", SIGNAL),
    END,
    more=f'<intermediateThrowEvent id="tell">{SIGNAL}</intermediateThrowEvent>'
    '<sequenceFlow id="f1" sourceRef="both" targetRef="tell"/><endEvent id="told"/>'
    '<sequenceFlow id="f2" sourceRef="tell" targetRef="told"/>',
)


def _broadcast(database: Database, **given: Any) -> str:
    told: dict[str, Any] = {"values": {"why": "end of year"}, "at": NOON} | given
    return signals.broadcast(database.unit_of_work(), "closing", **told)


def _run(database: Database, at: Any = NOON) -> int:
    return run_due(database, lambda: at)


def test_a_signal_reaches_two_hundred_cases_once_each_with_two_workers(database, monkeypatch):
    monkeypatch.setattr(signals, "PORTION", 60)
    deploy(database, HEARER)
    cases = {begin(database, "hearer") for _ in range(200)}

    signal_id = _broadcast(database)
    with ThreadPoolExecutor(2) as workers:
        list(workers.map(lambda _: _run(database), range(2)))

    told = heard(database, "signal")
    assert Counter(each.instance_id for each in told) == dict.fromkeys(cases, 1)
    assert {each.name for each in told} == {"closing"}
    assert {each.state for each in rows(database, instance_table)} == {"finished"}
    assert {each.variables["why"] for each in rows(database, instance_table)} == {"end of year"}
    assert len(jobs(database, kind="signal")) == 200
    assert listening(database) == []
    assert signal_id


def test_a_signal_is_not_kept_for_who_listens_later(database):
    deploy(database, HEARER)
    _broadcast(database)
    late = begin(database, "hearer", at=LATER)

    _run(database, LATER)

    assert case(database, late).state == "running"


def test_a_case_cancelled_while_a_signal_is_spread_stays_cancelled(database):
    deploy(database, HEARER)
    instance_id = begin(database, "hearer")
    _broadcast(database)
    spreading = job_commands.claim(database.unit_of_work(), NOON)
    assert spreading is not None
    run(database, spreading, lambda: NOON)
    cancel(database, instance_id)
    with database.engine.begin() as connection:  # planned by who had looked before the end
        connection.execute(
            update(job_table).where(job_table.c.kind == "signal").values(state="ready")
        )

    assert _run(database) == 1

    assert case(database, instance_id).state == "cancelled"
    assert heard(database, "signal") == []
    assert jobs(database, state="incident") == []


def test_the_same_signal_again_changes_nothing_and_another_under_its_id_is_refused(database):
    deploy(database, HEARER)
    begin(database, "hearer")
    assert _broadcast(database, signal_id="y-1405") == "y-1405"
    _run(database)
    second = begin(database, "hearer")

    _broadcast(database, signal_id="y-1405", at=LATER)
    with pytest.raises(MessageIdTaken):
        _broadcast(database, signal_id="y-1405", values={})
    _run(database, LATER)

    assert case(database, second).state == "running"
    assert len(heard(database, "signal")) == 1


def test_a_broadcast_taken_again_after_a_crash_doubles_nothing(database, monkeypatch):
    monkeypatch.setattr(signals, "PORTION", 2)
    deploy(database, HEARER)
    for _ in range(5):
        begin(database, "hearer")
    _broadcast(database)
    first = job_commands.claim(database.unit_of_work(), NOON)
    assert first is not None
    signals._spread(database.unit_of_work(), first, None, NOON)  # and the worker dies

    after = NOON + timedelta(minutes=1)
    _run(database, after)
    run(database, first, lambda: after)  # the dead one wakes up
    _run(database, after)

    assert len(heard(database, "signal")) == 5
    assert len(jobs(database, kind="signal")) == 5


def test_a_thrown_signal_reaches_the_others_and_its_own_case_only_inside_its_step(database):
    deploy(database, HEARER, THROWER)
    other = begin(database, "hearer")

    own = begin(database, "thrower")
    assert case(database, other).state == "running"
    _run(database)

    assert (case(database, own).state, case(database, other).state) == ("finished", "finished")
    assert [each.instance_id for each in heard(database, "signal")] == [other]
    assert [each.instance_id for each in jobs(database, kind="broadcast")] == [own]


def test_a_case_that_is_over_before_its_signal_went_out_is_well(database):
    deploy(database, THROWER)
    begin(database, "thrower")

    with database.reader() as session:
        assert broken(session) == ()
    assert [each.state for each in rows(database, instance_table)] == ["finished"]
    assert [each.state for each in jobs(database, kind="broadcast")] == ["ready"]


def test_a_case_that_throws_is_not_served_by_its_own_signal_when_it_listens_after_it(database):
    after = catch("hear", SIGNAL)
    tells = f'<intermediateThrowEvent id="tell">{SIGNAL}</intermediateThrowEvent>'
    deploy(database, process("caller", START, tells, after, END))
    first = begin(database, "caller")
    second = begin(database, "caller", at=LATER)

    _run(database, LATER)

    assert (case(database, first).state, case(database, second).state) == ("finished", "running")


def test_a_signal_starts_a_case_of_each_process_that_begins_with_it_once(database):
    begins = process("closer", f'<startEvent id="start">{SIGNAL}</startEvent>', END)
    deploy(database, begins, HEARER)

    for _ in range(2):
        _broadcast(database, signal_id="y-1405")
        _run(database)

    [started] = rows(database, instance_table, process_id="closer")
    assert started.variables == {"why": "end of year"}
    assert len(listening(database, kind="signal")) == 1


def test_a_case_that_cannot_go_on_with_a_signal_is_an_incident_and_the_others_go_on(database):
    gateway = '<exclusiveGateway id="which"/>'
    condition = (
        '<sequenceFlow id="f" sourceRef="which" targetRef="end"><conditionExpression '
        'xsi:type="tFormalExpression">=stuck = false</conditionExpression></sequenceFlow>'
    )
    deploy(
        database,
        process("hearer", START, catch("hear", SIGNAL), gateway, more=END + condition),
    )
    stuck, free = begin(database, "hearer", stuck=True), begin(database, "hearer", stuck=False)

    _broadcast(database)
    _run(database)

    assert case(database, free).state == "finished"
    [incident] = rows(database, Incident.__table__)
    assert (incident.instance_id, incident.element_id) == (stuck, "hear")


SENDER = process(
    "sender",
    START,
    '<intermediateThrowEvent id="tell"><messageEventDefinition messageRef="paid">'
    '<extensionElements><camunda:in source="sum" target="amount"/></extensionElements>'
    "</messageEventDefinition></intermediateThrowEvent>",
    END,
)


@pytest.mark.parametrize("receiver_first", [True, False])
def test_a_case_tells_another_one_exactly_once(database, receiver_first):
    deploy(database, WAITER, SENDER)
    names = ["waiter", "sender"] if receiver_first else ["sender", "waiter"]
    ids = {}
    for name in names:
        ids[name] = begin(database, name, contract="12", sum=5)
        _run(database)

    assert case(database, ids["waiter"]).state == "finished"
    assert case(database, ids["waiter"]).variables["amount"] == 5
    [sent] = messages(database)
    assert (sent.state, sent.instance_id) == ("delivered", ids["waiter"])
    [job] = jobs(database, kind="send")
    assert sent.id == job.idem_key
    assert len(heard(database, "message")) == 1


def test_a_message_two_cases_wait_for_is_an_incident_of_who_sent_it(database):
    deploy(database, WAITER, SENDER)
    for _ in range(2):
        begin(database, "waiter", contract="12")
    sender = begin(database, "sender", contract="12")

    for hours in range(5):
        _run(database, NOON + timedelta(hours=hours))

    [incident] = rows(database, Incident.__table__)
    assert (incident.instance_id, incident.code) == (sender, "GEN-AMBIGUOUS")
    assert messages(database) == []


WATCHED = process(
    "watched",
    START,
    catch(
        "large",
        '<conditionalEventDefinition><condition xsi:type="tFormalExpression">'
        "=amount &gt; 100</condition></conditionalEventDefinition>",
    ),
    END,
)


def test_a_condition_is_woken_by_a_change_from_outside_once(database):
    deploy(database, WATCHED)
    waits, other = begin(database, "watched", amount=1), begin(database, "watched", amount=2)
    [row] = listening(database, instance_id=waits)
    assert (row.kind, row.element_id) == ("condition", "large")

    def change(amount: int) -> str:
        uow = database.unit_of_work()
        instances.set_variables(uow, waits, {"amount": amount}, by="admin", at=NOON)
        return str(case(database, waits).state)

    assert [change(50), change(101)] == ["running", "finished"]
    with pytest.raises(CaseFinished):
        change(102)
    assert case(database, waits).variables == {"amount": 101}
    assert [each.facts["answer"]["amount"] for each in heard(database, "changed")] == [50, 101]
    assert [each.instance_id for each in listening(database)] == [other]


def test_a_condition_beside_a_step_is_served_at_each_rise_and_not_between(database):
    beside = (
        '<boundaryEvent id="alarm" attachedToRef="wait" cancelActivity="false">'
        '<conditionalEventDefinition><condition xsi:type="tFormalExpression">'
        "=amount &gt; 100</condition></conditionalEventDefinition></boundaryEvent>"
        '<endEvent id="told"/><sequenceFlow id="f" sourceRef="alarm" targetRef="told"/>'
    )
    waits = '<receiveTask id="wait" messageRef="opened"/>'
    deploy(
        database,
        process("watched", START, waits, END, more=beside),
    )
    instance_id = begin(database, "watched", amount=1)

    told = []
    for amount in (101, 150, 20, 101, 101):
        uow = database.unit_of_work()
        instances.set_variables(uow, instance_id, {"amount": amount}, at=NOON)
        told.append(len(heard(database, "passed", element_id="alarm")))

    assert told == [1, 1, 1, 2, 2]
    assert {each.kind for each in listening(database)} == {"condition", "message"}

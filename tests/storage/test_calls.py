"""A process of another deployment is called as a case of its own, in the version the call names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine import bpmn
from engine.commands import reminding
from engine.commands.follow import Following
from engine.commands.mending import mend
from engine.commands.models import model_of
from engine.errors import NotAtThisDesk
from engine.model.instance import instance_table
from engine.queries import cases
from engine.queries.called_steps import called_steps
from engine.queries.holding import held_up_of
from engine.queries.invariants import broken
from engine.queries.related import related
from engine.storage import bundles
from engine.storage.stranded import stranded
from tests.storage.calling import INNER, OUTER, call, child_of, deploy, incidents, pay, run
from tests.storage.events import CLERK, END, NOON, START, begin, case, heard, process, rows

pytestmark = pytest.mark.both_databases


def test_a_process_of_another_deployment_runs_as_a_case_and_comes_back(database):
    deploy(database, "one", OUTER)
    deploy(database, "two", INNER)
    outer = begin(database, "outer", contract="12", sum=3)
    run(database)

    inner = child_of(database, outer)
    assert inner.variables == {"contract": "12", "sum": 3}
    assert (inner.process_id, inner.state, inner.unit) == ("inner", "running", "*")
    pay(database, "12", amount=5)
    run(database)

    assert case(database, inner.id).state == "finished"
    assert case(database, outer).state == "finished"
    assert case(database, outer).variables == {"contract": "12", "sum": 3, "amount": 5}
    [called], [returned] = heard(database, "called"), heard(database, "returned")
    assert called.facts == {"case": str(inner.id), "process": "inner", "version": 1}
    assert (called.element_id, returned.element_id) == ("call", "call")
    assert incidents(database) == []


@pytest.mark.parametrize(
    "key", ["#{execution.processBusinessKey}", "${execution.processBusinessKey}"]
)
def test_a_called_case_has_its_callers_business_key_as_camunda_modeler_says_it(database, key):
    deploy(
        database,
        "one",
        process("outer", START, call(inside=f'<camunda:in businessKey="{key}"/>'), END),
    )
    deploy(database, "two", INNER)
    outer = begin(database, "outer", contract="12", business_key="1405/7")
    run(database)

    assert child_of(database, outer).business_key == case(database, outer).business_key == "1405/7"


def test_only_what_the_call_names_goes_in_and_comes_back(database):
    mapped = call(
        inside='<camunda:in source="contract" target="contract"/>'
        '<camunda:in sourceExpression="${sum * 2}" target="limits.most"/>'
        '<camunda:in businessKey="${contract}"/>'
        '<camunda:out source="amount" target="paid"/>'
    )
    deploy(database, "one", process("outer", START, mapped, END))
    deploy(database, "two", INNER)
    outer = begin(database, "outer", contract="12", sum=3)
    run(database)

    inner = child_of(database, outer)
    assert inner.variables == {"contract": "12", "limits": {"most": 6}}
    assert inner.business_key == "12"
    pay(database, "12", amount=5, secret=True)
    run(database)

    assert case(database, outer).variables == {"contract": "12", "sum": 3, "paid": 5}


def test_a_caller_is_not_stranded_while_the_called_case_runs(database):
    deploy(database, "one", OUTER)
    deploy(database, "two", INNER)
    outer = begin(database, "outer", contract="12")
    run(database)

    with database.reader() as session:
        assert stranded(session, None, 100)[0] == []
        assert broken(session) == ()
    assert not mend(database.unit_of_work(), outer, by="admin", at=NOON).made_again


def test_a_crash_while_a_case_is_called_leaves_neither_a_child_nor_a_word_of_it(
    database, monkeypatch
):
    deploy(database, "one", OUTER)
    deploy(database, "two", INNER)
    outer = begin(database, "outer", contract="12")
    save = Following.save

    def dies(following: Following, **given: Any) -> None:
        save(following, **given)
        raise ConnectionError("the database went away")

    monkeypatch.setattr(Following, "save", dies)
    run(database)
    assert rows(database, instance_table, called_by=outer) == []
    assert heard(database, "called") == []

    monkeypatch.undo()
    run(database, hours=1)
    assert child_of(database, outer).state == "running"


def test_each_item_calls_a_case_of_its_own_and_collects_what_came_back(database):
    loop = (
        "<multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics "
        'inputCollection="=contracts" inputElement="contract" outputCollection="sums" '
        'outputElement="=amount"/></extensionElements></multiInstanceLoopCharacteristics>'
    )
    several = f'<callActivity id="call" calledElement="inner">{loop}</callActivity>'
    deploy(database, "one", process("outer", START, several, END))
    deploy(database, "two", INNER)
    outer = begin(database, "outer", contracts=["1", "2", "3"])
    run(database)

    for each in ("3", "1", "2"):
        pay(database, each, amount=int(each) * 10)
    run(database)

    assert case(database, outer).variables["sums"] == [10, 20, 30]


def _zeebe(*mappings: str, called: str = "") -> str:
    """Return a call of Camunda 8 with an ioMapping."""
    inside = f'<zeebe:calledElement processId="inner" {called}/>'
    return call("", f"{inside}<zeebe:ioMapping>{''.join(mappings)}</zeebe:ioMapping>")


@pytest.mark.parametrize(
    ("called", "together"), [("", False), ("", True), ('bindingType="deployment"', True)]
)
def test_a_call_of_camunda_8_maps_what_goes_in_and_comes_back(database, called, together):
    activity = _zeebe(
        '<zeebe:input source="=sum * 2" target="most"/>',
        '<zeebe:output source="=amount + most" target="paid"/>',
        called=called,
    )
    outer = process("outer", START, activity, END)
    if together:
        deploy(database, "one", outer, INNER)
    else:
        deploy(database, "one", outer)
        deploy(database, "two", INNER)
    caller = begin(database, "outer", contract="12", sum=3)
    run(database)

    pay(database, "12", amount=5, secret=True)
    run(database)

    assert case(database, caller).state == "finished"
    assert case(database, caller).variables == {"contract": "12", "sum": 3, "paid": 11}


def test_a_call_that_hands_nothing_on_gives_only_its_inputs(database):
    activity = _zeebe(
        '<zeebe:input source="=contract" target="contract"/>',
        called='propagateAllParentVariables="false" propagateAllChildVariables="false"',
    )
    deploy(database, "one", process("outer", START, activity, END))
    deploy(database, "two", INNER)
    caller = begin(database, "outer", contract="12", secret=1)
    run(database)

    assert child_of(database, caller).variables == {"contract": "12"}
    pay(database, "12", amount=5)
    run(database)

    assert case(database, caller).variables == {"contract": "12", "secret": 1}


def test_a_caller_migrates_while_the_called_case_runs_and_hears_of_its_end(database):
    deploy(database, "two", INNER)
    deploy(database, "one", OUTER, title="1")
    outer = begin(database, "outer", contract="12")
    run(database)
    before = case(database, outer)
    deploy(database, "one", process("outer", START, call(), '<task id="more"/>', END), title="2")
    with database.reader() as session:
        old = bundles.version(session, "outer", 1)
        new = bundles.version(session, "outer", 2)

    step = bpmn.migrate(
        model_of(old.bundle),
        model_of(new.bundle),
        "outer",
        bpmn.Stored(before.snapshot, before.variables),
        bpmn.propose(model_of(old.bundle), model_of(new.bundle)),
        at=NOON,
    )
    assert [type(each) for each in step.waiting] == [bpmn.CallWait]
    moved = bpmn.answer(
        model_of(new.bundle), "outer", step.stored, step.waiting[0].token, {"a": 1}, at=NOON
    )

    assert [each.element_id for each in moved.passed] == ["call", "more", "end"]


LANES = '<laneSet id="l"><lane id="clerk"><flowNodeRef>ask</flowNodeRef></lane></laneSet>'
ASKS = process("inner", START, '<userTask id="ask"/>', END, more=LANES)


@pytest.mark.parametrize("deep", [1, 2])
def test_who_began_a_case_asks_after_the_step_of_one_it_waits_for(database, deep):
    middle = process("middle", START, call(), END)
    deploy(database, "three", ASKS)
    deploy(database, "two", middle)
    name = "middle" if deep == 2 else "inner"
    deploy(database, "one", process("outer", START, call(f'calledElement="{name}"'), END))
    outer = begin(database, "outer", contract="12")
    run(database)
    run(database)
    nobody = replace(CLERK, username="nobody", desks=frozenset())

    with database.reader() as session:
        [found] = called_steps(session, outer, CLERK)
        assert called_steps(session, outer, nobody) == ()
    assert (found.step.element_id, found.process_id, found.holder_names) == ("ask", "inner", None)

    with pytest.raises(NotAtThisDesk):
        reminding.remind(database.unit_of_work(), found.step.task_id, actor=nobody, at=NOON)
    reminding.remind(database.unit_of_work(), found.step.task_id, actor=CLERK, at=NOON)

    with database.reader() as session:
        held = held_up_of(session, [found.step.task_id], NOON)[found.step.task_id]
    assert held.asked_at == NOON


def test_a_case_page_shows_where_a_called_case_is_waited_for(database):
    deploy(database, "two", INNER)
    deploy(database, "one", OUTER)
    outer = begin(database, "outer", contract="12")
    run(database)
    with database.reader() as session:
        before = cases.page(session, outer, CLERK)
        [inner] = related(session, outer, CLERK)
        [caller] = related(session, inner.id, CLERK)

    pay(database, "12")
    run(database)
    with database.reader() as session:
        after = cases.page(session, outer, CLERK)

    assert (inner.how, caller.how, caller.id) == ("called", "caller", outer)
    assert before.progress.current == {"call"}
    assert after.progress.current == frozenset()

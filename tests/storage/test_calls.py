"""A process of another deployment is called as a case of its own, in the version the call names."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from engine import bpmn
from engine.catalogue.bundle import Bundle
from engine.commands import deployments, instances, messages, modifications, reminding
from engine.commands import jobs as job_commands
from engine.commands.follow import Following
from engine.commands.mending import mend
from engine.commands.models import model_of
from engine.errors import NotAtThisDesk
from engine.jobs import run_due
from engine.model.incident import Incident
from engine.model.instance import instance_table
from engine.queries import cases
from engine.queries.called_steps import called_steps
from engine.queries.holding import held_up_of
from engine.queries.invariants import broken
from engine.queries.related import related
from engine.storage import bundles
from engine.storage.database import Database
from engine.storage.stranded import stranded
from tests.storage.events import (
    ADMIN,
    CLERK,
    END,
    NOON,
    START,
    anyone_starts,
    begin,
    cancel,
    case,
    catch,
    heard,
    jobs,
    listening,
    process,
    rows,
)
from tests.storage.test_pools import _HEAD

pytestmark = pytest.mark.both_databases

_PAID = (
    '<message id="paid" name="paid"><extensionElements>'
    '<zeebe:subscription correlationKey="=contract"/></extensionElements></message>'
    '<error id="bad" errorCode="BAD"/>'
)
WAITS = catch("await", '<messageEventDefinition messageRef="paid"/>')


def call(attributes: str = 'calledElement="inner"', inside: str = "") -> str:
    """Return a call activity."""
    return (
        f'<callActivity id="call" {attributes}>'
        f"<extensionElements>{inside}</extensionElements></callActivity>"
    )


def deploy(database: Database, area: str, *processes: str, tag: str = "", title: str = "x") -> None:
    """Deploy an area with these processes."""
    bodies = [each.replace("<process ", f"<process {tag} ", 1) for each in processes]
    files = {
        f"p{number}.bpmn": f"{_HEAD}{_PAID}{each}</definitions>".encode()
        for number, each in enumerate(bodies)
    }
    ids = [each.split('process id="', 1)[1].split('"', 1)[0] for each in processes]
    settings = f'[area]\nid = "{area}"\n# {title}\n' + "".join(map(anyone_starts, ids))
    bundle = Bundle(files | {"process.toml": settings.encode()})
    assert deployments.deploy(database.unit_of_work(), bundle, at=NOON)


def run(database: Database, *, hours: float = 0) -> None:
    """Do all that is due."""
    run_due(database, lambda: NOON + timedelta(hours=hours))


def pay(database: Database, contract: str, **values: Any) -> None:
    """Let the called case go on."""
    messages.publish(database.unit_of_work(), "paid", contract, values, at=NOON)


def child_of(database: Database, caller: UUID) -> Any:
    """Return the only case that another one called."""
    [found] = rows(database, instance_table, called_by=caller)
    return found


def incidents(database: Database) -> list[tuple[UUID | None, str]]:
    """Return the open incidents: whose, and their code."""
    found = rows(database, Incident.__table__)
    return [(each.instance_id, each.code) for each in found if each.resolved_at is None]


OUTER = process("outer", START, call(), END)
INNER = process("inner", START, WAITS, END)


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


OLD = 'camunda:versionTag="old"'
BOUND = 'calledElement="inner" camunda:calledElementBinding'


@pytest.mark.parametrize(
    ("attributes", "inside", "version"),
    [
        ('calledElement="inner"', "", 3),
        (f'{BOUND}="latest"', "", 3),
        (
            f'{BOUND}="version" camunda:calledElementVersion="2"',
            "",
            2,
        ),
        (
            f'{BOUND}="versionTag" camunda:calledElementVersionTag="old"',
            "",
            1,
        ),
        ('calledElement="${which}"', "", 3),
        (
            "",
            '<zeebe:calledElement processId="=which" bindingType="versionTag" versionTag="old"/>',
            1,
        ),
    ],
)
def test_the_version_is_the_one_the_call_names(database, attributes, inside, version):
    deploy(database, "two", INNER, tag=OLD, title="1")
    deploy(database, "two", INNER, tag='camunda:versionTag="new"', title="2")
    deploy(database, "two", INNER, title="3")
    deploy(database, "one", process("outer", START, call(attributes, inside), END))

    begin(database, "outer", contract="12", which="inner")
    run(database)

    [called] = heard(database, "called")
    assert called.facts["version"] == version


def test_a_case_keeps_the_version_it_called_when_a_newer_one_comes(database):
    deploy(database, "one", OUTER)
    deploy(database, "two", INNER)
    outer = begin(database, "outer", contract="12")
    run(database)
    before = child_of(database, outer).definition_id

    deploy(database, "two", process("inner", START, END))
    pay(database, "12")
    run(database)

    assert child_of(database, outer).definition_id == before
    assert case(database, outer).state == "finished"


def test_a_process_of_the_same_files_runs_inside_its_caller_or_apart_as_the_call_says(database):
    apart = call('calledElement="inner" camunda:calledElementBinding="latest"')
    deploy(database, "one", OUTER, process("other", START, apart, END), INNER)

    inside, beside = begin(database, "outer", contract="1"), begin(database, "other", contract="2")
    run(database)

    assert rows(database, instance_table, called_by=inside) == []
    assert child_of(database, beside).process_id == "inner"
    pay(database, "1")
    pay(database, "2")
    run(database)
    assert {case(database, each).state for each in (inside, beside)} == {"finished"}


def test_a_call_of_what_is_not_deployed_is_an_incident_until_it_is(database):
    deploy(database, "one", OUTER)
    outer = begin(database, "outer", contract="12")

    for hours in range(5):
        run(database, hours=hours)
    assert [whose for whose, _ in incidents(database)] == [outer]

    deploy(database, "two", INNER)
    [job] = jobs(database, kind="call")
    job_commands.retry(database.unit_of_work(), job.id, by="admin", at=NOON + timedelta(hours=6))
    run(database, hours=6)

    assert child_of(database, outer).state == "running"


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


def test_a_call_that_names_its_own_deployment_is_refused_when_the_files_lack_it(database):
    bound = call('calledElement="inner" camunda:calledElementBinding="deployment"')
    with pytest.raises(bpmn.ModelRefused) as refusal:
        deploy(database, "one", process("outer", START, bound, END))
    assert [each.rule for each in refusal.value.findings] == ["BPMN-060"]


def test_deploying_tells_of_a_callee_that_nobody_has_deployed_yet(database):
    content = f"{_HEAD}{_PAID}{OUTER}</definitions>".encode()
    settings = f'[area]\nid = "one"\n{anyone_starts("outer")}'.encode()
    bundle = Bundle({"p.bpmn": content, "process.toml": settings})
    model_of(bundle)

    with database.reader() as session:
        before = deployments.warnings(session, bundle)
    deploy(database, "two", INNER)
    with database.reader() as session:
        after = deployments.warnings(session, bundle)

    assert before == ["p.bpmn call: there is no process 'inner' yet"]
    assert after == []


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

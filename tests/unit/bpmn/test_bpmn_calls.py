"""What goes into a called process and comes back, and tasks that are called like processes."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.unit.bpmn.diagrams import NOON, Case, flows, on, process, timer, users

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="urn:divan">'
)
INNER = process(
    '<startEvent id="is"/><endEvent id="ie"/>' + users("work"),
    "is -> work; work -> ie",
    process_id="inner",
)


def call(inside: str = "", *, called: str = "inner", more: str = "") -> str:
    """Return a call activity."""
    return (
        f'<callActivity id="call" calledElement="{called}">'
        f"<extensionElements>{inside}</extensionElements>{more}</callActivity>"
    )


def outer(activity: str, extra: str = "", roots: str = "") -> bytes:
    """Return a process of one call, a task behind it, and what stands beside it in the file."""
    body = '<startEvent id="s"/><endEvent id="e"/>' + activity + users("after")
    return (
        f'{_HEAD}{roots}<process id="p" isExecutable="true">{body}{extra}'
        f"{flows('s -> call; call -> after; after -> e')}</process></definitions>"
    ).encode()


def calling(inside: str, **values: object) -> Case:
    model = bpmn.compile_model({"p.bpmn": outer(call(inside)), "q.bpmn": INNER})
    return Case(model, bpmn.start(model, "p", values, at=NOON, seed="t"))


def test_without_a_word_all_variables_go_in_and_come_back():
    case = calling("", a=1)

    case.answer("work", {"b": 2})

    assert case.step.values == {"a": 1, "b": 2}


def test_what_is_mapped_goes_in_and_comes_back_and_nothing_else():
    case = calling(
        '<camunda:in source="a" target="x.y"/><camunda:in sourceExpression="= a + 1" target="z"/>'
        '<camunda:out sourceExpression="= x.y + z" target="sum.total"/>',
        a=1,
        b="not for others",
    )
    state = case.step.stored.snapshot.decode()

    case.answer("work", {"secret": True})

    assert "not for others" not in state
    assert case.step.values == {"a": 1, "b": "not for others", "sum": {"total": 3}}


def test_everything_and_more_goes_in_and_only_what_is_named_comes_back():
    case = calling(
        '<camunda:in variables="all"/><camunda:in source="a" target="copy"/>'
        '<camunda:out source="copy" target="back"/>',
        a=1,
    )

    case.answer("work", {"copy": 5, "other": 6})

    assert case.step.values == {"a": 1, "back": 5}


def test_a_value_that_is_put_into_what_is_no_context_is_an_error_of_the_call():
    with pytest.raises(bpmn.ExpressionFailed) as failure:
        calling('<camunda:in variables="all"/><camunda:in source="a" target="a.b"/>', a=1)
    assert failure.value.element_id == "call"


def test_what_is_called_elsewhere_waits_as_one_call_with_its_boundary():
    late = on("late", "call", timer("PT1H")) + '<endEvent id="over"/>' + flows("late -> over")
    activity = call('<camunda:in source="a" target="x"/>', called="far")
    model = bpmn.compile_model({"p.bpmn": outer(activity, late)})
    case = Case(model, bpmn.start(model, "p", {"a": 1}, at=NOON, seed="t"))

    asked = bpmn.calling(model, "p", case.step.stored, case.token("call"), at=NOON)

    assert case.waiting == ["call", "late"]
    assert (asked.process_id, asked.binding, asked.values) == ("far", None, {"x": 1})
    assert case.answer("call", {"b": 2}).waiting == ["after"]
    assert case.step.values == {"a": 1, "b": 2}


def test_a_process_that_is_called_by_an_expression_without_a_value_is_an_error_of_the_call():
    model = bpmn.compile_model({"p.bpmn": outer(call(called="${which}"))})
    case = Case(model, bpmn.start(model, "p", {}, at=NOON, seed="t"))

    with pytest.raises(bpmn.ExpressionFailed) as failure:
        bpmn.calling(model, "p", case.step.stored, case.token("call"), at=NOON)

    assert failure.value.element_id == "call"


def test_a_global_user_task_is_a_task_where_it_is_called():
    task = '<globalUserTask id="sign" name="Sign" camunda:formKey="signing"/>'
    late = on("late", "call", timer("PT1H")) + '<endEvent id="over"/>' + flows("late -> over")
    model = bpmn.compile_model({"p.bpmn": outer(call(called="sign"), late, task)})
    case = Case(model, bpmn.start(model, "p", {}, at=NOON, seed="t"))

    wait = case.wait("call")

    assert isinstance(wait, bpmn.HumanWait)
    assert wait.form_id == "signing"
    assert case.waiting == ["call", "late"]
    assert case.answer("call", {"signed": True}).waiting == ["after"]


def test_global_scripts_decisions_and_plain_tasks_are_done_where_they_are_called():
    tasks = (
        '<globalScriptTask id="add" scriptLanguage="feel" scriptFormat="feel" '
        'camunda:resultVariable="sum"><script>a + 1</script></globalScriptTask>'
    )
    model = bpmn.compile_model({"p.bpmn": outer(call(called="add"), "", tasks)})
    case = Case(model, bpmn.start(model, "p", {"a": 1}, at=NOON, seed="t"))
    assert case.waiting == ["after"]
    assert case.step.values == {"a": 1, "sum": 2}

    job = '<globalBusinessRuleTask id="decide" camunda:type="external" camunda:topic="rate"/>'
    model = bpmn.compile_model({"p.bpmn": outer(call(called="decide"), "", job)})
    case = Case(model, bpmn.start(model, "p", {}, at=NOON, seed="t"))
    assert isinstance(case.wait("call"), bpmn.ServiceWait)

    by_hand = '<globalManualTask id="knock"/><globalTask id="any"/>'
    for each in ("knock", "any"):
        model = bpmn.compile_model({"p.bpmn": outer(call(called=each), "", by_hand)})
        step = bpmn.start(model, "p", {}, at=NOON, seed="t")
        assert Case(model, step).waiting == ["after"]


@pytest.mark.parametrize(
    ("task", "rule"),
    [
        ('<globalScriptTask id="it"><script>print(1)</script></globalScriptTask>', "BPMN-114"),
        ('<globalBusinessRuleTask id="it"/>', "BPMN-114"),
        ('<globalBusinessRuleTask id="it" camunda:decisionRef="absent"/>', "BPMN-114"),
    ],
)
def test_a_global_task_that_cannot_be_done_is_refused_where_it_is_called(task, rule):
    findings = bpmn.lint({"p.bpmn": outer(call(called="it"), "", task)})

    assert [(each.rule, each.element_id) for each in findings if each.refuses] == [(rule, "call")]


@pytest.mark.parametrize(
    ("attributes", "told"),
    [
        ('camunda:calledElementBinding="version"', [("BPMN-113", True)]),
        (
            'camunda:calledElementBinding="version" camunda:calledElementVersion="new"',
            [("BPMN-113", True)],
        ),
        ('camunda:calledElementBinding="versionTag"', [("BPMN-113", True)]),
        ('camunda:calledElementBinding="version" camunda:calledElementVersion="2"', []),
        ('camunda:calledElementBinding="deployment"', [("BPMN-060", True)]),
        ("", []),
    ],
)
def test_a_call_says_which_version_it_means(attributes, told):
    activity = f'<callActivity id="call" calledElement="far" {attributes}/>'

    findings = bpmn.lint({"p.bpmn": outer(activity)})

    hint = [] if told and told[0][0] == "BPMN-060" else [("BPMN-115", False)]
    assert [(each.rule, each.refuses) for each in findings] == hint + told


def test_a_call_of_nothing_is_refused():
    findings = bpmn.lint({"p.bpmn": outer('<callActivity id="call"/>')})

    assert [(each.rule, each.element_id) for each in findings] == [("BPMN-060", "call")]


def test_conversations_and_choreographies_are_drawn_and_not_run():
    drawn = (
        '<collaboration id="c"><participant id="a" processRef="p"/><participant id="b"/>'
        '<conversation id="talk"><participantRef>a</participantRef></conversation>'
        '<subConversation id="deep"/><callConversation id="other"/>'
        '<conversationLink id="l" sourceRef="a" targetRef="talk"/>'
        '<conversationAssociation id="ca" innerConversationNodeRef="talk" '
        'outerConversationNodeRef="deep"/></collaboration>'
        '<choreography id="dance"><startEvent id="ds"/><choreographyTask id="dt" '
        'initiatingParticipantRef="a"><participantRef>a</participantRef></choreographyTask>'
        '<subChoreography id="sub" initiatingParticipantRef="a"/></choreography>'
        '<globalConversation id="g"/><globalChoreographyTask id="gc" '
        'initiatingParticipantRef="a"/>'
    )
    model = bpmn.compile_model({"p.bpmn": outer(call(called="far"), "", drawn)})

    assert list(model.processes) == ["p"]


def test_a_message_flow_to_the_plain_start_of_a_sub_process_brings_nothing():
    flows_between = (
        '<collaboration id="c"><participant id="a" processRef="p"/>'
        '<participant id="b" processRef="q"/>'
        '<messageFlow id="m" sourceRef="after" targetRef="deep"/></collaboration>'
        '<process id="q" isExecutable="true"><startEvent id="qs"/><subProcess id="sub">'
        '<startEvent id="deep"/><endEvent id="deep_end"/>'
        '<sequenceFlow id="d" sourceRef="deep" targetRef="deep_end"/></subProcess>'
        '<endEvent id="qe"/>'
        f"{flows('qs -> sub; sub -> qe')}</process>"
    )
    findings = bpmn.lint({"p.bpmn": outer(call(called="q"), "", flows_between)})

    assert [(each.rule, each.element_id, each.refuses) for each in findings] == [
        ("BPMN-111", "m", False)
    ]

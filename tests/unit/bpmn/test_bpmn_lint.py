"""What cannot run is refused when it is deployed, all of it at once."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.unit.bpmn.diagrams import model, on, process, users

ENDS = '<startEvent id="s"/><endEvent id="e"/>'
LINE = "s -> a; a -> e"
TIMER = "<timerEventDefinition><{form}>{text}</{form}></timerEventDefinition>"


def rules(body: str, arrows: str, extra: str = "") -> set[tuple[str, str | None]]:
    found = bpmn.lint({"p.bpmn": process(ENDS + body, arrows, extra=extra)})
    return {(each.rule, each.element_id) for each in found}


def task(inner: str = "", *, kind: str = "userTask", more: str = "") -> str:
    return f'<{kind} id="a" {more}>{inner}</{kind}>'


def catching(event: str) -> str:
    return f'<intermediateCatchEvent id="a">{event}</intermediateCatchEvent>'


def on_boundary(event: str, more: str = "", host: str = "a") -> str:
    return task() + f'<boundaryEvent id="b" attachedToRef="{host}" {more}>{event}</boundaryEvent>'


def throwing(event: str) -> str:
    return f'<intermediateThrowEvent id="x">{event}</intermediateThrowEvent>'


def event_sub(event: str, more: str = "") -> str:
    inside = '<endEvent id="xe"/><sequenceFlow id="xf" sourceRef="xs" targetRef="xe"/>'
    start = f'<startEvent id="xs" {more}>{event}</startEvent>'
    return task() + f'<subProcess id="x" triggeredByEvent="true">{start}{inside}</subProcess>'


@pytest.mark.parametrize(
    ("body", "arrows", "expected"),
    [
        pytest.param('<subChoreography id="a"/>', LINE, ("BPMN-010", "a"), id="choreography"),
        pytest.param(
            catching("<signalEventDefinition/>"),
            LINE,
            ("BPMN-051", "a"),
            id="signal without a name",
        ),
        pytest.param(
            catching("<escalationEventDefinition/>"),
            LINE,
            ("BPMN-180", "a"),
            id="caught escalation",
        ),
        pytest.param(
            task() + '<endEvent id="x"><timerEventDefinition/></endEvent>',
            LINE + "; a -> x",
            ("BPMN-180", "x"),
            id="timer end",
        ),
        pytest.param(
            event_sub(
                "<conditionalEventDefinition><condition>x</condition></conditionalEventDefinition>"
            ).replace('triggeredByEvent="true"', ""),
            LINE,
            ("BPMN-180", "xs"),
            id="sub-process begun by an event",
        ),
        pytest.param(event_sub(""), LINE, ("BPMN-181", "xs"), id="event sub-process of no event"),
        pytest.param(
            event_sub("<errorEventDefinition/>") + users("c"),
            LINE + "; a -> x; x -> c; c -> e",
            ("BPMN-059", "x"),
            id="event sub-process with flows",
        ),
        pytest.param(
            event_sub("<errorEventDefinition/>", 'isInterrupting="false"'),
            LINE,
            ("BPMN-052", "xs"),
            id="error start that does not interrupt",
        ),
        pytest.param(
            event_sub("<compensateEventDefinition/>"),
            LINE,
            ("BPMN-058", "x"),
            id="undoing the whole process",
        ),
        pytest.param(
            task() + '<subProcess id="x" triggeredByEvent="true"/>',
            LINE,
            ("BPMN-059", "x"),
            id="event sub-process of nothing",
        ),
        pytest.param(
            catching("<conditionalEventDefinition/>"),
            LINE,
            ("BPMN-056", "a"),
            id="event without a condition",
        ),
        pytest.param(
            catching(
                "<conditionalEventDefinition><condition>${bean.asks(x)}</condition>"
                "</conditionalEventDefinition>"
            ),
            LINE,
            ("BPMN-056", "a"),
            id="event with a condition that calls code",
        ),
        pytest.param(
            catching(
                '<conditionalEventDefinition camunda:variableName="x"><condition>x</condition>'
                "</conditionalEventDefinition>"
            ),
            LINE,
            ("BPMN-081", "a"),
            id="a condition that looks at one variable's changes only",
        ),
        pytest.param(
            task() + on("b", "a", '<errorEventDefinition camunda:errorCodeVariable="code"/>'),
            LINE + "; b -> e",
            ("BPMN-081", "b"),
            id="an error that is to be told in a variable",
        ),
        pytest.param(
            task()
            + on("b", "a", '<escalationEventDefinition camunda:escalationCodeVariable="code"/>'),
            LINE + "; b -> e",
            ("BPMN-081", "b"),
            id="an escalation that is to be told in a variable",
        ),
        pytest.param(
            task() + throwing('<linkEventDefinition name="there"/>'),
            LINE + "; a -> x",
            ("BPMN-057", "x"),
            id="link to nowhere",
        ),
        pytest.param(
            task()
            + throwing('<linkEventDefinition name="there"/>')
            + '<intermediateCatchEvent id="y"><linkEventDefinition name="there"/>'
            "</intermediateCatchEvent>",
            LINE + "; a -> x; x -> e; y -> e",
            ("BPMN-057", "x"),
            id="link with a flow behind it",
        ),
        pytest.param(
            task(more='isForCompensation="true"'), LINE, ("BPMN-058", "a"), id="undoing nothing"
        ),
        pytest.param(
            on_boundary("<compensateEventDefinition/>"), LINE, ("BPMN-058", "b"), id="no undoing"
        ),
        pytest.param(
            task() + throwing('<compensateEventDefinition activityRef="other"/>'),
            LINE + "; a -> x; x -> e",
            ("BPMN-058", "x"),
            id="undoing the unknown",
        ),
        pytest.param(
            on_boundary("<cancelEventDefinition/>"),
            LINE + "; b -> e",
            ("BPMN-058", "b"),
            id="cancelling a task",
        ),
        pytest.param(
            task() + '<endEvent id="x"><cancelEventDefinition/></endEvent>',
            LINE + "; a -> x",
            ("BPMN-058", "x"),
            id="cancelling no transaction",
        ),
        pytest.param(
            task() + throwing("<escalationEventDefinition/>"),
            LINE + "; a -> x; x -> e",
            ("BPMN-052", "x"),
            id="escalation without a code",
        ),
        pytest.param(
            task("<standardLoopCharacteristics/>"), LINE, ("BPMN-012", "a"), id="loop without end"
        ),
        pytest.param(
            task('<standardLoopCharacteristics loopMaximum="many"/>'),
            LINE,
            ("BPMN-012", "a"),
            id="loop without a number",
        ),
        pytest.param(
            task(
                "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>"
                "<completionCondition>x +</completionCondition>"
                "</multiInstanceLoopCharacteristics>"
            ),
            LINE,
            ("BPMN-012", "a"),
            id="completion condition not FEEL",
        ),
        pytest.param(task(kind="sendTask"), LINE, ("BPMN-051", "a"), id="sending nothing"),
        pytest.param(catching(""), LINE, ("BPMN-181", "a"), id="catching nothing"),
        pytest.param(
            task("<multiInstanceLoopCharacteristics/>"),
            LINE,
            ("BPMN-012", "a"),
            id="multi-instance over nothing",
        ),
        pytest.param(task() + users("b"), LINE + "; b -> e", ("BPMN-021", "b"), id="unreachable"),
        pytest.param(task(), LINE + "; a -> nowhere", ("BPMN-022", "a_nowhere"), id="to nowhere"),
        pytest.param(task(), LINE + "; a -> s", ("BPMN-162", "a_s"), id="into a start"),
        pytest.param(
            task() + '<exclusiveGateway id="g"/>',
            LINE + "; a -> g",
            ("BPMN-023", "g"),
            id="gateway without a way out",
        ),
        pytest.param(
            '<subProcess id="a"><startEvent id="x"/></subProcess>',
            LINE,
            ("BPMN-024", "a"),
            id="sub-process without an end",
        ),
        pytest.param(task(kind="serviceTask"), LINE, ("BPMN-031", "a"), id="service without topic"),
        pytest.param(
            task(kind="serviceTask", more='camunda:type="external" camunda:topic="${kind}"'),
            LINE,
            ("BPMN-031", "a"),
            id="topic that is worked out",
        ),
        pytest.param(
            task(kind="serviceTask", more='camunda:class="com.example.Pay"'),
            LINE,
            ("BPMN-031", "a"),
            id="Java class",
        ),
        pytest.param(
            task(kind="businessRuleTask", more='camunda:decisionRef="d"'),
            LINE,
            ("BPMN-033", "a"),
            id="decision that is not among the files",
        ),
        pytest.param(
            task(kind="businessRuleTask"),
            LINE,
            ("BPMN-031", "a"),
            id="rules that are nowhere",
        ),
        pytest.param(
            '<exclusiveGateway id="a"/>' + users("x"),
            LINE + "; a -> x [y]; x -> e",
            ("BPMN-040", "a_e"),
            id="choice without a condition",
        ),
        pytest.param(
            '<exclusiveGateway id="a" default="a_e"/>' + users("x"),
            LINE + "; a -> x [__import__('os')]; x -> e",
            ("BPMN-042", "a_x"),
            id="Python",
        ),
        pytest.param(
            '<exclusiveGateway id="a" default="a_e"/>' + users("x"),
            LINE + "; a -> x [${limits.check(amount)}]; x -> e",
            ("BPMN-042", "a_x"),
            id="JUEL",
        ),
        pytest.param(
            '<parallelGateway id="a"/>' + users("x"),
            LINE + "; a -> x [y]; x -> e",
            ("BPMN-043", "a_x"),
            id="condition without effect",
        ),
        pytest.param(catching("<timerEventDefinition/>"), LINE, ("BPMN-050", "a"), id="no time"),
        pytest.param(
            catching(TIMER.format(form="timeDuration", text="5 days")),
            LINE,
            ("BPMN-050", "a"),
            id="not ISO 8601",
        ),
        pytest.param(
            catching(TIMER.format(form="timeDuration", text="= (")),
            LINE,
            ("BPMN-050", "a"),
            id="timer not FEEL",
        ),
        pytest.param(
            on_boundary(TIMER.format(form="timeCycle", text="0 0 * * *"), 'cancelActivity="false"'),
            LINE + "; b -> e",
            ("BPMN-050", "b"),
            id="cron",
        ),
        pytest.param(
            catching('<messageEventDefinition messageRef="m"/>'),
            LINE,
            ("BPMN-051", "a"),
            id="message without a name",
        ),
        pytest.param(
            on_boundary('<errorEventDefinition errorRef="x"/>'),
            LINE + "; b -> e",
            ("BPMN-052", "b"),
            id="error without a code",
        ),
        pytest.param(
            on_boundary("<errorEventDefinition/>", 'cancelActivity="false"'),
            LINE + "; b -> e",
            ("BPMN-052", "b"),
            id="error that does not interrupt",
        ),
        pytest.param(
            on_boundary("<errorEventDefinition/>", host="e"),
            LINE + "; b -> e",
            ("BPMN-054", "b"),
            id="boundary on an event",
        ),
        pytest.param(
            '<eventBasedGateway id="a"/>', LINE, ("BPMN-055", "a"), id="event gateway before an end"
        ),
        pytest.param(
            '<callActivity id="a"/>',
            LINE,
            ("BPMN-060", "a"),
            id="call of nothing",
        ),
        pytest.param(
            task("<script>print(1)</script>", kind="scriptTask", more='scriptFormat="python"'),
            LINE,
            ("BPMN-070", "a"),
            id="Python script",
        ),
        pytest.param(
            task(
                "<script>1 +</script>",
                kind="scriptTask",
                more='scriptFormat="feel" camunda:resultVariable="x"',
            ),
            LINE,
            ("BPMN-042", "a"),
            id="script not FEEL",
        ),
        pytest.param(
            task("<extensionElements><camunda:connector/></extensionElements>"),
            LINE,
            ("BPMN-081", "a"),
            id="extension without effect",
        ),
        pytest.param(task() + task(), LINE, ("BPMN-003", "a"), id="id used twice"),
    ],
)
def test_what_is_not_run_is_refused_by_element(body, arrows, expected):
    assert expected in rules(body, arrows)


def test_all_problems_are_told_at_once_with_name_and_advice():
    found = bpmn.lint(
        {
            "p.bpmn": process(
                f'{ENDS}<subChoreography id="g" name="Which way?"/><serviceTask id="x"/>',
                "s -> g; g -> x; x -> e",
            )
        }
    )

    assert [(each.rule, each.element_id, each.name) for each in found] == [
        ("BPMN-010", "g", "Which way?"),
        ("BPMN-031", "x", None),
    ]
    assert "draw a process" in found[0].message
    assert found[0].file == "p.bpmn"


def test_compiling_refuses_with_all_findings():
    with pytest.raises(bpmn.ModelRefused) as refusal:
        model('<serviceTask id="a"/><serviceTask id="b"/>', "s -> a; a -> b; b -> e")

    assert [each.element_id for each in refusal.value.findings] == ["a", "b"]


def test_a_sub_process_inside_an_event_is_refused_where_it_stands_and_breaks_nothing():
    inner = '<subProcess id="lost"><userTask id="b"/></subProcess>'
    event = f"<timerEventDefinition><timeDuration>PT1H</timeDuration>{inner}</timerEventDefinition>"

    assert rules(catching(event), LINE) == {("BPMN-131", "lost")}


def test_an_expression_that_only_opens_is_refused_where_it_stands():
    assert ("BPMN-050", "a") in rules(catching(TIMER.format(form="timeDuration", text="${")), LINE)

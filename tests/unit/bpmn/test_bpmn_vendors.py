"""What each vendor's modeler adds to an element comes out in one neutral form, in FEEL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from engine import bpmn
from engine.bpmn import vendor
from engine.bpmn.deciding import DecisionCall
from engine.bpmn.interchange import differences, exported, read
from engine.bpmn.vendor import Called, Form, Listener, LoopText, Mapped, Said
from tests.unit.bpmn.diagrams import Case, model, process, users

_NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:activiti="http://activiti.org/bpmn" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
)
_SPIFF = 'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '


def said(kind: str, attributes: str = "", inner: str = "", *, spiff: bool = False) -> Said:
    spoken = _NAMESPACES + (_SPIFF if spiff else "")
    more = f"<extensionElements>{inner}</extensionElements>" if inner else ""
    node = etree.fromstring(f'<{kind} {spoken} id="a" {attributes}>{more}</{kind}>')
    return vendor.said_of(node)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(
            said(
                "userTask",
                'camunda:assignee="${chief}" camunda:candidateGroups="audit,${unit}-finance" '
                'camunda:candidateUsers="${deputies}" camunda:dueDate="${dateTime().plusDays(3)}" '
                'camunda:followUpDate="2026-12-01T08:00:00" camunda:priority="70" '
                'camunda:formRef="measure" camunda:formRefBinding="version" '
                'camunda:formRefVersion="3"',
            ),
            Said(
                assignee="chief",
                candidate_groups='["audit", string join([string(unit), "-finance"])]',
                candidate_users="deputies",
                due='now() + duration("P3D")',
                follow_up='"2026-12-01T08:00:00"',
                priority="70",
                form=Form("measure", "version", "3"),
            ),
            id="Camunda 7 user task",
        ),
        pytest.param(
            said("userTask", 'activiti:assignee="kermit"'), Said(assignee='"kermit"'), id="activiti"
        ),
        pytest.param(
            said(
                "userTask",
                inner='<zeebe:userTask/><zeebe:assignmentDefinition assignee="=chief" '
                'candidateGroups="audit, finance" candidateUsers="=deputies"/>'
                '<zeebe:taskSchedule dueDate="=now() + duration(&quot;P3D&quot;)" '
                'followUpDate="2026-12-01T08:00:00Z"/><zeebe:priorityDefinition priority="70"/>'
                '<zeebe:formDefinition formId="measure" bindingType="versionTag" '
                'versionTag="v1"/>',
            ),
            Said(
                assignee="chief",
                candidate_groups='["audit", "finance"]',
                candidate_users="deputies",
                due='now() + duration("P3D")',
                follow_up='"2026-12-01T08:00:00Z"',
                priority="70",
                form=Form("measure", "versionTag", "v1"),
            ),
            id="Camunda 8 user task",
        ),
        pytest.param(
            said(
                "serviceTask",
                'camunda:type="external" camunda:topic="${channel}" camunda:taskPriority="5"',
                "<camunda:failedJobRetryTimeCycle>R3/PT10S</camunda:failedJobRetryTimeCycle>"
                '<camunda:properties><camunda:property name="cost" value="low"/>'
                "</camunda:properties>",
            ),
            Said(
                topic="=channel",
                retries="R3/PT10S",
                job_priority="5",
                properties=(("cost", "low"),),
            ),
            id="Camunda 7 external task",
        ),
        pytest.param(
            said("serviceTask", 'camunda:delegateExpression="${payer}"'),
            Said(code="${payer}"),
            id="Camunda 7 bean",
        ),
        pytest.param(
            said(
                "serviceTask",
                inner='<zeebe:taskDefinition type="pay" retries="3"/><zeebe:taskHeaders>'
                '<zeebe:header key="bank" value="melli"/></zeebe:taskHeaders>',
            ),
            Said(topic="pay", retries="R3/PT0S", headers=(("bank", "melli"),)),
            id="Camunda 8 job",
        ),
        pytest.param(
            said(
                "task",
                inner='<camunda:inputOutput><camunda:inputParameter name="a">${x + 1}'
                '</camunda:inputParameter><camunda:inputParameter name="b">text'
                '</camunda:inputParameter><camunda:inputParameter name="c"/>'
                '<camunda:inputParameter name="d"><camunda:list><camunda:value>${x}'
                "</camunda:value><camunda:value>2</camunda:value></camunda:list>"
                '</camunda:inputParameter><camunda:inputParameter name="e"><camunda:map>'
                '<camunda:entry key="k">${y}</camunda:entry></camunda:map>'
                '</camunda:inputParameter><camunda:outputParameter name="f">'
                '<camunda:script scriptFormat="feel">sum(d)</camunda:script>'
                "</camunda:outputParameter></camunda:inputOutput>",
            ),
            Said(
                inputs=(
                    Mapped("a", "x + 1"),
                    Mapped("b", '"text"'),
                    Mapped("c", "null"),
                    Mapped("d", '[x, "2"]'),
                    Mapped("e", '{"k": y}'),
                ),
                outputs=(Mapped("f", "sum(d)"),),
            ),
            id="Camunda 7 mappings",
        ),
        pytest.param(
            said(
                "task",
                inner='<zeebe:ioMapping><zeebe:input source="=x + 1" target="a.b"/>'
                '<zeebe:output source="fixed" target="c"/></zeebe:ioMapping>',
            ),
            Said(inputs=(Mapped("a.b", "x + 1"),), outputs=(Mapped("c", '"fixed"'),), keeps=True),
            id="Camunda 8 mappings",
        ),
        pytest.param(
            said(
                "callActivity",
                'calledElement="pay" camunda:calledElementBinding="version" '
                'camunda:calledElementVersion="4"',
                '<camunda:in businessKey="${key}"/><camunda:in source="x" target="y"/>'
                '<camunda:in sourceExpression="${x * 2}" target="z"/>'
                '<camunda:out variables="all"/>',
            ),
            Said(
                called=Called(
                    "pay",
                    "version",
                    "4",
                    "key",
                    everything_in=False,
                    inputs=(Mapped("y", "x"), Mapped("z", "x * 2")),
                )
            ),
            id="Camunda 7 call",
        ),
        pytest.param(
            said(
                "callActivity",
                inner='<zeebe:calledElement processId="=which" bindingType="versionTag" '
                'versionTag="v2" propagateAllParentVariables="false"/><zeebe:ioMapping>'
                '<zeebe:output source="=a" target="b"/></zeebe:ioMapping>',
            ),
            Said(
                outputs=(Mapped("b", "a"),),
                keeps=True,
                called=Called(
                    "=which", "versionTag", "v2", everything_in=False, everything_out=False
                ),
            ),
            id="Camunda 8 call",
        ),
        pytest.param(
            said(
                "task",
                inner='<camunda:executionListener event="end" '
                "expression=\"${execution.setVariable('n', n + 1)}\"/>"
                '<camunda:taskListener event="create"><camunda:script scriptFormat="feel">'
                "{seen: true}</camunda:script></camunda:taskListener>"
                '<camunda:taskListener event="complete" class="org.example.Told"/>',
            ),
            Said(
                listeners=(
                    Listener("execution", "end", '{"n": n + 1}'),
                    Listener("task", "create", "{seen: true}"),
                    Listener("task", "complete", None, code="org.example.Told"),
                )
            ),
            id="Camunda 7 listeners",
        ),
        pytest.param(
            said(
                "userTask",
                inner="<zeebe:taskListeners><zeebe:taskListener "
                'eventType="completing" type="told" retries="2"/></zeebe:taskListeners>'
                '<zeebe:executionListeners><zeebe:executionListener eventType="start" '
                'type="begun"/></zeebe:executionListeners>',
            ),
            Said(
                listeners=(
                    Listener("task", "complete", None, "told", "R2/PT0S"),
                    Listener("execution", "start", None, "begun"),
                )
            ),
            id="Camunda 8 listeners",
        ),
        pytest.param(
            said(
                "businessRuleTask",
                'camunda:decisionRef="limit" camunda:resultVariable="r" '
                'camunda:mapDecisionResult="singleEntry" camunda:decisionRefBinding="deployment"',
            ),
            Said(decision=DecisionCall("limit", "r", "singleEntry"), decision_binding="deployment"),
            id="Camunda 7 decision",
        ),
        pytest.param(
            said("process", 'camunda:versionTag="1.2" camunda:candidateStarterGroups="a, b"'),
            Said(version_tag="1.2", starters=("a", "b")),
            id="Camunda 7 process",
        ),
        pytest.param(
            said(
                "manualTask",
                inner="<spiffworkflow:preScript>total = price * 2\nfor x in y: pass"
                "</spiffworkflow:preScript><spiffworkflow:postScript>done = len(a) == 1"
                "</spiffworkflow:postScript><spiffworkflow:properties>"
                '<spiffworkflow:property name="formJsonSchemaFilename" value="ask.json"/>'
                "</spiffworkflow:properties>",
                spiff=True,
            ),
            Said(
                form=Form("ask.json"),
                inputs=(Mapped("total", "price * 2"), Mapped("", "{% for x in y: pass %}")),
                outputs=(Mapped("done", "len(a) == 1"),),
                properties=(("formJsonSchemaFilename", "ask.json"),),
            ),
            id="SpiffWorkflow",
        ),
        pytest.param(
            said(
                "serviceTask",
                inner='<spiffworkflow:serviceTaskOperator id="http/get" resultVariable="r">'
                '<spiffworkflow:parameters><spiffworkflow:parameter id="url" type="str" '
                "value=\"'x'\"/></spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>",
                spiff=True,
            ),
            Said(topic="http/get", inputs=(Mapped("url", '"x"'),)),
            id="SpiffWorkflow operator",
        ),
    ],
)
def test_a_vendor_is_read_into_the_neutral_form(found, expected):
    assert found == expected


def test_a_loop_over_a_camunda_expression_is_feel():
    node = etree.fromstring(
        f'<task {_NAMESPACES}><multiInstanceLoopCharacteristics camunda:collection="${{lines}}" '
        'camunda:elementVariable="line"/></task>'
    )
    assert vendor.loop_of(node) == LoopText(False, "lines", None, "line", None, None, None)


def test_a_form_held_by_the_process_comes_with_its_body():
    root = etree.fromstring(
        f"<process {_NAMESPACES}><extensionElements>"
        '<zeebe:userTaskForm id="f1">{"type": "default"}</zeebe:userTaskForm></extensionElements>'
        '<userTask><extensionElements><zeebe:formDefinition formKey="camunda-forms:bpmn:f1"/>'
        "</extensionElements></userTask></process>"
    )
    assert vendor.said_of(root[1]).form == Form("camunda-forms:bpmn:f1", body='{"type": "default"}')


def test_a_camunda_condition_decides_as_it_did_there():
    branches = "s -> g; g -> big [${amount > 1000 && !urgent}]; g ->* small; big -> e; small -> e"
    chosen = model('<exclusiveGateway id="g" default="g_small"/>' + users("big", "small"), branches)

    assert Case.of(chosen, amount=2000).waiting == ["big"]
    assert Case.of(chosen, amount=2000, urgent=True).waiting == ["small"]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        pytest.param(
            'camunda:assignee="${staff.next(unit)}"', "let a service task compute it", id="bean"
        ),
        pytest.param(
            'camunda:dueDate="${execution.processBusinessKey}"',
            "give the case a variable",
            id="engine",
        ),
        pytest.param(
            'camunda:candidateGroups="${list.contains(x)}"',
            "list contains(list, item)",
            id="ambiguous",
        ),
    ],
)
def test_an_expression_without_a_feel_is_refused_with_advice(more, told):
    body = f'<startEvent id="s"/><endEvent id="e"/><userTask id="a" name="Ask" {more}/>'
    [finding] = bpmn.lint({"p.bpmn": process(body, "s -> a; a -> e")})
    assert (finding.rule, finding.element_id, finding.name) == ("BPMN-082", "a", "Ask")
    assert told in finding.message


def test_a_condition_in_almost_feel_is_refused_with_the_feel_to_write():
    body = '<startEvent id="s"/><endEvent id="e"/><endEvent id="f"/><exclusiveGateway id="g"/>'
    found = bpmn.lint({"p.bpmn": process(body, "s -> g; g -> e [a == 5]; g -> f [a > 1]")})
    assert [each.rule for each in found] == ["BPMN-042"]
    assert "write a = 5" in found[0].message


@pytest.mark.parametrize(
    "named",
    [
        '<message id="m" name="paid-${contract}"/>',
        '<message id="m" name="=contract"/>',
        '<error id="m" errorCode="#{code}"/>',
    ],
)
def test_a_name_that_is_an_expression_is_refused(named):
    body = '<startEvent id="s"/><endEvent id="e"/>'
    found = bpmn.lint({"p.bpmn": process(body, "s -> e", extra=named)})
    assert [(each.rule, each.element_id) for each in found] == [("BPMN-083", "m")]


@pytest.mark.parametrize("prefix", ["camunda", "zeebe", "spiffworkflow"])
@pytest.mark.parametrize(
    ("value", "expected"),
    [("true", ""), ("The bill is booked.", "The bill is booked."), ("false", None), ("", None)],
)
def test_a_property_of_any_vendor_makes_a_point_of_no_return(prefix, value, expected):
    said = f'<{prefix}:properties {_SPIFF}><{prefix}:property name="pointOfNoReturn"'
    more = f'<extensionElements>{said} value="{value}"/></{prefix}:properties></extensionElements>'
    body = f'<startEvent id="s"/><endEvent id="e"/><userTask id="a">{more}</userTask>'
    written = process(body, "s -> a; a -> e")

    [drawn] = bpmn.compile_model({"p.bpmn": written}).processes.values()

    assert drawn.element("a").no_return == expected
    assert drawn.element("e").no_return is None
    assert differences(written, exported(read(written).content)) == []


def test_no_other_file_of_the_engine_names_a_vendor():
    room = Path(vendor.__file__).parent
    naming = [
        str(each.relative_to(room.parent))
        for each in _sources(room.parent.parent)
        if room not in each.parents
        and re.search(r"camunda\.org/schema|activiti\.org|spiffworkflow\.org", each.read_text())
    ]
    assert naming == []


def _sources(folder: Path) -> Iterator[Path]:
    return folder.rglob("*.py")

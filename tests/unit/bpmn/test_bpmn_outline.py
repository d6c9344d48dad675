"""The outline of a model: its elements along the flows, with lanes, forms and topics."""

from __future__ import annotations

from engine import bpmn
from tests.unit.bpmn.diagrams import model, process, users

ENDS = '<startEvent id="s"/><endEvent id="e"/>'
LANES = (
    '<laneSet id="ls"><lane id="unit" name="واحد  اجرایی"><flowNodeRef>a</flowNodeRef>'
    '<flowNodeRef>sub</flowNodeRef></lane><lane id="finance" name="مالی">'
    "<flowNodeRef>b</flowNodeRef></lane></laneSet>"
)


def test_the_outline_reads_along_the_flows_with_lanes_forms_and_topics():
    shown = model(
        LANES + '<userTask id="b" name="تأیید" camunda:formRef="approve"/>'
        '<userTask id="a"><documentation>Why</documentation><extensionElements>'
        '<zeebe:formDefinition formId="file"/></extensionElements></userTask>'
        '<subProcess id="sub"><startEvent id="ss"/><userTask id="in" camunda:formKey="k"/>'
        '<endEvent id="se"/><sequenceFlow id="f1" sourceRef="ss" targetRef="in"/>'
        '<sequenceFlow id="f2" sourceRef="in" targetRef="se"/></subProcess>'
        '<exclusiveGateway id="g" default="g_a"/>',
        "s -> a; a -> sub; sub -> b; b -> g; g -> a; g -> e [= ok]",
    ).processes["p"]

    assert [each.id for each in shown.elements] == [
        "s",
        "a",
        "sub",
        "ss",
        "in",
        "se",
        "b",
        "g",
        "e",
    ]
    assert [(each.id, each.name) for each in shown.lanes] == [
        ("unit", "واحد اجرایی"),
        ("finance", "مالی"),
    ]
    assert [shown.element(each).lane_id for each in ("a", "in", "b")] == [
        "unit",
        "unit",
        "finance",
    ]
    assert [shown.element(each).form_id for each in ("a", "in", "b")] == ["file", "k", "approve"]
    assert shown.element("a").documentation == "Why"
    assert shown.element("in").parent == "sub"
    assert [
        (each.target, each.condition, each.is_default) for each in shown.element("g").outgoing
    ] == [("a", None, True), ("e", "ok", False)]


def test_the_same_files_give_the_same_outline():
    files = {"p.bpmn": process(ENDS + users("a", "b"), "s -> a; a -> b; b -> e")}

    assert bpmn.compile_model(files).processes == bpmn.compile_model(files).processes

"""What a tool wrote comes in and goes back without loss; what was lost is told."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine import bpmn
from engine.bpmn import interchange
from engine.bpmn.interchange import NotBpmn, Unreadable, differences, exported, lost, read

SUITES = Path(__file__).parents[2] / "conformance"
MODELS = sorted([*SUITES.glob("bpmn-miwg/*.bpmn"), *SUITES.glob("bpmn-elements/*.bpmn")])
BUSY = (SUITES / "bpmn-miwg" / "A.2.1.bpmn").read_bytes()  #: many namespaces of many tools

MODEL = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:acme="urn:acme" targetNamespace="urn:t">{}</definitions>'
)


def model(inner: str) -> bytes:
    return MODEL.format(inner).encode()


def test_the_suites_of_others_are_there():
    assert len(MODELS) == 39


@pytest.mark.parametrize("path", MODELS, ids=lambda each: each.stem)
def test_a_model_of_another_tool_goes_in_and_out_without_loss(path):
    content = path.read_bytes()

    assert lost(content) == []
    # another parser and canonical XML agree
    assert _canonical(exported(read(content).content)) == _canonical(content)


def _canonical(content: bytes) -> str:
    return ET.canonicalize(content.decode("latin-1" if b"8859" in content[:80] else "utf-8"))


@pytest.mark.parametrize("path", MODELS, ids=lambda each: each.stem)
def test_a_model_taken_in_twice_is_the_same(path):
    once = read(path.read_bytes())
    again = read(once.content)
    assert (again.content, again.given) == (once.content, ())


@given(chosen=st.integers(min_value=0), change=st.sampled_from(["attribute", "element", "text"]))
@settings(max_examples=60, deadline=None)
def test_whatever_is_lost_from_a_model_is_told(chosen, change):
    root = etree.fromstring(BUSY)
    nodes = [each for each in root.iter(etree.Element) if each is not root]
    node = nodes[chosen % len(nodes)]
    if change == "attribute":
        keys = sorted(str(each) for each in node.attrib)
        if not keys:
            return
        key = keys[chosen % len(keys)]
        node.set(key, node.get(key) + "z")
    elif change == "text":
        node.text = (node.text or "") + "more"
    else:
        node.getparent().remove(node)

    assert differences(BUSY, etree.tostring(root)) != []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            '<process id="p"/>',
            '<b:process xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL" id="p"/>',
            id="prefixes",
        ),
        pytest.param(
            '<process id="p" name="n"/>', "<process\n  name='n'   id='p' />", id="spelling"
        ),
        pytest.param(
            '<process id="p"><documentation>a<![CDATA[<b]]></documentation></process>',
            '<process id="p">\n <!-- told -->\n<documentation>a&lt;b</documentation></process>',
            id="CDATA, comments and indentation",
        ),
        pytest.param(
            '<process id="p"><task id="t" isForCompensation="false"/></process>',
            '<process id="p"><task id="t"/></process>',
            id="defaults of the schema",
        ),
        pytest.param(
            '<process id="p"><task id="t"/><endEvent id="e"/></process>',
            '<process id="p"><endEvent id="e"/><task id="t"/></process>',
            id="order that means nothing",
        ),
        pytest.param(
            '<dc:Bounds x="100.0" y="0"/>', '<dc:Bounds x="100" y="0.00"/>', id="measures"
        ),
        pytest.param(
            '<d:waypoint xmlns:d="http://www.omg.org/spec/DD/20100524/DI" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" x="1" xsi:type="dc:Point"/>',
            '<d:waypoint xmlns:d="http://www.omg.org/spec/DD/20100524/DI" x="1"/>',
            id="the type a point has anyway",
        ),
        pytest.param(
            '<receiveTask id="r" messageRef="t:m" xmlns:t="urn:t"/>',
            '<receiveTask id="r" messageRef="m"/>',
            id="a reference into the model itself",
        ),
        pytest.param(
            '<itemDefinition id="i" structureRef="a:b" xmlns:a="urn:x"/>',
            '<itemDefinition id="i" structureRef="c:b" xmlns:c="urn:x"/>',
            id="a reference into another model",
        ),
    ],
)
def test_the_same_said_otherwise_is_no_difference(before, after):
    assert differences(model(before), model(after)) == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        pytest.param(
            '<process id="p"><task id="t" name="الف"/></process>',
            '<process id="p"><task id="t" name="ب"/></process>',
            "definitions/process[p]/task[t]/@name changed 'الف' became 'ب'",
            id="a name",
        ),
        pytest.param(
            '<process id="p"><task id="t"/></process>',
            '<process id="p"/>',
            "definitions/process[p]/task[t] missing",
            id="an element",
        ),
        pytest.param(
            '<process id="p"><sequenceFlow id="a"/><sequenceFlow id="b"/></process>',
            '<process id="p"><sequenceFlow id="b"/><sequenceFlow id="a"/></process>',
            "definitions/process[p]/sequenceFlow[a] moved",
            id="the order conditions are tried in",
        ),
        pytest.param(
            '<process id="p" acme:owner="x"/>',
            '<process id="p"/>',
            "definitions/process[p]/@owner missing",
            id="a foreign attribute",
        ),
        pytest.param(
            '<process id="p"><extensionElements><acme:a/><acme:b/></extensionElements></process>',
            '<process id="p"><extensionElements><acme:b/><acme:a/><acme:c/></extensionElements>'
            "</process>",
            "definitions/process[p]/extensionElements/c added",
            id="an extension",
        ),
        pytest.param(
            '<bpmndi:BPMNPlane><bpmndi:BPMNShape bpmnElement="a"/>'
            '<bpmndi:BPMNEdge bpmnElement="b"/></bpmndi:BPMNPlane>',
            '<bpmndi:BPMNPlane><bpmndi:BPMNEdge bpmnElement="b"/>'
            '<bpmndi:BPMNShape bpmnElement="a"/></bpmndi:BPMNPlane>',
            "definitions/BPMNPlane/BPMNShape[a] moved",
            id="what covers what",
        ),
    ],
)
def test_a_difference_says_where_it_is(before, after, told):
    assert told in [str(each) for each in differences(model(before), model(after))]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1256"]
)
def test_persian_names_come_in_from_any_encoding(encoding):
    name = "تاييد \u200c مبلغ"
    said = encoding.removesuffix("-sig").partition("-le")[0].partition("-be")[0]
    text = f'<?xml version="1.0" encoding="{said}"?>' + MODEL.format(
        f'<process id="p" name="{name}"/>'
    )

    content = read(text.encode(encoding)).content

    assert etree.fromstring(content)[0].get("name") == name
    assert lost(text.encode(encoding)) == []


def test_an_encoding_that_a_later_tool_did_not_take_along_does_no_harm():
    text = '<?xml version="1.0" encoding="utf-16"?>' + MODEL.format('<process id="p" name="مبلغ"/>')
    assert etree.fromstring(read(text.encode()).content)[0].get("name") == "مبلغ"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b'<?xml version="1.0" encoding="utf-7"?><a/>', "utf-7", id="encoding"),
        pytest.param(b'<?xml version="1.0" encoding="bz2"?><a/>', "bz2", id="no encoding"),
        pytest.param(b"<a>\xff</a>", "not UTF-8", id="bytes"),
        pytest.param("<!DOCTYPE a><a/>".encode("utf-16"), "document type", id="entities"),
        pytest.param(b"", "not well-formed", id="nothing"),
    ],
)
def test_what_is_no_xml_is_refused(content, told):
    with pytest.raises(Unreadable, match=told):
        read(content)


def test_another_kind_of_xml_is_refused():
    with pytest.raises(NotBpmn):
        read(b"<svg/>")


ANONYMOUS = model(
    '<process><startEvent id="s"/><task/><task/><laneSet><lane><flowNodeRef>s</flowNodeRef></lane>'
    "</laneSet></process>"
    '<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="s"><bpmndi:BPMNShape id="s" '
    'bpmnElement="s"/></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
)


def test_what_has_no_id_is_given_one_and_gives_it_back():
    imported = read(ANONYMOUS)

    assert [(each.kind, each.element_id, each.was) for each in imported.given] == [
        ("process", "process_1", None),
        ("task", "task_1", None),
        ("task", "task_2", None),
        ("laneSet", "laneSet_1", None),
        ("lane", "lane_1", None),
        ("BPMNDiagram", "BPMNDiagram_1", None),
        ("BPMNPlane", "s_di", None),
        ("BPMNShape", "s_di_1", "s"),
    ]
    assert differences(ANONYMOUS, exported(imported.content)) == []


def test_an_id_that_something_drawn_later_refers_to_stays():
    kept = read(ANONYMOUS).content.replace(
        b"<laneSet", b'<sequenceFlow id="f" sourceRef="s" targetRef="task_1"/><laneSet'
    )
    assert {str(each) for each in differences(ANONYMOUS, exported(kept))} == {
        "definitions/process/task[task_1] added",
        "definitions/process/task missing",
        "definitions/process/sequenceFlow[f] added",
    }


UNDRAWN = model(
    '<process id="p"><startEvent id="s"/><subProcess id="sub"><startEvent id="i"/>'
    '<userTask id="in"/><sequenceFlow id="g" sourceRef="i" targetRef="in"/></subProcess>'
    '<boundaryEvent id="b" attachedToRef="sub"/><task id="a"/><exclusiveGateway id="x"/>'
    '<endEvent id="e"/><endEvent id="f"/>'
    '<sequenceFlow id="f1" sourceRef="s" targetRef="sub"/>'
    '<sequenceFlow id="f2" sourceRef="sub" targetRef="x"/>'
    '<sequenceFlow id="f3" sourceRef="x" targetRef="a"/>'
    '<sequenceFlow id="f4" sourceRef="x" targetRef="e"/>'
    '<sequenceFlow id="f5" sourceRef="a" targetRef="sub"/>'
    '<sequenceFlow id="f6" sourceRef="b" targetRef="f"/></process>'
)
SHAPE = "{http://www.omg.org/spec/BPMN/20100524/DI}BPMNShape"
EDGE = "{http://www.omg.org/spec/BPMN/20100524/DI}BPMNEdge"


def test_a_model_without_a_drawing_is_given_one_and_gives_it_back():
    imported = read(UNDRAWN)

    assert [each.kind for each in imported.given] == ["BPMNDiagram"]
    root = etree.fromstring(imported.content)
    at = {each.get("bpmnElement"): _bounds(each) for each in root.iter(SHAPE)}
    assert set(at) == {"s", "sub", "i", "in", "b", "a", "x", "e", "f"}
    assert at["s"][0] < at["sub"][0] < at["x"][0] < at["a"][0]  # along the flows
    assert _holds(at["sub"], at["in"])
    apart = [at[each] for each in ("s", "sub", "a", "x", "e", "f")]
    assert not any(_meet(one, other) for one in apart for other in apart if one is not other)
    assert len(list(root.iter(EDGE))) == 7
    assert lost(UNDRAWN) == []


def test_a_drawing_that_somebody_changed_stays():
    moved = read(UNDRAWN).content.replace(b'x="50"', b'x="55"', 1)
    assert [str(each) for each in differences(UNDRAWN, exported(moved))] == [
        "definitions/BPMNDiagram[BPMNDiagram_1] added"
    ]


def _bounds(shape: etree._Element) -> tuple[int, int, int, int]:
    x, y, width, height = (int(shape[0].get(key, "")) for key in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def _holds(outer: tuple[int, ...], inner: tuple[int, ...]) -> bool:
    return all(outer[i] < inner[i] and inner[i + 2] < outer[i + 2] for i in (0, 1))


def _meet(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(one[i] < other[i + 2] and other[i] < one[i + 2] for i in (0, 1))


def test_references_with_the_prefix_of_the_model_itself_lead_somewhere():
    content = (
        b'<b:definitions xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:t="urn:t" '
        b'targetNamespace="urn:t"><b:message id="m" name="paid"/><b:process id="p" '
        b'isExecutable="true"><b:startEvent id="s"><b:outgoing>t:f</b:outgoing></b:startEvent>'
        b'<b:sequenceFlow id="f" sourceRef="t:s" targetRef="r"/><b:receiveTask id="r" '
        b'messageRef="t:m"/></b:process></b:definitions>'
    )
    model = bpmn.compile_model({"p.bpmn": content})
    step = bpmn.start(model, "p", {}, at=datetime(2026, 11, 21, tzinfo=UTC), seed="t")
    assert [each.element_id for each in step.waiting] == ["r"]
    assert lost(content) == []


def test_a_model_not_made_to_run_comes_in_and_says_what_keeps_it_from_running():
    content = (SUITES / "bpmn-miwg" / "A.1.0.bpmn").read_bytes()
    stored = read(content).content
    assert [each.rule for each in bpmn.lint({"a.bpmn": stored})] == ["BPMN-002"]


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@settings(max_examples=200)
def test_no_file_makes_the_import_fall_over(content):
    try:
        interchange.read(content)
    except (Unreadable, NotBpmn):
        return
    raise AssertionError("this is a model")


def test_an_id_that_was_empty_is_given_back_empty():
    assert lost(model('<process id="p"><userTask id=""/></process>')) == []

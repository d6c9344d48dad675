"""What a handbook tells of a model: every step in order, who, until when, what leads where."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.catalogue.bundle import Bundle
from engine.errors import NotFound
from webapp.documents import render_pdf
from webapp.handbook.book import Contents, Step, tidy
from webapp.handbook.contents import contents
from webapp.handbook.sheets import SHEET, sheets_of
from webapp.handbook.source import Source
from webapp.manner import Manner

ENGLISH, PERSIAN = Manner.of("en"), Manner.of("fa")
ROOT = Path(__file__).parents[3]
LIMITS = (ROOT / "tests" / "kit" / "limits.dmn").read_bytes()

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
    ' xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI"'
    ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="d" targetNamespace="t">'
)
_PROCESS = """
<message id="m" name="goods_came" />
<process id="p" isExecutable="true" name="خرید">
  <documentation>برای خرید کالا</documentation>
  <laneSet id="ls"><lane id="desk" name="کارپردازی"><flowNodeRef>ask</flowNodeRef></lane></laneSet>
  <startEvent id="begin" /><sequenceFlow id="f0" sourceRef="begin" targetRef="ask" />
  <userTask id="ask" name="Ask for it"><extensionElements>
    <zeebe:formDefinition formId="ask" /></extensionElements></userTask>
  <boundaryEvent id="late" name="Late" attachedToRef="ask" cancelActivity="false">
    <timerEventDefinition id="t"><timeDuration>P1DT12H</timeDuration></timerEventDefinition>
  </boundaryEvent>
  <sequenceFlow id="f9" sourceRef="late" targetRef="call" />
  <sequenceFlow id="f1" sourceRef="ask" targetRef="much" />
  <exclusiveGateway id="much" name="Much?" default="f3" />
  <sequenceFlow id="f2" name="yes" sourceRef="much" targetRef="inner">
    <conditionExpression>=amount &gt; 5000000000</conditionExpression></sequenceFlow>
  <sequenceFlow id="f3" sourceRef="much" targetRef="join" />
  <subProcess id="inner" name="Inside">
    <startEvent id="inner_begin" /><businessRuleTask id="rule" name="Limit"><extensionElements>
      <zeebe:calledDecision decisionId="approver" resultVariable="x" /></extensionElements>
    </businessRuleTask><sequenceFlow id="fi" sourceRef="inner_begin" targetRef="rule" />
  </subProcess>
  <sequenceFlow id="f4" sourceRef="inner" targetRef="join" />
  <exclusiveGateway id="join" /><sequenceFlow id="f5" sourceRef="join" targetRef="call" />
  <callActivity id="call" name="Buy"><extensionElements>
    <zeebe:calledElement processId="buying" /></extensionElements></callActivity>
  <sequenceFlow id="f6" sourceRef="call" targetRef="wait" />
  <intermediateCatchEvent id="wait" name="Came">
    <messageEventDefinition id="me" messageRef="m" /></intermediateCatchEvent>
</process>"""
_SETTINGS = """
[area]
id = "buying_area"
title = "خرید"

[p]
title = "خرید"
start_lanes = ["desk"]

[p.lanes]
desk = { role = "PROC_OFFICER", in = "case" }

[p.tasks.ask]
due = { working_days = 3 }
escalate = "UNIT_HEAD"
confirm = true
point_of_no_return = "قطعی است."

[[p.not_same_person]]
steps = ["ask", "rule"]
code = "SOD-001"

[p.messages.goods_came]
lane = "desk"
reason = true
"""
_FORM = {
    "id": "ask",
    "components": [
        {
            "type": "rial",
            "key": "amount",
            "label": "مبلغ",
            "validate": {"required": True, "min": 5},
            "conditional": {"hide": "=amount > 5"},
        }
    ],
    "divan": {"outcomes": [{"value": "send", "label": "ارسال"}]},
}
_ENGLISH = """
[p]
title = "Purchase"
ask = "Describe it"
desk = "Buying"
[forms.ask]
amount = "Amount"
[outcomes.ask]
send = "Send"
[messages]
goods_came = "The goods came"
"""


def area(files: Mapping[str, bytes] | None = None, process: str = _PROCESS) -> Bundle:
    said: Mapping[str, bytes] = {
        "p.bpmn": f"{_HEAD}{process}</definitions>".encode(),
        "process.toml": _SETTINGS.encode(),
        "forms/ask.form": json.dumps(_FORM).encode(),
        "texts.en.toml": _ENGLISH.encode(),
        "limits.dmn": LIMITS,
    }
    return Bundle({**said, **(files or {})})


@pytest.fixture(scope="module")
def told() -> Contents:
    return contents(area(), "p", ENGLISH)


def _step(told: Contents, element_id: str) -> Step:
    return next(each for each in told.steps if each.id == element_id)


def test_steps_stand_in_reading_order_with_what_is_inside_after_it(told):
    assert [(each.number, each.id) for each in told.steps] == [
        ("1", "begin"),
        ("2", "ask"),
        ("3", "late"),
        ("4", "much"),
        ("5", "inner"),
        ("5.1", "inner_begin"),
        ("5.2", "rule"),
        ("6", "call"),
        ("7", "wait"),
    ]


def test_a_step_says_who_does_it_until_when_and_what_is_final(told):
    step = _step(told, "ask")

    assert (step.name, step.who) == ("Describe it", "Buying officer")
    said = {each.label: each.text for each in step.facts}
    assert said["Deadline"] == "3 working days"
    assert said["who is told when it is late"] == "Head of the unit"
    assert "is an approval, confirmed with the password" in said
    assert said["nothing is taken back behind it"] == "قطعی است."


def test_a_form_is_told_with_its_limits_in_words_and_the_exact_expression(told):
    form = _step(told, "ask").form

    assert form is not None
    [field] = form.fields
    assert (field.label, field.kind, form.answers) == ("Amount", "amount in rials", ("Send",))
    rules = {each.label: (each.text, each.code) for each in field.rules}
    assert rules["must be filled in"] == ("", "")
    assert rules["the least"] == ("5", "")
    assert rules["is hidden when"] == ("Amount is more than 5 rials", "=amount > 5")


def test_ways_are_told_in_words_with_the_exact_condition_and_past_gateways_that_only_join(told):
    ways = _step(told, "much").ways

    assert [(each.when, each.code, each.target) for each in ways] == [
        ("“yes”: Amount is more than 5 billion rials", "=amount > 5000000000", "inner"),
        ("otherwise", "", "call"),
    ]


def test_timers_messages_and_calls_are_told(told):
    late = {each.label: (each.text, each.code) for each in _step(told, "late").facts}
    assert late["Time"] == ("1 day and 12 hours", "P1DT12H")
    assert "the step goes on beside it" in late
    [call] = _step(told, "call").facts
    assert (call.label, call.link) == ("Calls the process", "buying")
    [message] = _step(told, "wait").facts
    assert (message.label, message.text) == ("Message", "The goods came")


def test_what_the_system_keeps_of_an_answer_is_named_as_on_the_forms():
    process = _PROCESS.replace(
        "</process>",
        """<serviceTask id="look" name="Look up">
      <extensionElements><zeebe:taskDefinition type="look_up" /></extensionElements>
      </serviceTask></process>""",
    )
    kept = f"{_SETTINGS}\n[p.tasks.look]\noutput = {{ amount = '=found.amount' }}\n"
    told = contents(area({"process.toml": kept.encode()}, process), "p", ENGLISH)

    said = {each.label: each.code for each in _step(told, "look").facts}
    assert said["is kept of the answer: Amount"] == "=found.amount"


def test_a_link_is_told_by_the_steps_it_joins_and_not_by_its_name_for_tools():
    links = """<process id="p" isExecutable="true"><startEvent id="begin" name="Need" />
      <sequenceFlow id="f1" sourceRef="begin" targetRef="ask" />
      <userTask id="ask" name="Ask" /><sequenceFlow id="f2" sourceRef="ask" targetRef="back" />
      <intermediateThrowEvent id="back"><linkEventDefinition name="return" />
      </intermediateThrowEvent><intermediateCatchEvent id="again">
      <linkEventDefinition name="return" /></intermediateCatchEvent>
      <sequenceFlow id="f3" sourceRef="again" targetRef="ask" /></process>"""
    told = contents(area(process=links), "p", PERSIAN)

    [goes] = _step(told, "back").facts
    [comes] = _step(told, "again").facts
    assert (goes.label, goes.text) == ("ادامه در", "Ask")
    assert (comes.label, comes.text) == ("می‌آید از", "Ask")


def test_the_decision_a_step_asks_stands_as_a_table_and_in_words(told):
    [decision] = told.decisions

    assert _step(told, "rule").facts[0].link == "#decision-approver"
    assert decision.columns == ("مبلغ", "اضطراری", "تصویب با")
    assert decision.rules[0].cells == ("< 2000000000", "-", '"UNIT_HEAD"')
    assert decision.rules[0].said.startswith("when Amount is less than 2 billion")


def test_roles_four_eyes_rules_and_messages_are_told(told):
    assert [(each.lane, each.who) for each in told.roles] == [
        ("Buying", "“Buying officer” in the unit of the case")
    ]
    [rule] = told.separations
    assert rule.startswith("“Describe it”, “Limit” of one case need different people")
    assert [(each.label, each.text) for each in told.messages] == [
        ("The goods came", "sent by “Buying officer”, with a reason")
    ]
    assert [each.label for each in told.no_return] == ["Describe it"]
    assert told.about == ("برای خرید کالا",)


def test_the_same_is_told_in_persian():
    told = contents(area(), "p", PERSIAN)

    assert told.title == "خرید"
    said = {each.label: each.text for each in _step(told, "ask").facts}
    assert said["مهلت"] == "۳ روز کاری"
    assert _step(told, "rule").number == "۵.۲"


def test_a_process_that_is_not_drawn_is_not_found():
    with pytest.raises(NotFound):
        contents(area(), "other", ENGLISH)


@pytest.mark.parametrize(
    "files",
    [
        {"process.toml": b"[p]\nlanes = 5\ntasks = ['x']\nnot_same_person = 3\nmessages = 'x'"},
        {"process.toml": b"\xff"},
        {"process.toml": b"[p.tasks]\nask = 7\n[p.lanes]\ndesk = 1\n[p.messages]\nx = 2"},
        {"forms/ask.form": b"[" * 100_000},
        {"forms/ask.form": b'{"id": "ask", "components": [{"values": 5, "validate": []}, 3]}'},
        {"limits.dmn": b"<nothing"},
        {"texts.en.toml": b"p = 5\nforms = []\nmessages = 'x'"},
    ],
    ids=["kinds", "no_text", "inner", "deep", "form", "decisions", "texts"],
)
def test_files_that_make_no_sense_leave_the_rest_of_the_handbook(files):
    told = contents(area(files), "p", ENGLISH)

    assert len(told.steps) == 9


def test_names_cannot_disturb_the_page_around_them():
    hostile = "\u202e</td><script>alert(1)</script>" + "x" * 100_000

    seen = tidy(hostile)

    assert len(seen) == 4_000
    assert "\u202e" not in seen


def _drawn(boxes: int, width: float = 100) -> Bundle:
    tasks = "".join(f'<task id="s{n}" name="گام {n}" />' for n in range(boxes))
    shapes = "".join(
        f'<di:BPMNShape id="h{n}" bpmnElement="s{n}">'
        f'<dc:Bounds x="{n * width}" y="0" width="100" height="80" /></di:BPMNShape>'
        for n in range(boxes)
    )
    process = (
        f'<process id="p">{tasks}</process><di:BPMNDiagram id="bd">'
        f'<di:BPMNPlane id="bp">{shapes}</di:BPMNPlane></di:BPMNDiagram>'
    )
    return area(process=process)


def test_a_wide_drawing_is_cut_into_sheets_and_every_shape_is_on_one():
    sheets = sheets_of(Source(_drawn(60, 120), "p", PERSIAN))

    assert len(sheets) > 1
    assert all(each.width <= SHEET[0] + 100 for each in sheets)
    assert {shape.label for each in sheets for shape in each.shapes} == {
        f"گام {n}" for n in range(60)
    }


@pytest.mark.parametrize("width", ["nan", "inf", "1e308", "-5", "x"])
def test_shapes_without_a_place_are_left_out_of_the_drawing(width):
    bundle = _drawn(1)
    broken = bundle.files["p.bpmn"].replace(b'width="100"', f'width="{width}"'.encode())

    assert sheets_of(Source(area({"p.bpmn": broken}), "p", PERSIAN)) == ()


def test_paper_sets_what_a_model_says_and_runs_nothing_of_it(tmp_path):
    template = tmp_path / "free.typ"
    template.write_text(
        "#let page-data = json(bytes(sys.inputs.page))\n#page-data.said", encoding="utf-8"
    )

    paper = render_pdf(template, {"said": '#panic("x") $ #read("/etc/passwd") \\'})

    assert paper.startswith(b"%PDF")

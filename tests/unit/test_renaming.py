"""One name of an area is another in every file that means it, and in no file that does not."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from engine import bpmn
from engine.catalogue.bundle import Bundle
from engine.renaming import Asked, Kind, Renamed, offered, problem_of, renamed, said_in, unreadable

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<!-- drawn by hand -->
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:t="urn:t"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" targetNamespace="urn:t">
  <message id="paid_message" name="paid"/>
  <signal id="stop_signal" name="stop"/>
  <error id="odd" errorCode="ODD"/>
  <process id="order" isExecutable="true">
    <laneSet id="lanes">
      <lane id="buyers" name="Buyers"><flowNodeRef>check</flowNodeRef></lane>
    </laneSet>
    <startEvent id="begin"/>
    <userTask id='check' name="check" default="on" camunda:formRef="check">
      <incoming>t:go</incoming>
    </userTask>
    <businessRuleTask id="decide" camunda:decisionRef="limits" camunda:resultVariable="check"/>
    <callActivity id="again" calledElement="order"/>
    <boundaryEvent id="odd_one" attachedToRef="check">
      <errorEventDefinition errorRef="odd"/></boundaryEvent>
    <intermediateCatchEvent id="wait">
      <messageEventDefinition messageRef="paid_message"/></intermediateCatchEvent>
    <sequenceFlow id="go" sourceRef="begin" targetRef="check"/>
    <sequenceFlow id="on" sourceRef="check" targetRef="decide">
      <conditionExpression>=check &gt; 1</conditionExpression></sequenceFlow>
  </process>
  <bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="p" bpmnElement="order">
    <bpmndi:BPMNShape id="check_di" bpmnElement="check"/></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</definitions>
"""
OTHER = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">
  <message id="m" name="paid"/>
  <process id="other"><callActivity id="call" calledElement="order"/></process>
</definitions>"""
DECISIONS = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"
  id="d" name="D" namespace="n">
  <decision id="limits" name="Limits"/>
  <decision id="whole" name="Whole">
    <informationRequirement id="r"><requiredDecision href="#limits"/></informationRequirement>
  </decision>
</definitions>
"""
SETTINGS = """[area]
id = "orders"

[order]  # all about orders
title = "Order: check it"
start_lanes = ["buyers"]
start_form = "check"

[order.lanes]
buyers = { role = "PROC_OFFICER", in = "case" }

[order.tasks]
check = { confirm = true }  # a password

[[order.not_same_person]]
steps = ["check", "decide"]

[order.messages.paid]
lane = "buyers"

[other.tasks]
check = { confirm = false }
"""
TEXTS = """[order]
check = "check"

[order.messages]
paid = "The order is paid"

[other]
check = "Other check"

[forms.check]
amount = "Amount"

[messages]
paid = "It is paid"

[errors]
ODD = "odd"
"""
TEST = """[title]
en = "check"

[given]
process = "order"

[[step]]
answer = "check"
values = { check = "check" }

[[step]]
message = "paid"

[step.expect]
open = ["check"]
passed = ["check", "on"]
refused = ["GEN-1 check"]
"""
FORM = """{
  "type": "default",
  "components": [{"id": "check", "type": "text"}],
  "id": "check"
}
"""
AREA = Bundle(
    {
        "order.bpmn": DIAGRAM.encode(),
        "other.bpmn": OTHER.encode(),
        "limits.dmn": DECISIONS.encode(),
        "process.toml": SETTINGS.encode(),
        "texts.en.toml": TEXTS.encode(),
        "tests/ordinary.test.toml": TEST.encode(),
        "forms/check.form": FORM.encode(),
    }
)
STEP = Asked(Kind.STEP, "check", "review", "order")


def _after(found: Renamed, name: str) -> str:
    content = found.files.get(name) or AREA.files[name]
    return content.decode()


def _lines(before: str, after: str) -> list[tuple[str, str]]:
    pairs = zip(before.splitlines(), after.splitlines(), strict=True)
    return [(old.strip(), new.strip()) for old, new in pairs if old != new]


def test_a_step_is_another_wherever_the_step_is_meant_and_nowhere_else():
    found = renamed(AREA, STEP)

    drawn = DIAGRAM.replace("<flowNodeRef>check", "<flowNodeRef>review")
    drawn = drawn.replace("id='check'", "id='review'")
    for key in ("attachedToRef", "sourceRef", "targetRef", "bpmnElement"):
        drawn = drawn.replace(f'{key}="check"', f'{key}="review"')
    assert _after(found, "order.bpmn") == drawn
    assert _lines(SETTINGS, _after(found, "process.toml")) == [
        ("check = { confirm = true }  # a password", "review = { confirm = true }  # a password"),
        ('steps = ["check", "decide"]', 'steps = ["review", "decide"]'),
    ]
    [text] = _lines(TEXTS, _after(found, "texts.en.toml"))
    assert text == ('check = "check"', 'review = "check"')
    assert _lines(TEST, _after(found, "tests/ordinary.test.toml")) == [
        ('answer = "check"', 'answer = "review"'),
        ('open = ["check"]', 'open = ["review"]'),
        ('passed = ["check", "on"]', 'passed = ["review", "on"]'),
        ('refused = ["GEN-1 check"]', 'refused = ["GEN-1 review"]'),
    ]
    assert found.files.keys() == {
        "order.bpmn",
        "process.toml",
        "texts.en.toml",
        "tests/ordinary.test.toml",
    }


def test_every_place_is_told_and_what_stays_is_listed_with_its_line():
    found = renamed(AREA, STEP)

    told = {(each.file, each.place, each.key) for each in found.changes}
    assert ("order.bpmn", "on", "sourceRef") in told
    assert ("order.bpmn", "buyers", "flowNodeRef") in told
    assert ("process.toml", "order.not_same_person.0.steps", "0") in told
    assert {each.after for each in found.changes} == {"review", "GEN-1 review"}
    stays = {(each.file, each.text) for each in found.left}
    assert ("forms/check.form", '"id": "check"') in stays
    assert any("=check &gt; 1" in text for _, text in stays)
    assert not any("flowNodeRef" in text for _, text in stays)


@pytest.mark.parametrize(
    "asked",
    [
        STEP,
        Asked(Kind.STEP, "buyers", "buying", "order"),
        Asked(Kind.STEP, "on", "onwards", "order"),
        Asked(Kind.PROCESS, "order", "purchase"),
        Asked(Kind.FORM, "check", "look"),
        Asked(Kind.DECISION, "limits", "bounds"),
        Asked(Kind.MESSAGE, "paid", "money & more"),
        Asked(Kind.SIGNAL, "stop", "halt"),
        Asked(Kind.ERROR, "ODD", "STRANGE"),
    ],
    ids=lambda each: each.kind.value + each.old,
)
def test_what_was_renamed_and_back_is_what_was(asked: Asked):
    there = renamed(AREA, asked)
    files = {**AREA.files, **there.files}
    between = Bundle({name: each for name, each in files.items() if each is not None})
    assert problem_of(AREA, asked) is None
    assert there.changes

    back = renamed(between, Asked(asked.kind, asked.new, asked.old, asked.process))

    again = {**between.files, **back.files}
    assert {name: each for name, each in again.items() if each is not None} == AREA.files
    assert len(back.changes) == len(there.changes)


def test_a_process_is_another_in_what_calls_it_and_in_its_settings_and_tests():
    found = renamed(AREA, Asked(Kind.PROCESS, "order", "purchase"))

    assert 'calledElement="purchase"' in _after(found, "order.bpmn")
    assert 'calledElement="purchase"' in _after(found, "other.bpmn")
    assert "[[purchase.not_same_person]]" in _after(found, "process.toml")
    assert "[purchase]  # all about orders" in _after(found, "process.toml")
    tried = tomllib.loads(_after(found, "tests/ordinary.test.toml"))
    assert tried["given"]["process"] == "purchase"


def test_a_form_takes_its_file_along_and_a_decision_what_requires_it():
    form = renamed(AREA, Asked(Kind.FORM, "check", "look"))
    decision = renamed(AREA, Asked(Kind.DECISION, "limits", "bounds"))

    assert form.files["forms/check.form"] is None
    moved = form.files["forms/look.form"]
    assert moved is not None
    assert json.loads(moved) == {**json.loads(FORM), "id": "look"}
    assert 'camunda:formRef="look"' in _after(form, "order.bpmn")
    assert 'start_form = "look"' in _after(form, "process.toml")
    assert 'href="#bounds"' in _after(decision, "limits.dmn")
    assert 'camunda:decisionRef="bounds"' in _after(decision, "order.bpmn")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (Asked(Kind.STEP, "nowhere", "there", "order"), "RNM-001"),
        (Asked(Kind.STEP, "check", "two words", "order"), "RNM-002"),
        (Asked(Kind.STEP, "check", '"><x', "order"), "RNM-002"),
        (Asked(Kind.STEP, "check", "decide", "order"), "RNM-003"),
        (Asked(Kind.STEP, "check", "odd", "order"), "RNM-003"),
        (Asked(Kind.STEP, "check", "check", "order"), "RNM-004"),
        (Asked(Kind.PROCESS, "order", "other"), "RNM-003"),
        (Asked(Kind.FORM, "check", "../check"), "RNM-002"),
        (Asked(Kind.MESSAGE, "paid", ""), "RNM-002"),
        (Asked(Kind.DECISION, "limits", "whole"), "RNM-003"),
    ],
)
def test_a_name_that_cannot_be_is_refused(asked: Asked, code: str):
    assert problem_of(AREA, asked) == code


def test_files_that_cannot_be_read_are_named_and_stay():
    broken = Bundle({**AREA.files, "bad.bpmn": b"<x", "texts.fa.toml": b"[", "forms/x.form": b"{"})

    assert unreadable(broken) == ["bad.bpmn", "forms/x.form", "texts.fa.toml"]
    assert unreadable(AREA) == []
    assert "bad.bpmn" not in renamed(broken, STEP).files


def test_programs_that_say_the_name_are_found_by_line_and_their_tests_are_not(tmp_path: Path):
    (tmp_path / "tests").mkdir()
    for each in ("answers.py", "tests/test_it.py"):
        (tmp_path / each).write_text('"""check"""\n\nSTEP = "checked"\nOTHER = ["check"]\n')

    assert list(said_in(tmp_path, "check")) == [("answers.py", (1, 4))]


def test_an_area_of_the_release_runs_with_any_step_called_something_else():
    area = Bundle.read(Path(__file__).parents[2] / "processes" / "payments")
    for each in offered(area):
        if each.kind is Kind.STEP and each.name in ("review", "fin_expert", "wait_gate"):
            found = renamed(area, Asked(Kind.STEP, each.name, "something_else", each.process))
            after = Bundle({**area.files, **{k: v for k, v in found.files.items() if v}})
            assert after.config.processes.keys() == area.config.processes.keys()
            assert bpmn.lint(after.diagrams, after.decisions) == []

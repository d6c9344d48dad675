"""What the files of an area use, for who edits them."""

from __future__ import annotations

from pathlib import Path

from engine.bpmn.uses import uses
from engine.catalogue.bundle import Bundle

ROOT = Path(__file__).parents[3]
STATEMENT = Bundle.read(ROOT / "processes/contractor_statement")


def test_a_form_is_used_by_the_steps_that_name_it():
    found = uses(STATEMENT.diagrams, STATEMENT.decisions)

    assert {(at.file, at.element) for at in found.of("form", "measure")} == {
        ("final_statement.bpmn", "measure"),
        ("interim_statement.bpmn", "measure"),
    }


def test_what_conditions_read_is_named_with_the_flow_that_reads_it():
    found = uses(STATEMENT.diagrams, STATEMENT.decisions)

    [outcome] = [each for each in found.variables if each.name == "outcome"]
    assert len(outcome.read) > 10
    assert {each.process for each in outcome.read} >= {"interim_statement", "final_statement"}
    only = found.only(frozenset({"advance_payment"}))
    assert {at.process for each in only for at in each.read} <= {"advance_payment", ""}


MODEL = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="x">
 <process id="p" isExecutable="true">
  <scriptTask id="work"><extensionElements>
   <zeebe:script expression="=net + vat" resultVariable="total"/></extensionElements></scriptTask>
  <callActivity id="call"><extensionElements><zeebe:calledElement processId="other"/>
   <zeebe:ioMapping><zeebe:input source="=budget" target="inner"/>
   <zeebe:output source="=answer" target="reply.text"/></zeebe:ioMapping></extensionElements>
  </callActivity>
  <businessRuleTask id="decide"><extensionElements>
   <zeebe:calledDecision decisionId="route" resultVariable="way"/></extensionElements>
  </businessRuleTask>
  <boundaryEvent id="late" attachedToRef="call"><timerEventDefinition id="t">
   <timeDuration>= waits</timeDuration></timerEventDefinition></boundaryEvent>
 </process></definitions>"""
DECISION = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="r"
 name="Routes">
 <inputData id="a" name="amount"/>
 <decision id="route" name="route"><decisionTable><input><inputExpression>
 <text>kind</text></inputExpression></input></decisionTable></decision></definitions>"""


def test_scripts_calls_mappings_timers_and_decisions_read_and_write():
    found = uses({"p.bpmn": MODEL, "broken.bpmn": b"<"}, {"r.dmn": DECISION, "b.dmn": b""})

    read = {each.name for each in found.variables if each.read}
    written = {each.name for each in found.variables if each.written}
    assert read == {"net", "vat", "budget", "answer", "waits", "amount", "kind"}
    assert written == {"total", "reply", "way"}
    assert [each.element for each in found.of("process", "other")] == ["call"]
    assert [each.element for each in found.of("decision", "route")] == ["decide"]

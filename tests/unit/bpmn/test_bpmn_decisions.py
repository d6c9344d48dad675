"""Business rule tasks: a decision made inside the step, its value shaped, its reasons told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine import bpmn
from tests.unit.bpmn.diagrams import NOON, Case, process
from tests.unit.dmn.drawn import decision, file, inputs, literal, output, table

#: the fee by amount, a compound decision, and everything that applies
FEES = table(
    ("amount",),
    [(("< 100",), ("1",)), ((">= 100",), ("2.5",))],
    outputs=[output("fee", type_ref="number")],
)
TERMS = table(
    ("amount",),
    [(("< 100",), ('"cash"', "3")), ((">= 100",), ('"bank"', "30"))],
    outputs=[output("by"), output("days")],
)
MARKS = table(("amount",), [(("> 10",), ('"seen"',)), (("> 20",), ('"signed"',))], policy="COLLECT")
TWICE = table(("amount",), [(("> 10",), ("1",)), (("amount > 20",), ("2",))])
LATE = literal("due < date(2026, 12, 1)")
DECISIONS = file(
    inputs(amount="number", due="date"),
    decision(FEES, id="fees", needs=("amount",)),
    decision(TERMS, id="terms", needs=("amount",)),
    decision(MARKS, id="marks", needs=("amount",)),
    decision(TWICE, id="twice", needs=("amount",)),
    decision(LATE, id="late", needs=("due",)),
    decision(literal("amount * 2"), id="unrequired"),
)


def _task(more: str = "", inside: str = "") -> bytes:
    body = (
        f'<startEvent id="s"/><businessRuleTask id="rules" {more}>{inside}</businessRuleTask>'
        '<userTask id="then"/><endEvent id="e"/>'
    )
    return process(body, "s -> rules; rules -> then; then -> e")


def _camunda(asked: str, shape: str = "singleEntry") -> bytes:
    return _task(
        f'camunda:decisionRef="{asked}" camunda:resultVariable="found" '
        f'camunda:mapDecisionResult="{shape}"'
    )


def _zeebe(asked: str) -> bytes:
    called = f'<zeebe:calledDecision decisionId="{asked}" resultVariable="found"/>'
    return _task(inside=f"<extensionElements>{called}</extensionElements>")


def _model(diagram: bytes) -> bpmn.Model:
    return bpmn.compile_model({"p.bpmn": diagram}, {"d.dmn": DECISIONS})


def _start(diagram: bytes, **values: object) -> bpmn.Step:
    return bpmn.start(_model(diagram), "p", values, at=NOON, seed="seed")


@pytest.mark.parametrize(
    ("asked", "shape", "expected"),
    [
        ("fees", "singleEntry", Decimal("2.5")),
        ("fees", "singleResult", {"fee": Decimal("2.5")}),
        ("fees", "collectEntries", [Decimal("2.5")]),
        ("fees", "resultList", [{"fee": Decimal("2.5")}]),
        ("terms", "singleResult", {"by": "bank", "days": 30}),
        ("terms", "resultList", [{"by": "bank", "days": 30}]),
        ("marks", "collectEntries", ["seen", "signed"]),
        ("marks", "resultList", [{"marks": "seen"}, {"marks": "signed"}]),
    ],
)
def test_the_rows_of_a_decision_become_a_variable_as_camunda_names_it(
    asked: str, shape: str, expected: object
):
    assert _start(_camunda(asked, shape), amount=150).values["found"] == expected


def test_without_a_mapping_camunda_7_gets_the_list_of_rows():
    diagram = _task('camunda:decisionRef="fees" camunda:resultVariable="found"')

    assert _start(diagram, amount=1).values["found"] == [{"fee": 1}]


def test_camunda_8_gets_the_value_as_it_is():
    assert _start(_zeebe("terms"), amount=1).values["found"] == {"by": "cash", "days": 3}


def test_spiff_gets_each_output_as_a_variable():
    called = (
        '<spiff:calledDecisionId xmlns:spiff="http://spiffworkflow.org/bpmn/schema/1.0/core">'
        "terms</spiff:calledDecisionId>"
    )
    step = _start(_task(inside=f"<extensionElements>{called}</extensionElements>"), amount=1)

    assert (step.values["by"], step.values["days"]) == ("cash", 3)


def test_the_case_goes_on_in_the_same_step_and_tells_which_rule_was_hit():
    step = _start(_zeebe("fees"), amount=150)

    assert [each.element_id for each in step.opened] == ["then"]
    told: Any
    [told] = [each.explanation for each in step.passed if each.explanation]
    [made] = told["decisions"]
    assert made["inputs"] == {"amount": 150}
    assert made["tables"][0]["inputs"] == {"amount": 150}
    assert made["tables"][0]["rules"] == [
        {"number": 2, "id": "rule_2", "outputs": {"fee": Decimal("2.5")}, "notes": []}
    ]
    assert len(told["version"]) == 64


def test_a_date_of_the_case_is_one_for_the_decision():
    assert _start(_zeebe("late"), due="2026-11-30").values["found"] is True
    assert _start(_zeebe("late"), due="2026-12-02").values["found"] is False


def test_a_decision_sees_the_variables_of_the_case_as_camunda_7_models_expect():
    assert _start(_zeebe("unrequired"), amount=4).values["found"] == 8


def test_two_rules_of_a_unique_table_stop_the_step():
    with pytest.raises(bpmn.DecisionFailed, match="rules 1, 2 are hit"):
        _start(_zeebe("twice"), amount=30)


def test_more_rows_than_asked_for_stop_the_step():
    with pytest.raises(bpmn.DecisionFailed, match="2 rows, where one is asked for"):
        _start(_camunda("marks"), amount=30)


def test_each_item_of_a_multi_instance_decides_for_itself():
    loop = (
        "<multiInstanceLoopCharacteristics><extensionElements>"
        '<zeebe:loopCharacteristics inputCollection="=amounts" inputElement="amount" '
        'outputCollection="fees" outputElement="=found"/></extensionElements>'
        "</multiInstanceLoopCharacteristics>"
    )
    called = '<zeebe:calledDecision decisionId="fees" resultVariable="found"/>'
    diagram = _task(inside=f"<extensionElements>{called}</extensionElements>{loop}")

    assert _start(diagram, amounts=[1, 200]).values["fees"] == [1, Decimal("2.5")]


def test_a_case_that_decided_is_stored_and_goes_on():
    case = Case.of(_model(_zeebe("fees")), amount=1)

    assert case.answer("then").step.finished


@pytest.mark.parametrize(
    "diagram",
    [
        pytest.param(_zeebe("nothing"), id="no such decision"),
        pytest.param(_camunda("fees", "firstRow"), id="no such mapping"),
        pytest.param(
            _task('camunda:decisionRef="fees" camunda:decisionRefBinding="version"'),
            id="another deployment's decision",
        ),
        pytest.param(
            _task('camunda:decisionRef="fees" camunda:topic="fees"'), id="decision and topic"
        ),
        pytest.param(
            _task('camunda:decisionRef="fees" camunda:resultVariable="1 + 1"'), id="no variable"
        ),
    ],
)
def test_a_decision_that_cannot_be_made_is_refused_at_deployment(diagram: bytes):
    findings = bpmn.lint({"p.bpmn": diagram}, {"d.dmn": DECISIONS})

    assert [(each.rule, each.element_id) for each in findings if each.refuses] == [
        ("BPMN-033", "rules")
    ]


def test_a_bad_decision_model_refuses_the_deployment_with_its_own_findings():
    bad = file(decision(literal("1 +"), id="fees"))

    with pytest.raises(bpmn.ModelRefused) as refused:
        bpmn.compile_model({"p.bpmn": _zeebe("fees")}, {"d.dmn": bad})

    assert "DMN-020" in {each.rule for each in refused.value.findings}


def test_what_a_deployment_accepted_is_not_examined_again():
    overlapping = table(("amount",), [(("> 10",), ("1",)), (("> 20",), ("2",))])
    files = {"d.dmn": file(inputs(amount="number"), decision(overlapping, needs=("amount",)))}
    diagrams = {"p.bpmn": _zeebe("it")}

    with pytest.raises(bpmn.ModelRefused, match="DMN-040"):
        bpmn.compile_model(diagrams, files)
    assert bpmn.compile_model(diagrams, files, deployed=True).processes.keys() == {"p"}


def test_decisions_that_cannot_be_read_any_more_are_refused_all_the_same():
    with pytest.raises(bpmn.ModelRefused, match="DMN-001"):
        bpmn.compile_model({"p.bpmn": _zeebe("it")}, {"d.dmn": b"<a/>"}, deployed=True)

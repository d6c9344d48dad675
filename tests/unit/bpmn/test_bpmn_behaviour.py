"""What a multi-instance activity throws when its items are done, and who catches it."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.unit.bpmn.diagrams import NAMED, Case, model, on, process, users

LOUD = NAMED + (
    '<escalationEventDefinition id="loud" escalationRef="late"/>'
    '<signalEventDefinition id="wave" signalRef="sig"/>'
    '<errorEventDefinition id="broken" errorRef="bad"/>'
)
LATE = '<escalationEventDefinition escalationRef="late"/>'
ARROWS = "s -> each; each -> after; after -> e; on -> told; told -> e"


def marked(marks: str, inner: str = "") -> str:
    return (
        f'<userTask id="each"><multiInstanceLoopCharacteristics {marks}>'
        f"<loopCardinality>3</loopCardinality>{inner}</multiInstanceLoopCharacteristics></userTask>"
    )


def complex_when(condition: str, thrown: str = LATE) -> str:
    return (
        "<complexBehaviorDefinition><condition>"
        + condition.replace("<", "&lt;").replace(">", "&gt;")
        + f'</condition><event id="thrown_{len(condition)}">{thrown}</event>'
        "</complexBehaviorDefinition>"
    )


def told(marks: str, inner: str = "", *, interrupting: bool = False) -> Case:
    body = marked(marks, inner) + on("on", "each", LATE, interrupting=interrupting)
    return Case.of(model(body + users("after", "told"), ARROWS, extra=LOUD))


def rules(marks: str, inner: str = "") -> set[tuple[str, str | None]]:
    body = '<startEvent id="s"/><endEvent id="e"/>' + marked(marks, inner)
    found = bpmn.lint({"p.bpmn": process(body, "s -> each; each -> e", extra=LOUD)})
    return {(each.rule, each.element_id) for each in found}


def counted(case: Case) -> list[int]:
    """Return how often the event was caught after each item."""
    found = []
    for _ in range(3):
        case.answer("each")
        found.append(case.waiting.count("told"))
    assert "after" in case.waiting
    return found


@pytest.mark.parametrize(
    ("marks", "inner", "caught"),
    [
        ('behavior="None" noneBehaviorEventRef="loud"', "", [1, 2, 3]),
        ('behavior="One" oneBehaviorEventRef="loud"', "", [1, 1, 1]),
        ('behavior="All" noneBehaviorEventRef="loud"', "", [0, 0, 0]),
        ("", "", [0, 0, 0]),
        ('behavior="Complex"', complex_when("nrOfCompletedInstances >= 2"), [0, 1, 2]),
        (
            'behavior="Complex"',
            complex_when("nrOfActiveInstances = 0") + complex_when("nrOfInstances = 3"),
            [1, 2, 4],
        ),
    ],
)
def test_what_stands_on_the_boundary_catches_what_the_items_throw(marks, inner, caught):
    assert counted(told(marks, inner)) == caught


def test_one_after_the_other_they_throw_too():
    assert counted(told('isSequential="true" behavior="None" noneBehaviorEventRef="loud"')) == [
        1,
        2,
        3,
    ]


def test_an_interrupting_catcher_ends_the_other_items():
    case = told('behavior="One" oneBehaviorEventRef="loud"', interrupting=True)

    assert case.answer("each").waiting == ["told"]
    assert case.answer("told").step.finished


def test_a_signal_of_an_item_leaves_the_case_with_the_activity_named():
    body = marked('behavior="One" oneBehaviorEventRef="wave"') + users("after")
    case = Case.of(model(body, "s -> each; each -> after; after -> e", extra=LOUD))

    case.answer("each")

    assert [(each.kind, each.name, each.element_id) for each in case.step.thrown] == [
        ("signal", "stop", "each")
    ]


@pytest.mark.parametrize(
    ("marks", "inner"),
    [
        ('behavior="Some"', ""),
        ('behavior="None"', ""),
        ('behavior="One" oneBehaviorEventRef="nothing"', ""),
        ('behavior="One" oneBehaviorEventRef="broken"', ""),
        ('behavior="Complex"', ""),
        ('behavior="Complex"', complex_when("count >")),
        ('behavior="Complex"', complex_when("true", "")),
        ('behavior="Complex"', complex_when("true", "<escalationEventDefinition/>")),
    ],
)
def test_a_behaviour_that_does_not_say_what_is_thrown_is_refused(marks, inner):
    assert ("BPMN-106", "each") in rules(marks, inner)

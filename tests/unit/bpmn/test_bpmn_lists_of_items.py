"""A list that an activity goes through is stored with the variables, not with each item again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import bpmn
from tests.unit.bpmn.diagrams import NOON, Case, model

EACH = model(
    '<serviceTask id="mark"><extensionElements>'
    '<zeebe:taskDefinition type="mark"/></extensionElements>'
    '<multiInstanceLoopCharacteristics isSequential="true"><extensionElements>'
    '<zeebe:loopCharacteristics inputCollection="=names" inputElement="name"/>'
    "</extensionElements></multiInstanceLoopCharacteristics></serviceTask>",
    "s -> mark; mark -> e",
)
LONG = 40


def item(case: Case) -> Any:
    [wait] = case.step.waiting
    assert isinstance(wait, bpmn.ServiceWait)
    return wait.local["name"]


def test_a_hundred_times_as_many_items_make_the_state_no_larger():
    few, many = (
        Case.of(EACH, names=[f"name {n}" for n in range(number)]) for number in (LONG, 100 * LONG)
    )

    assert len(many.step.snapshot) == pytest.approx(len(few.step.snapshot), abs=10)


@given(
    at=st.integers(0, LONG - 2),
    instead=st.lists(st.integers(), max_size=LONG + 5) | st.text("xyz"),
)
def test_the_items_stay_those_it_began_with_whatever_becomes_of_the_variable(at, instead):
    names = [f"name {n}" for n in range(LONG)]
    case = Case.of(EACH, names=names)
    seen = []

    for number in range(LONG):
        seen.append(item(case))
        case.answer("mark", {"names": instead} if number == at else {})

    assert seen == names
    assert case.step.finished
    assert case.step.values["names"] == instead


@pytest.mark.parametrize(("names", "others"), [([1], [True]), ([True], [1]), ([0], [False])])
def test_an_equal_list_of_another_kind_is_not_taken_for_it(names, others):
    case = Case.of(EACH, others=others * LONG, names=names * LONG)

    case.answer("mark", {})

    assert repr(item(case)) == repr(names[0])


def test_a_state_whose_list_is_gone_from_the_variables_is_refused():
    case = Case.of(EACH, names=["x"] * LONG)
    [wait] = case.step.waiting

    for variables in ({}, {"names": "none"}):
        with pytest.raises(bpmn.SnapshotStale):
            bpmn.answer(
                EACH, "p", bpmn.Stored(case.step.snapshot, variables), wait.token, {}, at=NOON
            )

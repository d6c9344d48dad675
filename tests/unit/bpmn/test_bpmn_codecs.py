"""Stored state of every codec that was ever released loads for ever, and its cases finish."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import simplejson
from hypothesis import given
from hypothesis import strategies as st

from engine import bpmn
from engine.bpmn.remembered import state_of
from tests.unit.bpmn.diagrams import NOON, Case, model, process, users
from tests.unit.bpmn.stored_cases import MODELS, halfway

KEPT: dict[str, dict[str, Any]] = {
    file.stem: simplejson.loads(file.read_text(), use_decimal=True)
    for file in sorted((Path(__file__).parent / "fixtures").glob("codec_*.json"))
}
CALL_BESIDE = bpmn.compile_model(
    {
        "p.bpmn": process(
            '<startEvent id="s"/><endEvent id="e"/><parallelGateway id="f"/>'
            '<callActivity id="call" calledElement="inner"/>' + users("beside"),
            "s -> f; f -> call; f -> beside; call -> e; beside -> e",
        ),
        "inner.bpmn": process(
            '<startEvent id="is"/><endEvent id="ie"/>' + users("inside"),
            "is -> inside; inside -> ie",
            process_id="inner",
        ),
    }
)
EACH = [(codec, name) for codec, cases in KEPT.items() for name in cases]


def answers(stored: bpmn.Stored, name: str) -> list[bpmn.Step]:
    """Answer whatever waits until the case ends."""
    steps: list[bpmn.Step] = []
    waits = bpmn.waiting(MODELS[name], "p", stored)
    while waits:
        at = NOON + timedelta(days=len(steps))
        [first, *_] = [each for each in waits if must_come(each)]
        step = bpmn.answer(MODELS[name], "p", stored, first.token, {"n": len(steps)}, at=at)
        steps.append(step)
        stored, waits = step.stored, step.waiting
    return steps


def must_come(wait: bpmn.Wait) -> bool:
    """Tell whether the case stands still until this is answered; the rest only may happen."""
    if isinstance(wait, bpmn.MessageWait):
        return wait.interrupting
    return isinstance(wait, (bpmn.HumanWait, bpmn.ServiceWait))


def told(steps: list[bpmn.Step]) -> list[Any]:
    """Return what the steps did, but for how a token is named."""
    return [
        (
            each.values,
            [(passed.element_id, passed.flow_ids) for passed in each.passed],
            [(type(wait), wait.element_id) for wait in each.waiting],
        )
        for each in steps
    ]


def kept(codec: str, name: str) -> bpmn.Stored:
    found = KEPT[codec][name]
    return bpmn.Stored(found["snapshot"].encode(), found["variables"])


def test_every_codec_up_to_now_is_kept():
    newest = halfway()["line"].step.snapshot

    assert newest.startswith(b"[%d," % len(KEPT))


@pytest.mark.parametrize(("codec", "name"), EACH)
def test_a_stored_case_waits_and_finishes_like_one_that_was_never_stored(codec, name):
    fresh = halfway()[name].step

    ours, theirs = answers(kept(codec, name), name), answers(fresh.stored, name)

    assert told(ours) == told(theirs)
    assert ours[-1].finished


def test_the_newest_codec_writes_what_it_always_wrote():
    newest = list(KEPT)[-1]

    assert {name: state_of(case.step.snapshot).decode() for name, case in halfway().items()} == {
        name: found["snapshot"] for name, found in KEPT[newest].items()
    }


def test_the_variables_of_a_case_are_not_in_its_snapshot():
    case = Case.of(model(users("a"), "s -> a; a -> e"), contract="312-خرداد")

    assert b"312" not in case.step.snapshot
    assert case.step.stored.variables == {"contract": "312-خرداد"}


def test_what_a_step_was_given_is_not_changed_by_it():
    case = Case.of(model(users("a", "b"), "s -> a; a -> b; b -> e"), n=1)
    stored = bpmn.Stored(case.step.snapshot, {"n": 1})

    bpmn.answer(case.model, "p", stored, case.token("a"), {"n": 2, "m": 3}, at=NOON)

    assert stored.variables == {"n": 1}


@given(
    before=st.dictionaries(st.sampled_from("abc"), st.integers(0, 2) | st.none()),
    meanwhile=st.dictionaries(st.sampled_from("abcd"), st.integers(0, 2) | st.none()),
    inside=st.dictionaries(st.sampled_from("abcd"), st.integers(0, 2) | st.none()),
)
def test_a_called_process_keeps_its_own_copy_however_often_it_is_stored(before, meanwhile, inside):
    case = Case(CALL_BESIDE, bpmn.start(CALL_BESIDE, "p", before, at=NOON, seed="t"))

    case.answer("beside", meanwhile)
    assert case.step.values == before | meanwhile
    case.answer("inside", inside)

    assert case.step.values == before | meanwhile | before | inside

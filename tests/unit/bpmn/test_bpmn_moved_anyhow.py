"""Whatever tokens are moved by hand, a case that is not refused goes on to its end."""

from __future__ import annotations

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import bpmn
from tests.unit.bpmn.diagrams import NOON, Case, flows, model, users

ELEMENTS = ("a", "b", "c", "d", "x", "y", "z", "sub", "f", "j", "g", "k", "t", "s", "e")


def _everything() -> bpmn.Model:
    """Return a model with branches in a branch, and a sub-process with a timer."""
    inner = (
        '<startEvent id="i"/><endEvent id="o"/>' + users("x", "y") + flows("i -> x; x -> y; y -> o")
    )
    timer = """<boundaryEvent id="t" attachedToRef="sub"><timerEventDefinition>
    <timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>"""
    gates = "".join(f'<parallelGateway id="{each}"/>' for each in "fjgk")
    body = (
        users("a", "b", "c", "d", "z") + gates + f'<subProcess id="sub">{inner}</subProcess>{timer}'
    )
    return model(
        body,
        "s -> a; a -> f; f -> g; f -> b; g -> c; g -> d; c -> k; d -> k; k -> sub; sub -> j;"
        " b -> j; t -> z; j -> z; z -> e",
    )


EVERYTHING = _everything()
ACTS = st.one_of(
    st.tuples(st.just("answer"), st.integers(0, 9)),
    st.tuples(
        st.just("modify"),
        st.lists(
            st.tuples(
                st.sampled_from([bpmn.StartBefore, bpmn.StartAfter, bpmn.CancelAll]),
                st.sampled_from(ELEMENTS),
            ),
            min_size=1,
            max_size=3,
        ),
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(ACTS, max_size=8))
def test_a_case_that_was_moved_by_hand_comes_to_its_end(acts):
    case = Case.of(EVERYTHING)
    for act, what in acts:
        if case.step.finished:
            break
        if act == "answer":
            _answer(case, what)
            continue
        with contextlib.suppress(bpmn.ModificationRefused):
            case.step = bpmn.modify(
                EVERYTHING, "p", case.step.stored, [do(each) for do, each in what], at=NOON
            )
        assert bpmn.waiting(EVERYTHING, "p", case.step.stored) == case.step.waiting
    for _ in range(100):
        if case.step.finished:
            break
        _answer(case, 0)
    assert case.step.finished


def _answer(case, which):
    tasks = [each for each in case.step.waiting if isinstance(each, bpmn.HumanWait)]
    case.answer_token(tasks[which % len(tasks)].token, {})

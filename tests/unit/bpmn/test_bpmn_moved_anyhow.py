"""Whatever tokens are moved by hand, a case that is not refused goes on to its end."""

from __future__ import annotations

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import bpmn
from tests.unit.bpmn.diagrams import NAMED, NOON, Case, flows, model, users

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


def _choosing() -> bpmn.Model:
    """Return a model with a complex gateway, an ad-hoc sub-process and events of two kinds."""
    visit = f'<adHocSubProcess id="sub" ordering="Sequential">{users("x", "y", "z")}'
    both = '<signalEventDefinition signalRef="sig"/>'
    both += "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
    body = (
        users("a", "b", "c", "d")
        + '<parallelGateway id="f"/><complexGateway id="g">'
        + "<activationCondition>activationCount &gt;= 1</activationCondition></complexGateway>"
        + f"{visit}{flows('x -> z')}</adHocSubProcess>"
        + f'<boundaryEvent id="t" attachedToRef="sub" cancelActivity="false">{both}</boundaryEvent>'
        + f'<intermediateCatchEvent id="k" parallelMultiple="true">{both}</intermediateCatchEvent>'
    )
    return model(
        body,
        "s -> f; f -> a; f -> b; f -> k; a -> g; b -> g; k -> g; g -> sub; sub -> c; t -> d;"
        " c -> e; d -> e",
        extra=NAMED,
    )


EVERYTHING, CHOOSING = _everything(), _choosing()
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
@given(st.lists(ACTS, max_size=8), st.sampled_from([EVERYTHING, CHOOSING]))
def test_a_case_that_was_moved_by_hand_comes_to_its_end(acts, there):
    case = Case.of(there)
    for act, what in acts:
        if case.step.finished:
            break
        if act == "answer":
            _answer(case, what)
            continue
        with contextlib.suppress(bpmn.ModificationRefused):
            case.step = bpmn.modify(
                there, "p", case.step.stored, [do(each) for do, each in what], at=NOON
            )
        assert bpmn.waiting(there, "p", case.step.stored) == case.step.waiting
    for _ in range(100):
        if case.step.finished:
            break
        _answer(case, 0)
    assert case.step.finished


def _answer(case, which):
    tasks = [each for each in case.step.waiting if isinstance(each, bpmn.HumanWait)]
    tasks = tasks or [each for each in case.step.waiting if each.element_id == "k"]
    case.answer_token(tasks[which % len(tasks)].token, {})

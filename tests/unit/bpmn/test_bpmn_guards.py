"""What would never end, or fill the memory, is stopped at its element, soon."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from engine import bpmn
from tests.unit.bpmn.diagrams import NOON, Case, model, on, process, timer, users

SIMPLE = model(users("a"), "s -> a; a -> e")
MEGABYTE = 1_000_000


def repeated(kind: str, over: str, inner: str = "", more: str = "") -> bpmn.Model:
    return model(
        f'<{kind} id="m"><multiInstanceLoopCharacteristics {more}>{over}'
        f"</multiInstanceLoopCharacteristics>{inner}</{kind}>",
        "s -> m; m -> e",
    )


def calling(*calls: str) -> bpmn.Model:
    fork = '<parallelGateway id="f"/>'
    body = "".join(f'<callActivity id="{each}" calledElement="p"/>' for each in calls)
    arrows = "s -> f;" + "".join(f"f -> {each}; {each} -> e;" for each in calls)
    ends = '<startEvent id="s"/><endEvent id="e"/>'
    return bpmn.compile_model({"p.bpmn": process(ends + fork + body, arrows)})


@contextmanager
def soon(seconds: float = 2, megabytes: float = 100) -> Iterator[None]:
    """Fail when the block takes longer, or holds more memory at once."""
    tracemalloc.start()
    begun = time.process_time()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < megabytes * MEGABYTE
        assert time.process_time() - begun < seconds * 4  # tracing makes it slow
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(lambda: "x" * (20 * MEGABYTE), id="a text of 20 MB"),
        pytest.param(lambda: ["x" * MEGABYTE] * 20, id="twenty of one"),
        pytest.param(lambda: list(range(MEGABYTE)), id="a million numbers"),
        pytest.param(lambda: {"deep": [{"x": "ش" * 5 * MEGABYTE}]}, id="bytes count, not letters"),
    ],
)
def test_values_that_are_too_large_are_refused_at_the_element(value: Callable[[], object]):
    case, large = Case.of(SIMPLE), value()

    with soon(), pytest.raises(bpmn.ValueTooLarge) as answered:
        case.answer("a", {"v": large})
    with soon(), pytest.raises(bpmn.ValueTooLarge) as begun:
        Case.of(SIMPLE, v=large)

    assert (answered.value.element_id, begun.value.element_id) == ("a", "s")
    assert case.answer("a", {"v": "x" * 7 * MEGABYTE}).step.finished


def test_a_value_that_doubles_in_every_turn_is_stopped():
    doubling = model(
        '<scriptTask id="a" scriptFormat="feel" camunda:resultVariable="x"><script>x + x</script>'
        '</scriptTask><exclusiveGateway id="g" default="g_e"/>',
        "s -> a; a -> g; g -> a [true]; g -> e",
    )

    with soon(), pytest.raises(bpmn.StepFailed):  # FEEL itself gives null to a text too long
        Case.of(doubling, x="12345678")


@pytest.mark.parametrize("kind", ["userTask", "task"])
@pytest.mark.parametrize("more", ["", 'isSequential="true"'])
def test_a_hundred_thousand_items_are_refused(kind, more):
    many = repeated(kind, "<loopCardinality>100000</loopCardinality>", more=more)

    with soon(), pytest.raises(bpmn.StepsExceeded) as stopped:
        Case.of(many)

    assert stopped.value.element_id == "m"


def test_a_list_of_a_hundred_thousand_is_refused_as_items():
    many = repeated("userTask", "", more='camunda:collection="names"')

    with soon(), pytest.raises(bpmn.StepsExceeded) as stopped:
        Case.of(many, names=["x"] * 100_000)

    assert stopped.value.element_id == "m"


def test_a_loop_without_a_wait_is_stopped():
    forever = model(
        '<task id="a"/><exclusiveGateway id="g" default="g_e"/>',
        "s -> a; a -> g; g -> a [true]; g -> e",
    )

    with soon(), pytest.raises(bpmn.StepsExceeded):
        Case.of(forever)


@pytest.mark.parametrize("calls", [("c",), ("c", "d"), ("c", "d", "g")])
def test_a_process_that_calls_itself_is_stopped_before_it_fills_the_memory(calls):
    with soon(), pytest.raises(bpmn.StepsExceeded):
        Case.of(calling(*calls), v="x" * MEGABYTE)


@pytest.mark.parametrize(
    "value", [pytest.param("ش" * 460, id="texts"), pytest.param({"x": ["y"] * 225}, id="lists")]
)
def test_a_case_does_not_gather_more_than_it_may_hold_over_many_commands(value: object):
    limits = bpmn.Limits(case_bytes=10_000)
    held = Case.of(SIMPLE).step.stored
    for number in range(10):
        held = bpmn.update(SIMPLE, "p", held, {f"v{number}": value}, at=NOON, limits=limits).stored

    with pytest.raises(bpmn.ValueTooLarge, match="the case would hold"):
        bpmn.update(SIMPLE, "p", held, {"v10": value}, at=NOON, limits=limits)
    bpmn.update(SIMPLE, "p", held, {"v9": value, "small": 1}, at=NOON, limits=limits)


def test_limits_are_a_matter_of_the_command():
    with pytest.raises(bpmn.ValueTooLarge):
        bpmn.start(SIMPLE, "p", {"v": "x" * 100}, at=NOON, limits=bpmn.Limits(bytes=50))


def test_four_thousand_items_open_answer_and_end_without_a_long_wait():
    many = model(
        '<userTask id="m"><multiInstanceLoopCharacteristics><loopCardinality>4000'
        "</loopCardinality></multiInstanceLoopCharacteristics></userTask>"
        + on("b", "m", timer("PT1H")),
        "s -> m; m -> e; b -> e",
    )

    with soon(megabytes=400):
        case = Case.of(many).answer("m").answer("b")

    assert case.step.finished

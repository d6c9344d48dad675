"""Reading a model costs in proportion to its size, whatever it is made of.

Counted in calls of functions, not in time, so that the result is the same on every machine.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from engine import bpmn
from tests.unit.bpmn.diagrams import process

ENDS = '<startEvent id="s"/><endEvent id="e"/>'


def _chained(ids: list[str], body: str, more: str = "", extra: str = "") -> bytes:
    arrows = ";".join(f"{a} -> {b}" for a, b in zip(["s", *ids], [*ids, "e"], strict=True))
    return process(ENDS + body, arrows + more, extra=extra)


def tasks(n: int) -> bytes:
    ids = [f"u{i}" for i in range(n)]
    task = '<userTask id="{0}" camunda:assignee="${{chief}}" camunda:formKey="f"/>'
    return _chained(ids, "".join(task.format(each) for each in ids))


def lanes(n: int) -> bytes:
    ids = [f"u{i}" for i in range(n)]
    refs = "".join(f"<flowNodeRef>{each}</flowNodeRef>" for each in ids)
    return _chained(
        ids,
        f'<laneSet id="ls"><lane id="l" name="l">{refs}</lane></laneSet>'
        + "".join(f'<userTask id="{each}"/>' for each in ids),
    )


def choices(n: int) -> bytes:
    gates = [f"g{i}" for i in range(n)]
    ends = "".join(f'<endEvent id="x{i}"/>' for i in range(n))
    more = "".join(f";g{i} -> x{i} [${{a > {i}}}]" for i in range(n))
    body = "".join(
        f'<exclusiveGateway id="{a}" default="{a}_{b}"/>'
        for a, b in zip(gates, [*gates[1:], "e"], strict=True)
    )
    return _chained(gates, body + ends, more)


def messages(n: int) -> bytes:
    ids = [f"r{i}" for i in range(n)]
    body = "".join(f'<receiveTask id="{each}" messageRef="m{each}"/>' for each in ids)
    return _chained(
        ids, body, extra="".join(f'<message id="m{each}" name="{each}"/>' for each in ids)
    )


def errors(n: int) -> bytes:
    ids = [f"u{i}" for i in range(n)]
    body = "".join(
        f'<userTask id="{each}"/><endEvent id="x{each}"/><boundaryEvent id="b{each}" '
        f'attachedToRef="{each}"><errorEventDefinition errorRef="c{each}"/></boundaryEvent>'
        for each in ids
    )
    more = "".join(f";b{each} -> x{each}" for each in ids)
    known = "".join(f'<error id="c{each}" errorCode="{each}"/>' for each in ids)
    return _chained(ids, body, more, known)


def races(n: int) -> bytes:
    awaited = '<intermediateCatchEvent id="{0}"><signalEventDefinition signalRef="sg"/>{1}'
    body, more = [], []
    for i in range(n):
        body.append(
            f'<eventBasedGateway id="g{i}"/><exclusiveGateway id="j{i}"/>'
            + awaited.format(f"a{i}", "</intermediateCatchEvent>")
            + awaited.format(f"b{i}", "</intermediateCatchEvent>")
        )
        more += [f"g{i} -> a{i}", f"g{i} -> b{i}", f"a{i} -> j{i}", f"b{i} -> j{i}"]
        more.append(f"j{i} -> {f'g{i + 1}' if i + 1 < n else 'e'}")
    arrows = ";".join(["s -> g0", *more])
    return process(ENDS + "".join(body), arrows, extra='<signal id="sg" name="stop"/>')


def undoing(n: int) -> bytes:
    ids = [f"u{i}" for i in range(n)]
    body = "".join(
        f'<userTask id="{each}"/><boundaryEvent id="b{each}" attachedToRef="{each}">'
        f'<compensateEventDefinition/></boundaryEvent><task id="h{each}" '
        f'isForCompensation="true"/><association id="a{each}" sourceRef="b{each}" '
        f'targetRef="h{each}"/>'
        for each in ids
    )
    return _chained(ids, body)


def scopes(n: int) -> bytes:
    ids = [f"q{i}" for i in range(n)]
    body = "".join(
        f'<subProcess id="{each}"><startEvent id="s{each}"/><endEvent id="e{each}"/>'
        f'<sequenceFlow id="f{each}" sourceRef="s{each}" targetRef="e{each}"/></subProcess>'
        for each in ids
    )
    return _chained(ids, body)


def pools(n: int) -> bytes:
    one = process(ENDS, "s -> e").decode()
    head, rest = one.split("<process", 1)
    body, _, tail = rest.partition("</process>")
    several = "".join(
        "<process"
        + body.replace('"p"', f'"p{i}"').replace('"s', f'"s{i}').replace('"e', f'"e{i}')
        + "</process>"
        for i in range(n)
    )
    return (head + several + tail).encode()


@pytest.mark.parametrize(
    "shape",
    [tasks, lanes, choices, messages, errors, races, undoing, scopes, pools],
    ids=lambda each: each.__name__,
)
def test_twice_the_model_costs_twice_the_calls(shape: Callable[[int], bytes]):
    small, large = shape(60), shape(120)
    for each in (small, large):  # what is compiled once for all is not counted
        bpmn.compile_model({"p.bpmn": each})
    assert _calls(large) < 2.1 * _calls(small)


def _calls(content: bytes) -> int:
    count = 0

    def counted(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        bpmn.compile_model({"p.bpmn": content})
    finally:
        sys.setprofile(before)
    return count

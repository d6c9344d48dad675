"""Where SpiffWorkflow's own engine is right, ours opens the same tasks in the same order.

Models without loops, drawn at random from blocks: the library's engine keeps every finished
task, but on these it is a second opinion on joins, choices and sub-processes.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from engine import bpmn
from tests.unit.bpmn.diagrams import Case, flows, process

Block: TypeAlias = tuple[Any, ...]

BLOCKS = st.recursive(
    st.just(("task",)),
    lambda inner: st.one_of(
        st.tuples(st.just("seq"), inner, inner),
        st.tuples(st.sampled_from(["exclusive", "inclusive"]), st.integers(0, 4), inner, inner),
        st.tuples(st.just("parallel"), inner, inner),
        st.tuples(st.just("sub"), inner),
    ),
    max_leaves=8,
)


@dataclass
class Drawing:
    """The elements and flows of one (sub-)process while it is drawn."""

    numbers: list[int]
    body: list[str] = field(default_factory=list)
    arrows: list[str] = field(default_factory=list)

    def next(self, kind: str) -> str:
        self.numbers[0] += 1
        return f"{kind}{self.numbers[0]}"

    def block(self, block: Block) -> tuple[str, str]:
        kind = block[0]
        if kind == "seq":
            (first, middle), (other, last) = self.block(block[1]), self.block(block[2])
            self.arrows.append(f"{middle} -> {other}")
            return first, last
        if kind in ("exclusive", "inclusive"):
            return self.gateways(f"{kind}Gateway", block[2:], f" [x > {block[1]}]")
        if kind == "parallel":
            return self.gateways("parallelGateway", block[1:], "")
        return self.inside(block[1]) if kind == "sub" else self.task()

    def task(self) -> tuple[str, str]:
        each = self.next("t")
        self.body.append(f'<userTask id="{each}"/>')
        return each, each

    def gateways(self, kind: str, branches: Block, condition: str) -> tuple[str, str]:
        fork, join = self.next("fork"), self.next("join")
        ends = [self.block(each) for each in branches]
        default = f' default="{fork}_{ends[1][0]}"' if condition else ""
        self.body += [f'<{kind} id="{fork}"{default}/>', f'<{kind} id="{join}"/>']
        self.arrows.append(f"{fork} -> {ends[0][0]}{condition}")
        self.arrows.append(f"{fork} -> {ends[1][0]}")
        self.arrows += [f"{last} -> {join}" for _, last in ends]
        return fork, join

    def inside(self, block: Block) -> tuple[str, str]:
        sub, inner = self.next("sub"), Drawing(self.numbers)
        first, last = inner.block(block)
        inner.arrows += [f"in{sub} -> {first}", f"{last} -> out{sub}"]
        self.body.append(
            f'<subProcess id="{sub}"><startEvent id="in{sub}"/><endEvent id="out{sub}"/>'
            f"{''.join(inner.body)}{flows(';'.join(inner.arrows))}</subProcess>"
        )
        return sub, sub


class Library:
    """The library's own engine over the same file."""

    def __init__(self, content: bytes, x: int) -> None:
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.fromstring(content), "p.bpmn")
        self.flow = BpmnWorkflow(parser.get_spec("p"), parser.get_subprocess_specs("p"))
        self.flow.task_tree.data["x"] = x
        self.flow.do_engine_steps()

    def ready(self) -> dict[str, Any]:
        tasks = self.flow.get_tasks(state=TaskState.READY, manual=True)
        return {each.task_spec.name: each for each in tasks}

    def complete(self, element_id: str) -> None:
        self.ready()[element_id].run()
        self.flow.do_engine_steps()


@given(block=BLOCKS, x=st.integers(0, 5), seed=st.integers(0, 10_000))
@settings(max_examples=150, deadline=None)
def test_the_same_tasks_are_open_after_every_answer(block, x, seed):
    drawing = Drawing([0])
    first, last = drawing.block(block)
    body = '<startEvent id="s"/><endEvent id="e"/>' + "".join(drawing.body)
    content = process(body, ";".join([f"s -> {first}", *drawing.arrows, f"{last} -> e"]))
    ours, theirs = Case.of(bpmn.compile_model({"p.bpmn": content}), x=x), Library(content, x)
    choice = random.Random(seed)

    while not ours.step.finished:
        assert ours.waiting == sorted(theirs.ready())
        element_id = choice.choice(ours.waiting)
        ours.answer(element_id)
        theirs.complete(element_id)

    assert theirs.flow.is_completed()

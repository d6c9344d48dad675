"""Where SpiffWorkflow's own engine is right, ours opens the same tasks and keeps the same data.

Models without loops, drawn at random from blocks and walked in random orders: the library's
engine keeps every finished task, but on these it is a second opinion on joins, choices,
sub-processes, calls, items and boundary events. Ours is stored and loaded before every command,
for it knows no other way. What the library is known to do wrong is left out here and stands in
`test_bpmn_library_faults.py`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import SignalEventDefinition
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from engine import bpmn
from tests.unit.bpmn.diagrams import Case, flows, on, process, signal

Block: TypeAlias = tuple[Any, ...]

BLOCKS = st.recursive(
    st.one_of(
        st.just(("task",)),
        st.just(("task",)),
        st.tuples(st.just("items"), st.booleans(), st.integers(1, 3)),
        st.tuples(st.just("boundary"), st.booleans()),
    ),
    lambda inner: st.one_of(
        st.tuples(st.just("seq"), inner, inner),
        st.tuples(st.sampled_from(["exclusive", "inclusive"]), st.integers(0, 4), inner, inner),
        st.tuples(st.just("parallel"), inner, inner),
        st.tuples(st.just("sub"), inner),
        st.tuples(st.just("call"), inner),
    ),
    max_leaves=8,
)


@dataclass
class Shared:
    """What all (sub-)processes of a drawing count and add together."""

    number: int = 0
    signals: list[str] = field(default_factory=list)
    called: list[str] = field(default_factory=list)


@dataclass
class Drawing:
    """The elements and flows of one (sub-)process while it is drawn."""

    shared: Shared
    body: list[str] = field(default_factory=list)
    arrows: list[str] = field(default_factory=list)

    def next(self, kind: str) -> str:
        self.shared.number += 1
        return f"{kind}{self.shared.number}"

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
        if kind == "items":
            return self.task(sequential=block[1], count=block[2])
        if kind == "boundary":
            return self.boundary(interrupting=block[1])
        inside = {"sub": self.inside, "call": self.call}
        return inside[kind](block[1]) if kind in inside else self.task()

    def task(self, *, sequential: bool = False, count: int = 0) -> tuple[str, str]:
        each = self.next("m" if count else "t")
        repeat = (
            f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
            f"<loopCardinality>{count}</loopCardinality></multiInstanceLoopCharacteristics>"
        )
        self.body.append(f'<userTask id="{each}">{repeat if count else ""}</userTask>')
        return each, each

    def boundary(self, *, interrupting: bool) -> tuple[str, str]:
        """Draw a task with a signal on its boundary: instead of it, or beside it to an end."""
        (task, _), (handler, _) = self.task(), self.task()
        event, after = self.next("b"), self.next("after")
        self.shared.signals.append(event)
        self.body.append(on(event, task, signal(f"sig_{event}"), interrupting=interrupting))
        self.body.append(f'<exclusiveGateway id="{after}"/>')
        self.arrows += [f"{event} -> {handler}", f"{task} -> {after}"]
        if interrupting:
            self.arrows.append(f"{handler} -> {after}")
        else:
            self.body.append(f'<endEvent id="{after}_end"/>')
            self.arrows.append(f"{handler} -> {after}_end")
        return task, after

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
        sub, inner = self.next("sub"), Drawing(self.shared)
        self.body.append(f'<subProcess id="{sub}">{inner.whole(block, sub)}</subProcess>')
        return sub, sub

    def call(self, block: Block) -> tuple[str, str]:
        call, inner = self.next("call"), Drawing(self.shared)
        self.shared.called.append(
            f'<process id="of_{call}" isExecutable="true">{inner.whole(block, call)}</process>'
        )
        self.body.append(f'<callActivity id="{call}" calledElement="of_{call}"/>')
        return call, call

    def whole(self, block: Block, name: str) -> str:
        first, last = self.block(block)
        self.arrows += [f"in{name} -> {first}", f"{last} -> out{name}"]
        ends = f'<startEvent id="in{name}"/><endEvent id="out{name}"/>'
        return ends + "".join(self.body) + flows(";".join(self.arrows))


def drawn(block: Block) -> bytes:
    """Return the file of a drawing, called processes and signals included."""
    shared = Shared()
    whole = Drawing(shared).whole(block, "p")
    named = "".join(f'<signal id="sig_{each}" name="signal of {each}"/>' for each in shared.signals)
    return process(whole, "", extra=named + "".join(shared.called))


class Library:
    """The library's own engine over the same file."""

    def __init__(self, content: bytes, x: int) -> None:
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.fromstring(content), "p.bpmn")
        self.flow = BpmnWorkflow(parser.get_spec("p"), parser.get_subprocess_specs("p"))
        self.flow.task_tree.data["x"] = x
        self.flow.do_engine_steps()

    def ready(self) -> list[str]:
        return sorted(_id(each) for each in self._tasks())

    def complete(self, element_id: str, values: dict[str, int]) -> None:
        task = next(each for each in self._tasks() if _id(each) == element_id)
        task.data.update(values)
        task.run()
        self.flow.do_engine_steps()

    def hear(self, event_id: str) -> None:
        self.flow.catch(BpmnEvent(SignalEventDefinition(f"signal of {event_id}")))
        self.flow.do_engine_steps()

    def _tasks(self) -> list[Any]:
        return list(self.flow.get_tasks(state=TaskState.READY, manual=True))


def _id(task: Any) -> str:
    return str(task.task_spec.name).removesuffix(" [child]")


@given(block=BLOCKS, x=st.integers(0, 5), seed=st.integers(0, 10_000))
@settings(max_examples=200, deadline=None)
def test_the_same_tasks_are_open_after_every_answer_and_the_same_data_is_there(block, x, seed):
    content = drawn(block)
    ours, theirs = Case.of(bpmn.compile_model({"p.bpmn": content}), x=x), Library(content, x)
    choice, heard = random.Random(seed), set[str]()

    while not ours.step.finished:
        tasks = [each for each in ours.waiting if each[0] != "b"]
        assert tasks == theirs.ready()
        events = [each for each in ours.waiting if each[0] == "b" and each not in heard]
        element_id = choice.choice([*tasks, *events])
        if element_id in events:
            heard.add(element_id)
            ours.answer(element_id)
            theirs.hear(element_id)
        else:
            values = {element_id: len(ours.step.values)} if element_id[0] == "t" else {}
            ours.answer(element_id, values)
            theirs.complete(element_id, values)

    assert theirs.flow.is_completed()
    assert theirs.flow.data == ours.step.values

"""However a diagram changes, a case that migrates does each step once and comes to its end."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from engine import bpmn
from tests.unit.bpmn.diagrams import NOON, flows, process

TIMER = (
    '<boundaryEvent id="late_{0}" attachedToRef="{0}" cancelActivity="false">'
    "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>"
)


@dataclass
class Step:
    """A user task; what it is does not change with its name."""

    what: int
    name: str
    timed: bool = False


@dataclass
class Block:
    """Two branches side by side, or a sub-process."""

    what: int
    kind: str
    branches: list[list[Step | Block]] = field(default_factory=list)


Row = list[Step | Block]
EDITS = ("insert", "remove", "rename", "swap", "time", "branch")


def rows(row: Row) -> Iterator[Row]:
    """Yield every sequence of a diagram, the outermost first."""
    yield row
    for each in row:
        if isinstance(each, Block):
            for branch in each.branches:
                yield from rows(branch)


def steps(row: Row) -> dict[int, Step]:
    return {each.what: each for one in rows(row) for each in one if isinstance(each, Step)}


def copied(row: Row) -> Row:
    return [
        Step(each.what, each.name, each.timed)
        if isinstance(each, Step)
        else Block(each.what, each.kind, [copied(branch) for branch in each.branches])
        for each in row
    ]


def drawn(row: Row) -> bpmn.Model:
    """Return the model of a diagram."""
    body, arrows = _sequence(row, "s", "e")
    both = f'<startEvent id="s"/><endEvent id="e"/>{body}'
    return bpmn.compile_model({"p.bpmn": process(both, "; ".join(arrows))})


def _sequence(row: Row, first: str, last: str) -> tuple[str, list[str]]:
    body, arrows, ends = "", [], [(first, first)]
    for each in row:
        text, more, pair = _element(each)
        body += text
        arrows += more
        ends.append(pair)
    ends.append((last, last))
    return body, arrows + [f"{a[1]} -> {b[0]}" for a, b in pairwise(ends)]


def _element(each: Step | Block) -> tuple[str, list[str], tuple[str, str]]:
    if isinstance(each, Step):
        timer = TIMER.format(each.name) + f'<endEvent id="end_{each.name}"/>' if each.timed else ""
        arrows = [f"late_{each.name} -> end_{each.name}"] if each.timed else []
        return f'<userTask id="{each.name}"/>{timer}', arrows, (each.name, each.name)
    if each.kind == "sub":
        begin, end, name = f"b{each.what}", f"z{each.what}", f"sub{each.what}"
        body, arrows = _sequence(each.branches[0], begin, end)
        inside = f'<startEvent id="{begin}"/><endEvent id="{end}"/>{body}{flows("; ".join(arrows))}'
        return f'<subProcess id="{name}">{inside}</subProcess>', [], (name, name)
    fork, join = f"f{each.what}", f"j{each.what}"
    body, arrows = f'<parallelGateway id="{fork}"/><parallelGateway id="{join}"/>', []
    for branch in each.branches:
        text, more = _sequence(branch, fork, join)
        body += text
        arrows += more
    return body, arrows, (fork, join)


class Versions(RuleBasedStateMachine):
    """One case, while its diagram is changed and it is migrated again and again."""

    @initialize(shape=st.lists(st.sampled_from(["step", "timed", "par", "sub"]), min_size=1))
    def begin(self, shape: list[str]) -> None:
        self.numbers = itertools.count(1)
        self.row: Row = [self._new(each) for each in shape[:5]]
        self.always = set(steps(self.row))  #: what has been in every version so far
        self.done: Counter[int] = Counter()
        self.model = drawn(self.row)
        self.case = bpmn.start(self.model, "p", {}, at=NOON, seed="t")

    def _new(self, kind: str) -> Step | Block:
        number = next(self.numbers)
        if kind in ("step", "timed"):
            return Step(number, f"n{number}", kind == "timed")
        count = 2 if kind == "par" else 1
        return Block(number, kind, [[self._new("step")] for _ in range(count)])

    @rule(which=st.integers(0, 9))
    def answer(self, which: int) -> None:
        """Answer a task, or let a timer beside one fire."""
        if self.case.finished:
            return
        wait = self.case.waiting[which % len(self.case.waiting)]
        if isinstance(wait, bpmn.HumanWait):
            [what] = [k for k, each in steps(self.row).items() if each.name == wait.element_id]
            self.done[what] += 1
        stored = self.case.stored
        self.case = bpmn.answer(self.model, "p", stored, wait.token, {}, at=NOON)

    @rule(data=st.data(), count=st.integers(1, 3))
    def change(self, data: st.DataObject, count: int) -> None:
        """Draw another version and migrate the case to it, if it can be."""
        row = copied(self.row)
        renamed: dict[str, str] = {}
        for _ in range(count):
            edit = data.draw(st.sampled_from(EDITS))
            self._edit(row, edit, data, renamed)
        self._migrate(row, renamed)

    def _edit(self, row: Row, edit: str, data: st.DataObject, renamed: dict[str, str]) -> None:
        one = data.draw(st.sampled_from(list(rows(row))))
        place = data.draw(st.integers(0, len(one) - 1))
        each = one[place]
        match edit:
            case "insert":
                one.insert(place, self._new(data.draw(st.sampled_from(["step", "par", "sub"]))))
            case "remove" if len(one) > 1:
                del one[place]
            case "rename" if isinstance(each, Step):
                old = next((k for k, v in renamed.items() if v == each.name), each.name)
                each.name = f"n{next(self.numbers)}"
                renamed[old] = each.name
            case "swap":
                other = data.draw(st.integers(0, len(one) - 1))
                one[place], one[other] = one[other], one[place]
            case "branch" if isinstance(each, Block) and each.kind == "par":
                each.branches.append([self._new("step")])
            case "time" if isinstance(each, Step):
                each.timed = not each.timed

    def _migrate(self, row: Row, renamed: dict[str, str]) -> None:
        new = drawn(row)
        plan = self._plan(new, renamed)
        before = self.case
        if before.finished:
            return
        try:
            after = bpmn.migrate(self.model, new, "p", before.stored, plan, at=NOON)
        except bpmn.MigrationRefused:
            assert bpmn.waiting(self.model, "p", before.stored) == before.waiting
            return
        assert bpmn.waiting(new, "p", after.stored) == after.waiting
        assert self._tasks(after) == {
            token: renamed.get(name, name) for token, name in self._tasks(before).items()
        }
        self.always &= set(steps(row))
        self.row, self.model, self.case = row, new, after

    def _plan(self, new: bpmn.Model, renamed: dict[str, str]) -> bpmn.Plan:
        proposed = bpmn.propose(self.model, new)
        there = new.graphs["p"].nodes
        also: dict[str, str | None] = {old: name for old, name in renamed.items() if name in there}
        also |= {
            f"late_{old}": f"late_{name}" if f"late_{name}" in there else None
            for old, name in also.items()
            if f"late_{old}" in self.model.graphs["p"].nodes
        }
        return bpmn.Plan({"p": {**proposed.elements["p"], **also}}, proposed.flows)

    def _tasks(self, step: bpmn.Step) -> dict[str, str]:
        return {
            each.token: each.element_id for each in step.waiting if isinstance(each, bpmn.HumanWait)
        }

    def teardown(self) -> None:
        """Go to the end: every step that was always there was done once, none was twice."""
        if not hasattr(self, "case"):
            return
        for _ in range(200):
            if self.case.finished:
                break
            self.answer(next(n for n, each in enumerate(self.case.waiting)
                             if isinstance(each, bpmn.HumanWait)))  # fmt: skip
        assert self.case.finished
        assert {what: self.done[what] for what in self.always} == dict.fromkeys(self.always, 1)
        assert max(self.done.values(), default=0) <= 1


Versions.TestCase.settings = settings(max_examples=60, stateful_step_count=12, deadline=None)
TestVersions = pytest.mark.filterwarnings("ignore")(Versions.TestCase)

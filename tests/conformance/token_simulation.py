"""The cases of the bpmn.io token simulator (MIT, Camunda Services GmbH): which flows are taken.

The processes of one diagram run side by side: a message goes to whoever its flow leads to when
its sender is passed, and a signal to everybody who waits for it in any of them.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine import bpmn
from tests.conformance.simulated_models import Prepared, prepared

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Simulated:
    """One case of a `cases.json`."""

    name: str
    model: Path
    steps: Sequence[Mapping[str, Any]]
    expected: Mapping[str, int]  #: how often each sequence flow is taken; others never


def cases_of(path: Path) -> Iterator[Simulated]:
    """Yield the cases of a `cases.json`.

    Raises:
        ValueError, TypeError, LookupError: the file does not hold a list of cases.
    """
    listed = json.loads(path.read_text(encoding="utf-8"))
    if type(listed) is not list:
        raise TypeError("no list")
    for each in listed:
        yield Simulated(
            str(each["name"]),
            path.parent / each["model"],
            each["steps"],
            each["expect_sequence_flows_taken"],
        )


def difference(case: Simulated) -> str | None:
    """Run a case and return what differs from what the simulator does; nothing when all agrees."""
    try:
        taken = flows_taken(case.model.read_bytes(), case.steps)
    except bpmn.ModelRefused as refusal:
        return (
            f"refused: {'; '.join(f'{each.rule} {each.element_id}' for each in refusal.findings)}"
        )
    except bpmn.StepFailed as failure:
        return f"{type(failure).__name__}: {failure}"
    except NotWaiting as failure:
        return str(failure)
    wrong = sorted(
        f"{flow}: {taken.get(flow, 0)} times, expected {case.expected.get(flow, 0)}"
        for flow in taken.keys() | case.expected.keys()
        if taken.get(flow, 0) != case.expected.get(flow, 0)
    )
    return "; ".join(wrong) or None


class NotWaiting(Exception):
    """A case triggers what does not wait."""


def flows_taken(content: bytes, steps: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return how often each sequence flow is taken in all processes of a case together."""
    diagram = prepared(content, steps)
    site = _Site(diagram, bpmn.compile_model({"case.bpmn": diagram.content}))
    for each in steps:
        if "choose" in each:
            site.choose(each["choose"]["gateway"], each["choose"]["flows"])
        elif "waitAt" not in each:
            site.trigger(each.get("trigger") or diagram.targets[each["signal"]])
    return dict(site.taken)


@dataclass(slots=True)
class _Case:
    """One running process."""

    process_id: str
    step: bpmn.Step


@dataclass(slots=True)
class _Site:
    """All processes of one diagram, and what goes between them."""

    diagram: Prepared
    model: bpmn.Model
    taken: Counter[str] = field(default_factory=Counter)
    _cases: list[_Case] = field(default_factory=list)
    _under_way: deque[tuple[_Case, bpmn.Step]] = field(default_factory=deque)
    _choices: dict[str, Sequence[str]] = field(init=False)

    def __post_init__(self) -> None:
        self._choices = dict(self.diagram.usual)

    def choose(self, gateway: str, flows: Sequence[str]) -> None:
        """Let a gateway send its token along just these flows from now on."""
        self._choices[gateway] = flows
        for case in self._cases:
            if not case.step.finished:
                self._update(case, {"chosen": self._chosen()})

    def trigger(self, element_id: str) -> None:
        """Give an element what it waits for; a start event begins its process."""
        if not self._reach(element_id):
            raise NotWaiting(f"nothing waits at {element_id}")
        self._settle()

    def _reach(self, element_id: str) -> bool:
        for process_id, process in self.model.processes.items():
            for each in process.elements:
                if each.id == element_id and each.kind == "startEvent" and each.parent is None:
                    self._start(process_id, element_id)
                    return True
        for case in self._cases:
            for wait in case.step.waiting:
                if wait.element_id == element_id:
                    self._answer(case, wait)
                    return True
        return False

    def _start(self, process_id: str, element_id: str) -> None:
        given = {"chosen": self._chosen(), "triggered": None}
        step = bpmn.start(self.model, process_id, given, at=NOON, element_id=element_id)
        self._cases.append(_Case(process_id, step))
        self._under_way.append((self._cases[-1], step))

    def _answer(self, case: _Case, wait: bpmn.Wait) -> None:
        if isinstance(wait, bpmn.ConditionWait):
            self._update(case, {"triggered": wait.element_id})
            if not case.step.finished:
                self._update(case, {"triggered": None})
            return
        stored = case.step.stored
        case.step = bpmn.answer(self.model, case.process_id, stored, wait.token, {}, at=NOON)
        self._under_way.append((case, case.step))

    def _update(self, case: _Case, values: Mapping[str, object]) -> None:
        case.step = bpmn.update(self.model, case.process_id, case.step.stored, values, at=NOON)
        self._under_way.append((case, case.step))

    def _settle(self) -> None:
        """Count what was done, and bring on whatever it set going, until all is at rest."""
        while self._under_way:
            case, step = self._under_way.popleft()
            for passed in step.passed:
                if passed.kind != "eventBasedGateway":  # the simulator counts no race
                    self.taken.update(passed.flow_ids)
                for target in self.diagram.sent.get(passed.element_id, ()):
                    self._reach(target)
            for thrown in step.thrown:
                self._hear(thrown.name, case)
            self._go_on(case)

    def _hear(self, signal: str, thrower: _Case) -> None:
        """Let everybody else hear a signal; whoever threw it has heard it in its own step."""
        listening = [
            (case, wait.token)
            for case in self._cases
            for wait in case.step.waiting
            if case is not thrower and isinstance(wait, bpmn.SignalWait) and wait.name == signal
        ]
        for case, token in listening:
            for wait in case.step.waiting:
                if wait.token == token:
                    self._answer(case, wait)
        for process_id in self.model.processes:
            for event in bpmn.start_events(self.model, process_id):
                if (event.kind, event.name) == ("signal", signal):
                    self._start(process_id, event.element_id)

    def _go_on(self, case: _Case) -> None:
        """Finish an activity that only waits because something stands on its boundary."""
        for wait in case.step.waiting:
            if isinstance(wait, bpmn.HumanWait) and wait.element_id not in self.diagram.paused:
                self._answer(case, wait)
                return

    def _chosen(self) -> list[str]:
        return [flow for flows in self._choices.values() for flow in flows]

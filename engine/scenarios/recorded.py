"""Makes a test of what happened: of a run that was played, or of a case as its history tells it.

Names of people are not taken over; what was given to forms is, so an analyst looks at it before
it is kept. What an area keeps in records of its own is not in the history of a case.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from engine.catalogue.bundle import Bundle
from engine.catalogue.handlers import REGISTRY
from engine.commands.models import model_of
from engine.model.event import Event, EventKind
from engine.model.person import role_of
from engine.play import Act, Answer, Message, Move, Run, Signal, Start, Succeed
from engine.scenarios.plain import NotPlain, plain
from engine.scenarios.scenario import NOTHING, Deed, Expectation, Scenario, Step

_SECOND: Final = timedelta(seconds=1)
_OPENS: Final = frozenset({EventKind.TASK_OPENED, EventKind.TASK_REOPENED})
_CLOSES: Final = frozenset({EventKind.TASK_COMPLETED, EventKind.TASK_WITHDRAWN})


def of_run(run: Run, title: Mapping[str, str], acts: Sequence[Act] | None = None) -> Scenario:
    """Return a test that does what was played and expects where it stood then.

    Args:
        acts: what was done, where it shall be said in other words than it was played.
    """
    steps = []
    for seen, act in zip(run.seen, acts or [each.act for each in run.seen], strict=False):
        case = seen.case
        is_over = case is not None and not case.is_running
        refused = () if seen.refusal is None else (seen.refusal.code,)
        expect = Expectation(
            open={each.element: role_of(each.desk) for each in seen.tasks},
            held=tuple(sorted({each.element for each in seen.held})) or None,
            ended=(case.end_id if case and is_over else None),
            refused=refused,
        )
        steps.append(Step(_plainly(act), "", expect))
    return Scenario(title, _whole(run.began_at), tuple(steps))


def of_case(
    process_id: str,
    unit: str,
    events: Sequence[Event],
    title: Mapping[str, str],
    outside: Container[str] = (),
) -> Scenario:
    """Return a test that does again what a case's history tells, and expects where it stood.

    Args:
        events: of the case, in their order, the first of them its start.
        outside: elements whose work is done outside, so that a test says how it went.
    """
    first = events[0]
    began = plain_values(first.facts.get("answer") or {})
    telling = _Telling(_whole(first.at), outside)
    telling.steps.append(Step(Start(process_id, began, first.element_id, unit)))
    for each in events:
        telling.hear(each)
    telling.stood()
    return Scenario(title, telling.began, tuple(telling.steps))


def done_outside(bundle: Bundle, process_id: str) -> frozenset[str]:
    """Return the elements of a process whose work a run holds until somebody says how it went."""
    process = model_of(bundle).processes[process_id]
    return frozenset(
        each.id
        for each in process.elements
        if bundle.process(process_id).step(each.id).call is not None
        or (each.topic and each.topic not in REGISTRY.records and not _computes(each.topic))
    )


def _computes(topic: str) -> bool:
    return topic in REGISTRY.services and topic in REGISTRY.replaced


@dataclass(slots=True)
class _Telling:
    """The steps so far, and what stands after the last of them."""

    began: datetime
    outside: Container[str]
    steps: list[Step] = field(default_factory=list)
    clock: datetime | None = None
    open: dict[str, str] = field(default_factory=dict)
    end: str | None = None

    def hear(self, event: Event) -> None:
        if event.kind in _CLOSES | _OPENS and event.element_id is None:
            return
        for deed in _deeds(event, self.outside):
            self._until(event.at)
            self.stood()
            self.steps.append(Step(deed))
        element = event.element_id or ""
        if event.kind in _OPENS:
            self.open[element] = role_of(event.desk) if event.desk else ""
        elif event.kind in _CLOSES:
            self.open.pop(element, None)
        elif event.kind is EventKind.TIMER_FIRED:
            self._until(event.at)
        elif event.kind is EventKind.FINISHED:
            self.end = event.element_id

    def _until(self, at: datetime) -> None:
        """Let time pass before what happens next; what is less than a second is no time."""
        clock, moment = self.clock or self.began, _whole(at + _SECOND)
        if moment - clock > _SECOND:
            self.stood()
            self.steps.append(Step(Move(moment)))
            self.clock = moment

    def stood(self) -> None:
        """Say of the last step what stands now, unless that was said."""
        if self.steps and self.steps[-1].expect == NOTHING:
            expect = Expectation(open=dict(self.open), ended=self.end)
            self.steps[-1] = replace(self.steps[-1], expect=expect)


def _deeds(event: Event, outside: Container[str]) -> Iterator[Deed]:
    """Yield what somebody, or something outside, did."""
    element, facts = event.element_id or "", event.facts
    match event.kind:
        case EventKind.TASK_COMPLETED:
            answer = dict(facts.get("answer") or {})
            outcome = answer.pop("outcome", None)
            yield Answer(element, plain_values(answer), str(outcome) if outcome else None)
        case EventKind.MESSAGE if event.name:
            yield Message(event.name, None, plain_values(facts))
        case EventKind.SIGNAL if event.name:
            yield Signal(event.name, plain_values(facts))
        case EventKind.SERVICE_DONE if element in outside:
            yield Succeed(element, plain_values(facts))


def _plainly(act: Act) -> Deed:
    if isinstance(act, Start | Answer | Succeed | Message | Signal):
        return replace(act, values=plain_values(act.values))
    return replace(act, to=_whole(act.to)) if isinstance(act, Move) else act


def plain_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as a test holds them; what it cannot hold is left out."""
    found = {}
    for key, value in values.items():
        try:
            if value is not None:
                found[key] = plain(value)
        except NotPlain:
            continue
    return found


def _whole(at: datetime) -> datetime:
    return at.replace(microsecond=0)

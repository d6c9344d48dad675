"""A case's past states, found by doing again what its history says was done.

The history holds what came in: answers, results, messages, moments. What the engine makes of it
is determined, so the states in between need not be kept: from its start on, a case is run
through the events of its history, in memory, with nothing written and nobody told. Where the
history does not hold what a step came from, the way ends there and says why; whether the last
state found is the one that is stored says whether the rest may be believed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from engine import bpmn
from engine.commands.models import model_of
from engine.errors import EngineError
from engine.model.event import Event, EventKind
from engine.storage.bundles import Deployed

#: kinds that change where a case stands, or its values
_STEPS: Final = frozenset(
    {
        EventKind.STARTED,
        EventKind.TASK_COMPLETED,
        EventKind.TASK_RECALLED,
        EventKind.TASK_RETURNED,
        EventKind.SERVICE_DONE,
        EventKind.TIMER_FIRED,
        EventKind.MESSAGE,
        EventKind.SIGNAL,
        EventKind.CHANGED,
        EventKind.REFUSED,
        EventKind.MIGRATED,
        EventKind.MIGRATION_UNDONE,
        EventKind.MODIFIED,
        EventKind.CHOSEN,
        EventKind.RETURNED,
        EventKind.CANCELLED,
    }
)
#: what a history does not hold, by the kind of event that would need it
_NOT_HELD: Final[Mapping[EventKind, str]] = {
    EventKind.TASK_RETURNED: "sent_back",
    EventKind.MIGRATED: "migrated",
    EventKind.MIGRATION_UNDONE: "migrated",
    EventKind.CHOSEN: "chosen",
    EventKind.RETURNED: "called",
}
_INSTRUCTIONS: Final[Mapping[str, Any]] = {
    each.__name__: each
    for each in (
        bpmn.StartBefore,
        bpmn.StartAfter,
        bpmn.CancelToken,
        bpmn.CancelAll,
        bpmn.SetVariables,
    )
}


@dataclass(frozen=True, slots=True)
class Turn:
    """A value that a step gave, changed or took away."""

    before: tuple[Any, ...]  #: none or one
    after: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class PastState:
    """A case after one event of its history."""

    event: Event
    waits: tuple[bpmn.Wait, ...]  #: its tokens that wait for something
    values: Mapping[str, Any]
    changed: Mapping[str, Turn] = field(default_factory=dict)  #: by this event
    passed: tuple[str, ...] = ()  #: elements gone through with it
    flows: tuple[str, ...] = ()
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """Where the way ends, and why: a code, or what the engine said."""

    event: Event
    why: str


@dataclass(frozen=True, slots=True)
class Retraced:
    """The states of a case, oldest first."""

    states: tuple[PastState, ...]
    stop: Stop | None
    agrees: bool  #: the last state has the values and the tokens that are stored


class _NotHeld(Exception):
    """The history does not say what this step came from."""


def retrace(
    definition: Deployed,
    process_id: str,
    instance_id: UUID,
    trail: Sequence[Event],
    tokens: Mapping[UUID, str],
    stored: bpmn.Stored,
) -> Retraced:
    """Return the states that a case's history tells.

    Args:
        trail: all of its events, oldest first.
        tokens: what visit each of its human tasks was.
        stored: the case as it is now.
    """
    way = _Way(definition, process_id, instance_id, tokens)
    states: list[PastState] = []
    stop = None
    for event in trail:
        if event.kind not in _STEPS:
            continue
        try:
            state = way.after(event)
        except _NotHeld as missing:
            stop = Stop(event, str(missing))
        except EngineError as failed:
            stop = Stop(event, str(failed))
        if stop is not None:
            break
        if state is not None:
            states.append(state)
    return Retraced(tuple(states), stop, stop is None and way.is_like(stored))


class _Way:
    """A case run through its history in memory."""

    def __init__(
        self,
        definition: Deployed,
        process_id: str,
        instance_id: UUID,
        tokens: Mapping[UUID, str],
    ) -> None:
        self._model = model_of(definition.bundle)
        self._process_id, self._seed, self._tokens = process_id, instance_id.hex, tokens
        self._step: bpmn.Step | None = None
        self._ended = False

    def after(self, event: Event) -> PastState | None:
        """Return the case after an event; ``None`` where that changed nothing of it."""
        before = self._step.values if self._step else {}
        if event.kind is EventKind.CANCELLED:
            self._ended = True
            return PastState(event, (), before, is_over=True)
        step = self._next(event)
        if step is None:
            return None
        if step.row_needed is not None or step.written:
            raise _NotHeld("rows")
        self._step = step
        return PastState(
            event,
            step.waiting,
            step.values,
            dict(_turns(before, step.values)),
            tuple(each.element_id for each in step.passed),
            tuple(flow for each in step.passed for flow in each.flow_ids),
            step.finished,
        )

    def is_like(self, stored: bpmn.Stored) -> bool:
        """Tell whether the case has come to where it is stored."""
        if self._step is None or dict(self._step.values) != dict(stored.variables):
            return False
        if self._ended or self._step.finished:
            return True
        waits = bpmn.waiting(self._model, self._process_id, stored)
        return {each.token for each in waits} == {each.token for each in self._step.waiting}

    def _next(self, event: Event) -> bpmn.Step | None:
        if event.kind in _NOT_HELD:
            raise _NotHeld(_NOT_HELD[event.kind])
        if event.kind is EventKind.STARTED:
            return self._begun(event)
        if self._step is None:
            raise _NotHeld("start")
        if event.kind in (EventKind.MODIFIED, EventKind.REFUSED):
            return self._modified(event) if event.facts.get("instructions") else self._thrown(event)
        return self._brought(event)

    def _brought(self, event: Event) -> bpmn.Step:
        model, process_id, at = self._model, self._process_id, event.at
        match event.kind:
            case EventKind.TASK_RECALLED:
                return bpmn.recall(model, process_id, self._stored, self._of(event), at=at)
            case EventKind.CHANGED:
                return bpmn.update(model, process_id, self._stored, _answer(event), at=at)
            case EventKind.TASK_COMPLETED:
                return self._answered(event, self._of(event), _answer(event))
            case EventKind.TIMER_FIRED:
                return self._answered(event, self._waiting_at(event), {})
        return self._answered(event, self._waiting_at(event), event.facts)

    @property
    def _stored(self) -> bpmn.Stored:
        assert self._step is not None
        return self._step.stored

    def _begun(self, event: Event) -> bpmn.Step:
        if "at" in event.facts:
            starts = [_instruction(each) for each in event.facts["at"]]
            return bpmn.begin_at(
                self._model,
                self._process_id,
                _answer(event),
                starts,
                at=event.at,
                seed=self._seed,
            )
        return bpmn.start(
            self._model,
            self._process_id,
            _answer(event),
            at=event.at,
            seed=self._seed,
            element_id=event.element_id,
        )

    def _modified(self, event: Event) -> bpmn.Step:
        instructions = [_instruction(each) for each in event.facts["instructions"]]
        return bpmn.modify(self._model, self._process_id, self._stored, instructions, at=event.at)

    def _thrown(self, event: Event) -> bpmn.Step | None:
        code = event.facts.get("error_code")
        if not code:
            return None  # a rule kept somebody from acting, or rows were mended: nothing moved
        return bpmn.throw(
            self._model,
            self._process_id,
            self._stored,
            self._waiting_at(event),
            code,
            at=event.at,
            values=event.facts,
        )

    def _answered(self, event: Event, token: str, values: Mapping[str, Any]) -> bpmn.Step:
        return bpmn.answer(self._model, self._process_id, self._stored, token, values, at=event.at)

    def _of(self, event: Event) -> str:
        token = self._tokens.get(event.task_id) if event.task_id else None
        if token is None:
            raise _NotHeld("task")
        return token

    def _waiting_at(self, event: Event) -> str:
        """Return the one token that an event can mean; it names no token itself."""
        assert self._step is not None
        found = [each.token for each in self._step.waiting if _is_meant(each, event)]
        if len(found) != 1:
            raise _NotHeld("several" if found else "nobody")
        return found[0]


def _is_meant(wait: bpmn.Wait, event: Event) -> bool:
    match event.kind:
        case EventKind.TIMER_FIRED:
            is_kind = isinstance(wait, bpmn.TimerWait)
        case EventKind.MESSAGE:
            is_kind = isinstance(wait, bpmn.MessageWait)
            if event.element_id is None:
                return is_kind and getattr(wait, "name", None) == event.name
        case EventKind.SIGNAL:
            is_kind = isinstance(wait, bpmn.SignalWait)
        case _:
            is_kind = isinstance(wait, bpmn.ServiceWait)
    return is_kind and wait.element_id == event.element_id


def _answer(event: Event) -> Mapping[str, Any]:
    return event.facts.get("answer") or {}


def _instruction(said: Mapping[str, Any]) -> Any:
    given = dict(said)
    return _INSTRUCTIONS[given.pop("do")](**given)


def _turns(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[str, Turn]]:
    for name in dict.fromkeys((*was, *now)):
        before = (was[name],) if name in was else ()
        after = (now[name],) if name in now else ()
        if before != after:
            yield name, Turn(before, after)

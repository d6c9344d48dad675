"""What one step of a case did: plain values, nothing of the library beneath."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, NamedTuple, TypeAlias

from engine.bpmn.inout import Written
from engine.bpmn.plain import Json


@dataclass(frozen=True, slots=True)
class HumanWait:
    """A human task is open."""

    token: str  #: which visit of the element
    process_id: str  #: the process the element stands in (a called one, perhaps)
    element_id: str
    name: str | None
    lane_id: str | None
    form_id: str | None
    local: Mapping[str, Json] = field(default_factory=dict)  #: what only this visit sees
    due_at: datetime | None = None  #: this and what follows: in `Step.opened` only
    follow_up_at: datetime | None = None
    priority: int | None = None
    assignee: str | None = None  #: who is suggested; lanes say who may act


@dataclass(frozen=True, slots=True)
class ServiceWait:
    """A job must be done outside; its result is the answer to ``token``."""

    token: str
    process_id: str
    element_id: str
    name: str | None
    topic: str
    local: Mapping[str, Json] = field(default_factory=dict)
    retries: str | None = None  #: ``R3/PT10S`` or ``PT2S,PT30S``, as the diagram says
    listens: bool = False  #: a listener of the element, not the element itself
    priority: int | None = None  #: in `Step.opened` only


@dataclass(frozen=True, slots=True)
class TimerWait:
    """A timer runs. The engine never looks at a clock: it fires when answered."""

    token: str
    process_id: str
    element_id: str
    name: str | None
    due_at: datetime  #: aware, UTC
    attached_to: str | None  #: the activity whose boundary it stands on
    interrupting: bool
    repeats: int | None = 0  #: firings after this one; None: without end


@dataclass(frozen=True, slots=True)
class MessageWait:
    """A message is awaited; its payload is the answer to ``token``."""

    token: str
    process_id: str
    element_id: str
    name: str  #: of the message
    correlation: Mapping[str, Json]
    attached_to: str | None
    interrupting: bool = True
    item: str | None = None  #: of a multi-instance activity, in which it is awaited without a key


@dataclass(frozen=True, slots=True)
class SignalWait:
    """A signal is awaited; what it carries is the answer to ``token``."""

    token: str
    process_id: str
    element_id: str
    name: str  #: of the signal
    attached_to: str | None
    interrupting: bool = True


@dataclass(frozen=True, slots=True)
class ConditionWait:
    """A condition over the case's variables is awaited; each change of them looks at it."""

    token: str
    process_id: str
    element_id: str
    attached_to: str | None
    interrupting: bool = True


@dataclass(frozen=True, slots=True)
class StoreWait:
    """A row of a data store is needed before the step can go on.

    Who carries out the step answers with ``{"row": …}``, null when there is none, at once and
    in the same transaction: no case ever rests here.
    """

    token: str
    process_id: str
    element_id: str
    store: str  #: the id of the data store in the diagram
    key: Json


@dataclass(frozen=True, slots=True)
class Choice:
    """An ad-hoc sub-process is open: its activities may be chosen, each as often as wanted."""

    token: str
    process_id: str
    element_id: str  #: the ad-hoc sub-process
    name: str | None
    offered: tuple[str, ...]  #: ids of the activities that may be enabled


@dataclass(frozen=True, slots=True)
class CallWait:
    """A called process runs as a case of its own; what it ends with is the answer to ``token``."""

    token: str
    process_id: str
    element_id: str
    name: str | None


Wait: TypeAlias = (
    HumanWait
    | ServiceWait
    | TimerWait
    | MessageWait
    | SignalWait
    | ConditionWait
    | StoreWait
    | CallWait
)


@dataclass(frozen=True, slots=True)
class Thrown:
    """A message or a signal that left the case; whoever waits for it elsewhere may have it."""

    kind: Literal["message", "signal"]
    name: str
    element_id: str
    correlation: Mapping[str, Json] = field(default_factory=dict)  #: of a message
    values: Mapping[str, Json] = field(default_factory=dict)  #: what it carries
    to: tuple[str, str | None] | None = None  #: process and element that a message flow leads to
    item: str | None = None  #: of a multi-instance activity, that sends along a message flow
    until: datetime | None = None  #: how long a message waits for a receiver; None: as usual


class Stored(NamedTuple):
    """What is stored of a case between two commands."""

    snapshot: bytes  #: where it stands; opaque, without the case's own variables
    variables: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Decision:
    """Which way an exclusive or inclusive gateway went and why."""

    gateway_id: str
    flow_id: str
    flow_name: str | None
    condition: str | None  #: None: the default flow
    seen: Mapping[str, Json] = field(default_factory=dict)  #: what the conditions looked at
    beside: tuple[str, ...] = ()  #: further flows that an inclusive gateway took


@dataclass(frozen=True, slots=True)
class Passed:
    """One element the step went through."""

    process_id: str
    element_id: str
    kind: str
    name: str | None
    lane_id: str | None
    token: str | None  #: of the visit that ended here; None where it never came to rest
    flow_ids: tuple[str, ...]  #: taken out of it
    decision: Decision | None = None
    explanation: Mapping[str, Json] | None = None  #: of a decision made here


@dataclass(frozen=True, slots=True)
class Step:
    """The case after a command ran it to its next waits."""

    snapshot: bytes
    values: Mapping[str, Json]  #: the case's variables now
    opened: tuple[Wait, ...]
    closed: tuple[str, ...]  #: tokens that no longer wait, other than the answered one
    waiting: tuple[Wait, ...]
    passed: tuple[Passed, ...]
    finished: bool
    end_id: str | None = None  #: the end event that ended the case
    error_code: str | None = None  #: of an error end event nobody caught
    thrown: tuple[Thrown, ...] = ()  #: what left the case, in order
    written: tuple[Written, ...] = ()  #: rows for data stores, in order

    @property
    def stored(self) -> Stored:
        """Return what the next command needs."""
        return Stored(self.snapshot, self.values)

    def with_snapshot(self, snapshot: bytes) -> Step:
        """Return this step with what is remembered beside its state."""
        return replace(self, snapshot=snapshot)

    @property
    def row_needed(self) -> StoreWait | None:
        """Return the row without which the step cannot go on."""
        return next((each for each in self.opened if isinstance(each, StoreWait)), None)

    def then(self, following: Step) -> Step:
        """Return what this step and the one ``following`` it did together."""
        still = {each.token for each in following.waiting}
        ours = {each.token for each in self.opened}
        return replace(
            following,
            opened=(*(each for each in self.opened if each.token in still), *following.opened),
            closed=(*self.closed, *(each for each in following.closed if each not in ours)),
            passed=self.passed + following.passed,
            thrown=self.thrown + following.thrown,
            written=self.written + following.written,
        )

"""What is seen of a run after each of its acts: plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from engine import bpmn
from engine.catalogue.calls import Call
from engine.errors import Problem
from engine.model.event import Event
from engine.play.acts import Act
from engine.storage.bundles import Deployed


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act was refused."""

    code: str
    message: str  #: for who knows the engine; people are told by code and problems
    problems: tuple[Problem, ...] = ()
    error: Exception | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class PlayedCase:
    """One case of the run; the first is the one begun first."""

    number: int  #: from 1
    id: UUID
    definition: Deployed
    business_key: str | None
    title: str
    unit: str
    is_running: bool
    end_id: str | None  #: the end event reached
    values: Mapping[str, Any]
    called_by: int | None  #: the number of the case that waits for it

    @property
    def process_id(self) -> str:
        """The process it runs by."""
        return self.definition.process_id


@dataclass(frozen=True, slots=True)
class Token:
    """Where a case stands."""

    case: int
    process_id: str
    element: str
    kind: str  #: ``task``, ``service``, ``timer``, ``message``, ``signal``, ``condition``, ``call``
    attached_to: str | None = None  #: of a boundary event: the activity it stands on


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A step that waits for somebody."""

    case: int
    id: UUID
    element: str
    number: int  #: among the open visits of this element
    name: str
    desk: str
    form_id: str | None
    holder: str | None
    due_at: datetime | None
    known: Mapping[str, Any]  #: what it sees: the values of its case, its own before them


@dataclass(frozen=True, slots=True)
class Timer:
    """Something that happens when its time comes."""

    case: int
    element: str
    at: datetime
    notice: str | None = None  #: of a task, ``remind`` or ``escalate…``; ``None``: a timer event


@dataclass(frozen=True, slots=True)
class Held:
    """A step that would call out; it waits for an act to say how that went."""

    case: int
    element: str
    number: int
    topic: str
    call: Call | None  #: the connector and what it would be given, as ``process.toml`` says
    job_id: UUID


@dataclass(frozen=True, slots=True)
class Unsent:
    """A letter, a short message or a call of a webhook that would have left."""

    case: int | None
    kind: str  #: ``mail``, ``sms`` or ``webhook``
    element: str


@dataclass(frozen=True, slots=True)
class Listener:
    """A case waits for a message or a signal."""

    case: int
    element: str
    kind: str
    name: str
    key: str | int | None


@dataclass(frozen=True, slots=True)
class Failure:
    """A step went wrong; in earnest an administrator would look."""

    case: int | None
    element: str | None
    code: str
    cause: str


@dataclass(frozen=True, slots=True)
class Change:
    """A value that the last act changed; ``None`` where there was, or is, none."""

    case: int
    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Seen:
    """All that stands after one act."""

    act: Act
    at: datetime  #: the run's own clock
    refusal: Refusal | None
    cases: tuple[PlayedCase, ...]
    tokens: tuple[Token, ...]
    tasks: tuple[OpenTask, ...]
    timers: tuple[Timer, ...]  #: the next first
    held: tuple[Held, ...]
    unsent: tuple[Unsent, ...]
    listening: tuple[Listener, ...]
    failures: tuple[Failure, ...]
    changes: tuple[Change, ...]  #: by this act
    events: tuple[Event, ...]  #: of this act, in order; `engine.model.event`
    passed: tuple[bpmn.Passed, ...]  #: by this act, in order
    elements: frozenset[tuple[str, str]]  #: (process, element) passed so far
    flows: frozenset[tuple[str, str]]  #: (process, flow) taken so far

    @property
    def case(self) -> PlayedCase | None:
        """The case begun first; ``None``: none has begun."""
        return self.cases[0] if self.cases else None

    @property
    def values(self) -> Mapping[str, Any]:
        """What the case begun first knows."""
        return self.cases[0].values if self.cases else {}

    @property
    def is_over(self) -> bool:
        """Tell whether every case has ended."""
        return bool(self.cases) and not any(each.is_running for each in self.cases)

    def task(self, element: str, number: int = 1) -> OpenTask | None:
        """Return an open task."""
        return next((t for t in self.tasks if (t.element, t.number) == (element, number)), None)

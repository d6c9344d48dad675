"""What can be done in a run: plain values, each played by one command of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Start:
    """A case begins."""

    process_id: str
    values: Mapping[str, Any] = field(default_factory=dict)  #: as the start form gives them
    element: str | None = None  #: a start event other than the plain one; no form is asked then
    unit: str | None = None  #: where it belongs, unless the area says; ``None``: a district
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Somebody of its desk takes an open task, if nobody has it, and answers it."""

    element: str
    values: Mapping[str, Any] = field(default_factory=dict)  #: as the form gives them
    outcome: str | None = None
    by: str | None = None  #: ``None``: whoever holds it, else one called after the desk's role
    number: int = 1


@dataclass(frozen=True, slots=True)
class Move:
    """Time passes; timers and reminders that fall due meanwhile come, each at its moment."""

    to: datetime


@dataclass(frozen=True, slots=True)
class Succeed:
    """What was held is done, and gave these values."""

    element: str
    values: Mapping[str, Any] = field(default_factory=dict)
    number: int = 1


@dataclass(frozen=True, slots=True)
class Fail:
    """What was held went wrong: by an error the diagram may catch, or for technical reasons."""

    element: str
    code: str | None = None  #: of the BPMN error; ``None``: technical, for good
    message: str = ""
    number: int = 1


@dataclass(frozen=True, slots=True)
class Message:
    """A message comes from outside; a case that waits for it goes on, or one begins."""

    name: str
    key: str | int | None = None  #: what the receiver's own key must equal
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal is given; everybody who listens hears it."""

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)


Act: TypeAlias = Start | Answer | Move | Succeed | Fail | Message | Signal

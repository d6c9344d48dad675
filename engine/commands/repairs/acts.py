"""The repairs there are, as plain values, and how they are written and read as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from engine import bpmn
from engine.errors import RuleBroken


class RepairUnreadable(RuleBroken):
    """What is asked for does not have the shape of a repair."""

    code = "GEN-REPAIR"


@dataclass(frozen=True, slots=True)
class Retry:
    """Jobs that gave up are tried again, with all their attempts."""

    jobs: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class ChangeDue:
    """A task gets another deadline, or none."""

    task: UUID
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class MoveJob:
    """A timer, or the next attempt of a job, comes at another moment."""

    job: UUID
    run_at: datetime


@dataclass(frozen=True, slots=True)
class Fire:
    """A timer's time comes now."""

    job: UUID


@dataclass(frozen=True, slots=True)
class HoldJob:
    """No worker takes up a job until it is let go."""

    job: UUID


@dataclass(frozen=True, slots=True)
class LetJobGo:
    """Workers take up a job again that was held."""

    job: UUID


@dataclass(frozen=True, slots=True)
class EditValues:
    """Variables of the case get other values."""

    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reassign:
    """A task is given to somebody who may do it."""

    task: UUID
    to: str


@dataclass(frozen=True, slots=True)
class Free:
    """A task goes back to its desk, whoever has it."""

    task: UUID


@dataclass(frozen=True, slots=True)
class MoveTokens:
    """Tokens end here and begin there, all or none."""

    instructions: tuple[bpmn.Instruction, ...]


@dataclass(frozen=True, slots=True)
class Suspend:
    """Nothing of the case goes on."""


@dataclass(frozen=True, slots=True)
class Resume:
    """A case that was held goes on."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """The case ends."""


@dataclass(frozen=True, slots=True)
class Restart:
    """A case that has ended goes on as a new one, at these elements."""

    elements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Correlate:
    """The case is told a message it waits for."""

    token: str  #: what waits
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SendSignal:
    """A signal is given: everybody who listens hears it, other cases too."""

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)


Repair: TypeAlias = (
    Retry
    | ChangeDue
    | MoveJob
    | Fire
    | HoldJob
    | LetJobGo
    | EditValues
    | Reassign
    | Free
    | MoveTokens
    | Suspend
    | Resume
    | Cancel
    | Restart
    | Correlate
    | SendSignal
)

_BY_NAME: Final[Mapping[str, type[Any]]] = {
    "retry": Retry,
    "change_due": ChangeDue,
    "move_job": MoveJob,
    "fire": Fire,
    "hold_job": HoldJob,
    "let_job_go": LetJobGo,
    "edit_values": EditValues,
    "reassign": Reassign,
    "free": Free,
    "move_tokens": MoveTokens,
    "suspend": Suspend,
    "resume": Resume,
    "cancel": Cancel,
    "restart": Restart,
    "correlate": Correlate,
    "signal": SendSignal,
}
_NAMES: Final = {kind: name for name, kind in _BY_NAME.items()}
_INSTRUCTIONS: Final[Mapping[str, type[Any]]] = {
    each.__name__: each
    for each in (
        bpmn.StartBefore,
        bpmn.StartAfter,
        bpmn.CancelToken,
        bpmn.CancelAll,
        bpmn.SetVariables,
        bpmn.RemoveVariables,
    )
}


def name_of(repair: Repair) -> str:
    """Return what a kind of repair is called in JSON, in the journal and in addresses."""
    return _NAMES[type(repair)]


def written(repair: Repair) -> dict[str, Any]:
    """Return a repair as JSON.

    >>> written(Reassign(UUID(int=1), "sara"))["to"]
    'sara'
    """
    fields = type(repair).__dataclass_fields__
    return {"do": name_of(repair), **{each: _plain(getattr(repair, each)) for each in fields}}


def read(said: object) -> Repair:
    """Return the repair that JSON says.

    Raises:
        RepairUnreadable: it says none.
    """
    try:
        assert isinstance(said, Mapping)
        given = dict(said)
        kind = _BY_NAME[given.pop("do")]
        repair: Repair = kind(**{key: _READERS[key](each) for key, each in given.items()})
    except (AssertionError, KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise RepairUnreadable(repr(wrong)) from wrong
    return repair


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if type(value).__name__ in _INSTRUCTIONS:
        fields = type(value).__dataclass_fields__
        said = {each: getattr(value, each) for each in fields}
        return {"do": type(value).__name__} | {k: v for k, v in said.items() if v is not None}
    return value


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} is in no time zone")
    return moment


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"{value!r} is no name")
    return value


def _values(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{value!r} are no values")
    return bpmn.plain(value)


def _instruction(said: Mapping[str, Any]) -> bpmn.Instruction:
    given = dict(said)
    made: bpmn.Instruction = _INSTRUCTIONS[given.pop("do")](**given)
    return made


def _several(read_one: Callable[[Any], Any]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    def read_all(values: Sequence[Any]) -> tuple[Any, ...]:
        if not isinstance(values, list) or not values:
            raise ValueError("nothing is named")
        return tuple(read_one(each) for each in values)

    return read_all


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "jobs": _several(UUID),
    "job": UUID,
    "task": UUID,
    "due_at": lambda text: None if text is None else _moment(text),
    "run_at": _moment,
    "values": _values,
    "to": _text,
    "instructions": _several(_instruction),
    "elements": _several(_text),
    "token": _text,
    "name": _text,
}

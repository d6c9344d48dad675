"""What is renamed in the files of an area, and what comes of it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from engine.findings import Detail


class Kind(enum.Enum):
    """What may be renamed."""

    PROCESS = "process"
    STEP = "step"  #: any element of a diagram with an id: steps, events, lanes, flows
    FORM = "form"
    DECISION = "decision"
    MESSAGE = "message"
    SIGNAL = "signal"
    ERROR = "error"
    VARIABLE = "variable"  #: of the cases of an area


@dataclass(frozen=True, slots=True)
class Asked:
    """One name that is to be another."""

    kind: Kind
    old: str
    new: str
    process: str = ""  #: of a step: the process whose diagram has it


@dataclass(frozen=True, slots=True)
class Change:
    """One place that says the new name."""

    file: str
    place: str  #: the element, or the path inside a file of settings; empty: the file itself
    key: str  #: the attribute, child or key that says it
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Left:
    """A line that says the old name too and stays as it is: it means something else, or is text."""

    file: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Renamed:
    """The files after it, and every place that is different."""

    files: Mapping[str, bytes | None]  #: that are different; ``None``: goes
    changes: tuple[Change, ...]
    left: tuple[Left, ...]
    #: of a variable: places that say the word where nobody can tell what it means
    unclear: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Offered:
    """A name that may be renamed, with what people call it."""

    kind: Kind
    name: str
    title: str
    process: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands against it, or is worth knowing before it."""

    refuses: bool
    why: Detail

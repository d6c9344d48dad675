"""What goes into an element and out of it: mappings, data, listeners, in compiled form.

An element's data is a short programme: acts before it begins and acts after it is done, each
in the order in which they happen. An element that says nothing of the kind has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.bpmn.conditions import Expression
from engine.bpmn.plain import Json

Path: TypeAlias = "tuple[str, ...]"  #: of a variable, and of a place inside its value


@dataclass(frozen=True, slots=True)
class Named:
    """A variable read by its name, whether or not FEEL could say that name."""

    text: str


Valued: TypeAlias = "Expression | Named"


@dataclass(frozen=True, slots=True)
class Put:
    """A value is worked out inside the element and kept there under a name."""

    path: Path
    source: Valued
    is_copy: bool = False  #: where there is nothing to copy, nothing is put


@dataclass(frozen=True, slots=True)
class Declare:
    """Names belong to the element from now on; they hold nothing yet."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Await:
    """The element begins when every name of one of its input sets has a value."""

    sets: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Fetch:
    """A row of a data store is read by its key and kept inside the element."""

    store: str
    key: Valued
    path: Path


@dataclass(frozen=True, slots=True)
class Give:
    """A value is worked out inside the element and handed to what is around it."""

    path: Path
    source: Valued
    is_copy: bool = False  #: where there is nothing to copy, what is there stays


@dataclass(frozen=True, slots=True)
class Keep:
    """A row is worked out inside the element and written to a data store."""

    store: str
    row: Valued | None
    columns: tuple[Give, ...] = ()


@dataclass(frozen=True, slots=True)
class Tell:
    """A listener in FEEL: each entry of the context that it gives becomes a variable."""

    value: Expression
    inside: bool = True  #: what it sets belongs to the element, where it has that name


@dataclass(frozen=True, slots=True)
class Call:
    """A listener that is a job; the element waits until it is done."""

    topic: str
    retries: str | None = None
    inside: bool = True  #: what it sets belongs to the element, where it has that name


Act: TypeAlias = Put | Declare | Await | Fetch | Give | Keep | Tell | Call


@dataclass(frozen=True, slots=True)
class InOut:
    """What happens around one element."""

    before: tuple[Act, ...] = ()
    after: tuple[Act, ...] = ()
    wraps: bool = False  #: the element has variables of its own while it runs
    own: bool = False  #: …and keeps what is written in it; only `Give` hands on
    takes: Mapping[str, tuple[Tell, ...]] = field(default_factory=dict)  #: by flow out of it

    @property
    def awaits(self) -> bool:
        """Tell whether it may have to wait until its inputs are there."""
        return any(isinstance(each, Await) for each in self.before)


@dataclass(frozen=True, slots=True)
class Written:
    """A row for a data store; it is written in the step's own transaction."""

    store: str
    element_id: str
    row: Mapping[str, Json]

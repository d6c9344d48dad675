"""What one evaluation carries along: scope, clock, warnings and bounds; and its answer."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from engine.feel.errors import LimitReached, NullBecause
from engine.feel.nodes import Node
from engine.feel.values import imported

MAX_STEPS = 200_000  #: rounds of all loops, filters and function calls together
LIST_STEP = 20  #: items a function looks through that count as a step
DEEP_STEP = 3  #: items it looks through that count as one where it looks inside them too
STRING_STEP = 100  #: characters of a new string that count as a step, as an item of a list does
MAX_SIZE = 500_000  #: items of a value, those of all lists in it together
MAX_CALLS = 100  #: calls of an expression's own functions inside one another
MAX_WARNINGS = 50  #: reasons kept; a loop would repeat the same one for each item


class Evaluation(NamedTuple):
    """The value of an expression; ``warnings`` say why parts of it were null.

    ``names`` are the free names of the expression, whether or not they were looked up.
    """

    value: object
    warnings: tuple[str, ...]
    names: frozenset[str]


class Locals:
    """The names one loop, filter, context or function adds to those around it."""

    __slots__ = ("parent", "variables")

    def __init__(self, parent: "Locals | None", variables: Mapping[str, object]) -> None:
        self.parent = parent
        self.variables = variables


class Warned(NamedTuple):
    """Why a part was null, and the character offset of that part."""

    at: int
    reason: str


class Run:
    """One evaluation of one expression. It lives as long as the call of ``evaluate``."""

    __slots__ = ("calls", "now", "scope", "steps", "values", "warnings")

    def __init__(self, scope: Mapping[str, object], now: datetime | None) -> None:
        self.scope = scope
        self.now = now
        self.values: dict[str, object] = {}
        self.warnings: list[Warned] = []
        self.steps = 0
        self.calls = 0

    def variable(self, name: str) -> object:
        """Return a value of the scope, made a FEEL value once in this evaluation."""
        if name in self.values:
            return self.values[name]
        if name not in self.scope:
            raise NullBecause(f"there is no “{name}” here")
        value = self.values[name] = imported(self.scope[name])
        return value

    def warn(self, at: int, reason: str) -> None:
        if len(self.warnings) < MAX_WARNINGS:
            self.warnings.append(Warned(at, reason))

    def step(self, count: int = 1) -> None:
        """Count the rounds of a loop, and end an evaluation that does not end itself."""
        self.steps += count
        if self.steps > MAX_STEPS:
            raise LimitReached(f"more than {MAX_STEPS} steps")

    def weigh(self, value: object) -> None:
        """Count the steps of going through a whole value, with all lists and contexts in it."""
        self.step(size_of(self.bounded(value)) // DEEP_STEP)

    def bounded(self, value: object) -> object:
        """Return ``value``, unless going through it would take for ever."""
        if isinstance(value, list | dict) and size_of(value) > MAX_SIZE:
            raise LimitReached(f"a value of more than {MAX_SIZE} items")
        return value


def size_of(value: object) -> int:
    """Return how many items and entries a value has, at most as many as are worth counting.

    A list that stands in several places counts in each: whoever goes through it, does so.
    """
    size, waiting = 0, [value]
    while waiting and size <= MAX_SIZE:
        each = waiting.pop()
        if isinstance(each, list):
            size += len(each)
            waiting += each
        elif isinstance(each, dict):
            size += len(each)
            waiting += each.values()
    return size


#: A compiled node.
Closure = Callable[[Run, Locals | None], object]

#: Compiles the nodes below another one.
Compile = Callable[[Node], Closure]

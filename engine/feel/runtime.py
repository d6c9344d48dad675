"""What one evaluation carries along: its scope, its clock, its warnings and its bounds."""

from collections.abc import Callable, Mapping
from datetime import datetime
from time import thread_time
from typing import NamedTuple

from engine.feel.errors import LimitReached, NullBecause
from engine.feel.nodes import Node
from engine.feel.values import imported

MAX_STEPS = 200_000  #: rounds of all loops, filters and function calls together
LIST_STEP = 20  #: items a function looks through that count as a step
STRING_STEP = 100  #: characters of a new string that count as a step, as an item of a list does
MAX_SECONDS = 1.5  #: of the processor, for one evaluation
STEPS_UNTIMED = 64  #: between looks at the clock
MAX_CALLS = 30  #: calls of an expression's own functions inside one another
MAX_WARNINGS = 50  #: reasons kept; a loop would repeat the same one for each item


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

    __slots__ = ("_began", "_look_at", "calls", "now", "scope", "steps", "values", "warnings")

    def __init__(self, scope: Mapping[str, object], now: datetime | None) -> None:
        self.scope = scope
        self.now = now
        self.values: dict[str, object] = {}
        self.warnings: list[Warned] = []
        self.steps = 0
        self._began = 0.0  #: when the first steps were taken
        self._look_at = 0
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
        if self.steps > self._look_at:
            self.look_at_clock()

    def look_at_clock(self) -> None:
        """End an evaluation that took too long; each step looks so seldom that it costs little."""
        if self.steps > MAX_STEPS:
            raise LimitReached(f"more than {MAX_STEPS} steps")
        now = thread_time()
        self._began = self._began or now
        if now - self._began > MAX_SECONDS:
            raise LimitReached(f"more than {MAX_SECONDS} seconds")
        self._look_at = self.steps + STEPS_UNTIMED


#: A compiled node.
Closure = Callable[[Run, Locals | None], object]

#: Compiles the nodes below another one.
Compile = Callable[[Node], Closure]

"""``process.toml``: what a process needs to know beyond its diagram.

One section per process id: who starts it, which desk each lane is, deadlines, approvals,
four-eyes rules, messages people may send, and the business columns of lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final, Literal, TypeAlias, get_args

from engine.catalogue.calls import Call
from engine.catalogue.full_levels import FULL_LEVELS
from engine.catalogue.papers import Paper
from engine.catalogue.retention import PersonalKind, Retention
from engine.catalogue.stores import Store
from engine.errors import EngineError
from engine.findings import Detail
from engine.signing import Level

COLUMN_TYPES = ("code", "text", "number", "rial", "date", "percentage")


class ConfigRefused(EngineError):
    """``process.toml`` says something that cannot be; ``problems`` lists everything."""

    code = "GEN-CONFIG"

    def __init__(self, problems: list[Detail]) -> None:
        super().__init__("; ".join(str(each) for each in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Lane:
    """The desk a lane stands for: a role, and where it is held."""

    role: str
    place: str  #: ``case``, ``ancestor``, ``anywhere``, a unit code, or ``party:<variable>``
    head: str | None = None  #: the role beside it that says who does which work there


@dataclass(frozen=True, slots=True)
class Due:
    """How long a step may take, counted by the working calendar (R-CAL-01 to 04)."""

    unit: Literal["days", "working_days", "working_hours", "months", "until"]
    amount: int = 0
    variable: str | None = None  #: for ``until``: the variable that holds the date or moment


#: by which rule a task goes to one of the colleagues at its desk when it opens
Offer: TypeAlias = Literal["least_loaded", "in_turn"]
OFFERS: Final[tuple[Offer, ...]] = get_args(Offer)


@dataclass(frozen=True, slots=True)
class Step:
    """What is declared about one task."""

    due: Due | None = None
    escalate: str | None = None  #: role in the case's unit that is told
    confirm: bool = False  #: an approval, confirmed with the password
    priority: int | None = None  #: ``None``: as the diagram says, else 50
    call: Call | None = None  #: of a service task: what it calls outside
    retries: str | None = None  #: of a service task: ``R3/PT10S`` or ``PT2S,PT30S``
    lease: int | None = None  #: seconds an attempt of a service task may take
    bulk: bool = False  #: many may be answered at once
    bulk_to: int | None = None  #: rials: a case of more is looked at by itself all the same
    high_risk: bool = False  #: each is looked at by itself: never many at once
    #: why nothing is taken back or sent back behind it; ``None``: it is no such point
    point_of_no_return: str | None = None
    returns: bool | None = None  #: sent back from here to earlier steps; ``None``: as the process
    offer: Offer | None = None  #: to whom it goes when it opens; ``None``: it lies at its desk
    sign: Level | None = None  #: what an answer has to be signed with at least; ``None``: nothing
    #: …where the site asks the full levels of its process (`engine.catalogue.full_levels`)
    sign_full: Level | None = None

    def joins(self, amount: int | None) -> bool:
        """Tell whether a case of an amount, in rials, may be answered together with others.

        Where there is a limit, one whose amount is not known is looked at by itself.
        """
        if self.bulk_to is None:
            return self.bulk
        return self.bulk and amount is not None and amount <= self.bulk_to


@dataclass(frozen=True, slots=True)
class Separation:
    """Steps of one case that need different people (`domain.md` §12)."""

    steps: frozenset[str]
    code: str
    exception: str | None = None  #: role in the case's unit that may grant one; ``None``: nobody


@dataclass(frozen=True, slots=True)
class SendableMessage:
    """A message that people of a lane may send to a waiting case."""

    name: str
    lane: str
    reason: bool = False


@dataclass(frozen=True, slots=True)
class ProcessConfig:
    """One section of ``process.toml``."""

    process_id: str
    title: str
    start_lanes: tuple[str, ...] = ()
    start_form: str | None = None
    amount: str | None = None
    lanes: Mapping[str, Lane] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, Step] = field(default_factory=dict)
    separations: tuple[Separation, ...] = ()
    messages: Mapping[str, SendableMessage] = field(default_factory=dict)
    unit: str | None = None  #: of cases that an event starts: a code, or ``variable:<name>``
    webhooks: Mapping[str, frozenset[str]] = field(default_factory=dict)  #: receiver -> events
    timers: Mapping[str, Due] = field(default_factory=dict)  #: by the working calendar
    papers: Mapping[str, Paper] = field(default_factory=dict)  #: what it prints, by name
    returns: bool = (
        False  #: people may send a step back to an earlier one, unless it says otherwise
    )
    retention: Retention | None = None  #: how long its cases are kept; ``None``: for ever
    personal: Mapping[str, PersonalKind] = field(default_factory=dict)  #: by variable
    target: int | None = None  #: of a hundred deadlines, how many are to be kept
    subject: str | None = None  #: the variable that names cases which nobody names at their start

    def may_return(self, element_id: str) -> bool:
        """Tell whether who has a step may send it back to an earlier one."""
        told = self.step(element_id).returns
        return self.returns if told is None else told

    @property
    def no_return(self) -> Mapping[str, str]:
        """The elements behind which nothing is taken back or sent back, with the reason or ``""``.

        The diagram names more: `engine.commands.no_return`.
        """
        points = {key: each.point_of_no_return for key, each in self.steps.items()}
        return {key: reason for key, reason in points.items() if reason is not None}

    def step(self, element_id: str) -> Step:
        """Return what is declared about a step; undeclared steps have no deadline."""
        found = self.steps.get(element_id, Step())
        if found.sign_full is not None and FULL_LEVELS.hold_for(self.process_id):
            return replace(found, sign=found.sign_full)
        return found

    def exception_role(self, code: str, element_id: str) -> str | None:
        """Return who may except a step from a four-eyes rule; ``None``: nobody."""
        roles = (
            each.exception
            for each in self.separations
            if each.code == code and element_id in each.steps
        )
        return next(roles, None)

    def amount_of(self, values: Mapping[str, Any]) -> int | None:
        """Return a case's amount in whole rials; ``None`` where it has none, or not yet."""
        given = values.get(self.amount) if self.amount else None
        if isinstance(given, bool) or not isinstance(given, (int, Decimal, str)):
            return None
        try:
            return int(Decimal(given).to_integral_value(ROUND_CEILING))
        except (ArithmeticError, ValueError):
            return None


@dataclass(frozen=True, slots=True)
class AreaConfig:
    """The whole file."""

    area: str
    title: str
    processes: Mapping[str, ProcessConfig]
    stores: Mapping[str, Store] = field(default_factory=dict)  #: data stores, by id

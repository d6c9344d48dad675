"""``process.toml``: what a process needs to know beyond its diagram.

One section per process id: who starts it, which desk each lane is, deadlines, approvals,
four-eyes rules, messages people may send, and the business columns of lists.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final, Literal, TypeAlias, get_args

from engine.catalogue.calls import Call, read_call
from engine.catalogue.stores import Store, read_stores
from engine.errors import EngineError
from engine.model.event import EventKind
from engine.model.retries import waits_of

LONGEST_LEASE = 86_400  #: seconds
COLUMN_TYPES = ("code", "text", "number", "rial", "date", "percentage")


class ConfigRefused(EngineError):
    """``process.toml`` says something that cannot be; ``problems`` lists everything."""

    code = "GEN-CONFIG"

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
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
    high_risk: bool = False  #: each is looked at by itself: never many at once
    #: why nothing is taken back or sent back behind it; ``None``: it is no such point
    point_of_no_return: str | None = None
    returns: bool | None = None  #: sent back from here to earlier steps; ``None``: as the process
    offer: Offer | None = None  #: to whom it goes when it opens; ``None``: it lies at its desk


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
    returns: bool = (
        False  #: people may send a step back to an earlier one, unless it says otherwise
    )

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
        return self.steps.get(element_id, Step())

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


def read_config(text: str) -> AreaConfig:
    """Read ``process.toml``.

    Raises:
        ConfigRefused: with everything that is wrong.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigRefused([f"process.toml: {error}"]) from error
    problems: list[str] = []
    area = document.pop("area", {})
    stores = read_stores(document.pop("data_stores", {}), problems)
    processes = {key: _process(key, section, problems) for key, section in document.items()}
    if not isinstance(area.get("id"), str):
        problems.append("[area] has no id")
    if problems:
        raise ConfigRefused(problems)
    return AreaConfig(area["id"], area.get("title", area["id"]), processes, stores)


def _process(process_id: str, section: Mapping[str, Any], problems: list[str]) -> ProcessConfig:
    where = f"[{process_id}]"
    known = {"title", "start_lanes", "start_form", "amount", "lanes", "columns", "tasks"}
    known |= {"not_same_person", "messages", "unit", "webhooks", "timers", "returns"}
    problems += [f"{where} does not know {key!r}" for key in sorted(section.keys() - known)]
    lanes = {
        key: _lane(f"{where} lane {key}", each, problems)
        for key, each in section.get("lanes", {}).items()
    }
    columns = dict(section.get("columns", {}))
    problems += [
        f"{where} column {key}: {kind!r} is none of {', '.join(COLUMN_TYPES)}"
        for key, kind in columns.items()
        if kind not in COLUMN_TYPES
    ]
    messages = {
        name: SendableMessage(name, each.get("lane", ""), bool(each.get("reason", False)))
        for name, each in section.get("messages", {}).items()
    }
    used = [*section.get("start_lanes", ()), *(each.lane for each in messages.values())]
    problems += [
        f"{where} names lane {lane!r}, which it does not map" for lane in used if lane not in lanes
    ]
    return ProcessConfig(
        process_id,
        section.get("title", process_id),
        tuple(section.get("start_lanes", ())),
        section.get("start_form"),
        section.get("amount"),
        lanes,
        columns,
        {
            key: _step(f"{where} task {key}", each, problems)
            for key, each in section.get("tasks", {}).items()
        },
        tuple(
            Separation(
                frozenset(each.get("steps", ())),
                each.get("code", "SOD-001"),
                each.get("exception"),
            )
            for each in section.get("not_same_person", ())
        ),
        messages,
        section.get("unit"),
        {
            name: _events(f"{where} webhook {name}", kinds, problems)
            for name, kinds in section.get("webhooks", {}).items()
        },
        {
            key: due
            for key, each in section.get("timers", {}).items()
            if (due := _due(f"{where} timer {key}", each, problems)) is not None
        },
        bool(section.get("returns", False)),
    )


def _events(where: str, kinds: Any, problems: list[str]) -> frozenset[str]:
    known = {each.value for each in EventKind}
    given = kinds if isinstance(kinds, list) else [kinds]
    problems += [f"{where}: {kind!r} is no event" for kind in given if kind not in known]
    return frozenset(kind for kind in given if kind in known)


def _lane(where: str, section: Mapping[str, Any], problems: list[str]) -> Lane:
    if (
        not isinstance(section, dict)
        or not {"role", "in", "head"} >= section.keys()
        or "role" not in section
    ):
        problems.append(f"{where} needs role and in, and may have a head")
        return Lane("", "case")
    return Lane(section["role"], section.get("in", "case"), section.get("head"))


def _step(where: str, section: Mapping[str, Any], problems: list[str]) -> Step:
    known = {"due", "escalate", "confirm", "priority", "retries", "lease"}
    known |= {"connector", "connection", "input", "output"}
    known |= {"bulk", "high_risk", "point_of_no_return", "returns", "offer"}
    unknown = section.keys() - known
    problems += [f"{where} does not know {key!r}" for key in sorted(unknown)]
    return Step(
        _due(where, section.get("due"), problems),
        section.get("escalate"),
        bool(section.get("confirm", False)),
        _priority(where, section.get("priority"), problems),
        read_call(where, section, problems),
        _retries(where, section.get("retries"), problems),
        _lease(where, section.get("lease"), problems),
        bulk=_flag(where, "bulk", section, problems),
        high_risk=_flag(where, "high_risk", section, problems),
        point_of_no_return=_point(where, section.get("point_of_no_return", False), problems),
        returns=section.get("returns"),
        offer=_offer(where, section.get("offer"), problems),
    )


def _offer(where: str, told: object, problems: list[str]) -> Offer | None:
    found = next((each for each in OFFERS if each == told), None)
    if told is not None and found is None:
        problems.append(f"{where} offer is {told!r}; it is one of {', '.join(OFFERS)}")
    return found


def _point(where: str, told: object, problems: list[str]) -> str | None:
    if isinstance(told, str):
        return told.strip()
    if not isinstance(told, bool):
        problems.append(f"{where} point_of_no_return is {told!r}; it is true, false or the reason")
    return "" if told is True else None


def _flag(where: str, name: str, section: Mapping[str, Any], problems: list[str]) -> bool:
    told = section.get(name, False)
    if not isinstance(told, bool):
        problems.append(f"{where} {name} is {told!r}; it is true or false")
    if name == "bulk" and told and section.get("high_risk"):
        problems.append(f"{where} is high_risk: it cannot be answered in bulk")
    return bool(told)


def _retries(where: str, told: object, problems: list[str]) -> str | None:
    if told is None:
        return None
    try:
        waits_of(str(told))
    except ValueError as problem:
        problems.append(f"{where} retries: {problem}")
    return str(told)


def _priority(where: str, told: object, problems: list[str]) -> int | None:
    if told is None or (isinstance(told, int) and not isinstance(told, bool)):
        return told
    problems.append(f"{where} priority is {told!r}; it is a whole number")
    return None


def _lease(where: str, told: object, problems: list[str]) -> int | None:
    if told is None or (isinstance(told, int) and 0 < told <= LONGEST_LEASE):
        return told
    problems.append(f"{where} lease is {told!r}; it may be 1 to {LONGEST_LEASE} seconds")
    return None


def _due(where: str, section: Mapping[str, Any] | None, problems: list[str]) -> Due | None:
    if section is None:
        return None
    match list(section.items()):
        case [("until", str(variable))]:
            return Due("until", variable=variable)
        case [(("days" | "working_days" | "working_hours" | "months") as unit, int(amount))] if (
            amount > 0
        ):
            return Due(unit, amount)
    problems.append(
        f"{where}: due is one of days, working_days, working_hours, months (above 0) or until"
    )
    return None

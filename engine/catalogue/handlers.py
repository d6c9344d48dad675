"""What process folders register: handlers, answers, starts, row and option sources.

Registration happens when the catalogue imports an area's modules; looking up is by
name. A name is registered once: two handlers of one name are a mistake at start-up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar
from uuid import UUID

from engine.catalogue.demo import DemoOffice, Story
from engine.catalogue.lines import LineTable
from engine.model.base import Json
from engine.model.data_store import StoreTable, store_table
from engine.model.person import Actor
from engine.values import Percentage, Rial

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Answers(Mapping[str, Any]):
    """The case's variables, read by kind."""

    def __init__(self, variables: Mapping[str, Any], at: datetime) -> None:
        self._variables = variables
        self.at = at  #: when the step runs

    def __getitem__(self, key: str) -> Any:
        return self._variables[key]

    def __iter__(self) -> Any:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)

    def money(self, key: str) -> Rial:
        """Return a variable that holds integer rials."""
        return Rial(int(self[key]))

    def percentage(self, key: str) -> Percentage:
        """Return a variable that holds a percentage such as ``"10"``."""
        return Percentage(str(self[key]))

    def decimal(self, key: str) -> Decimal:
        """Return a variable that holds an exact number."""
        return Decimal(str(self[key]))

    def integer(self, key: str) -> int:
        """Return a variable that holds a whole number."""
        return int(self[key])

    def text(self, key: str) -> str:
        """Return a variable that holds text."""
        return str(self[key])

    def on(self, key: str) -> date:
        """Return a variable that holds an ISO 8601 date."""
        return date.fromisoformat(self[key])


@dataclass(frozen=True, slots=True)
class Records:
    """Where a record task reads and writes: the transaction that finishes its job."""

    session: Session
    instance_id: UUID
    process_id: str
    business_key: str | None
    unit: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StartRequest:
    """Somebody asks to start a case; ``values`` is the checked start form."""

    session: Session
    instance_id: UUID
    process_id: str
    values: Mapping[str, Any]
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What a new case is about."""

    business_key: str | None
    title: str
    unit: str
    party: str | None = None
    values: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskAnswer:
    """Somebody answers a task; ``values`` passed the form's own checks."""

    session: Session
    instance_id: UUID
    task_id: UUID
    process_id: str
    element_id: str
    outcome: str | None
    values: Mapping[str, Any]
    case_values: Mapping[str, Any]
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class TaskRecall:
    """Somebody takes an answer back; what the area wrote when it was given goes back with it."""

    session: Session
    instance_id: UUID
    task_id: UUID
    process_id: str
    element_id: str
    answer: Mapping[str, Any]  #: what the case kept of it
    case_values: Mapping[str, Any]  #: as they are again
    answered_at: datetime
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class PaperRequest:
    """What an area is asked for when a paper says more than the values of its case."""

    session: Session
    instance_id: UUID
    language: str
    at: datetime
    role_name: Callable[[str], str]  #: what people call a role, in that language


RowSource: TypeAlias = "Callable[[Session, UUID, str], LineTable]"
OptionSource: TypeAlias = "Callable[[Session, Actor], list[tuple[str, str]]]"
MomentSource: TypeAlias = "Callable[[Session, Mapping[str, Any]], date | None]"
_F = TypeVar("_F", bound=Callable[..., Any])


class Registry:
    """Everything registered, by kind and name."""

    def __init__(self) -> None:
        self.services: dict[str, Callable[[Answers], Mapping[str, Any]]] = {}
        self.leases: dict[str, int] = {}  #: seconds an attempt may take, by topic
        self.records: dict[str, Callable[[Records, Answers], Mapping[str, Any]]] = {}
        self.calls: dict[str, Callable[[Session, UUID], Mapping[str, Any]]] = {}
        self.starts: dict[str, Callable[[StartRequest], CaseFacts]] = {}
        self.cancels: dict[str, Callable[[Records], None]] = {}
        self.answers: dict[tuple[str, str], Callable[[TaskAnswer], Mapping[str, Any]]] = {}
        self.recalls: dict[tuple[str, str], Callable[[TaskRecall], Mapping[str, str]]] = {}
        self.replaced: set[str] = set()  #: topics whose work, done again, replaces what was done
        self.rows: dict[str, RowSource] = {}
        self.options: dict[str, OptionSource] = {}
        self.papers: dict[tuple[str, str], Callable[[PaperRequest], Mapping[str, Any]]] = {}
        self.console: dict[str, Callable[[Any], str]] = {}
        self.tables: dict[str, StoreTable] = {}  #: that data stores may mean
        self.demo: dict[str, Callable[[Session, datetime], None]] = {}
        self.stories: dict[str, Callable[[DemoOffice], Iterable[Story]]] = {}
        self.moments: dict[str, MomentSource] = {}

    def knows_topic(self, topic: str) -> bool:
        """Tell whether some handler serves ``topic``."""
        return topic in self.services or topic in self.records


REGISTRY = Registry()


def service_task(
    topic: str, *, lease: int | None = None, replaced: bool = False
) -> Callable[[_F], _F]:
    """Register what a service task calls outside any transaction, at least once.

    It only computes or calls out; running twice must do no harm.

    Args:
        lease: seconds an attempt may take; five minutes by the usual settings. One that
            takes longer is given up and tried again.
        replaced: it has no effect outside: done again it replaces what it did. An answer that
            led to it may then be taken back.
    """
    if lease is not None:
        REGISTRY.leases[topic] = lease
    if replaced:
        REGISTRY.replaced.add(topic)
    return _into(REGISTRY.services, topic)


def record_task(topic: str, *, replaced: bool = False) -> Callable[[_F], _F]:
    """Register what a service task does to our own records.

    It runs inside the transaction that finishes its job: together with the case's
    step, or not at all. It never calls out.

    Args:
        replaced: done again it replaces what it wrote; see `service_task`.
    """
    if replaced:
        REGISTRY.replaced.add(topic)
    return _into(REGISTRY.records, topic)


def call_input(topic: str) -> Callable[[_F], _F]:
    """Register what a step that calls outside is given by our own records.

    It reads and writes nothing; what it returns stands in place of the inputs of the same names
    that ``process.toml`` takes from the case's variables, which an administrator may set. Raising
    `RulesBroken` lets nothing go out: the job is an incident.
    """
    return _into(REGISTRY.calls, topic)


def case_start(process_id: str) -> Callable[[_F], _F]:
    """Register what a start means to the area's records, inside the starting transaction."""
    return _into(REGISTRY.starts, process_id)


def case_cancelled(process_id: str) -> Callable[[_F], _F]:
    """Register what the area's records give up when an administrator cancels a case.

    It runs inside the cancelling transaction. Raising `RulesBroken` refuses to cancel.
    """
    return _into(REGISTRY.cancels, process_id)


def task_answer(process_id: str, element_id: str) -> Callable[[_F], _F]:
    """Register what an answer means to the area's records, inside the completing transaction.

    It checks, writes what belongs to the area, and returns the few values the process
    needs. Raising `RulesBroken` refuses the answer with every problem at once.
    """
    return _into(REGISTRY.answers, (process_id, element_id))


def task_recall(process_id: str, element_id: str) -> Callable[[_F], _F]:
    """Register how the area's records go back when an answer is taken back, in its transaction.

    It undoes what `task_answer` wrote, unless answering again replaces it, and returns what
    had been typed, as draft by field path. Raising `RulesBroken` refuses to take it back. A
    step that `task_answer` keeps something of and that has none of these is never taken back.
    """
    return _into(REGISTRY.recalls, (process_id, element_id))


def row_source(name: str) -> Callable[[_F], _F]:
    """Register where a ``lineTable`` component gets its rows from."""
    return _into(REGISTRY.rows, name)


def option_source(name: str) -> Callable[[_F], _F]:
    """Register where a select gets its options from: (value, label) pairs for an actor."""
    return _into(REGISTRY.options, name)


def data_store(
    name: str,
    model: Any,
    *,
    key: str,
    columns: Iterable[str],
    writable: Iterable[str] = (),
    adds: bool = False,
) -> None:
    """Let data stores of the area's diagrams mean one of its tables.

    ``process.toml`` says which store does: ``[data_stores.<id>]`` with ``table = "<name>"``.

    Args:
        model: the class of the table.
        key: the column that names a row; unique.
        columns: what else is read of it.
        writable: columns that an output association may write.
        adds: it may also add a row.
    """
    table = store_table(model, key=key, columns=columns, writable=writable, adds=adds)
    known = REGISTRY.tables.get(name)
    if known is not None and known != table:
        raise ValueError(f"{name!r} is registered twice: {known.table.name}, {table.table.name}")
    REGISTRY.tables[name] = table


def paper_page(process_id: str, paper: str) -> Callable[[_F], _F]:
    """Register what a paper prints beside the values of its case: ``f(request)`` returns JSON.

    A template finds it as ``page.own``. It reads only, and may be asked twice.
    """
    return _into(REGISTRY.papers, (process_id, paper))


def console_command(name: str) -> Callable[[_F], _F]:
    """Register ``divan <name> …``: does it and returns what to print.

    Its docstring is the command's help; wrong use raises `ValueError` with what is wrong.
    """
    return _into(REGISTRY.console, name)


def demo_data(load: _F) -> _F:
    """Register an area's demo data; called after the demo accounts exist, may run again."""
    return _into(REGISTRY.demo, load.__module__)(load)


def demo_stories(tell: _F) -> _F:
    """Register what happens in an area's demonstration; called after `demo_data`.

    It returns one story for each case, and none where they were told before.
    """
    return _into(REGISTRY.stories, tell.__module__)(tell)


def retention_moment(name: str) -> Callable[[_F], _F]:
    """Register when a moment was from which cases are kept (``retention_from``), by their values.

    It returns the day, or ``None`` while nobody knows it: the case is kept.
    """
    return _into(REGISTRY.moments, name)


def _into(register: dict[Any, Any], name: Any) -> Callable[[_F], _F]:
    def keep(function: _F) -> _F:
        known = register.get(name)
        if known is not None and not _is_same(known, function):
            raise ValueError(
                f"{name!r} is registered twice: {known.__module__}, {function.__module__}"
            )
        register[name] = function
        return function

    return keep


def _is_same(one: Any, other: Any) -> bool:
    """Tell whether a function is registered again: its area may be found in two ways."""
    modules = sorted((f".{each.__module__}" for each in (one, other)), key=len)
    return one.__qualname__ == other.__qualname__ and modules[1].endswith(modules[0])

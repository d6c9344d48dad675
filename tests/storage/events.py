"""Small processes that wait, listen and speak, for the tests of events."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import FromClause, select

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, instances
from engine.model.event import event_table
from engine.model.instance import instance_table
from engine.model.job import job_table
from engine.model.message import Message
from engine.model.person import Actor
from engine.model.subscription import subscription_table
from engine.storage.database import Database

NOON = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
CLERK = Actor(uuid4(), "clerk", "clerk", "clerk", desks=frozenset({"CLERK@*"}))
ADMIN = Actor(uuid4(), "admin", "admin", "admin", desks=frozenset({"ADMIN@*"}))

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="urn:divan">'
)
#: what the processes speak of: a message with a key, one without, and a signal
_NAMES = (
    '<message id="paid" name="paid"><extensionElements>'
    '<zeebe:subscription correlationKey="=contract"/></extensionElements></message>'
    '<message id="opened" name="opened"/><signal id="closing" name="closing"/>'
)


def process(process_id: str, *elements: str, more: str = "") -> str:
    """Return a process whose elements follow one another, and what ``more`` draws."""
    ids = [each.split('id="', 1)[1].split('"', 1)[0] for each in elements]
    flows = "".join(
        f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'
        for source, target in pairwise(ids)
    )
    body = "".join(elements) + flows + more
    return f'<process id="{process_id}" isExecutable="true">{body}</process>'


START, END = '<startEvent id="start"/>', '<endEvent id="end"/>'


def catch(element_id: str, definition: str) -> str:
    """Return an intermediate catch event."""
    return f'<intermediateCatchEvent id="{element_id}">{definition}</intermediateCatchEvent>'


def message(name: str) -> str:
    """Return a message event definition."""
    return f'<messageEventDefinition messageRef="{name}"/>'


SIGNAL = '<signalEventDefinition signalRef="closing"/>'


def timer(form: str, text: str) -> str:
    """Return a timer event definition; ``form`` is timeDate, timeDuration or timeCycle."""
    return f"<timerEventDefinition><{form}>{text}</{form}></timerEventDefinition>"


#: waits for the payment of its contract
WAITER = process("waiter", START, catch("await", message("paid")), END)


def deploy(database: Database, *processes: str, config: str = "", at: datetime = NOON) -> None:
    """Deploy processes that the clerk may start, unless ``config`` has a section of theirs."""
    files = {
        f"p{number}.bpmn": f"{_HEAD}{_NAMES}{each}</definitions>".encode()
        for number, each in enumerate(processes)
    }
    ids = [each.split('process id="', 1)[1].split('"', 1)[0] for each in processes]
    open_to_all = "".join(anyone_starts(each) for each in ids if f"[{each}]" not in config)
    settings = f'[area]\nid = "events"\n{config}{open_to_all}'
    bundle = Bundle(files | {"process.toml": settings.encode()})
    deployments.deploy(database.unit_of_work(), bundle, at=at)


def anyone_starts(process_id: str) -> str:
    """Return the section of a process that the clerk may start."""
    return (
        f'[{process_id}]\nstart_lanes = ["clerk"]\n'
        f'[{process_id}.lanes]\nclerk = {{ role = "CLERK", in = "anywhere" }}\n'
    )


def begin(database: Database, process_id: str, /, at: datetime = NOON, **values: Any) -> UUID:
    """Start a case and return its id."""
    started = instances.start(database.unit_of_work(), process_id, values, actor=CLERK, at=at)
    return started.instance_id


def case(database: Database, instance_id: UUID) -> Any:
    """Return the row of a case."""
    return rows(database, instance_table, id=instance_id)[0]


def rows(database: Database, table: FromClause, **wanted: Any) -> list[Any]:
    """Return the rows of a table with these values, oldest first."""
    found = select(table).order_by(*table.primary_key)
    for name, value in wanted.items():
        found = found.where(table.c[name] == value)
    with database.reader() as session:
        return list(session.execute(found).all())


def messages(database: Database, **wanted: Any) -> list[Any]:
    """Return the rows of messages."""
    return rows(database, Message.__table__, **wanted)


def listening(database: Database, **wanted: Any) -> list[Any]:
    """Return the rows of subscriptions."""
    return rows(database, subscription_table, **wanted)


def jobs(database: Database, **wanted: Any) -> list[Any]:
    """Return the rows of jobs."""
    return rows(database, job_table, **wanted)


def heard(database: Database, kind: str, **wanted: Any) -> list[Any]:
    """Return the events of a kind."""
    return rows(database, event_table, kind=kind, **wanted)


def cancel(database: Database, instance_id: UUID) -> None:
    """End a case from outside."""
    instances.cancel(database.unit_of_work(), instance_id, "no", actor=ADMIN, at=NOON)

"""A process of another deployment that is called, deployed and run."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, messages
from engine.jobs import run_due
from engine.model.incident import Incident
from engine.model.instance import instance_table
from engine.storage.database import Database
from tests.storage.events import END, NOON, START, anyone_starts, catch, process, rows
from tests.storage.pools import HEAD

PAID = (
    '<message id="paid" name="paid"><extensionElements>'
    '<zeebe:subscription correlationKey="=contract"/></extensionElements></message>'
    '<error id="bad" errorCode="BAD"/>'
)
WAITS = catch("await", '<messageEventDefinition messageRef="paid"/>')


def call(attributes: str = 'calledElement="inner"', inside: str = "") -> str:
    """Return a call activity."""
    return (
        f'<callActivity id="call" {attributes}>'
        f"<extensionElements>{inside}</extensionElements></callActivity>"
    )


def deploy(database: Database, area: str, *processes: str, tag: str = "", title: str = "x") -> None:
    """Deploy an area with these processes."""
    bodies = [each.replace("<process ", f"<process {tag} ", 1) for each in processes]
    files = {
        f"p{number}.bpmn": f"{HEAD}{PAID}{each}</definitions>".encode()
        for number, each in enumerate(bodies)
    }
    ids = [each.split('process id="', 1)[1].split('"', 1)[0] for each in processes]
    settings = f'[area]\nid = "{area}"\n# {title}\n' + "".join(map(anyone_starts, ids))
    bundle = Bundle(files | {"process.toml": settings.encode()})
    assert deployments.deploy(database.unit_of_work(), bundle, at=NOON)


def run(database: Database, *, hours: float = 0) -> None:
    """Do all that is due."""
    run_due(database, lambda: NOON + timedelta(hours=hours))


def pay(database: Database, contract: str, **values: Any) -> None:
    """Let the called case go on."""
    messages.publish(database.unit_of_work(), "paid", contract, values, at=NOON)


def child_of(database: Database, caller: UUID) -> Any:
    """Return the only case that another one called."""
    [found] = rows(database, instance_table, called_by=caller)
    return found


def incidents(database: Database) -> list[tuple[UUID | None, str]]:
    """Return the open incidents: whose, and their code."""
    found = rows(database, Incident.__table__)
    return [(each.instance_id, each.code) for each in found if each.resolved_at is None]


OUTER = process("outer", START, call(), END)
INNER = process("inner", START, WAITS, END)

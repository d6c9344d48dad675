"""A process that pays: each case is one transfer through a connection, then a person's look."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from engine.catalogue.bundle import Bundle
from engine.commands import connections, deployments, instances
from engine.connectors import SITE
from engine.model.effect import Effect
from engine.model.incident import Incident
from engine.model.person import Actor
from engine.storage.database import Database
from engine.storage.vault import Vault
from tests.kit.bank import Bank

NOON = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
CLERK = Actor(uuid4(), "clerk", "clerk", "clerk", None, desks=frozenset({"CLERK@D07"}))
VAULT = Vault([b"a site's own key, for tests only"])

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="file" targetNamespace="divan">
  <error id="no" errorCode="HTTP-422"/>
  <process id="payment" name="پرداخت" isExecutable="true">
    <laneSet id="lanes"><lane id="clerk"><flowNodeRef>look</flowNodeRef></lane></laneSet>
    <startEvent id="start"/>
    <sequenceFlow id="f1" sourceRef="start" targetRef="transfer"/>
    <serviceTask id="transfer" name="واریز" camunda:type="external" camunda:topic="transfer"/>
    <boundaryEvent id="refused" attachedToRef="transfer">
      <errorEventDefinition id="rd" errorRef="no"/>
    </boundaryEvent>
    <sequenceFlow id="f2" sourceRef="refused" targetRef="look"/>
    <sequenceFlow id="f3" sourceRef="transfer" targetRef="look"/>
    <userTask id="look" name="نگاه"/>
    <sequenceFlow id="f4" sourceRef="look" targetRef="end"/>
    <endEvent id="end"/>
  </process>
</definitions>"""

LANES = """
[area]
id = "payment"
[payment]
start_lanes = ["clerk"]
[payment.lanes]
clerk = { role = "CLERK", in = "case" }
"""

CALL = """
[payment.tasks.transfer]
connector = "http"
connection = "bank"
[payment.tasks.transfer.input]
path = "/payments"
json = { amount = "=amount", about = "واریز" }
[payment.tasks.transfer.output]
receipt = "=response.json.receipt"
"""


@contextmanager
def patient_for(seconds: float) -> Iterator[None]:
    """Wait so long for systems outside, and open secrets with the tests' key."""
    before = SITE.timeout, SITE.vault
    SITE.timeout, SITE.vault = seconds, VAULT
    try:
        yield
    finally:
        SITE.timeout, SITE.vault = before


def deploy(database: Database, config: str = LANES + CALL, diagram: str = DIAGRAM) -> None:
    """Make the process available."""
    bundle = Bundle({"payment.bpmn": diagram.encode(), "process.toml": config.encode()})
    deployments.deploy(database.unit_of_work(), bundle, at=NOON)


def connect(database: Database, bank: Bank, guarantee: str, **settings: Any) -> None:
    """Let cases reach the bank."""
    given = {"url": bank.url, "networks": ["127.0.0.1/32"], "guarantee": guarantee, **settings}
    if guarantee == "queryable":
        given["ask"] = "/payments/{key}"
    connections.put(database.unit_of_work(), "bank", "http", given, at=NOON)


def start(database: Database, amount: int) -> UUID:
    """Start a case that pays."""
    return start_with(database, {"amount": amount})


def start_with(database: Database, values: Mapping[str, Any]) -> UUID:
    """Start a case with other variables."""
    uow = database.unit_of_work()
    return instances.start(uow, "payment", values, actor=CLERK, at=NOON).instance_id


def variables(database: Database, instance_id: UUID) -> Mapping[str, Any]:
    """Return a case's variables."""
    with database.unit_of_work() as uow:
        return dict(uow.cases.one(instance_id).variables)


def at_look(database: Database, instance_id: UUID) -> bool:
    """Tell whether the case has come to the person."""
    with database.unit_of_work() as uow:
        return [each.element_id for each in uow.cases.one(instance_id).tasks] == ["look"]


def effects(database: Database) -> list[Effect]:
    """Return every effect."""
    with database.reader() as session:
        return list(session.scalars(select(Effect).order_by(Effect.idem_key)))


def incidents(database: Database) -> list[Incident]:
    """Return every open incident."""
    with database.reader() as session:
        return list(session.scalars(select(Incident).where(Incident.resolved_at.is_(None))))


def always(fault: str) -> Callable[[], str]:
    """Return what gives the same fault each time."""
    return lambda: fault


def first(*faults: str) -> Callable[[], str]:
    """Return what gives these faults and then none."""
    left = iter(faults)
    return lambda: next(left, "none")

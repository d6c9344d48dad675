"""A small process and the people in it, for the commands' tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from engine.catalogue.bundle import Bundle
from engine.catalogue.handlers import REGISTRY
from engine.commands import deployments, instances, tasks
from engine.errors import RuleBroken
from engine.model.person import Actor, Grant, Person
from engine.model.substitution import Substitution
from engine.sdk import Answers, Records
from engine.storage.actors import by_username
from engine.storage.database import Database
from engine.values import local_date

NOON = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
TODAY = local_date(NOON)
#: those in the database, beside whom one stands in for another
GRANTS = {
    "clerk": ("CLERK", "D07"),
    "head": ("HEAD", "D07"),
    "deputy": ("NOBODY", "D07"),
    "third": ("NOBODY", "D07"),
}
ActorOf = Callable[..., Actor]

ORDER = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="order_file" targetNamespace="divan">
  <message id="m" name="withdraw"/>
  <error id="r" errorCode="ORD-001"/>
  <process id="order" name="سفارش" isExecutable="true">
    <laneSet id="lanes">
      <lane id="clerk"><flowNodeRef>start</flowNodeRef><flowNodeRef>prepare</flowNodeRef></lane>
      <lane id="head"><flowNodeRef>approve</flowNodeRef></lane>
    </laneSet>
    <startEvent id="start"/>
    <sequenceFlow id="f1" sourceRef="start" targetRef="prepare"/>
    <userTask id="prepare" name="آماده‌سازی"/>
    <boundaryEvent id="withdrawal" attachedToRef="prepare">
      <messageEventDefinition id="wd" messageRef="m"/>
    </boundaryEvent>
    <sequenceFlow id="f2" sourceRef="prepare" targetRef="price"/>
    <sequenceFlow id="f3" sourceRef="withdrawal" targetRef="withdrawn"/>
    <endEvent id="withdrawn"/>
    <serviceTask id="price" name="قیمت">
      <extensionElements><zeebe:taskDefinition type="price"/></extensionElements>
    </serviceTask>
    <boundaryEvent id="refused" attachedToRef="price">
      <errorEventDefinition id="rd" errorRef="r"/>
    </boundaryEvent>
    <sequenceFlow id="f4" sourceRef="refused" targetRef="prepare"/>
    <sequenceFlow id="f5" sourceRef="price" targetRef="approve"/>
    <userTask id="approve" name="تأیید"/>
    <boundaryEvent id="late" attachedToRef="approve" cancelActivity="false">
      <timerEventDefinition id="ld"><timeDuration>P2D</timeDuration></timerEventDefinition>
    </boundaryEvent>
    <sequenceFlow id="f7" sourceRef="late" targetRef="note"/>
    <serviceTask id="note" name="یادداشت">
      <extensionElements><zeebe:taskDefinition type="note"/></extensionElements>
    </serviceTask>
    <sequenceFlow id="f8" sourceRef="note" targetRef="noted"/>
    <endEvent id="noted"/>
    <sequenceFlow id="f6" sourceRef="approve" targetRef="done"/>
    <endEvent id="done"/>
  </process>
</definitions>"""

CONFIG = """
[area]
id = "order"
[order]
start_lanes = ["clerk"]
[order.lanes]
clerk = { role = "CLERK", in = "case" }
head = { role = "HEAD", in = "case" }
[order.tasks]
prepare = { due = { days = 10 }, escalate = "HEAD" }
approve = { confirm = true }
[[order.not_same_person]]
steps = ["prepare", "approve"]
code = "SOD-001"
exception = "HEAD"
[order.messages.withdraw]
lane = "clerk"
"""


def _person(username: str, *desks: str, national_code: str | None = None) -> Actor:
    return Actor(uuid4(), username, username, username, national_code, desks=frozenset(desks))


CLERK = _person("clerk", "CLERK@D07")
OTHER_CLERK = _person("other_clerk", "CLERK@D07")
HEAD = _person("head", "HEAD@D07")
BOTH = _person("both", "CLERK@D07", "HEAD@D07")
STRANGER = _person("stranger", "CLERK@D15", "HEAD@D15")


def _price(answers: Answers) -> dict[str, int]:
    if answers.integer("amount") < 0:
        broken = RuleBroken("a negative order")
        broken.code = "ORD-001"
        raise broken
    if answers.integer("amount") == 13:
        raise ConnectionError("the price list does not answer")
    return {"price": answers.integer("amount") * 2}


def _note(records: Records, answers: Answers) -> dict[str, bool]:
    return {"noted": True}


@pytest.fixture(autouse=True)
def handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process's handlers, registered for one test; what others registered stays."""
    monkeypatch.setitem(REGISTRY.services, "price", _price)
    monkeypatch.setitem(REGISTRY.records, "note", _note)


@pytest.fixture
def database(bare_database: Database) -> Database:
    """A database with the engine's tables only."""
    return bare_database


@pytest.fixture
def order(database: Database) -> Database:
    """A database in which the process is deployed."""
    bundle = Bundle({"order.bpmn": ORDER.encode(), "process.toml": CONFIG.encode()})
    deployments.deploy(database.unit_of_work(), bundle, at=NOON)
    return database


@pytest.fixture
def a_case(order: Database) -> Callable[..., tuple[UUID, UUID]]:
    """Start a case and claim its first task for the clerk; return both ids."""

    def start(amount: int = 5, *, by: Actor = CLERK) -> tuple[UUID, UUID]:
        uow = order.unit_of_work()
        started = instances.start(uow, "order", {"amount": amount}, actor=by, at=NOON)
        tasks.claim(uow, started.opened[0], actor=by, at=NOON)
        return started.instance_id, started.opened[0]

    return start


@pytest.fixture
def people(order: Database) -> dict[str, UUID]:
    """A clerk, a head, and two that have no work of their own."""
    with order.unit_of_work() as uow:
        made = {}
        for username, (role, unit) in GRANTS.items():
            person = Person(
                username=username,
                name_fa=username,
                name_en=username.title(),
                national_code=None,
                password_hash=None,
            )
            uow.session.add(person)
            uow.session.flush()
            made[username] = person.id
            uow.session.add(Grant(person_id=person.id, role=role, unit_code=unit))
        uow.commit()
    return made


@pytest.fixture
def away(order: Database, people: dict[str, UUID]) -> Callable[..., None]:
    """Let somebody stand in for somebody today."""

    def enter(who: str, substitute: str, **said: object) -> None:
        row = {"valid_from": TODAY, "valid_to": TODAY, "reason": "leave", **said}
        with order.unit_of_work() as uow:
            uow.session.add(
                Substitution(
                    person_id=people[who],
                    substitute_id=people[substitute],
                    entered_by=who,
                    entered_at=NOON,
                    **row,
                )
            )
            uow.commit()

    return enter


@pytest.fixture
def actor_of(order: Database) -> ActorOf:
    def read(username: str, at=NOON) -> Actor:
        with order.unit_of_work() as uow:
            actor = by_username(uow.session, username, at)
        assert actor is not None
        return actor

    return read


@pytest.fixture
def opened(order: Database, actor_of: ActorOf, people) -> Callable[..., UUID]:
    """Start a case; return its open first task, or the approval after it."""

    def start(amount: int = 5) -> UUID:
        uow = order.unit_of_work()
        return instances.start(
            uow, "order", {"amount": amount}, actor=actor_of("clerk"), at=NOON
        ).opened[0]

    return start

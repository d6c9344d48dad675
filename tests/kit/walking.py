"""Walks cases of an area through the engine's commands, as the people in them would.

An area's own `tests/walking.py` adds what its cases are about and who does each step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self
from uuid import UUID

import pytest
from sqlalchemy import select, update

from engine.commands import instances, tasks
from engine.errors import RulesBroken
from engine.model.incident import Incident
from engine.model.instance import HumanTask, Instance, instance_table
from engine.model.person import Actor, Person
from engine.model.sign_in import Method
from engine.play.signing import sign_in_play
from engine.storage.database import Database


@dataclass
class WalkingOffice:
    """The people of the demonstration, a clock and the worker."""

    database: Database
    actor: Callable[[str], Actor]
    run_jobs: Callable[..., int]
    clock: Any

    def begin(self, process_id: str, by: str, values: Mapping[str, Any]) -> UUID:
        """Start a case, let the worker run, and return the case's id."""
        uow, who = self.database.unit_of_work(), self.actor(by)
        started = instances.start(uow, process_id, values, actor=who, at=self.clock())
        self.run_jobs()
        return started.instance_id

    def add(self, *rows: Any) -> None:
        """Store rows that somebody has entered, or another part of the house."""
        with self.database.unit_of_work() as uow:
            uow.session.add_all(rows)
            uow.commit()

    def one_person(self, *usernames: str, code: str = "0499370899") -> None:
        """Let these accounts be of one person, as the national code says."""
        with self.database.unit_of_work() as uow:
            named = update(Person).where(Person.username.in_(usernames))
            uow.session.execute(named.values(national_code=code))
            uow.commit()

    def set_variables(self, case: WalkedCase, **values: Any) -> None:
        """Change variables of a case, as an administrator may."""
        with self.database.unit_of_work() as uow:
            variables = {**uow.cases.one(case.instance_id).variables, **values}
            of = instance_table.c.id == case.instance_id
            uow.session.execute(update(instance_table).where(of).values(variables=variables))
            uow.commit()


@dataclass
class WalkedCase:
    """One case being walked."""

    #: step -> who does it in the demonstration
    people: ClassVar[Mapping[str, str]]

    office: Any
    instance_id: UUID
    done: dict[str, UUID] = field(default_factory=dict)  #: the task last answered, by step

    @property
    def instance(self) -> Instance:
        """The case as stored now."""
        with self.office.database.unit_of_work() as uow:
            found: Instance = uow.cases.one(self.instance_id)
            return found

    @property
    def waiting(self) -> dict[str, HumanTask]:
        """The open tasks by step."""
        return {each.element_id: each for each in self.instance.tasks if not each.is_closed}

    @property
    def variables(self) -> Mapping[str, Any]:
        """The case's variables."""
        return self.instance.variables

    @property
    def incidents(self) -> list[str]:
        """Whatever the worker gave up on."""
        with self.office.database.reader() as session:
            query = select(Incident.cause).where(Incident.instance_id == self.instance_id)
            return list(session.scalars(query))

    def do(self, step: str, outcome: str = "approve", by: str | None = None, **values: Any) -> Self:
        """Claim a step, answer it, and let the worker run."""
        assert step in self.waiting, f"waits at {sorted(self.waiting)}, {self.incidents}"
        task, at = self.waiting[step], self.office.clock()
        who = self.office.actor(by or self.people[step])
        uow = self.office.database.unit_of_work()
        tasks.claim(uow, task.id, actor=who, at=at)
        answer = {"outcome": outcome, **values}
        signed = sign_in_play(self.office.database, task.id, answer, who, at)
        tasks.complete(
            uow, task.id, answer, actor=who, at=at, confirmed_by=Method.PASSWORD, signed=signed
        )
        self.done[step] = task.id
        self.office.run_jobs()
        return self

    def send(self, message: str, by: str, **values: Any) -> Self:
        """Send the case a message."""
        uow, who = self.office.database.unit_of_work(), self.office.actor(by)
        instances.send(uow, self.instance_id, message, values, actor=who, at=self.office.clock())
        self.office.run_jobs()
        return self


def codes(refused: pytest.ExceptionInfo[RulesBroken]) -> list[tuple[str, str | None]]:
    """Return what was refused, code and field; warnings are none."""
    return [(each.code, each.field) for each in refused.value.problems if each.severity == "error"]

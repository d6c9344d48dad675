"""Walks payment orders through the engine's commands, as the people in them would."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.commands import instances, people, tasks
from engine.errors import RulesBroken
from engine.model.incident import Incident
from engine.model.instance import HumanTask, Instance
from engine.model.person import Actor
from engine.model.sign_in import Method
from engine.storage.database import Database
from engine.values import Rial
from processes.payments.records import Basis, BasisLeg, DebitAccount, Order, Payee
from processes.payments.tests.outside import DEBIT, PAYEE_ID

PEOPLE: Mapping[str, str] = {
    "correct_order": "fin_expert",
    "review": "treasurer",
    "sign_a": "unit_head",
    "sign_b": "fin_head",
    "sign_c": "auditor",
    "look_into": "fin_expert",
    "unconfirmed": "fin_expert",
    "approve_account": "fin_head",
    "wrong_account": "fin_expert",
}
DUE = "2026-08-01"


@dataclass
class Treasury:
    """The people of the demonstration, a clock and the worker."""

    database: Database
    actor: Callable[[str], Actor]
    run_jobs: Callable[..., int]
    clock: Any

    def basis(
        self, reference: str = "V-1", net: int = 5_000_000, payee: str = PAYEE_ID, **legs: int
    ) -> str:
        """Enter what is to be paid; return its id."""
        with self.database.unit_of_work() as uow:
            query = select(Payee.id).where(Payee.identifier == payee)
            payee_id = uow.session.scalars(query).one()
            basis = Basis(
                kind="voucher", reference=reference, unit="D07", payee_id=payee_id,
                gross=Rial(net + sum(legs.values())), vat=Rial.ZERO, net=Rial(net),
                digest=f"sha256:{reference}", entered_at=self.clock(), entered_by="test",
            )  # fmt: skip
            uow.session.add(basis)
            uow.session.flush()
            for at, (kind, amount) in enumerate(legs.items(), 1):
                uow.session.add(
                    BasisLeg(basis_id=basis.id, position=at, kind=kind, amount=Rial(amount))
                )
            uow.commit()
            return str(basis.id)

    def order(self, basis_id: str, by: str = "fin_expert", **other: Any) -> Case:
        """Make an order and let the worker run."""
        with self.database.reader() as session:
            account = session.scalars(select(DebitAccount).where(DebitAccount.iban == DEBIT)).one()
            net = session.get_one(Basis, UUID(basis_id)).net.amount
        given = {
            "basis_id": basis_id, "debit_account": str(account.id), "instrument": "TRANSFER",
            "amount": net, "due_on": DUE, "purpose": "SPAC",
        } | other  # fmt: skip
        return self.start("payment_order", by, **given)

    def start(self, process_id: str, by: str, **values: Any) -> Case:
        """Start a case and let the worker run."""
        uow = self.database.unit_of_work()
        who = self.actor(by)
        started = instances.start(uow, process_id, values, actor=who, at=self.clock())
        self.run_jobs()
        return Case(self, started.instance_id)

    def change_maker(self, case: Case, username: str) -> None:
        """Let somebody else have made an order."""
        with self.database.unit_of_work() as uow:
            query = select(Order).where(Order.instance_id == case.instance_id)
            uow.session.scalars(query).one().made_by = username
            uow.commit()

    def also_give(self, username: str, role: str) -> None:
        """Give a person another role in the unit."""
        person_id = self.actor(username).person_id
        people.grant(self.database.unit_of_work(), person_id, role, "D07")

    def numbers(self) -> list[str]:
        """Return the number of every order."""
        with self.database.reader() as session:
            return list(session.scalars(select(Order.order_no).order_by(Order.order_no)))


@dataclass
class Case:
    """One case being walked."""

    treasury: Treasury
    instance_id: UUID

    @property
    def instance(self) -> Instance:
        with self.treasury.database.unit_of_work() as uow:
            return uow.cases.one(self.instance_id)

    @property
    def waiting(self) -> dict[str, HumanTask]:
        """The open tasks by step."""
        return {each.element_id: each for each in self.instance.tasks if not each.is_closed}

    @property
    def order(self) -> Order:
        """The order, as stored now."""
        with self.treasury.database.reader() as session:
            query = select(Order).where(Order.instance_id == self.instance_id)
            found = session.scalars(query).one()
            _ = [each.group_code for each in found.signatures]
            session.expunge_all()
            return found

    @property
    def state(self) -> str:
        return self.order.state.value

    @property
    def incidents(self) -> list[str]:
        with self.treasury.database.reader() as session:
            query = select(Incident.cause).where(Incident.instance_id == self.instance_id)
            return list(session.scalars(query))

    def do(self, step: str, outcome: str = "approve", by: str | None = None, **values: Any) -> Case:
        """Claim a step, answer it, and let the worker run."""
        assert step in self.waiting, f"waits at {sorted(self.waiting)}, {self.incidents}"
        task, at = self.waiting[step], self.treasury.clock()
        who = self.treasury.actor(by or PEOPLE[step])
        uow = self.treasury.database.unit_of_work()
        tasks.claim(uow, task.id, actor=who, at=at)
        answer = {"outcome": outcome, **values}
        tasks.complete(uow, task.id, answer, actor=who, at=at, confirmed_by=Method.PASSWORD)
        self.treasury.run_jobs()
        return self

    def sign(self, *groups: str) -> Case:
        """Let groups sign, in this order."""
        for each in groups or ("a", "b"):
            self.do(f"sign_{each}", "sign")
        return self

    def ask(self, after: timedelta = timedelta(hours=5)) -> Case:
        """Let time pass until the bank is asked again."""
        self.treasury.clock.pass_time(after)
        self.treasury.run_jobs()
        return self

    def cancel(self) -> Case:
        """Ask for the order to be cancelled."""
        actor, at = self.treasury.actor("fin_head"), self.treasury.clock()
        uow = self.treasury.database.unit_of_work()
        instances.send(uow, self.instance_id, "cancel", {"reason": "اشتباه"}, actor=actor, at=at)
        self.treasury.run_jobs()
        return self


def codes(refused: pytest.ExceptionInfo[RulesBroken]) -> list[tuple[str, str | None]]:
    return [(each.code, each.field) for each in refused.value.problems]

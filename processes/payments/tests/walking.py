"""Walks payment orders through the engine's commands, as the people in them would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.commands import people
from engine.values import Rial
from processes.payments.bank.messages import PaymentFile
from processes.payments.bank.reading import read_payments
from processes.payments.queries.finding import file_sent, orders_shown, payee_known
from processes.payments.records import Basis, BasisLeg, DebitAccount, Order, OrderBatch
from processes.payments.tests.outside import DEBIT, PAYEE_ID
from tests.kit.walking import WalkedCase, WalkingOffice

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
class Treasury(WalkingOffice):
    """Where orders are made, signed and sent."""

    def basis(
        self,
        reference: str = "V-1",
        net: int = 5_000_000,
        payee: str = PAYEE_ID,
        source_no: str = "",
        **legs: int,
    ) -> str:
        """Enter what is to be paid; return its id."""
        with self.database.unit_of_work() as uow:
            payee_id = payee_known(uow.session, payee, "کارمند تازه").id
            basis = Basis(
                kind="voucher", reference=reference, unit="D07", payee_id=payee_id,
                source_no=source_no,
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
        return Case(self, self.begin(process_id, by, values))

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
class Case(WalkedCase):
    """One order being walked."""

    people = PEOPLE

    office: Treasury

    @property
    def order(self) -> Order:
        """The order, as stored now."""
        with self.office.database.reader() as session:
            query = select(Order).where(Order.instance_id == self.instance_id)
            found = session.scalars(query).one()
            _ = [each.group_code for each in found.signatures]
            session.expunge_all()
            return found

    @property
    def state(self) -> str:
        return self.order.state.value

    def sign(self, *groups: str) -> Case:
        """Let groups sign, in this order."""
        for each in groups or ("a", "b"):
            self.do(f"sign_{each}", "sign")
        return self

    def ask(self, after: timedelta = timedelta(hours=5)) -> Case:
        """Let time pass until the bank is asked again."""
        self.office.clock.pass_time(after)
        self.office.run_jobs()
        return self

    def cancel(self) -> Case:
        """Ask for the order to be cancelled."""
        return self.send("cancel", "fin_head", reason="اشتباه")


@dataclass
class Batch(WalkedCase):
    """One batch of orders being walked."""

    people = PEOPLE

    office: Treasury

    @property
    def batch(self) -> OrderBatch:
        """The batch, as stored now."""
        with self.office.database.reader() as session:
            query = select(OrderBatch).where(OrderBatch.instance_id == self.instance_id)
            return session.scalars(query).one()

    @property
    def orders(self) -> list[Order]:
        """Its orders by number, without those that were left out."""
        with self.office.database.reader() as session:
            found = list(orders_shown(session, self.instance_id))
            _ = [(each.batch, each.signatures) for each in found]
            session.expunge_all()
            return found

    @property
    def states(self) -> list[str]:
        """Where each order is."""
        return [each.state.value for each in self.orders]

    @property
    def file(self) -> PaymentFile:
        """What the bank was told."""
        with self.office.database.reader() as session:
            content = file_sent(session, self.orders)
        assert content is not None
        return read_payments(content.encode())

    def sign(self, *groups: str) -> Batch:
        """Let groups sign, in this order."""
        for each in groups or ("a", "b"):
            self.do(f"sign_{each}", "sign")
        return self

    def call_back(self, by: str = "fin_head") -> Batch:
        """Ask for the whole batch to be called back."""
        return self.send("cancel", by, reason="اشتباه")

    def ask(self, after: timedelta = timedelta(hours=5)) -> Batch:
        """Let time pass until the bank is asked again."""
        self.office.clock.pass_time(after)
        self.office.run_jobs()
        return self


def start_batch(treasury: Treasury, gathering: str, **other: Any) -> Batch:
    """Make a batch of all that can be paid of one paper, and let the worker run."""
    with treasury.database.reader() as session:
        account = session.scalars(select(DebitAccount).where(DebitAccount.iban == DEBIT)).one()
    given = {
        "gathering": gathering, "debit_account": str(account.id), "due_on": DUE, "purpose": "POSA",
    } | other  # fmt: skip
    return Batch(treasury, treasury.begin("payment_batch", "fin_expert", given))

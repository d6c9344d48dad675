"""Walks requests and purchases through the engine's commands, as the people in them would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self, TypeVar
from uuid import UUID

import pytest
from sqlalchemy import select, text

from engine.catalogue.facts import HEARERS
from engine.commands import instances, recalling
from engine.model.person import Grant, Person, Representation
from engine.sdk import new_id, working_calendar
from engine.values import local_date
from engine.values.facts import Fact
from processes.transactions.records import Firm, Purchase, PurchaseRequest
from tests.kit.walking import WalkedCase, WalkingOffice

_F = TypeVar("_F", bound=Fact)
LINE = "110201-7"  #: of the demonstration's budget: 30 thousand million rials are allocated


@dataclass
class Office(WalkingOffice):
    """Where things are asked for and bought."""

    def start(self, by: str = "tech_office", **values: Any) -> Case:
        """Start a request."""
        known = {"subject": "کاغذ و لوازم", "category": "GOODS"}
        return Case(self, self.begin("purchase_request", by, {**known, **values}))

    def asked(self, estimate: int, **values: Any) -> Case:
        """Start a request and send it."""
        return self.start().ask(estimate, **values)

    def approved(self, estimate: int, **values: Any) -> Case:
        """Start a request whose credit is reserved."""
        case = self.asked(estimate, **values).do("approve_request")
        return case.do("reserve_credit", "reserve", line_code=case.request.line_code)

    def firm(self, name: str, identifier: str | None = None) -> str:
        """Keep a firm in the register, or a person by the national code; return the id."""
        firm = Firm(
            id=new_id(),
            identifier=identifier or f"1{sum(map(ord, name)):010d}",
            name=name,
            entered_at=self.clock(),
            entered_by="proc_officer",
        )
        self.add(firm)
        return str(self.firm_id(name))

    def firm_id(self, name: str) -> UUID:
        """Return the id of a firm of the register."""
        with self.database.reader() as session:
            return session.scalars(select(Firm.id).where(Firm.name == name)).one()

    def also(self, username: str, role: str, unit: str = "D07") -> None:
        """Give somebody one more role."""
        with self.database.unit_of_work() as uow:
            person = uow.session.scalars(select(Person.id).where(Person.username == username)).one()
            uow.session.add(Grant(person_id=person, role=role, unit_code=unit))
            uow.commit()

    def acts_for(self, username: str, party: str) -> None:
        """Let somebody bid for one more firm."""
        with self.database.unit_of_work() as uow:
            person = uow.session.scalars(select(Person.id).where(Person.username == username)).one()
            uow.session.add(Representation(person_id=person, role="BIDDER", party=party))
            uow.commit()

    def more_credit(self, amount: int) -> None:
        """Let so many rials be approved and allocated on every line; another area keeps them."""
        with self.database.unit_of_work() as uow:
            raised = text("UPDATE budget_line SET approved = :amount, allocated = :amount")
            uow.session.execute(raised, {"amount": amount})
            uow.commit()

    def working_day(self, days: int) -> date:
        """Return the day after so many working days."""
        with self.database.reader() as session:
            return working_calendar(session, "D07").plus_working_days(
                local_date(self.clock()), days
            )

    def now_asked_by(self, case: Case | Buying, username: str) -> None:
        """Let a request have been made by somebody else."""
        with self.database.unit_of_work() as uow:
            uow.session.get_one(PurchaseRequest, case.request.id).requested_by = username
            uow.commit()

    def cancel(self, case: Case | WalkedCase) -> None:
        """Let an administrator cancel a case; the worker has not heard of it yet."""
        uow, who = self.database.unit_of_work(), self.actor("admin")
        instances.cancel(uow, case.instance_id, "تکراری", actor=who, at=self.clock())

    def buy(self, process: str, case: Case, by: str = "proc_officer") -> Buying:
        """Begin to buy what a request asks for."""
        values = {"request_id": str(case.request.id)}
        return Buying(self, self.begin(process, by, values))

    def heard(self, monkeypatch: pytest.MonkeyPatch, kind: type[_F]) -> list[_F]:
        """Return a list that fills with what is announced of a kind from now on."""
        told: list[_F] = []
        before = HEARERS.of(kind)
        others = HEARERS.of

        def hear(_: Any, fact: _F) -> None:
            told.append(fact)

        monkeypatch.setattr(HEARERS, "of", lambda of: (*before, hear) if of is kind else others(of))
        return told


@dataclass
class _Recalled(WalkedCase):
    """A case whose answers are taken back."""

    def take_back(self, step: str) -> Self:
        """Take the answer to a step back, as who gave it."""
        recalling.recall(
            self.office.database.unit_of_work(),
            self.done[step],
            actor=self.office.actor(self.people[step]),
            at=self.office.clock(),
        )
        return self


@dataclass
class Case(_Recalled):
    """One request being walked."""

    people = {
        "enter_request": "tech_office",
        "approve_request": "unit_head",
        "reserve_credit": "budget_officer",
    }

    @property
    def request(self) -> PurchaseRequest:
        """The request as stored now."""
        with self.office.database.reader() as session:
            found: PurchaseRequest = session.scalars(
                select(PurchaseRequest).where(PurchaseRequest.instance_id == self.instance_id)
            ).one()
            _ = found.items
            session.expunge_all()
            return found

    def state(self) -> str:
        """Return where the request stands."""
        return self.request.state.value

    def ask(self, estimate: int, **other: Any) -> Case:
        """Send the request: a hundred boxes of something, unless told otherwise."""
        known: dict[str, Any] = {
            "purpose": "مصرف شش ماه دفترها",
            "item_group": "PAPER",
            "items": [{"description": "کاغذ A4", "quantity": "100", "measure": "بسته"}],
            "estimate": estimate,
            "line_code": LINE,
            "needed_by": (local_date(self.office.clock()) + timedelta(days=40)).isoformat(),
        }
        return self.do("enter_request", "submit", **(known | other))


def offer(firm_id: str, total: int, days: int | None = 10) -> dict[str, Any]:
    """Return a row of prices as a form sends it."""
    return {"firm_id": firm_id, "total": total, "delivery_days": days}


def priced(total: int, quantity: int = 100) -> list[dict[str, Any]]:
    """Return the unit price of the one item that makes a total."""
    return [{"unit_price": total // quantity}]


@dataclass
class Buying(_Recalled):
    """One purchase being walked."""

    people = {
        "find_price": "proc_officer",
        "review_splitting": "fin_head",
        "invite": "proc_officer",
        "record_quotations": "proc_officer",
        "accept_few": "fin_head",
        "choose": "proc_officer",
        "approve_purchase": "fin_head",
        "give_reasons": "tech_office",
        "legal_view": "legal",
        "convene": "proc_officer",
        "approve_higher": "mayor",
        "negotiate": "proc_officer",
        "approve_negotiated": "fin_head",
        "report": "tech_office",
        "take_guarantee": "proc_officer",
        "draft_contract": "proc_officer",
        "record_firm": "proc_officer",
        "firm_signs": "bidder3",
        "confirm_refusal": "unit_head",
        "sign_contract": "unit_head",
    }

    @property
    def purchase(self) -> Purchase:
        """The purchase as stored now."""
        with self.office.database.reader() as session:
            found: Purchase = session.scalars(
                select(Purchase).where(Purchase.instance_id == self.instance_id)
            ).one()
            _ = found.request, found.invitations, [each.firm for each in found.quotations]
            session.expunge_all()
            return found

    @property
    def request(self) -> PurchaseRequest:
        """What it is bought for, as stored now."""
        return self.purchase.request

    def state(self) -> str:
        """Return where the purchase stands."""
        return self.purchase.state.value

    def find(self, total: int, firm_id: str, **other: Any) -> Buying:
        """Find a price and take it."""
        known: dict[str, Any] = {
            "quotations": [offer(firm_id, total)],
            "supplier_id": firm_id,
            "prices": priced(total),
            "market_check": "سه فروشگاه بازار پرسیده شد",
        }
        return self.do("find_price", "submit", **(known | other))

    def invite(self, *firm_ids: str, days: int = 10, **other: Any) -> Buying:
        """Invite suppliers to quote within so many days."""
        until = local_date(self.office.clock()) + timedelta(days=days)
        known: dict[str, Any] = {
            "invited": [{"firm_id": each} for each in firm_ids],
            "deadline_on": until.isoformat(),
            "invitation": "کاغذ A4، تحویل در انبار",
        }
        return self.do("invite", "submit", **(known | other))

    def until_deadline(self) -> Buying:
        """Let the deadline pass."""
        deadline = self.purchase.deadline
        assert deadline is not None
        self.office.run_jobs(deadline + timedelta(minutes=1))
        return self

    def record(self, *offers: dict[str, Any]) -> Buying:
        """Record what came."""
        return self.do("record_quotations", "submit", quotations=list(offers))

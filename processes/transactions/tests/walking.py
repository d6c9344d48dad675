"""Walks requests and purchases through the engine's commands, as the people in them would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import select

from engine.catalogue.facts import HEARERS
from engine.commands import recalling
from engine.values import local_date
from engine.values.facts import Fact
from processes.transactions.records import PurchaseRequest
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
class Case(WalkedCase):
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

    def take_back(self, step: str) -> Case:
        """Take the answer to a step back, as who gave it."""
        recalling.recall(
            self.office.database.unit_of_work(),
            self.done[step],
            actor=self.office.actor(self.people[step]),
            at=self.office.clock(),
        )
        return self

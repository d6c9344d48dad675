"""Areas that tell each other facts: in one transaction, in one order, refused as a whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from engine.catalogue import facts
from engine.catalogue.facts import Hearers
from engine.catalogue.handlers import REGISTRY, TaskAnswer
from engine.commands import tasks
from engine.errors import Problem, RulesBroken
from engine.model.counter import Counter
from engine.sdk import Session, announce, hears
from engine.storage.database import Database
from engine.values import Rial
from engine.values.credit import CreditPaid, CreditReserved
from engine.values.facts import Basis, Fact
from tests.storage.conftest import CLERK, NOON

pytestmark = pytest.mark.both_databases
Case = Callable[..., tuple[UUID, UUID]]


@pytest.fixture(autouse=True)
def nobody_hears(monkeypatch: pytest.MonkeyPatch) -> None:
    """No area of the release hears what these tests tell."""
    monkeypatch.setattr(facts, "HEARERS", Hearers())


def _reserved(amount: int) -> CreditReserved:
    basis = Basis("order", "order", uuid4(), "1")
    return CreditReserved(
        unit="D07", basis=basis, at=NOON, year=1405, line="30501", amount=Rial(amount)
    )


@pytest.fixture
def preparing_reserves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Preparing an order writes a row of its own, and then tells of the credit it takes."""

    def reserve(answer: TaskAnswer) -> dict[str, int]:
        answer.session.add(Counter(series="prepared", last=1))
        announce(answer.session, _reserved(answer.values["amount"]))
        return {"amount": answer.values["amount"]}

    monkeypatch.setitem(REGISTRY.answers, ("order", "prepare"), reserve)


def _kept(database: Database) -> list[tuple[str, int]]:
    with database.unit_of_work() as uow:
        found = uow.session.execute(select(Counter.series, Counter.last).order_by(Counter.series))
        return [(series, last) for series, last in found]


@pytest.mark.usefixtures("preparing_reserves")
def test_what_is_told_is_heard_in_the_transaction_of_the_teller(order: Database, a_case: Case):
    @hears(CreditReserved)
    def keep(session: Session, fact: CreditReserved) -> None:
        session.add(Counter(series=f"{fact.unit} {fact.line}", last=fact.amount.amount))

    _, task_id = a_case()

    tasks.complete(order.unit_of_work(), task_id, {"amount": 7}, actor=CLERK, at=NOON)

    assert _kept(order) == [("D07 30501", 7), ("prepared", 1)]


@pytest.mark.usefixtures("preparing_reserves")
def test_a_hearer_that_refuses_undoes_the_answer_and_what_others_did(
    order: Database, a_case: Case, monkeypatch: pytest.MonkeyPatch
):
    @hears(CreditReserved)
    def a_keeps(session: Session, fact: CreditReserved) -> None:
        session.add(Counter(series="kept", last=1))
        session.flush()

    @hears(CreditReserved)
    def b_refuses(session: Session, fact: CreditReserved) -> None:
        raise RulesBroken([Problem("BUD-002", params={"exceeded": "5"})])

    _, task_id = a_case()

    with pytest.raises(RulesBroken) as refused:
        tasks.complete(order.unit_of_work(), task_id, {"amount": 7}, actor=CLERK, at=NOON)

    assert refused.value.code == "BUD-002"
    assert _kept(order) == []
    monkeypatch.setattr(facts, "HEARERS", Hearers())  # nobody refuses any more
    tasks.complete(order.unit_of_work(), task_id, {"amount": 7}, actor=CLERK, at=NOON)
    assert _kept(order) == [("prepared", 1)]


@pytest.mark.usefixtures("preparing_reserves")
def test_where_nobody_hears_nothing_happens(order: Database, a_case: Case):
    _, task_id = a_case()

    tasks.complete(order.unit_of_work(), task_id, {"amount": 7}, actor=CLERK, at=NOON)

    assert _kept(order) == [("prepared", 1)]


def test_hearers_act_by_name_whatever_was_registered_first(bare_database: Database):
    heard: list[str] = []

    def b_second(session: Session, fact: CreditReserved) -> None:
        heard.append("b")

    def a_first(session: Session, fact: CreditReserved) -> None:
        heard.append("a")

    for hearer in (b_second, a_first, b_second):
        hears(CreditReserved)(hearer)

    with bare_database.unit_of_work() as uow:
        announce(uow.session, _reserved(1))

    assert heard == ["a", "b"]


def test_a_fact_is_heard_by_those_of_its_own_kind_only(bare_database: Database):
    heard: list[Fact] = []
    hears(CreditPaid)(lambda session, fact: heard.append(fact))

    with bare_database.unit_of_work() as uow:
        announce(uow.session, _reserved(1))

    assert heard == []


@dataclass(frozen=True, slots=True, kw_only=True)
class _Private(Fact):
    """A fact of one area's own: no other can know it."""


def test_what_no_other_area_can_know_is_neither_heard_nor_told(bare_database: Database):
    with pytest.raises(TypeError, match="no fact"):
        hears(_Private)(lambda session, fact: None)
    with bare_database.unit_of_work() as uow, pytest.raises(TypeError, match="no fact"):
        announce(uow.session, _Private(unit="D07", basis=_reserved(1).basis, at=NOON))
    with bare_database.unit_of_work() as uow, pytest.raises(TypeError, match="no fact"):
        announce(uow.session, "credit reserved")  # type: ignore[arg-type]

"""How often a request asks the database: more is a regression, whatever the machine's speed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, instances, tasks
from engine.model.person import Actor, Grant, Person
from engine.storage.database import Database
from tests.kit.sites import NOON
from tests.web.conftest import described

pytestmark = pytest.mark.both_databases

ORDER = Path(__file__).parents[2] / "benchmarks" / "processes" / "order"
VALUES = {"amount": 150, "title": "paper", "urgent": False, "count": 3, "note": "as last year"}
Browser = Callable[[str], FlaskClient]
ActorOf = Callable[[str], Actor]
Counted = Callable[[Callable[[], object]], list[str]]


@pytest.fixture
def buyer(site: Database, actor_of: ActorOf) -> Actor:
    """Somebody who also does the steps of the ``order`` process, which has no rules of its own."""
    with site.unit_of_work() as uow:
        person = uow.session.scalars(select(Person).where(Person.username == "buyer")).one()
        uow.session.add(Grant(person_id=person.id, role="SUPERVISOR", unit_code="D07"))
        uow.commit()
    deployments.deploy(site.unit_of_work(), Bundle.read(ORDER), at=NOON)
    return actor_of("buyer")


@pytest.fixture
def an_order(site: Database, buyer: Actor) -> Callable[..., UUID]:
    """Start an order; return its open task."""

    def start(*, claimed: bool = True) -> UUID:
        uow = site.unit_of_work()
        [task] = instances.start(uow, "order", VALUES, actor=buyer, at=NOON).opened
        if claimed:
            tasks.claim(uow, task, actor=buyer, at=NOON)
        return task

    return start


@pytest.fixture
def counted(site: Database) -> Iterator[Counted]:
    """Return the statements an act sends, transactions' beginnings aside."""
    sent: list[str] = []
    listener = (site.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    event.listen(*listener)

    def during(act: Callable[[], object]) -> list[str]:
        act()  # what is read once and kept has been read
        sent.clear()
        act()
        return [each for each in sent if not each.startswith(("BEGIN", "PRAGMA"))]

    yield during
    event.remove(*listener)


def _most(site: Database, sqlite: int, postgresql: int) -> int:
    return sqlite if site.is_sqlite else postgresql


def test_a_step_is_completed_by_three_statements_or_the_fewest_sqlite_has(
    site: Database, an_order, counted: Counted, signed_in: Browser
):
    browser, waiting = signed_in("buyer"), [an_order(), an_order()]

    def complete() -> None:
        answer = browser.post(f"/tasks/{waiting.pop()}", data={"approved": "true", "note": "x"})
        assert answer.status_code == 303

    sent = counted(complete)

    # who acts, the case; then the case, its tasks, events and drafts, on PostgreSQL together
    assert len(sent) <= _most(site, 6, 3), "\n".join(each[:160] for each in sent)


def test_a_start_form_is_answered_by_three_statements_or_the_fewest_sqlite_has(
    site: Database, buyer: Actor, counted: Counted, signed_in: Browser
):
    browser = signed_in("buyer")
    typed = {name: str(value) for name, value in VALUES.items() if value is not False}

    def start() -> None:
        assert browser.post("/start/order", data=typed).status_code == 303

    sent = counted(start)

    # who acts, the newest definition; then the case, its task and its events together
    assert len(sent) <= _most(site, 5, 3), "\n".join(each[:160] for each in sent)


def test_a_deadline_four_eyes_and_a_message_cost_a_question_each(
    site: Database, a_purchase, counted: Counted, signed_in: Browser
):
    browser = signed_in("buyer")
    waiting = [a_purchase("P-1")[1], a_purchase("P-2")[1]]
    for each in waiting:
        browser.post(f"/tasks/{each}/claim")

    def complete() -> None:
        assert browser.post(f"/tasks/{waiting.pop()}", data=described()).status_code == 303

    sent = counted(complete)

    # besides: who did the other step, the working calendar with its version, and whether the
    # message, locked on PostgreSQL, came before; on SQLite the rows of notices and subscription
    assert len(sent) <= _most(site, 13, 8), "\n".join(each[:160] for each in sent)


def test_a_step_is_claimed_by_three_statements_or_the_fewest_sqlite_has(
    site: Database, an_order, counted: Counted, signed_in: Browser
):
    browser, waiting = signed_in("buyer"), [an_order(claimed=False), an_order(claimed=False)]

    def claim() -> None:
        assert browser.post(f"/tasks/{waiting.pop()}/claim").status_code == 303

    sent = counted(claim)

    assert len(sent) <= _most(site, 5, 3), "\n".join(each[:160] for each in sent)


def test_the_list_of_work_asks_no_more_for_more_work(
    site: Database, an_order, counted: Counted, signed_in: Browser
):
    for _ in range(12):
        an_order()
    browser = signed_in("buyer")

    sent = counted(lambda: browser.get("/inbox"))

    # who acts; the page with its reminders and with what is late elsewhere
    assert len(sent) <= 2, "\n".join(each[:160] for each in sent)


def test_a_case_starts_by_two_statements_or_the_fewest_sqlite_has(
    site: Database, buyer: Actor, counted: Counted
):
    def start() -> None:
        instances.start(site.unit_of_work(), "order", VALUES, actor=buyer, at=NOON)

    sent = counted(start)

    # the newest definition; then the case, its task and its events, on PostgreSQL together
    assert len(sent) <= _most(site, 4, 2), "\n".join(each[:160] for each in sent)

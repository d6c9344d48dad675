"""The list of all cases finds what any filter asks, newest first, page by page."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Row, select, update

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, instances, tasks
from engine.errors import Forbidden
from engine.model.incident import Incident
from engine.model.instance import InstanceState, instance_table
from engine.model.person import Actor
from engine.queries import case_list
from engine.queries.case_filter import CaseFilter
from engine.queries.case_list import CaseList
from engine.storage.database import Database
from tests.storage.conftest import CLERK, CONFIG, NOON, ORDER

pytestmark = pytest.mark.both_databases

COLUMNS = '[order.columns]\namount = "rial"\ncontract = "code"\nnote = "text"\n'
TITLES = ("خرید کاغذ", "خرید ۱۰۰٪ پنبه", "تعمیر_پل", 'گفت "نه"', "Order of PAPER")
HOUR = timedelta(hours=1)
NUMBER = 70


def _watcher(*desks: str) -> Actor:
    return Actor(uuid4(), "watcher", "watcher", "watcher", desks=frozenset(desks))


ADMIN = _watcher("ADMIN@*")


@pytest.fixture
def cases(database: Database) -> Database:
    """Cases of two versions and three units, some ended, some stopped."""
    chance = random.Random(11)
    for config in (CONFIG + COLUMNS, CONFIG + COLUMNS + "# another version\n"):
        bundle = Bundle({"order.bpmn": ORDER.encode(), "process.toml": config.encode()})
        deployments.deploy(database.unit_of_work(), bundle, at=NOON)
        for _ in range(NUMBER // 2):
            _add(database, chance)
    return database


def _add(database: Database, chance: random.Random) -> None:
    values = {
        "amount": chance.choice([5, 1_000, 9_007_199_254_740_993]),
        "contract": chance.choice(["97-1", "97-2", '97"']),
        "note": chance.choice(["", "پنبه"]),
    }
    started = instances.start(database.unit_of_work(), "order", values, actor=CLERK, at=NOON)
    changed = {
        "started_at": NOON + chance.randrange(9) * HOUR,
        "unit": chance.choice(["D07", "D15", "G01"]),
        "business_key": chance.choice([None, f"O-{chance.randrange(10_000):04}"]),
        "title": chance.choice(TITLES),
        "state": chance.choice([InstanceState.RUNNING.value, InstanceState.FINISHED.value]),
    }
    is_over = changed["state"] == InstanceState.FINISHED.value
    changed["finished_at"] = NOON + 12 * HOUR if is_over else None
    stopped = Incident(
        id=uuid4(), instance_id=started.instance_id, fingerprint="1", code="GEN", cause="",
        opened_at=NOON, resolved_at=chance.choice([None, NOON]),
    )  # fmt: skip
    with database.unit_of_work() as uow:
        of = instance_table.c.id == started.instance_id
        uow.session.execute(update(instance_table).where(of).values(changed))
        if chance.random() < 0.3:
            uow.session.add(stopped)
        uow.commit()


def _pages(database: Database, wanted: CaseFilter, actor: Actor = ADMIN) -> list[CaseList]:
    pages: list[CaseList] = []
    with database.reader() as session:
        after = None
        while not pages or after is not None:
            pages.append(case_list.page(session, actor, wanted, after=after))
            after = pages[-1].following
    return pages


def _holds(key: str, value: object) -> Callable[[Row[Any]], bool]:
    return lambda row: bool(row.business.get(key) == value)


def _says(text: str) -> Callable[[Row[Any]], bool]:
    return lambda row: text in (row.business_key or "").lower() or text in row.title.lower()


ASKED: dict[str, tuple[CaseFilter, Callable[[Row[Any]], bool]]] = {
    "nothing": (CaseFilter(), lambda _: True),
    "running": (CaseFilter(state=InstanceState.RUNNING), lambda row: row.state == "running"),
    "finished": (CaseFilter(state=InstanceState.FINISHED), lambda row: row.state == "finished"),
    "ended by one": (
        CaseFilter(finished_from=NOON, finished_before=NOON + 13 * HOUR),
        lambda row: row.finished_at is not None,
    ),
    "at a step": (CaseFilter(element="prepare"), lambda _: True),
    "at another step": (CaseFilter(element="approve"), lambda _: False),
    "at a service": (CaseFilter(element="price", is_human=False), lambda _: False),
    "process": (CaseFilter(process_id="order"), lambda row: row.process_id == "order"),
    "another process": (CaseFilter(process_id="else"), lambda row: row.process_id == "else"),
    "unit": (CaseFilter(unit="D15"), lambda row: row.unit == "D15"),
    "from a moment": (
        CaseFilter(started_from=NOON + 3 * HOUR),
        lambda row: row.started_at >= NOON + 3 * HOUR,
    ),
    "before a moment": (
        CaseFilter(started_before=NOON + 3 * HOUR),
        lambda row: row.started_at < NOON + 3 * HOUR,
    ),
    "part of a number": (CaseFilter(text="o-00"), _says("o-00")),
    "letters of two sorts": (CaseFilter(text="paper"), _says("paper")),
    "an Arabic yeh": (CaseFilter(text="خريد"), _says("خرید")),
    "two letters": (CaseFilter(text="۱۰"), _says("10")),
    "a sign of patterns": (CaseFilter(text="%"), _says("%")),
    "another sign of patterns": (CaseFilter(text="تعمیر_"), _says("تعمیر_")),
    "a mark": (CaseFilter(text='"نه"'), _says('"نه"')),
    "an amount": (
        CaseFilter(business={"amount": 9_007_199_254_740_993}),
        _holds("amount", 9_007_199_254_740_993),
    ),
    "the amount beside it": (
        CaseFilter(business={"amount": 9_007_199_254_740_992}),
        lambda _: False,
    ),
    "a code with a mark": (CaseFilter(business={"contract": '97"'}), _holds("contract", '97"')),
    "two values": (
        CaseFilter(business={"contract": "97-1", "amount": 5}),
        lambda row: row.business.items() >= {"contract": "97-1", "amount": 5}.items(),
    ),
    "what is no column": (CaseFilter(business={"price": 10}), lambda _: False),
}


def test_a_filter_finds_what_it_says(cases: Database):
    with cases.reader() as session:
        rows = session.execute(select(instance_table)).all()
    for asked, (wanted, is_asked) in ASKED.items():
        expected = [each for each in rows if is_asked(each)]
        expected.sort(key=lambda row: (row.started_at, row.id.bytes), reverse=True)

        pages = _pages(cases, wanted)

        found = [each.id for page in pages for each in page.lines]
        assert found == [each.id for each in expected], asked
        assert {(page.count, page.is_more) for page in pages} == {(len(expected), False)}, asked


def test_one_version_of_a_process_is_asked_for(cases: Database):
    found = [each for page in _pages(cases, CaseFilter(version=2)) for each in page.lines]

    assert len(found) == NUMBER // 2
    assert {each.definition.version for each in found} == {2}


def test_what_stopped_is_marked_and_found(cases: Database):
    with cases.reader() as session:
        open_ones = select(Incident.instance_id).where(Incident.resolved_at.is_(None))
        stopped = set(session.scalars(open_ones))
    assert stopped

    everything = [each for page in _pages(cases, CaseFilter()) for each in page.lines]
    found = [each for page in _pages(cases, CaseFilter(has_incident=True)) for each in page.lines]

    assert {each.id for each in everything if each.has_incident} == stopped
    assert {each.id for each in found} == stopped


def test_a_line_says_what_the_case_waits_at(cases: Database):
    lines = [each for page in _pages(cases, CaseFilter()) for each in page.lines]

    assert {each.steps for each in lines} == {(("prepare", "آماده‌سازی"),)}


def test_a_watcher_of_one_unit_sees_that_unit(cases: Database):
    everything = [each for page in _pages(cases, CaseFilter()) for each in page.lines]
    seen = [each for page in _pages(cases, CaseFilter(), _watcher("AUDITOR@D15", "CLERK@D07"))
            for each in page.lines]  # fmt: skip

    assert seen == [each for each in everything if each.unit == "D15"]
    assert seen


def test_who_watches_nothing_is_refused(cases: Database):
    with pytest.raises(Forbidden), cases.reader() as session:
        case_list.page(session, CLERK, CaseFilter())


def test_more_than_are_counted_is_said(cases: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(case_list, "MOST_SHOWN", 10)

    [first, *_] = _pages(cases, CaseFilter())

    assert (first.count, first.is_more) == (10, True)


def test_a_value_that_changes_is_found_at_once(cases: Database):
    started = instances.start(cases.unit_of_work(), "order", {"amount": 77}, actor=CLERK, at=NOON)
    [task_id] = started.opened
    tasks.claim(cases.unit_of_work(), task_id, actor=CLERK, at=NOON)
    tasks.complete(cases.unit_of_work(), task_id, {"amount": 78}, actor=CLERK, at=NOON)

    assert _ids(cases, {"amount": 77}) == []
    assert _ids(cases, {"amount": 78}) == [started.instance_id]


def _ids(database: Database, business: dict[str, Any]) -> list[UUID]:
    pages = _pages(database, CaseFilter(business=business))
    return [each.id for page in pages for each in page.lines]

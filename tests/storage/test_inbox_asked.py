"""What is asked of the list of work is answered alike by every way there is to find it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import select, update

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, instances
from engine.commands.snoozing import snooze
from engine.model.instance import instance_table as instance
from engine.model.instance import task_table as task
from engine.model.person import Actor, Person
from engine.model.substitution import StandIn
from engine.queries import counts, inbox, walks
from engine.queries.asked import Asked, ValueAsked
from engine.storage.database import Database
from tests.kit.databases import Databases
from tests.kit.sites import close, copied
from tests.storage.conftest import CLERK, CONFIG, NOON, ORDER

COLUMNS: Final = """
[order.columns]
amount = "rial"
payee = "text"
contract_no = "code"
period_to = "date"
rate = "percentage"
"""
PAYEES: Final = ("شرکت پل‌سازی سپهر", "گچ کاران", "Zinc Ltd", "ژاله و پسران", None)
DESKS: Final = ("CLERK@D07", "CLERK@D15", "HEAD@D07", "TREASURER@D07")
AWAY: Final = "away"
READER_ID: Final = UUID(int=7)
READER: Final = Actor(
    READER_ID, "reader", "reader", "reader", desks=frozenset({"CLERK@D07", "CLERK@D15"})
)


Filled = Callable[[str], tuple[str, list[UUID]]]


@pytest.fixture(scope="module")
def filled(databases: Databases, prepared: Callable[[str, str], str]) -> Filled:
    """Return a function giving, for a kind of database, one with the tasks to copy, and their ids.

    Ninety cases take half a second to begin, which every question would pay for.
    """
    made: dict[str, tuple[str, list[UUID]]] = {}

    def of(backend: str) -> tuple[str, list[UUID]]:
        if backend not in made:
            url = databases.create(backend, prepared(backend, "tables"))
            database = Database(url)
            made[backend] = url, _fill(database)
            close(database)
        return made[backend]

    return of


@pytest.fixture
def database(databases: Databases, backend: str, filled: Filled) -> Iterator[Database]:
    """A database with the tasks."""
    yield from copied(databases, backend, filled(backend)[0])


@pytest.fixture
def tasks(backend: str, filled: Filled) -> list[UUID]:
    """The tasks in it."""
    return filled(backend)[1]


def _fill(database: Database) -> list[UUID]:
    """Make open tasks with values, some held, some without a value, a deadline or a reader."""
    config = CONFIG.replace("[order]\n", '[order]\namount = "amount"\n', 1) + COLUMNS
    bundle = Bundle({"order.bpmn": ORDER.encode(), "process.toml": config.encode()})
    deployments.deploy(database.unit_of_work(), bundle, at=NOON)
    chance = random.Random(11)
    made = []
    for _ in range(90):
        values = {
            "amount": chance.choice([None, 5, 70, 1_250_000, 10**15]),
            "payee": chance.choice(PAYEES),
            "contract_no": f"C-{chance.randrange(5)}",
            "period_to": f"2026-0{chance.randrange(1, 5)}-01",
            "rate": chance.choice(["7.5", "10", "-3"]),
        }
        values = {key: value for key, value in values.items() if value is not None}
        [opened] = instances.start(
            database.unit_of_work(), "order", values, actor=CLERK, at=NOON
        ).opened
        due = chance.choice([None, *(NOON + timedelta(days=n) for n in range(-2, 3))])
        holder = chance.choice([None, None, None, "reader", "another"])
        changed = {
            "due_at": due,
            "holder": holder,
            "desk": chance.choice(DESKS),
            "priority": chance.choice([50, 50, 80]),
        }
        uow = database.unit_of_work()
        with uow:
            uow.session.execute(update(task).where(task.c.id == opened).values(changed))
            uow.commit()
        made.append(opened)
    return made


Row = Any
Key = Callable[[Row], Any]


def shown(database: Database, actor: Actor, asked: Asked, at: datetime = NOON) -> list[UUID]:
    """Return the inbox, page after page."""
    found: list[UUID] = []
    after = None
    while True:
        with database.reader() as session:
            page = inbox.page(session, actor, "inbox", asked, at=at, after=after)
        found += [each.task_id for each in page.rows if each.task_id]
        after = page.following
        if after is None:
            return found


def expected(
    database: Database, keep: Callable[[Row], bool], by: Key | None, *, descending: bool = False
) -> list[UUID]:
    """Return the reader's tasks as a plain reading of all rows has them."""
    with database.reader() as session:
        rows = session.execute(
            select(task, instance.c.variables).join(instance, instance.c.id == task.c.instance_id)
        ).all()
    mine = [
        each
        for each in rows
        if (each.holder == "reader" or (each.holder is None and each.desk in READER.desks))
        and keep(each)
    ]
    if by is None:
        ordered = sorted(mine, key=lambda each: each.id.bytes, reverse=descending)
        return [each.id for each in ordered]
    has = [each for each in mine if by(each) is not None]
    ordered = sorted(has, key=lambda each: (by(each), each.id.bytes), reverse=descending)
    without = [each for each in mine if by(each) is None]
    ordered += sorted(without, key=lambda each: each.id.bytes, reverse=descending)
    return [each.id for each in ordered]


def value(key: str) -> Key:
    return lambda row: row.variables.get(key)


PERSIAN: Final = {"شرکت پل‌سازی سپهر": 1, "ژاله و پسران": 0, "گچ کاران": 2, "Zinc Ltd": 3}
ORDERS: Final[list[Any]] = [
    pytest.param("due", lambda row: row.due_at, id="by deadline"),
    pytest.param("created", None, id="by birth"),
    pytest.param("priority", lambda row: row.priority, id="by priority"),
    pytest.param("amount", value("amount"), id="by amount"),
    pytest.param(
        "value:payee",
        lambda row: PERSIAN.get(row.variables.get("payee")),
        id="by text, in the Persian order",
    ),
    pytest.param("value:contract_no", value("contract_no"), id="by code"),
    pytest.param("value:rate", lambda row: Decimal(row.variables["rate"]), id="by percentage"),
]
FILTERS: Final[list[Any]] = [
    pytest.param(Asked(), lambda row: True, id="everything"),
    pytest.param(
        Asked(values=(ValueAsked("", "rial", least=70, most=1_250_000),)),
        lambda row: 70 <= row.variables.get("amount", 0) <= 1_250_000,
        id="amount from and to",
    ),
    pytest.param(
        Asked(values=(ValueAsked("payee", "text", contains="پلسازي"),)),
        lambda row: row.variables.get("payee") == PAYEES[0],
        id="part of a text, however it is written",
    ),
    pytest.param(
        Asked(values=(ValueAsked("contract_no", "code", least="C-3", most="C-3"),)),
        lambda row: row.variables["contract_no"] == "C-3",
        id="a code",
    ),
    pytest.param(
        Asked(values=(ValueAsked("period_to", "date", least="2026-02-15"),)),
        lambda row: row.variables["period_to"] > "2026-02-15",
        id="a date from",
    ),
    pytest.param(
        Asked("گچ c-2"),
        lambda row: (
            row.variables.get("payee") == PAYEES[1] and row.variables["contract_no"] == "C-2"
        ),
        id="words of different values",
    ),
    pytest.param(
        Asked("۱٬۲۵۰٬۰۰۰"),
        lambda row: row.variables.get("amount") == 1_250_000,
        id="a number as people write it",
    ),
    pytest.param(Asked("%"), lambda row: False, id="a sign that is no wildcard"),
    pytest.param(Asked(due_before=NOON), lambda row: row.due_at and row.due_at < NOON, id="late"),
    pytest.param(Asked(is_undated=True), lambda row: row.due_at is None, id="never due"),
    pytest.param(Asked(desk="CLERK@D15"), lambda row: row.desk == "CLERK@D15", id="one desk"),
    pytest.param(Asked(holder="reader"), lambda row: row.holder == "reader", id="held"),
    pytest.param(Asked(holder=""), lambda row: row.holder is None, id="not held"),
    pytest.param(Asked(priority=80), lambda row: row.priority >= 80, id="urgent"),
    pytest.param(Asked(unit="D99"), lambda row: False, id="of another unit"),
    pytest.param(Asked(process_id="order"), lambda row: True, id="of a process"),
    pytest.param(
        Asked("c-1", (ValueAsked("", "rial", most=70),), process_id="order", due_from=NOON),
        lambda row: (
            row.variables["contract_no"] == "C-1"
            and row.variables.get("amount", 99) <= 70
            and row.due_at is not None
            and row.due_at >= NOON
        ),
        id="several together",
    ),
]


@pytest.mark.both_databases
def test_every_filter_and_order_gives_what_a_plain_reading_gives(
    database: Database, tasks: list[UUID], monkeypatch: pytest.MonkeyPatch
):
    chance = random.Random(3)
    for few in (0, 4, walks.FEW):
        monkeypatch.setattr(walks, "FEW", few)
        for wanted in FILTERS:
            asked, keep = wanted.values
            order = chance.choice(ORDERS)
            sort, by = order.values
            down = chance.random() < 0.5
            got = Asked(
                **{name: getattr(asked, name) for name in Asked.__slots__}
                | {"sort": sort, "is_descending": down, "size": 7}
            )

            assert shown(database, READER, got) == expected(database, keep, by, descending=down), (
                wanted.id,
                order.id,
                few,
                down,
            )


@pytest.mark.both_databases
@pytest.mark.parametrize(("sort", "by"), ORDERS)
@pytest.mark.parametrize("down", [False, True], ids=["up", "down"])
def test_every_order_is_walked_page_by_page(
    database: Database, tasks: list[UUID], sort: str, by: Key | None, *, down: bool
):
    asked = Asked(sort=sort, is_descending=down, size=8)

    assert shown(database, READER, asked) == expected(database, lambda _: True, by, descending=down)


@pytest.mark.both_databases
def test_filters_are_counted_together(database: Database, tasks: list[UUID]):
    asked: list[Any] = [each.values[0] for each in FILTERS]
    with database.reader() as session:
        counted = counts.counts(session, READER, asked, at=NOON)

    assert counted == [len(shown(database, READER, each)) for each in asked]


@pytest.mark.both_databases
def test_what_is_put_off_is_in_a_list_of_its_own_until_its_moment(
    database: Database, tasks: list[UUID]
):
    uow = database.unit_of_work()
    with uow:
        uow.session.add(Person(id=READER_ID, username="reader", name_fa="r", name_en="r"))
        uow.commit()
    before = shown(database, READER, Asked())
    later = NOON + timedelta(days=1)
    snooze(database.unit_of_work(), before[2], later, actor=READER, at=NOON)

    left = [each for each in before if each != before[2]]
    assert shown(database, READER, Asked()) == left
    assert set(shown(database, READER, Asked(sort="amount"))) == set(left)
    with database.reader() as session:
        page = inbox.page(session, READER, "snoozed", at=NOON)
    assert [(each.task_id, each.snoozed_until) for each in page.rows] == [(before[2], later)]
    assert shown(database, READER, Asked(), later) == before


@pytest.mark.both_databases
def test_a_substitute_sees_whose_work_it_is(database: Database, tasks: list[UUID]):
    stand_in = StandIn(
        UUID(int=9), AWAY, "away", "away", None, NOON.date(), frozenset({"TREASURER@D07"})
    )
    actor = Actor(READER_ID, "reader", "reader", "reader", stands_in=(stand_in,))
    with database.reader() as session:
        page = inbox.page(session, actor, "inbox", Asked(size=100), at=NOON)
        walked = inbox.page(session, actor, "inbox", Asked("c-1", sort="amount"), at=NOON)

    others = [each for each in page.rows if each.holder is None]
    assert {each.desk for each in others} == {"TREASURER@D07"}
    assert {each.instead_of for each in others} == {stand_in}
    assert {each.desk for each in walked.rows if each.holder is None} == {"TREASURER@D07"}


@pytest.mark.both_databases
def test_a_place_that_was_tampered_with_is_the_first_page(database: Database, tasks: list[UUID]):
    with database.reader() as session:
        for sort in ("due", "priority", "amount", "value:payee"):
            asked = Asked(sort=sort)
            first = inbox.page(session, READER, "inbox", asked, at=NOON)
            for after in ("rubbish", "e30", "WzEsICJ4Il0", "W3sieCI6MX0sIDFd"):
                page = inbox.page(session, READER, "inbox", asked, at=NOON, after=after)
                assert page.rows == first.rows

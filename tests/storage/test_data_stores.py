"""Data stores of a diagram: rows read and written in the transaction of the step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select, text

from engine import bpmn
from engine.catalogue.config import ConfigRefused
from engine.catalogue.handlers import REGISTRY, data_store
from engine.commands import tasks
from engine.jobs import run_due
from engine.model.calendar import Holiday
from engine.model.data_store import StoreRow
from engine.model.incident import Incident
from engine.model.person import Unit
from engine.storage.database import Database
from tests.storage.events import (
    CLERK,
    END,
    NOON,
    START,
    anyone_starts,
    begin,
    case,
    catch,
    deploy,
    heard,
    process,
    rows,
    timer,
)

pytestmark = pytest.mark.both_databases

PRICES = '<dataStoreReference id="prices" name="Prices"/>'
OURS = "[data_stores.prices]\n"


def reading(key: str, element_id: str = "look", kind: str = "task") -> str:
    """Return an activity that reads the row of a key as ``found`` and gives it to the case."""
    return (
        f'<{kind} id="{element_id}"><ioSpecification><dataInput id="{element_id}_in" name="found"/>'
        f"</ioSpecification><dataInputAssociation><sourceRef>prices</sourceRef><targetRef>"
        f"{element_id}_in</targetRef><transformation>{key}</transformation></dataInputAssociation>"
        "<dataOutputAssociation><targetRef>price</targetRef><transformation>found"
        f"</transformation></dataOutputAssociation></{kind}>"
    )


def writing(row: str, element_id: str = "note", kind: str = "task") -> str:
    """Return an activity that writes a row."""
    return (
        f'<{kind} id="{element_id}"><dataOutputAssociation><targetRef>prices</targetRef>'
        f"<transformation>{row}</transformation></dataOutputAssociation></{kind}>"
    )


def deployed(database: Database, *elements: str, config: str = OURS) -> None:
    lanes = '<laneSet id="lanes"><lane id="clerk"><flowNodeRef>look</flowNodeRef></lane></laneSet>'
    more = lanes + PRICES + '<dataObject id="price" name="price"/>'
    config += anyone_starts("p")
    deploy(database, process("p", START, *elements, END, more=more), config=config)


def kept(database: Database) -> dict[str, Any]:
    with database.reader() as session:
        rows = session.execute(select(StoreRow.key, StoreRow.content)).all()
    return {key: dict(content) for key, content in rows}


def test_a_row_written_by_one_case_is_read_by_another(database: Database):
    deployed(database, writing("{key: code, rial: amount}"), reading("code"))

    begin(database, "p", code="A", amount=10**18)

    assert kept(database) == {"A": {"key": "A", "rial": 10**18}}
    deployed(database, reading("wanted"))
    reader = begin(database, "p", wanted="A")
    assert case(database, reader).variables["price"] == {"key": "A", "rial": 10**18}


def test_what_a_step_wrote_it_reads_itself_and_once_more_in_its_place(database: Database):
    deployed(
        database,
        writing('{key: "A", n: 1}'),
        reading('"A"'),
        writing('{key: "A", n: price.n + 1}', "again"),
    )

    begin(database, "p")

    assert kept(database) == {"A": {"key": "A", "n": 2}}


def test_a_row_that_is_missing_is_null_and_the_history_says_why(database: Database):
    deployed(database, reading("code"))

    instance = begin(database, "p", code="nowhere")

    assert case(database, instance).variables["price"] is None
    [told] = heard(database, "row_missing")
    assert (told.element_id, told.facts) == ("look", {"store": "prices", "key": "nowhere"})


def test_a_human_task_reads_its_row_when_it_opens_and_writes_when_it_is_answered(
    database: Database,
):
    asks = reading('"A"', kind="userTask").replace(">found</tr", ">found.n</tr")
    deployed(
        database,
        writing('{key: "A", n: 1}'),
        asks,
        writing('{key: "B", n: price + 1}', "after"),
    )
    task = _task_of(database, begin(database, "p"))

    tasks.claim(database.unit_of_work(), task, actor=CLERK, at=NOON)
    assert kept(database) == {"A": {"key": "A", "n": 1}}
    tasks.complete(database.unit_of_work(), task, {}, actor=CLERK, at=NOON)

    assert kept(database)["B"] == {"key": "B", "n": 2}


def test_a_step_that_fails_writes_nothing(database: Database):
    gateway = '<exclusiveGateway id="g"/>'
    more = '<sequenceFlow id="f" sourceRef="g" targetRef="other"><conditionExpression>false'
    more += '</conditionExpression></sequenceFlow><endEvent id="other"/>'
    elements = process("p", START, writing('{key: "A"}'), gateway, END, more=PRICES + more)
    never = "<conditionExpression>1 = 2</conditionExpression></sequenceFlow>"
    drawn = elements.replace('targetRef="end"/>', f'targetRef="end">{never}')
    deploy(database, drawn, config=OURS + anyone_starts("p"))

    with pytest.raises(bpmn.NoFlowTaken):
        begin(database, "p")

    assert kept(database) == {}


def test_timers_that_come_together_write_each_with_its_own_case(database: Database):
    waits = catch("wait", timer("timeDuration", "PT1H"))
    deployed(database, waits, writing("{key: code}"))
    for code in ("A", "B", "C"):
        begin(database, "p", code=code)

    run_due(database, lambda: NOON + timedelta(hours=1))

    assert sorted(kept(database)) == ["A", "B", "C"]


def test_a_row_without_a_key_is_refused_and_nothing_begins(database: Database):
    deployed(database, writing("{rial: amount}"))

    with pytest.raises(bpmn.StoreFailed, match="note: data store prices: None is no key"):
        begin(database, "p", amount=5)

    assert heard(database, "started") == []


def test_another_entry_of_the_row_may_be_its_key(database: Database):
    deployed(database, writing("{code: 7}"), config='[data_stores.prices]\nkey = "code"\n')

    begin(database, "p")

    assert kept(database) == {"7": {"code": 7}}


@pytest.mark.only_on("postgresql", why="SQLite has one writer at a time")
def test_two_cases_that_count_in_one_row_at_once_count_two(database: Database):
    deployed(database, writing('{key: "A", n: 1}'))
    begin(database, "p")
    deployed(database, reading('"A"'), writing('{key: "A", n: price.n + 1}'))
    other = Thread(target=begin, args=(database, "p"))

    with _before(database, "UPDATE data_store_row", lambda: _until_it_waits(database, other)):
        begin(database, "p")
    other.join()

    assert kept(database) == {"A": {"key": "A", "n": 3}}


@pytest.mark.usefixtures("units")
@pytest.mark.only_on("postgresql", why="SQLite has one writer at a time")
def test_a_row_of_an_area_that_two_cases_add_at_once_is_added_and_changed(database: Database):
    deployed(database, writing('{on: "2026-11-25", title: who, source: "decree"}'), config=DAYS)

    with _before(database, "INSERT INTO holiday", lambda: begin(database, "p", who="first")):
        begin(database, "p", who="second")

    with database.reader() as session:
        assert session.get_one(Holiday, date(2026, 11, 25)).title == "second"


@contextmanager
def _before(database: Database, beginning: str, act: Callable[[], object]) -> Iterator[None]:
    """Have something happen before the first statement that begins so."""
    left = [act]

    def meddle(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if left and statement.startswith(beginning):
            left.pop()()

    event.listen(database.engine, "before_cursor_execute", meddle)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", meddle)


def _until_it_waits(database: Database, other: Thread) -> None:
    """Start it, and return when it waits for a row or is done."""
    other.start()
    asked = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with database.reader() as session:
        while other.is_alive() and not session.scalar(asked):
            other.join(0.01)


@pytest.fixture
def units(database: Database) -> Iterator[None]:
    """Units are a table that data stores may mean; one of them is there."""
    data_store("t_units", Unit, key="code", columns=["title_fa"], writable=["title_en"])
    data_store(
        "t_days", Holiday, key="on", columns=["title"], writable=["title", "source"], adds=True
    )
    data_store("t_new", Unit, key="code", columns=[], writable=["title_en"], adds=True)
    with database.unit_of_work() as uow:
        uow.session.add(Unit(code="D90", title_fa="منطقه", title_en="Unit", parent_code=None))
        uow.commit()
    yield
    del REGISTRY.tables["t_new"]
    del REGISTRY.tables["t_units"], REGISTRY.tables["t_days"]


UNITS = '[data_stores.prices]\ntable = "t_units"\n'
DAYS = '[data_stores.prices]\ntable = "t_days"\n'


def _title(database: Database) -> str:
    with database.reader() as session:
        return session.get_one(Unit, "D90").title_en


@pytest.mark.usefixtures("units")
def test_a_store_may_be_a_table_of_the_area_with_the_columns_it_shows(database: Database):
    deployed(database, reading('"D90"'), config=UNITS)

    instance = begin(database, "p")

    assert case(database, instance).variables["price"] == {"code": "D90", "title_fa": "منطقه"}


@pytest.mark.usefixtures("units")
def test_a_row_of_an_areas_table_is_changed_where_it_may_be(database: Database):
    deployed(database, writing('{code: "D90", title_en: "Changed"}'), config=UNITS)

    begin(database, "p")

    assert _title(database) == "Changed"
    [told] = heard(database, "row_written")
    assert told.facts["row"] == {"code": "D90", "title_en": "Changed"}


@pytest.mark.usefixtures("units")
@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param('{code: "D90", title_fa: "x"}', "title_fa is not to be written", id="column"),
        pytest.param('{code: "D91", title_en: "x"}', "there is no row 'D91'", id="no row"),
        pytest.param('{code: "D90", title_en: 5}', "5 is no title_en", id="kind"),
        pytest.param('{title_en: "x"}', "the row has no code", id="no key"),
    ],
)
def test_what_an_areas_table_does_not_allow_is_refused(database: Database, row, reason):
    deployed(database, writing(row), config=UNITS)

    with pytest.raises(bpmn.StoreFailed, match=reason):
        begin(database, "p")

    assert _title(database) == "Unit"


@pytest.mark.usefixtures("units")
def test_rows_are_added_where_the_area_says_so_with_dates_as_text(database: Database):
    row = '{on: "2026-11-25", title: "day off", source: "decree"}'
    deployed(database, writing(row), reading('"2026-11-25"'), config=DAYS)

    instance = begin(database, "p")

    price = case(database, instance).variables["price"]
    assert price == {"on": "2026-11-25", "title": "day off"}


@pytest.mark.usefixtures("units")
def test_what_the_table_itself_does_not_take_is_refused_and_not_tried_again(database: Database):
    row = '{code: "D91", title_en: "no Persian title"}'
    deployed(database, writing(row), config='[data_stores.prices]\ntable = "t_new"\n')

    with pytest.raises(bpmn.StoreFailed, match="does not take the row 'D91'"):
        begin(database, "p")


def test_a_row_refused_after_a_timer_is_an_incident_and_nothing_is_written(database: Database):
    waits = catch("wait", timer("timeDuration", "PT1H"))
    good, bad = writing('{key: "A"}', "good"), writing("{rial: 1}", "bad")
    deployed(database, waits, good, bad)
    begin(database, "p")

    run_due(database, lambda: NOON + timedelta(hours=1))

    [incident] = rows(database, Incident.__table__)
    assert incident.code == "GEN-STORE"
    assert "bad: data store prices" in incident.cause
    assert kept(database) == {}


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        pytest.param("", r"write \[data_stores.prices\] into process.toml", id="undeclared"),
        pytest.param('[data_stores.prices]\ntable = "nowhere"\n', "registers no table", id="table"),
        pytest.param("[data_stores.prices]\nlock = true\n", "does not know 'lock'", id="word"),
        pytest.param("[data_stores.prices]\ntable = 5\n", "table is a name", id="number"),
    ],
)
def test_a_store_that_is_no_table_is_refused_at_deployment(database: Database, config, reason):
    with pytest.raises(ConfigRefused, match=reason):
        deployed(database, reading('"A"'), config=config)


def test_a_store_that_is_only_drawn_needs_no_table(database: Database):
    drawn = '<task id="t"><dataInputAssociation><sourceRef>prices</sourceRef><targetRef>pp'
    drawn += '</targetRef></dataInputAssociation><property id="pp" name="x"/></task>'
    deployed(database, drawn, config="")

    assert case(database, begin(database, "p")).state == "finished"


def _task_of(database: Database, instance_id: UUID) -> UUID:
    with database.unit_of_work() as uow:
        [task] = uow.cases.one(instance_id).tasks
        return task.id

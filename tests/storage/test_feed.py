"""The feed has every event once, in one order, however transactions commit."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, insert, select, text

from engine.errors import RulesBroken
from engine.model.event import event_table
from engine.model.person import Actor
from engine.queries import feed as pages
from engine.storage import feed
from engine.storage.database import Database
from engine.storage.feed import START
from tests.kit import paying
from tests.kit.paying import NOON

AUDITOR = Actor(uuid4(), "auditor", "auditor", "auditor", desks=frozenset({"AUDITOR@*"}))
STRANGER = Actor(uuid4(), "stranger", "stranger", "stranger", desks=frozenset({"CLERK@D15"}))


@pytest.fixture
def database(bare_database: Database) -> Database:
    """A database whose process tells of itself."""
    paying.deploy(bare_database)
    return bare_database


def _read(database: Database, actor: Actor = AUDITOR, after: str = "", limit: int = 100):
    with database.reader() as session:
        return pages.read(session, actor, after=after, limit=limit)


def _numbered(database: Database) -> list[tuple[str, int]]:
    with database.reader() as session:
        some = feed.after(session, START, 1_000)
    return [(str(each.cursor.instance_id), each.cursor.seq) for each in some]


def test_a_reader_that_goes_on_from_its_cursor_gets_every_event_once(database):
    for amount in range(3):
        paying.start(database, amount)

    seen, cursor = [], ""
    while (some := _read(database, after=cursor, limit=2)).events:
        assert len(some.events) <= 2
        seen += some.events
        cursor = some.following

    with database.reader() as session:
        written = session.scalar(select(func.count()).select_from(event_table))
    assert len(seen) == len({each["id"] for each in seen}) == written
    assert seen[0]["type"] == "case.started"
    assert not some.is_more


def test_a_reader_of_what_is_new_only_begins_at_the_end(database):
    paying.start(database, 1)
    now = _read(database, after="now")
    assert now.events == ()

    case = paying.start(database, 2)

    new = _read(database, after=now.following).events
    assert {each["data"]["case"]["id"] for each in new} == {str(case)}


def test_events_of_cases_that_a_reader_may_not_see_are_passed_over(database):
    paying.start(database, 1)

    found = _read(database, STRANGER)

    assert found.events == ()
    assert found.following == _read(database).following


def test_what_is_no_cursor_is_refused(database):
    with pytest.raises(RulesBroken) as refused:
        _read(database, after="yesterday")
    assert refused.value.code == "GEN-CURSOR"


@pytest.mark.parametrize("further", [1_000_000_000, 10**30])
def test_a_cursor_beyond_the_end_is_refused_and_not_waited_at_for_ever(database, further):
    case = paying.start(database, 1)
    newest = _read(database).following
    position, _, seq = newest.split("-")

    with pytest.raises(RulesBroken) as refused:
        _read(database, after=f"{int(position) + further}-{case.hex}-{int(seq) + 99}")

    assert refused.value.code == "GEN-CURSOR"
    assert _read(database, after=newest).events == ()
    assert _read(database, after=_read(database, after="now").following).events == ()


@pytest.mark.only_on("postgresql", why="one transaction writes at a time in SQLite")
def test_what_commits_late_is_not_missed_by_who_read_before(database):
    slow, quick = paying.start(database, 1), paying.start(database, 2)
    cursor = _read(database, after="now").following
    with database.engine.connect() as late, late.begin():
        late.execute(insert(event_table), _event(slow))
        with database.engine.begin() as connection:
            connection.execute(insert(event_table), _event(quick))
        meanwhile = _read(database, after=cursor)

    told = _read(database, after=meanwhile.following)

    assert meanwhile.events == ()
    assert [each["data"]["case"]["id"] for each in told.events] == [str(slow), str(quick)]


@pytest.mark.only_on("postgresql", why="a copy of a file of SQLite numbers on")
def test_in_a_database_that_was_put_back_elsewhere_new_events_come_after_the_old(database):
    old = paying.start(database, 1)
    with database.engine.begin() as connection:  # of a server that had done more than this one
        connection.execute(text("UPDATE event SET position = position + 1000000"))
    with database.engine.begin() as connection:
        feed.settle(connection)
    cursor = _read(database, after="now").following

    new = paying.start(database, 2)

    numbered = _numbered(database)
    assert numbered[0][0] == str(old)
    assert numbered[-1][0] == str(new)
    assert {each["data"]["case"]["id"] for each in _read(database, after=cursor).events} == {
        str(new)
    }


@pytest.mark.only_on("sqlite", why="PostgreSQL keeps the numbers it gave")
def test_a_cursor_holds_where_the_rows_were_numbered_anew(database):
    case = paying.start(database, 1)
    cursor = _read(database).following
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE event SET rowid = rowid + 1000"))
    with database.unit_of_work() as uow:
        uow.session.execute(insert(event_table), _event(case))
        uow.commit()

    assert len(_read(database, after=cursor).events) == 1


def _event(case: UUID) -> dict[str, object]:
    return {"instance_id": case, "seq": 99, "at": NOON, "kind": "reminded", "facts": {}}

"""A changed table run over last year's cases: how many and which would have gone elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text, update

from engine import dmn
from engine.commands import deployments
from engine.model.event import DECIDED_BY_RULES
from engine.model.instance import instance_table
from engine.model.person import Actor
from engine.queries import decided
from engine.queries.decided import Slice
from engine.queries.studio import NotAnAnalyst
from engine.storage import bundles
from engine.storage.database import Database
from tests.storage.events import CLERK, NOON, begin
from tests.storage.test_decisions import fees_bundle
from webapp.studio.decisions.rerun import Outcome, Tables, rerun

pytestmark = pytest.mark.both_databases

NIMA = Actor(uuid4(), "nima", "n", "n", desks=frozenset({"ANALYST@D99"}))
AUDITOR = Actor(uuid4(), "auditor", "a", "a", desks=frozenset({"AUDITOR@*"}))
DAY = timedelta(days=1)


@pytest.fixture
def cases(database: Database) -> list[int]:
    """Four cases that were decided on, by two versions of the table; their amounts."""
    amounts = [40, 90, 150, 400]
    deployments.deploy(
        database.unit_of_work(), fees_bundle(("< 100", "1"), (">= 100", "2")), at=NOON
    )
    for each in amounts[:2]:
        begin(database, "p", amount=each)
    later = fees_bundle(("< 200", "1"), (">= 200", "2"))
    deployments.deploy(database.unit_of_work(), later, at=NOON + DAY)
    for each in amounts[2:]:
        begin(database, "p", amount=each)
    return amounts


def _outcome(
    database: Database,
    *rules: tuple[str, str],
    actor: Actor = NIMA,
    way: str | None = None,
    most_lines: int = 200,
) -> Outcome:
    with database.reader() as session:
        return rerun(
            lambda after, most: decided.decided(
                session,
                "fees",
                actor,
                since=NOON - DAY,
                before=NOON + 400 * DAY,
                after=after,
                most=min(most, 3),
            ),
            Tables("fees", _trial(*rules), _trial(("< 200", "1"), (">= 200", "2")), _then(session)),
            way=way,
            most_lines=most_lines,
        )


def _trial(*rules: tuple[str, str]) -> dmn.Trial:
    return dmn.load(fees_bundle(*rules).decisions).trial("fees")


def _then(session):
    return lambda each: dmn.load(bundles.deployed(session, each).bundle.decisions).table(
        "fees", None
    )


def test_the_same_table_sends_every_case_where_it_went(database: Database, cases):
    found = _outcome(database, ("< 200", "1"), (">= 200", "2"))

    assert (found.made, found.same, found.elsewhere) == (len(cases), len(cases), 0)


def test_a_changed_limit_is_told_by_the_cases_it_concerns_with_all_three_answers(
    database: Database, cases
):
    found = _outcome(database, ("< 50", "1"), (">= 50", "2"), actor=AUDITOR)

    told = [(dict(each.seen), each.then, each.deployed, each.draft.value) for each in found.lines]
    assert sorted(
        (seen["amount"], then, deployed and deployed.value, draft)
        for seen, then, deployed, draft in told
    ) == [(90, 1, 1, 2), (150, 1, 1, 2)]
    assert found.by_deployed == 0
    assert [(each.then, each.draft.value, each.count) for each in found.ways] == [(1, 2, 2)]


def test_the_cases_behind_one_way_are_told_alone(database: Database, cases):
    rules = (("< 50", "1"), ("[50..100]", "3"), ("> 100", "2"))

    found = _outcome(database, *rules, actor=AUDITOR)
    [one, other] = found.ways
    alone = _outcome(database, *rules, actor=AUDITOR, way=one.key)
    short = _outcome(database, *rules, actor=AUDITOR, most_lines=1)

    assert (len(found.lines), found.listable) == (2, 2)
    assert one.key != other.key
    assert [each.draft.value for each in alone.lines] == [one.draft.value]
    assert (alone.listable, alone.elsewhere) == (1, found.elsewhere), "all are counted"
    assert (len(short.lines), short.listable) == (1, 2)
    assert _outcome(database, *rules, actor=AUDITOR, way="nowhere").lines == []


def test_few_decisions_are_said_to_be_few(database: Database, cases):
    assert _outcome(database, ("< 50", "1"), (">= 50", "2")).is_little
    assert not Outcome(made=40, unknown={"season": 10}).is_little
    assert Outcome(made=40, unknown={"season": 11}).is_little
    assert not Outcome().is_little, "where there is none that is said instead"


def test_cases_that_are_not_the_readers_are_counted_and_not_told(database: Database, cases):
    found = _outcome(database, ("< 50", "1"), (">= 50", "2"))

    assert (found.elsewhere, found.unseen, found.lines) == (2, 2, [])
    assert found.ways == []  # figures may be worked out of what is not the reader's

    found = _outcome(database, ("< 50", "1"), (">= 50", '"more"'))
    assert found.ways == []


def test_what_was_not_kept_is_said_and_never_guessed(database: Database, cases):
    content = fees_bundle().decisions["fees.dmn"].decode()
    column = "<input><inputExpression><text>season</text></inputExpression></input><output"
    changed = content.replace("<output", column, 1).encode()
    trial = dmn.load({"fees.dmn": changed}).trial("fees")
    with database.reader() as session:
        read = _reader(session)
        found = rerun(read, Tables("fees", trial, None, _then(session)))

        seen = rerun(_reader(session, AUDITOR), Tables("fees", trial, None, _then(session)))

    assert found.unknown == {"season": len(cases)}
    assert (found.same, found.elsewhere) == (0, 0)
    assert found.uncompared == [], "they are not the reader's to see"
    assert {each.missing for each in seen.uncompared} == {"season"}
    assert len({each.instance_id for each in seen.uncompared}) == len(cases)


def _reader(session, actor: Actor = NIMA) -> Callable[..., Slice]:
    return lambda after, most: decided.decided(
        session,
        "fees",
        actor,
        since=NOON - DAY,
        before=NOON + 400 * DAY,
        after=after,
        most=most,
    )


def test_two_rules_of_a_unique_table_that_fit_are_told_as_a_case_that_stops(
    database: Database, cases
):
    found = _outcome(database, ("< 100", "1"), ("> 50", "2"), actor=AUDITOR)

    assert {each.draft.says for each in found.lines} == {(None, True), (2, False)}


def test_only_finished_cases_of_the_area_between_the_days_count(database: Database, cases):
    with database.reader() as session:

        def ask(area: str, actor: Actor = NIMA, days: int = 400, *, running: bool = False) -> Slice:
            return decided.decided(
                session,
                area,
                actor,
                since=NOON - DAY,
                before=NOON + days * DAY,
                most=10,
                with_running=running,
            )

        assert ask("other").decided == ()
        assert len(ask("fees").decided) == len(cases)
        assert ask("fees", days=0).seen == 0
    with database.engine.begin() as connection:
        connection.execute(update(instance_table).values(state="running"))
    with database.reader() as session:
        assert ask("fees").decided == ()
        assert len(ask("fees", running=True).decided) == len(cases)
        with pytest.raises(NotAnAnalyst):
            ask("fees", CLERK)


def test_a_slice_is_read_from_the_index_of_decisions_alone(database: Database, cases):
    with database.reader() as session:
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        if not is_sqlite:  # it reads a table of a few rows whole
            session.execute(text("SET LOCAL enable_seqscan = off"))
        told = session.execute(
            text(
                f"EXPLAIN {'QUERY PLAN' if is_sqlite else ''} SELECT at, instance_id, seq, facts"
                f" FROM event WHERE {DECIDED_BY_RULES} AND at >= '2026-01-01'"
                " ORDER BY at DESC, instance_id DESC, seq DESC LIMIT 10"
            )
        )
        assert "ix_event_evaluated" in str(told.all())

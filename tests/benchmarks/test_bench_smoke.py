"""What a step costs must not grow: counted and compared, never against the clock alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import diagrams, reference, results
from benchmarks.bench import SIZES, Bench
from benchmarks.figures import Figure, NotRun, beside, times
from benchmarks.product import Product, now
from benchmarks.scenarios import approve, filtered, long_life, statements
from benchmarks.turns import turn_about
from engine.queries import inbox
from engine.queries.asked import Asked
from engine.queries.people import by_username
from tests.kit.databases import Databases


@pytest.fixture
def product(tmp_path: Path, backend: str, databases: Databases) -> Iterator[Product]:
    url = databases.create(backend)
    made = Product.prepare(tmp_path, url)
    yield made
    made.close()
    databases.drop(url)


@pytest.fixture
def long_lived(tmp_path: Path, databases: Databases) -> Iterator[Product]:
    url = databases.create("sqlite")
    made = Product.prepare(
        tmp_path,
        url,
        diagrams.loop("turns"),
        diagrams.each_item("times", counted=True),
        diagrams.each_item("items"),
    )
    yield made
    made.close()
    databases.drop(url)


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench(SIZES["small"])
    yield made
    made.close()


@pytest.mark.both_databases
def test_a_completion_with_authorisation_sends_no_more_statements(product: Product, backend: str):
    sent = statements.of_one_completion(product)

    assert len(sent) <= {"sqlite": 6, "postgresql": 3}[backend], "\n".join(
        each[:160] for each in sent
    )


def test_the_thousandth_turn_costs_what_the_first_did(long_lived: Product):
    for each in long_life.of_turns(long_lived, turns=1_000, rounds=3):
        assert each.holds, each


def test_an_item_of_a_thousand_costs_what_an_item_of_a_hundred_does(long_lived: Product):
    # what else the machine does is only ever added: a cost that grows shows each time
    for left in (2, 1, 0):
        figures = list(long_life.of_items(long_lived, "times", items=1_000, rounds=3))
        if all(each.holds for each in figures) or not left:
            break
    for each in figures:
        assert each.holds, each


def test_the_state_of_a_long_list_is_as_small_as_of_a_short_one(long_lived: Product):
    [state] = (
        each
        for each in long_life.of_items(long_lived, "items", items=300, rounds=3)
        if each.unit == "bytes"
    )

    assert state.holds, state


@pytest.mark.both_databases
def test_the_order_that_b14_looks_for_is_found(product: Product, backend: str):
    filtered.fill(product, backend, 1_000)

    with product.site.database.reader() as session:
        reader = by_username(session, product.actor.username, now())
        assert reader is not None
        asked = Asked(search=f"{filtered.NUMBER:07}")
        found = inbox.page(session, reader, "inbox", asked, at=now())

    assert [each.business_key for each in found.rows] == [f"O-{filtered.NUMBER:07}"]


@pytest.mark.parametrize("tasks", [1_000, 20_000, 100_000, 1_000_000])
def test_it_is_seen_however_many_tasks_there_are(tasks: int):
    assert filtered.is_seen(filtered.NUMBER, tasks)


def test_product_and_floor_are_served_asked_and_compared(bench: Bench):
    with approve.both(bench, "sqlite") as (_, sides):
        rounds = turn_about(sides, 2, 10, 1)

    found = approve.lines("B1", "SQLite", rounds)

    assert {each.unit for each in found} == {"ms", "per s", "ms each"}
    assert all(each.ratio and each.ratio > 0 for each in found if each.unit != "ms each")


def test_a_result_is_kept_and_shown_with_what_does_not_hold_and_what_was_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    slow = beside("B1", "p50", "ms", [3.0, 5.0, 4.0], [1.0, 1.0, 1.0], must=times(2.0))
    part = results.Part("B1", 0.5, 0.5, [slow, NotRun("B1", "a peer", "there is no JDK")])
    machine = dict.fromkeys(
        ("processor", "cores", "memory_gib", "system", "python", "postgresql", "flush_ms"), 1
    )

    path = results.keep(
        machine | {"commit": "abc", "measured_at": "2026-11-21T12:00:00+00:00"},
        SIZES["small"],
        [part],
    )

    [_, *_, refused, absent] = results.page(path)
    assert "| 4.00 ms | 1.00 | 4.00× | ≤ 2× **✗** |" in refused
    assert "others used 50%" in refused
    assert "a peer: not run, there is no JDK" in absent
    assert json.loads(path.read_text())["parts"][0]["found"][0]["holds"] is False


@pytest.mark.parametrize(("given", "holds"), [(2.0, True), (2.01, False)])
def test_a_limit_is_kept_up_to_its_bound(given: float, holds: bool):
    figure = Figure("B1", "p50", "ms", 1.0, 1.0, ratio=given, must=times(2.0))

    assert figure.holds is holds


def test_the_page_shows_the_results_that_are_kept():
    page = reference.PAGE.read_text(encoding="utf-8")

    assert reference.with_table(page) == page

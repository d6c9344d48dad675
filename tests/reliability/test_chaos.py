"""A small `make chaos`: real processes killed and paused by chance, and their books audited."""

from __future__ import annotations

import random

import pytest

from tests.kit.redis import RedisServer
from tests.reliability.chaos.city import Plan
from tests.reliability.chaos.run import BANK, Order, run

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("killed")]


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_the_books_are_right_after_some_kills_and_a_pause(backend: str, redis_server: RedisServer):
    redis_server.kill()  # asked for only so that a machine without one says so
    seed = random.SystemRandom().randrange(10**6)
    order = Order(Plan(backend, seed=seed, bank_faults=BANK), cases=25, every=1, kills=3, pauses=1)

    report = run(order)

    assert report.problems == (), report.line()
    assert report.figures.ended == report.figures.cases >= order.cases
    assert report.figures.payments == report.figures.expected
    assert report.kills >= order.kills

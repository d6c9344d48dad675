"""Numbers without gaps or doubles, however many draw at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.sdk import next_number

pytestmark = pytest.mark.both_databases


def test_numbers_of_a_new_series_drawn_at_once_have_no_gap_and_no_double(database):
    def draw(_: int) -> int:
        uow = database.unit_of_work()
        with uow:
            drawn = next_number(uow.session, "order/D07/1405")
            uow.commit()
            return drawn

    with ThreadPoolExecutor(8) as people:
        drawn = list(people.map(draw, range(40)))

    assert sorted(drawn) == list(range(1, 41))


def test_a_number_that_was_not_kept_is_given_again(database):
    with database.unit_of_work() as uow:
        first = next_number(uow.session, "order/D07/1405")

    with database.unit_of_work() as uow:
        assert next_number(uow.session, "order/D07/1405") == first == 1

"""What areas register: one name, one function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from engine.catalogue.handlers import REGISTRY, record_task

NAME = "of_this_test_alone"


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    yield
    REGISTRY.records.pop(NAME, None)


def _from(module: str) -> Callable[..., Any]:
    def keep_refusal() -> None: ...

    keep_refusal.__module__ = module
    return keep_refusal


def test_a_name_that_two_areas_give_is_refused_though_their_functions_are_called_the_same():
    record_task(NAME)(_from("processes.payments.handlers.sending"))

    with pytest.raises(ValueError, match="registered twice"):
        record_task(NAME)(_from("processes.transactions.handlers.contracting"))


def test_an_area_that_is_found_in_another_way_registers_again():
    record_task(NAME)(_from("tests.reliability.site.errand.handlers"))

    record_task(NAME)(_from("errand.handlers"))

    assert REGISTRY.records[NAME].__module__ == "errand.handlers"

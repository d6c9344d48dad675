"""Retries as models say them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.model.retries import waits_of

S = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("text", "waits"),
    [
        pytest.param("R3/PT10S", (10 * S, 10 * S), id="three attempts"),
        pytest.param("R1/PT10S", (), id="one attempt"),
        pytest.param("PT2S,PT30S", (2 * S, 30 * S), id="a list"),
        pytest.param(" PT2S , P1D ", (2 * S, timedelta(days=1)), id="with spaces"),
        pytest.param("PT0S", (timedelta(),), id="at once"),
        pytest.param("R100/PT1M", (60 * S,) * 99, id="the most"),
    ],
)
def test_a_repeat_or_a_list_says_the_waits_between_attempts(text, waits):
    assert waits_of(text) == waits


@pytest.mark.parametrize(
    "text",
    ["", "R0/PT1S", "R3", "R/PT1S", "R3/", "R1/soon", "PT1S,", "P1M", "-PT5S", "R101/PT1S", "5"],
)
def test_what_is_no_wait_is_refused(text):
    with pytest.raises(ValueError, match=r"duration|wait|attempts"):
        waits_of(text)

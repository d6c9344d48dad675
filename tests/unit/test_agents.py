from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.accounts.agents import short_name

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (f"{CHROME} Safari/537.36", "Chrome 156, Linux"),
        (f"{CHROME} Safari/537.36 Edg/156.0.1", "Edge 156, Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0; rv:145.0) Gecko/20100101 Firefox/145.0",
            "Firefox 145, Windows",
        ),
        (f"{IPHONE} Version/18.1 Mobile/15E148 Safari/604.1", "Safari 18, iPhone"),
        ("curl/8.5.0", "curl/8.5.0"),
        (None, "–"),
        ("", "–"),
    ],
)
def test_a_browser_is_named_so_that_its_person_knows_it_again(agent: str | None, name: str):
    assert short_name(agent) == name


@given(st.text())
def test_whatever_a_browser_says_it_is_named_shortly(agent: str):
    assert 0 < len(short_name(agent)) < 60

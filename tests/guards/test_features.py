"""The table of features names tests that are there, and its sums are those of its rows."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

from tests.guards.tree import ROOT

PAGE = (ROOT / "docs" / "reference" / "features.md").read_text(encoding="utf-8")


class Row(NamedTuple):
    feature: str
    elsewhere: str
    divan: str
    shown_by: str
    where: str


ROWS = [
    Row(*(cell.strip() for cell in line.strip("|").split("|")))
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith("| Feature")
]


@pytest.mark.parametrize("row", ROWS, ids=[each.feature for each in ROWS])
def test_what_is_done_is_shown_by_a_test_and_what_is_not_says_why(row: Row):
    assert row.divan in ("yes", "part", "no")
    named = re.findall(r"`([\w/.]+)::(\w+)`", row.shown_by)
    assert named or row.divan != "yes", "no test shows it"
    for file, name in named:
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")
    assert row.shown_by
    assert row.where


@pytest.mark.parametrize("elsewhere", ["yes", "none"])
def test_the_sums_are_those_of_the_rows(elsewhere: str):
    rows = [each for each in ROWS if each.elsewhere == elsewhere]
    done = sum(each.divan == "yes" for each in rows)
    which = "some product has" if elsewhere == "yes" else "none has"

    assert re.search(rf"{len(rows)}(?: rows)? that {which}, {done}\b", PAGE)

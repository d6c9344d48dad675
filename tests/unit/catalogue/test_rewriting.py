"""A TOML file that is made to say something else keeps what it was not asked to change."""

from __future__ import annotations

import tomllib
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.catalogue.config import ConfigRefused
from engine.catalogue.config_text import read_config
from engine.catalogue.keys import PROCESS, Key, Kind
from engine.catalogue.rewriting import rewritten
from engine.model.event import EventKind

STATEMENT = Path(__file__).parents[3] / "processes" / "contractor_statement" / "process.toml"
_FILE = """\
# who pays
[area]
id = "a"   # never changes
title = "حوزه"

[p]
title = "فرآیند"  # as people say it

# the desks
[p.lanes]
desk = { role = "BUYER", in = "case" }

[p.columns]
first = "code"
second = "rial"

# never one person
[[p.not_same_person]]
steps = ["x", "y"]  # both pay
code = "SOD-1"

[[p.not_same_person]]
steps = ["y", "z"]
"""


def test_a_file_that_says_so_already_stays_to_the_letter():
    text = STATEMENT.read_text(encoding="utf-8")

    assert rewritten(text, tomllib.loads(text)) == (text, False)


def test_only_what_is_said_otherwise_changes():
    wanted = tomllib.loads(_FILE)
    wanted["p"]["lanes"]["desk"]["role"] = "SELLER"

    text, is_anew = rewritten(_FILE, wanted)

    assert text == _FILE.replace("BUYER", "SELLER")
    assert not is_anew


def test_rules_that_move_keep_their_comments_and_columns_their_order():
    wanted = tomllib.loads(_FILE)
    wanted["p"]["not_same_person"].insert(0, {"steps": ["q", "x"]})
    wanted["p"]["columns"] = {"second": "rial", "first": "code"}

    text, is_anew = rewritten(_FILE, wanted)

    assert not is_anew
    assert "# both pay" in text
    assert "# the desks" in text
    assert list(tomllib.loads(text)["p"]["columns"]) == ["second", "first"]


def test_a_file_that_cannot_be_read_is_written_anew():
    assert rewritten("[a\n", {"a": {"b": 1}}) == ("[a]\nb = 1\n", True)


_names = st.text("abc_", min_size=1, max_size=3)
_values = st.recursive(
    st.text("xy =\"'\\\n#ی", max_size=6) | st.integers(-5, 5) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=3),
    max_leaves=6,
)
_sections = st.dictionaries(_names, st.dictionaries(_names, _values, max_size=4), max_size=3)


@settings(max_examples=150)
@given(before=_sections, after=_sections)
def test_the_file_says_what_was_wanted_whatever_it_said_before(
    before: dict[str, Any], after: dict[str, Any]
):
    text = rewritten("", before).text

    assert tomllib.loads(text) == before
    assert tomllib.loads(rewritten(text, after).text) == after
    assert tomllib.loads(rewritten(_FILE, {**tomllib.loads(_FILE), **after}).text) == {
        **tomllib.loads(_FILE),
        **after,
    }


#: a good value of each kind
_GOOD: dict[Kind, Any] = {
    Kind.TEXT: "R2/PT5S",
    Kind.TITLE: "عنوان",
    Kind.FLAG: True,
    Kind.OWN_FLAG: True,
    Kind.WHOLE: 7,
    Kind.ROLE: "TREASURER",
    Kind.PLACE: "ancestor",
    Kind.LANE: "other",
    Kind.LANES: ["other"],
    Kind.FORM: "a_form",
    Kind.VARIABLE: "amount",
    Kind.DUE: {"months": 2},
    Kind.OFFER: "in_turn",
    Kind.LEVEL: "L2",
    Kind.REASON: "چون",
    Kind.COLUMN: "rial",
    Kind.RETENTION: "contract",
    Kind.PERSONAL: "name",
    Kind.STEPS: ["q", "r"],
    Kind.EVENTS: [next(iter(EventKind)).value],
    Kind.CONNECTOR: "mail",
    Kind.VALUES: {"to": "x", "subject": "y", "body": "z", "cc": "c"},
}
#: …and of keys that take less than their kind
_GOOD_HERE: dict[tuple[str, str], Any] = {
    ("papers", "when"): "=1 = 1",
    ("papers", "template"): "letter",
    ("papers", "series"): "slips",
    ("papers", "retention"): "short",
    ("papers", "language"): "en",
    ("papers", "values"): {"amount": "rial"},
}
_CALLS = {"connector", "connection", "input", "output"}
_ROWS: dict[str, Any] = {
    "lanes": {"role": "BUYER"},
    "tasks": {},
    "messages": {"lane": "desk"},
    "papers": {"after": "x"},
    "not_same_person": {"steps": ["x", "y"]},
}


def _read(section: dict[str, Any]) -> str:
    lanes = {"desk": {"role": "BUYER"}, "other": {"role": "SELLER"}}
    section = {**section, "lanes": {**lanes, **section.get("lanes", {})}}
    return repr(read_config(rewritten("", {"area": {"id": "a"}, "p": section}).text))


def _said(table: str, key: Key | None) -> dict[str, Any]:
    """Return a section with one row of a table, in which one key says something."""
    row = deepcopy(_ROWS.get(table))
    if key is not None and row is not None:
        if key.name in _CALLS:
            row |= {"connector": "mail", "input": {"to": "x", "subject": "y", "body": "z"}}
        good = _GOOD_HERE.get((table, key.name), _GOOD[key.kind])
        row[key.name] = {"kept": "=1"} if key.name == "output" else good
    elif key is not None:
        row = _GOOD[key.kind]
    return {table: [row] if table == "not_same_person" else {"x": row}} if row is not None else {}


@pytest.mark.parametrize("key", PROCESS.keys, ids=lambda it: it.name)
def test_the_reader_reads_each_key_of_a_process(key: Key):
    assert _read({key.name: _GOOD[key.kind]}) != _read({})


@pytest.mark.parametrize(
    ("table", "key"),
    [
        pytest.param(name, key, id=f"{name}.{key.name}")
        for name, table in PROCESS.tables.items()
        for key in table.keys
    ],
)
def test_the_reader_reads_each_key_of_a_table(table: str, key: Key):
    assert _read(_said(table, key)) != _read(_said(table, None))


@pytest.mark.parametrize(
    "text",
    [
        "area = 4",
        "p = 5",
        "[p]\nlanes = 5",
        "[p]\ntasks.a = 5",
        "[p]\nmessages.x = 3",
        "[p]\nmessages.x = { lane = ['a'] }",
        "[p]\nnot_same_person = [3]",
        "[p]\nnot_same_person = [{ steps = 3 }]",
        "[p]\ncolumns.a = [1]",
        "[p]\ntimers.t = 3",
        "[p]\nwebhooks.x = [[1]]",
        "[p]\nstart_lanes = 4",
        "[p]\nlanes.x = { role = ['a'] }",
        "data_stores = 3",
    ],
)
def test_a_file_of_another_shape_is_refused_and_breaks_nothing(text: str):
    with pytest.raises(ConfigRefused):
        read_config(text)

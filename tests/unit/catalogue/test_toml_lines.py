"""One value of a TOML file is changed, and nothing else of the file is."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue.toml_lines import NotPlain, put

FILE = """# What is said
[area]
id = "order"  # stays

[order.lanes]
pay = { role = "PAYER", in = "case" }

# Steps
[order.tasks]
pay = { due = { days = 3 } }
"""


def test_a_value_is_exchanged_added_and_taken_out_with_all_other_lines_as_they_were():
    lane = {"role": "HEAD", "in": "D07"}

    exchanged = put(FILE, ["order", "lanes"], "pay", lane)
    added = put(FILE, ["order", "lanes"], "check", lane)
    gone = put(FILE, ["order", "lanes"], "pay", None)

    told = '{ role = "HEAD", in = "D07" }'
    assert exchanged == FILE.replace('{ role = "PAYER", in = "case" }', told)
    assert added == FILE.replace('case" }\n', f'case" }}\ncheck = {told}\n')
    assert gone == FILE.replace('pay = { role = "PAYER", in = "case" }\n', "")


def test_a_table_that_is_not_there_is_added_at_the_end():
    assert put("", ["order"], "pay", "Pay") == '[order]\npay = "Pay"\n'
    assert put(FILE, ["order"], "x.y", "z").endswith('\n[order]\n"x.y" = "z"\n')
    assert put(FILE, ["other"], "pay", None) == FILE


@pytest.mark.parametrize(
    "text",
    [
        "[order",  # no TOML
        '[order]\nlanes.pay = "x"\n',  # written another way
        '[order]\nlanes = { pay = "x" }\n',
        '[order.lanes]\npay = """\nx\n"""\n',  # more than one line
        '[order]\nlanes = "x"\n',  # no table
    ],
)
def test_what_is_written_in_another_way_is_left_to_people(text):
    with pytest.raises(NotPlain):
        put(text, ["order", "lanes"], "pay", "new")


@given(st.text(max_size=40), st.sampled_from(["pay", "check", "with.dot", "نام"]))
def test_whatever_is_said_is_read_again_as_it_was_said(value, key):
    changed = put(FILE, ["order", "names"], key, value)

    assert tomllib.loads(changed)["order"]["names"] == {key: value}
    assert changed.startswith(FILE)

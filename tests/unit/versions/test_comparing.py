"""Two versions of an area: nothing that changed is left out, nothing that did not is listed."""

from __future__ import annotations

import json
import tomllib
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bpmn.interchange import differences
from engine.catalogue.bundle import Bundle
from engine.changes import Added, Changed, Moved, Removed, applied
from engine.versions import RAW, compare, tree_of, value_of
from tests.kit.versions import changed, mutated, purchase

STATEMENT = Bundle.read(Path(__file__).parents[3] / "processes" / "contractor_statement")
_SOME = ("advance_payment.bpmn", "process.toml", "forms/approve_advance.form", "texts.fa.toml")
AREAS = {
    "purchase": purchase(),
    "statement": Bundle({name: STATEMENT.files[name] for name in _SOME}),
}


def kinds(old: Bundle, new: Bundle) -> list[type]:
    return [type(each) for each in compare(old, new).changes]


@settings(max_examples=200)
@given(seed=st.integers(0, 2**32), area=st.sampled_from(sorted(AREAS)), times=st.integers(1, 25))
def test_the_changes_listed_make_the_new_version_of_the_old(seed: int, area: str, times: int):
    random = Random(seed)
    old = mutated(AREAS[area], random, random.randrange(3))
    new = mutated(old, random, times)

    found = compare(old, new)

    assert found.comparison.new == tree_of(new)
    assert applied(found.comparison.old, found.changes) == found.comparison.new


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32))
def test_versions_are_the_same_only_when_their_files_say_the_same(seed: int):
    old = AREAS["purchase"]
    new = mutated(old, Random(seed), 1)

    found = compare(old, new)

    assert (not found.changes) == all(
        name in old.files and _says_the_same(name, old.files[name], content)
        for name, content in new.files.items()
    )


def _says_the_same(name: str, old: bytes, new: bytes) -> bool:
    if name.endswith((".bpmn", ".dmn")):
        return differences(old, new) == []
    if name.endswith(".form"):
        return _exactly(json.loads(old)) == _exactly(json.loads(new))
    return _exactly(tomllib.loads(old.decode())) == _exactly(tomllib.loads(new.decode()))


def _exactly(said: Any) -> str:
    return json.dumps(said, sort_keys=True)


@pytest.mark.parametrize("name", [n for n in STATEMENT.files if n.endswith((".form", ".toml"))])
def test_the_tree_of_a_file_holds_all_the_file_says(name: str):
    content = STATEMENT.files[name].decode()
    read = json.loads if name.endswith(".form") else tomllib.loads
    said = read(content, parse_float=Decimal)
    [file] = tree_of(Bundle({name: content.encode()})).parts

    assert value_of(file.parts[0]) == said


@pytest.mark.parametrize("name", [n for n in STATEMENT.files if n.endswith(".typ")])
def test_a_template_says_its_text(name: str):
    [file] = tree_of(Bundle({name: STATEMENT.files[name]})).parts

    assert file.facts[RAW] == STATEMENT.files[name].decode()


def test_a_rule_put_first_changes_no_other_rule():
    rule = '<rule id="none"><inputEntry><text>0</text></inputEntry></rule>'
    old = purchase()
    new = changed(old, limits_dmn=('<rule id="small">', f'{rule}<rule id="small">'))

    assert kinds(old, new) == [Added]


def test_rules_without_ids_are_known_again_by_what_they_say():
    old = Bundle({"a.dmn": b"<t><rule><text>1</text></rule><rule><text>2</text></rule></t>"})
    new = Bundle(
        {
            "a.dmn": b"<t><rule><text>0</text></rule><rule><text>1</text></rule>"
            b"<rule><text>2</text></rule></t>"
        }
    )

    assert kinds(old, new) == [Added]


def test_of_a_list_turned_as_few_as_can_be_are_moved():
    def row(*keys: str) -> Bundle:
        said = {"id": "f", "components": [{"key": each} for each in keys]}
        return Bundle({"f.form": json.dumps(said).encode()})

    assert kinds(row("a", "b", "c", "d"), row("d", "a", "b", "c")) == [Moved]


def test_a_text_that_becomes_a_number_is_a_change():
    old, new = Bundle({"a.toml": b'a = "5"'}), Bundle({"a.toml": b"a = 5"})

    assert [
        (each.before, each.after) for each in compare(old, new).changes if isinstance(each, Changed)
    ] == [('"5"', "5")]


def test_files_that_come_go_or_cannot_be_read_are_listed_whole():
    old = Bundle({"a.bpmn": b"<a", "b.form": b"{}", "c.toml": b"\xff"})
    new = Bundle({"a.bpmn": b"<b", "c.toml": b"\xfe", "d.form": b"[" * 5000})

    found = compare(old, new)

    assert {type(each) for each in found.changes} == {Removed, Changed, Added}
    assert applied(tree_of(old), found.changes) == tree_of(new)


def test_a_file_only_written_down_otherwise_is_told_apart_from_one_that_changed():
    old = purchase()
    new = changed(old, process_toml=("[area]", "# the area\n[area]"))

    assert (compare(old, new).changes, compare(old, new).rewritten) == ((), ("process.toml",))

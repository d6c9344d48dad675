"""A case's state as bytes: what people typed is data and nothing else."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import bpmn
from tests.unit.bpmn.diagrams import NOON, Case, model, process, users

TWO = model(users("a", "b"), "s -> a; a -> b; b -> e")

NUMBERS = st.integers() | st.decimals(allow_nan=False, allow_infinity=False, places=6)
TEXT = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
JSON = st.recursive(
    st.none() | st.booleans() | st.text(TEXT) | NUMBERS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(TEXT, max_size=8), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(value=JSON)
def test_any_plain_value_survives_saving_and_loading(value):
    case = Case.of(TWO, kept=value)

    case.answer("a")

    assert case.step.values == {"kept": value}


@pytest.mark.parametrize(
    "value",
    [
        {"typename": "UUID", "value": "x"},
        {"__class__": "os.system", "args": ["ls"]},
        {"py/object": "builtins.eval"},
        ["t-1", "a", 0, None],
    ],
)
def test_data_that_looks_like_a_type_tag_stays_data(value):
    assert Case.of(TWO, kept=value).answer("a", {"again": value}).step.values == {
        "kept": value,
        "again": value,
    }


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(0.1, id="float"),
        pytest.param(Decimal("NaN"), id="not a number"),
        pytest.param(Decimal("1E+999999"), id="a number that would fill the memory"),
        pytest.param(10**5000, id="more digits than can be read back"),
        pytest.param(Decimal("1" * 200 + ".5"), id="a decimal as long"),
        pytest.param({1: "x"}, id="key that is no text"),
        pytest.param({"a", "b"}, id="set"),
        pytest.param(b"bytes", id="bytes"),
        pytest.param(NOON, id="date-time"),
        pytest.param("\ud800", id="half a character"),
    ],
)
def test_what_is_not_plain_data_is_refused_and_changes_nothing(value):
    case = Case.of(TWO)

    with pytest.raises(bpmn.NotJson):
        case.answer("a", {"kept": {"deep": [value]}})

    assert case.waiting == ["a"]


def test_nesting_without_end_is_refused():
    value: list[object] = []
    value.append(value)

    with pytest.raises(bpmn.NotJson):
        bpmn.start(TWO, "p", {"kept": value}, at=NOON)


def test_whole_decimals_are_ints_before_and_after_loading():
    assert repr(Case.of(TWO, n=Decimal(5)).step.values["n"]) == "5"
    assert repr(Case.of(TWO, n=Decimal(5)).answer("a").step.values["n"]) == "5"


def test_the_same_commands_give_the_same_bytes():
    def run() -> bytes:
        return Case.of(TWO, x=1, y=[1, 2]).answer("a", {"z": 3}).step.snapshot

    assert run() == run()


def test_a_snapshot_holds_nothing_of_the_model():
    thirty = model(
        users(*(f"t{n}" for n in range(30))),
        "s -> t0;" + "".join(f"t{n} -> t{n + 1};" for n in range(29)) + "t29 -> e",
    )

    assert len(Case.of(thirty, amount=5).answer("t0").step.snapshot) < 200


@pytest.mark.parametrize(
    "snapshot",
    [
        b"",
        b"{}",
        b"[]",
        b"not json",
        b"[99,0,0,0,0,0]",
        b'[1,"t",0,[],[],[false,null,null]]',
        b'[2,"t",0,[]]',
        b'[2,"t",2,[[0,0,"p"]],[["x","a"]]]',
        b'[2,"t",2,["p"],[[1,"a"]]]',
    ],
)
def test_bytes_that_are_no_snapshot_are_refused(snapshot):
    with pytest.raises(bpmn.SnapshotStale):
        bpmn.answer(TWO, "p", bpmn.Stored(snapshot, {}), "t-1", {}, at=NOON)


def test_a_snapshot_of_another_model_is_refused():
    case = Case.of(TWO)
    other = model(users("x"), "s -> x; x -> e")

    with pytest.raises(bpmn.SnapshotStale):
        bpmn.answer(other, "p", case.step.stored, case.token("a"), {}, at=NOON)


def test_a_snapshot_of_another_process_is_refused():
    both = bpmn.compile_model(
        {
            "a.bpmn": process(
                '<startEvent id="s"/><endEvent id="e"/>' + users("a"), "s -> a; a -> e"
            ),
            "b.bpmn": process(
                '<startEvent id="s"/><endEvent id="e"/>' + users("a"),
                "s -> a; a -> e",
                process_id="q",
            ),
        }
    )
    case = Case.of(both)

    with pytest.raises(bpmn.SnapshotStale):
        bpmn.answer(both, "q", case.step.stored, case.token("a"), {}, at=NOON)

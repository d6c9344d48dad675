"""A case's chain: whatever is done to an act is seen in the head; what was erased is not told."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from engine.journal import Act, NotCanonical, Salts, canonical, head_of
from engine.journal.chain import commitment, commitments, record

CASE = UUID(int=7)
SALTS = Salts(b"s" * 16, {}, {})
BEGUN = datetime(2026, 11, 22, 8, tzinfo=UTC)


def acts(count: int) -> list[Act]:
    return [
        Act(
            case=CASE,
            seq=n,
            at=BEGUN + timedelta(minutes=n),
            kind="task_completed",
            element=f"step_{n}",
            name="بررسی",
            task=UUID(int=n),
            actor="supervisor",
            desk="SUPERVISOR@D07",
            facts='{"outcome":"approve"}',
        )
        for n in range(count)
    ]


texts = st.text(st.characters(codec="utf-8"), max_size=6)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@given(plain)
def test_the_canonical_text_is_that_of_rfc_8785(value: Any):
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [1.5, 2**53, {1: 2}, "\ud800", object(), [float("nan")]])
def test_what_has_no_canonical_text_is_refused(value: Any):
    with pytest.raises(NotCanonical):
        canonical(value)


edits = st.sampled_from(
    [
        {"case": UUID(int=8)},
        {"seq": 99},
        {"at": BEGUN - timedelta(microseconds=1)},
        {"kind": "task_completee"},
        {"element": None},
        {"name": "بررسي"},
        {"task": None},
        {"actor": "Supervisor"},
        {"actor": None},
        {"desk": "SUPERVISOR@D08"},
        {"facts": '{"outcome":"reject"}'},
        {"facts": '{"outcome": "approve"}'},
    ]
)


@given(st.integers(0, 9), edits)
def test_an_edit_is_seen(place: int, edit: dict[str, Any]):
    written = acts(10)
    changed = list(written)
    changed[place] = replace(changed[place], **edit)

    assert head_of(changed, SALTS) != head_of(written, SALTS)


@given(st.lists(st.integers(0, 9), unique=True))
def test_only_all_acts_in_their_order_give_the_head(order: list[int]):
    written = acts(10)
    found = head_of([written[each] for each in order], SALTS)

    assert (found == head_of(written, SALTS)) == (order == list(range(10)))


@given(texts, texts | st.none(), texts)
def test_what_is_hashed_is_canonical(kind: str, name: str | None, facts: str):
    act = replace(acts(1)[0], kind=kind, name=name, element=name, facts=facts)
    written = record(act, SALTS)

    assert canonical(json.loads(written)) == written
    assert ("name" in json.loads(written)) == (name is not None)


def test_a_chain_goes_on_from_its_head():
    written = acts(10)

    assert head_of(written[4:], SALTS, head_of(written[:4], SALTS)) == head_of(written, SALTS)


def test_an_erased_act_keeps_the_chain_and_tells_nothing():
    written = acts(3)
    kept = {n: salt for n in (0, 2) if (salt := SALTS.of(n)) is not None}
    after = Salts(None, kept, {1: commitments(written[1], SALTS)})
    erased = replace(written[1], actor=None, facts="")

    assert head_of([written[0], erased, written[2]], after) == head_of(written, SALTS)
    assert b"supervisor" not in record(erased, after)


def test_the_same_text_is_committed_to_in_another_way_each_time():
    [(actor, facts), (other_actor, other_facts)] = [commitments(each, SALTS) for each in acts(2)]

    assert (actor, facts) != (other_actor, other_facts)
    assert commitment(b"s", "actor", "x") != commitment(b"s", "facts", "x")


def test_bits_flipped_acts_dropped_swapped_and_put_in_are_all_found():
    of_chance = Random(7)
    written = acts(10)
    whole = head_of(written, SALTS)

    for _ in range(TAMPERED):
        assert head_of(_tampered(written, of_chance), SALTS) != whole


#: the full number is asked of by hand: DIVAN_TAMPERED=100000
TAMPERED = int(os.environ.get("DIVAN_TAMPERED", "1000"))


def changed(act: Act, name: str, text: str) -> Act:
    values: dict[str, Any] = {name: text}
    return replace(act, **values)


def _tampered(written: list[Act], of_chance: Random) -> list[Act]:
    found = list(written)
    one, other = of_chance.sample(range(len(found)), 2)
    match of_chance.randrange(4):
        case 0:
            name = of_chance.choice(["kind", "element", "name", "actor", "desk", "facts"])
            text = bytearray(getattr(found[one], name), "utf-32-le")
            text[4 * of_chance.randrange(len(text) // 4)] ^= 1 << of_chance.randrange(6)
            found[one] = changed(found[one], name, text.decode("utf-32-le"))
        case 1:
            del found[one]
        case 2:
            found[one], found[other] = found[other], found[one]
        case _:
            found.insert(one, found[other])
    return found

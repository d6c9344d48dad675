"""Every mark of the matrix that has steps, and every pair that a process keeps apart (§12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from importlib import import_module
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import pytest

from engine.catalogue.config import ProcessConfig, Separation
from engine.commands import duties
from engine.errors import DutiesNotSeparate
from engine.model.person import Actor, desk_of
from engine.model.substitution import StandIn
from engine.storage.separation import HeldStep, apart
from tests.duties.table import PAGE, ROOT, Cell, Kept, cells, configs, kept_apart, page, table

CELLS = list(cells())
PAIRS = list(kept_apart())
UNIT = "D07"


def _actor(role: str, username: str = "somebody", code: str | None = None) -> Actor:
    place = "party:14007650912" if role == "CONTRACTOR" else UNIT
    return Actor(
        uuid4(), username, username, username, code, desks=frozenset({desk_of(role, place)})
    )


def _desk(process: str, step: str) -> str:
    role = configs()[process][1][step]
    return desk_of(role, "party:14007650912" if role == "CONTRACTOR" else UNIT)


@pytest.mark.parametrize("cell", CELLS, ids=[each.named for each in CELLS])
def test_a_role_does_what_it_may_and_never_what_it_may_not(cell: Cell):
    actor = _actor(cell.role)
    done = [
        f"{process}.{step}"
        for process, step in cell.steps
        if actor.may_work_at(_desk(process, step), process)
    ]
    assert bool(done) is (cell.may and cell.unused is None), done


@pytest.mark.parametrize("pair", PAIRS, ids=[each.named for each in PAIRS])
def test_who_did_one_step_of_a_pair_is_kept_from_the_other(pair: Kept):
    config, _ = configs()[pair.process]
    actor = _actor("ANY", code="0012345679")
    by_name = HeldStep(pair.one, actor.username, None)
    by_another_account = HeldStep(pair.one, "the_same_person", "0012345679")
    by_somebody_else = HeldStep(pair.one, "another", "0499370899")

    for held in (by_name, by_another_account):
        refused = apart(config, pair.other, actor, [held])
        assert refused is not None
        assert pair.code in {
            rule.code
            for rule in config.separations
            if {pair.one, pair.other} <= rule.steps and refused[1].element_id == pair.one
        }
    assert apart(config, pair.other, actor, [by_somebody_else]) is None


def _away(username: str, code: str | None = None) -> StandIn:
    return StandIn(uuid4(), username, username, username, code, date(2026, 12, 1))


@pytest.mark.parametrize("pair", PAIRS, ids=[each.named for each in PAIRS])
def test_nobody_uses_a_delegation_for_the_request_of_who_gave_it(pair: Kept):
    """SOD-013, R-SOD-03: who stands in decides neither the giver's own request nor his own."""
    config, _ = configs()[pair.process]
    actor = _actor("ANY", "deputy", code="0012345679")
    giver = _away("giver", "0499370899")
    of_the_giver = HeldStep(pair.one, "giver", "0499370899")
    by_another_account_of_him = HeldStep(pair.one, "giver_too", "0499370899")
    of_his_own = HeldStep(pair.one, "deputy", "0012345679")
    done_for_the_giver = HeldStep(pair.one, "other_deputy", None, "giver", "0499370899")

    for held in (of_the_giver, by_another_account_of_him, of_his_own, done_for_the_giver):
        assert apart(config, pair.other, actor, [held], giver) is not None, held
    assert apart(config, pair.other, actor, [of_the_giver]) is None  # without the delegation
    assert apart(config, pair.other, actor, [HeldStep(pair.one, "third", None)], giver) is None


DECISIONS = [
    (process, step)
    for process, (config, roles) in sorted(configs().items())
    for step in sorted(roles)
    if config.step(step).confirm
]


@pytest.mark.parametrize(("process", "step"), DECISIONS, ids=[".".join(each) for each in DECISIONS])
def test_who_administers_takes_no_decision_of_any_process(process: str, step: str):
    """SOD-014: whatever role he has beside, and before anything else is asked."""
    config, roles = configs()[process]
    admin = replace(_actor(roles[step]), desks=frozenset({_desk(process, step), "ADMIN@*"}))
    task: Any = SimpleNamespace(element_id=step, id=uuid4(), instance_id=uuid4())

    with pytest.raises(DutiesNotSeparate) as refused:
        duties.check(cast("Any", None), config, task, admin)

    assert refused.value.code == "SOD-014"


@pytest.mark.parametrize(
    ("code", "one", "other"),
    [
        ("SOD-015", "report_performance", "verify_performance"),
        ("SOD-016", "own_duty", "close_duty"),
    ],
)
def test_a_pair_whose_area_is_still_to_come_is_held_where_a_process_declares_it(
    code: str, one: str, other: str
):
    config = ProcessConfig("x", "x", separations=(Separation(frozenset({one, other}), code),))
    actor = _actor("ANY", code="0012345679")

    for first, then in ((one, other), (other, one)):
        for held in (HeldStep(first, actor.username, None), HeldStep(first, "x", "0012345679")):
            refused = apart(config, then, actor, [held])
            assert refused is not None
            assert refused[0].code == code
        assert apart(config, then, actor, [HeldStep(first, "x", None)]) is None


def test_the_table_names_exactly_the_processes_that_declare_each_pair():
    declared: dict[str, set[str]] = {}
    for process, (config, _) in configs().items():
        for rule in config.separations:
            declared.setdefault(rule.code, set()).add(process)
    named = {each["code"]: set(each.get("processes", ())) for each in table()["pair"]}
    assert {code: each for code, each in named.items() if each} == declared
    assert all(each.get("processes") or each.get("missing") for each in table()["pair"])


@pytest.mark.parametrize(
    ("action", "role"),
    [
        pytest.param(each, role, id=f"{each['title']}: {role}")
        for each in table()["action"]
        for role in (*each["may"], *each["never"])
        if each.get("roles_of")
    ],
)
def test_a_page_is_for_the_roles_that_may_and_for_none_that_never_may(
    action: dict[str, Any], role: str
):
    module, _, name = action["roles_of"].rpartition(".")
    held = getattr(import_module(module), name)
    assert (role in held) is (role in action["may"] and role not in action.get("unused", {}))


IN_PYTHON = [each for each in table()["pair"] if each.get("tests")]


@pytest.mark.parametrize("pair", IN_PYTHON, ids=lambda each: each["code"])
def test_what_python_holds_apart_names_the_tests_that_show_it(pair: dict[str, Any]):
    for each in pair["tests"]:
        assert pair["code"] in (ROOT / each).read_text(encoding="utf-8"), each


def test_every_action_has_steps_or_says_why_not():
    for each in table()["action"]:
        assert bool(each.get("steps")) is not bool(each.get("missing")), each["title"]


def test_no_exception_relaxes_another_pair_than_the_guide_allows():
    """R-SOD-02: in a very small unit SOD-005, SOD-006 and SOD-007 only."""
    relaxed = {
        rule.code
        for config, _ in configs().values()
        for rule in config.separations
        if rule.exception
    }
    assert relaxed <= {"SOD-005", "SOD-006", "SOD-007"}


def test_no_lane_is_an_administrators():
    assert [p for p, (_, roles) in configs().items() if "ADMIN" in roles.values()] == []


def test_the_page_says_what_the_table_says():
    assert PAGE.read_text(encoding="utf-8") == page(), "make duties"

"""An answer that is taken back has not been given, whatever it led to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from engine import bpmn
from engine.bpmn.remembered import HEAVIEST, MOST, remembered
from tests.unit.bpmn.diagrams import (
    NAMED,
    NOON,
    Case,
    flows,
    inside,
    model,
    on,
    thrown,
    timer,
    users,
)

JOB = '<extensionElements><zeebe:taskDefinition type="job"/></extensionElements>'


def _jobs(*ids: str) -> str:
    return "".join(f'<serviceTask id="{each}">{JOB}</serviceTask>' for each in ids)


def _recall(case: Case, token: str) -> Case:
    case.step = bpmn.recall(case.model, "p", case.step.stored, token, at=case.at)
    return case


def _branches(join: str = "parallelGateway") -> bpmn.Model:
    gates = f'<parallelGateway id="f"/><{join} id="j"/>'
    return model(
        users("a", "b", "c", "d", "z") + gates,
        "s -> f; f -> a; f -> b; a -> c; c -> j; b -> d; d -> j; j -> z; z -> e",
    )


def test_the_step_waits_again_under_its_old_token_with_the_values_it_found():
    case = Case.of(model(users("a", "b"), "s -> a; a -> b; b -> e"), kept=1)
    token = case.token("a")
    case.answer("a", {"kept": 2, "new": 3})
    led = case.token("b")

    _recall(case, token)

    assert (case.token("a"), case.step.closed) == (token, (led,))
    assert case.step.values == {"kept": 1}


def test_tokens_after_it_have_other_ids_than_those_that_came_of_the_first_answer():
    case = Case.of(model(users("a", "b"), "s -> a; a -> b; b -> e"))
    token = case.token("a")
    led = case.answer("a").token("b")

    _recall(case, token).answer("a")

    assert case.token("b") != led


def test_what_a_job_did_on_the_way_is_taken_back_with_it():
    case = Case.of(model(users("a", "b") + _jobs("j"), "s -> a; a -> j; j -> b; b -> e"))
    token = case.token("a")
    case.answer("a", {"x": 1}).answer("j", {"computed": 2})

    _recall(case, token)

    assert (case.waiting, case.step.values) == (["a"], {})


def test_the_last_answer_of_a_case_is_taken_back_and_the_case_goes_on():
    case = Case.of(model(users("a"), "s -> a; a -> e"))
    token = case.token("a")
    assert case.answer("a").step.finished

    _recall(case, token)

    assert (case.waiting, case.step.finished) == (["a"], False)


def test_what_somebody_has_answered_since_is_not_undone():
    case = Case.of(model(users("a", "b", "c"), "s -> a; a -> b; b -> c; c -> e"))
    token = case.token("a")
    case.answer("a").answer("b")

    with pytest.raises(bpmn.RecallRefused):
        _recall(case, token)


def test_timers_beside_the_step_wait_again_for_the_moment_they_had():
    beside = on("t", "a", timer("P1D"))
    case = Case.of(model(users("a", "b") + beside, "s -> a; a -> b; t -> e; b -> e"))
    due, token = case.wait("t"), case.token("a")
    case.later(hours=3).answer("a")

    _recall(case, token)

    assert case.wait("t") == due


def test_only_what_it_led_to_goes_back_beside_a_branch_that_went_on():
    case = Case.of(_branches())
    token = case.token("a")
    case.answer("a", {"x": 1}).answer("b", {"y": 2})

    _recall(case, token)

    assert (case.waiting, case.step.values) == (["a", "d"], {"y": 2})


def test_an_arrival_at_a_join_is_taken_back_and_the_join_waits_for_it_again():
    case = Case.of(_branches())
    case.answer("a").answer("b")
    token = case.token("c")
    case.answer("c")

    _recall(case, token).answer("d")

    assert case.waiting == ["c"]
    assert case.answer("c").waiting == ["z"]


def test_branches_that_came_together_by_the_answer_of_another_stay_together():
    case = Case.of(_branches())
    case.answer("a").answer("b")
    token = case.token("c")
    case.answer("c").answer("d")

    with pytest.raises(bpmn.RecallRefused):
        _recall(case, token)


def test_branches_that_came_together_by_this_answer_come_apart_again():
    case = Case.of(_branches())
    case.answer("a").answer("b").answer("c")
    token = case.token("d")
    assert case.answer("d").waiting == ["z"]

    assert _recall(case, token).waiting == ["d"]


def test_a_gateway_that_looks_at_every_branch_keeps_an_answer_where_another_went_on():
    case = Case.of(_branches("inclusiveGateway"))
    token = case.token("a")
    case.answer("a").answer("b")

    with pytest.raises(bpmn.RecallRefused):
        _recall(case, token)


def test_an_answer_that_another_branch_has_decided_by_is_not_taken_out_of_it():
    gates = '<parallelGateway id="f"/><exclusiveGateway id="g" default="g_d"/>'
    case = Case.of(
        model(
            users("a", "b", "c", "d") + gates,
            "s -> f; f -> a; f -> b; b -> g; g -> c [x = 1]; g -> d; a -> e; c -> e; d -> e",
        ),
        x=0,
    )
    token = case.token("a")
    assert case.answer("a", {"x": 1}).answer("b").waiting == ["c"]

    with pytest.raises(bpmn.RecallRefused, match="g: another branch"):
        _recall(case, token)


def test_a_value_that_somebody_else_set_since_stays():
    case = Case.of(_branches())
    token = case.token("a")
    case.answer("a", {"x": 1, "y": 1}).answer("b", {"x": 2}).update(y=3)

    assert _recall(case, token).step.values == {"x": 2, "y": 3}


def test_a_finished_sub_process_is_open_again_with_what_only_it_knew():
    data = '<dataObject id="o"/><dataObjectReference id="r" dataObjectRef="o"/>'
    case = Case.of(
        model(
            inside("sub", users("a") + data, "sub_in -> a; a -> sub_out") + users("b"),
            "s -> sub; sub -> b; b -> e",
        )
    )
    token = case.token("a")
    case.answer("a")

    assert _recall(case, token).waiting == ["a"]
    assert case.answer("a").waiting == ["b"]


def test_that_something_left_the_case_is_remembered_with_the_element():
    sends = thrown("out", '<messageEventDefinition messageRef="msg"/>')
    case = Case.of(
        model(users("a", "b") + sends, "s -> a; a -> out; out -> b; b -> e", extra=NAMED)
    )
    token = case.token("a")
    case.answer("a", {"contract": "1"})

    found = bpmn.answered(case.step.stored, token)

    assert found is not None
    assert found.left == "out"


def test_a_case_remembers_the_newest_answers_and_little_of_them():
    names = [f"u{each}" for each in range(MOST + 4)]
    arrows = "".join(f"; f -> {each}; {each} -> e" for each in names)
    case = Case.of(model(users(*names) + '<parallelGateway id="f"/>', f"s -> f{arrows}"))
    tokens = {each: case.token(each) for each in names}
    for each in names:
        case.answer(each)

    kept = remembered(case.step.snapshot)
    weight = sum(len(each.before) for each in kept)

    assert [each.token for each in kept] == [
        int(tokens[each].split("-")[1]) for each in names[-len(kept) :]
    ]
    assert len(kept) <= MOST
    assert weight <= HEAVIEST


@dataclass
class Block:
    """A part of a generated model with one way in and one out."""

    body: str
    arrows: list[str]
    first: str
    last: str


class Drawing:
    """Draws models of nested blocks, with names of their own for every element."""

    def __init__(self, draw: Callable[[st.SearchStrategy[int]], int]) -> None:
        self._draw, self._numbers = draw, count()

    def block(self, depth: int) -> Block:
        kinds = ("user", "user", "job", "row", "both", "either", "sub", "items", "timed")
        kind = kinds[self._draw(st.integers(0, len(kinds) - 1 if depth else 2))]
        return getattr(self, f"_{kind}")(depth)  # type: ignore[no-any-return]

    def _name(self, kind: str) -> str:
        return f"{kind}{next(self._numbers)}"

    def _user(self, _: int) -> Block:
        name = self._name("u")
        return Block(users(name), [], name, name)

    def _job(self, _: int) -> Block:
        name = self._name("j")
        return Block(_jobs(name), [], name, name)

    def _row(self, depth: int) -> Block:
        one, two = self.block(depth - 1), self.block(depth - 1)
        arrows = [*one.arrows, *two.arrows, f"{one.last} -> {two.first}"]
        return Block(one.body + two.body, arrows, one.first, two.last)

    def _both(self, depth: int) -> Block:
        return self._split("parallelGateway", depth, "", "")

    def _either(self, depth: int) -> Block:
        return self._split("exclusiveGateway", depth, " [n > 1]", " [n <= 1]")

    def _split(self, kind: str, depth: int, *conditions: str) -> Block:
        fork, join = self._name("f"), self._name("g")
        body, arrows = f'<{kind} id="{fork}"/><{kind} id="{join}"/>', []
        for condition in conditions:
            way = self.block(depth - 1)
            body += way.body
            arrows += [*way.arrows, f"{fork} -> {way.first}{condition}", f"{way.last} -> {join}"]
        return Block(body, arrows, fork, join)

    def _sub(self, depth: int, more: str = "") -> Block:
        name, within = self._name("s"), self.block(depth - 1)
        arrows = [*within.arrows, f"{name}_in -> {within.first}", f"{within.last} -> {name}_out"]
        body = (
            f'<subProcess id="{name}"><startEvent id="{name}_in"/><endEvent id="{name}_out"/>'
            f"{more}{within.body}{flows(';'.join(arrows))}</subProcess>"
        )
        return Block(body, [], name, name)

    def _items(self, depth: int) -> Block:
        one_by_one = "true" if self._draw(st.integers(0, 1)) else "false"
        return self._sub(
            depth,
            f'<multiInstanceLoopCharacteristics isSequential="{one_by_one}">'
            "<loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>",
        )

    def _timed(self, depth: int) -> Block:
        sub = self._sub(depth)
        late, after = self._name("t"), self._name("u")
        body = sub.body + on(late, sub.first, timer("P1D")) + users(after)
        join = self._name("g")
        return Block(
            body + f'<exclusiveGateway id="{join}"/>',
            [f"{sub.last} -> {join}", f"{late} -> {after}", f"{after} -> {join}"],
            sub.first,
            join,
        )


@st.composite
def models(draw: Callable[[st.SearchStrategy[int]], int]) -> bpmn.Model:
    whole = Drawing(draw).block(3)
    arrows = [f"s -> {whole.first}", *whole.arrows, f"{whole.last} -> e"]
    return model(whole.body, "; ".join(arrows))


@dataclass
class Act:
    """Somebody or something answers one visit."""

    place: tuple[str, ...]
    values: Mapping[str, object] = field(default_factory=dict)


def _place(wait: bpmn.Wait) -> tuple[str, ...]:
    """Return by what a visit is known in every run: its element, and which item it is of."""
    local = getattr(wait, "local", {})
    return (wait.element_id, *(f"{key}={local[key]}" for key in sorted(local)))


def _waits(case: Case) -> dict[tuple[str, ...], list[str]]:
    found: dict[tuple[str, ...], list[str]] = {}
    for each in case.step.waiting:
        found.setdefault(_place(each), []).append(each.token)
    return found


def _stands(case: Case) -> tuple[object, ...]:
    places = Counter(map(_place, case.step.waiting))
    return places, dict(case.step.values), case.step.finished, case.step.end_id


def _people(case: Case) -> list[bpmn.HumanWait]:
    return [each for each in case.step.waiting if isinstance(each, bpmn.HumanWait)]


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(models(), st.data())
def test_answering_recalling_and_answering_differently_is_answering_differently_at_once(
    there: bpmn.Model, data: st.DataObject
):
    case = Case.of(there, n=1)
    for _ in range(data.draw(st.integers(0, 6))):
        if case.step.finished:
            return
        wait = case.step.waiting[data.draw(st.integers(0, len(case.step.waiting) - 1))]
        case.answer_token(wait.token, {"n": data.draw(st.integers(0, 3))} if _is_ours(wait) else {})
    people = _people(case)
    if case.step.finished or not people:
        return
    asked = people[data.draw(st.integers(0, len(people) - 1))]
    if len(_waits(case)[_place(asked)]) > 1:
        return
    twin = Case(there, case.step)

    case.answer_token(asked.token, {"n": data.draw(st.integers(0, 3)), "first": 1})
    beside = _go_on(case, twin, asked.token, data)
    try:
        _recall(case, asked.token)
    except bpmn.RecallRefused:
        event("refused beside others" if beside else "refused")
        assert beside
        return
    event("taken back beside others" if beside else "taken back")

    assert _stands(case) == _stands(twin)
    differently = {"n": data.draw(st.integers(0, 3))}
    case.answer_token(asked.token, differently)
    twin.answer_token(asked.token, differently)
    _go_on_alike(case, twin)


def _go_on_alike(case: Case, twin: Case) -> None:
    """Answer the same in both, to their ends; they stay the same."""
    for _ in range(60):
        assert _stands(case) == _stands(twin)
        if not (waits := _waits(case)):
            return
        place = min(waits)
        case.answer_token(waits[place][0], {"n": 1})
        twin.answer_token(_waits(twin)[place][0], {"n": 1})


def _is_ours(wait: bpmn.Wait) -> bool:
    return isinstance(wait, bpmn.HumanWait)


def _go_on(case: Case, twin: Case, token: str, data: st.DataObject) -> int:
    """Let jobs that came of the answer be done, and others go on in both; count those."""
    beside = 0
    for _ in range(data.draw(st.integers(0, 4))):
        kept = bpmn.answered(case.step.stored, token)
        if kept is None or case.step.finished:
            break
        wait = case.step.waiting[data.draw(st.integers(0, len(case.step.waiting) - 1))]
        if kept.led_to(int(wait.token.split("-")[1])):
            if isinstance(wait, bpmn.ServiceWait):
                case.answer_token(wait.token, {"done": 1})
        elif (same := _waits(twin).get(_place(wait))) and len(same) == 1:
            values = {"m": data.draw(st.integers(0, 3))}
            try:
                twin.answer_token(same[0], values)
            finally:
                case.answer_token(wait.token, values)
            beside += 1
    return beside


def test_nothing_is_remembered_of_a_case_that_was_moved_by_hand():
    case = Case.of(model(users("a", "b"), "s -> a; a -> b; b -> e"))
    token = case.token("a")
    case.answer("a")
    back: list[bpmn.Instruction] = [bpmn.CancelAll("b"), bpmn.StartBefore("b")]
    case.step = bpmn.modify(case.model, "p", case.step.stored, back, at=NOON)

    assert bpmn.answered(case.step.stored, token) is None

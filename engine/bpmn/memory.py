"""Answers of people that may still be taken back, remembered beside a case's state.

While what a person answered has only led to waits that nobody answered, the state before it
is kept behind the state now, with what came of it since. Taking it back (`recall`) then needs
nothing else. What is kept is little, for states are; where it would be much, the oldest is
forgotten, and can no longer be taken back.

Every step of every case passes here, so that what has not changed is not worked out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from engine.bpmn.plain import Json
from engine.bpmn.remembered import (
    HEAVIEST,
    Answered,
    Arrivals,
    Earlier,
    Kept,
    has_led,
    kept_in,
    read,
    state_of,
    with_memory,
    without_seed,
    written,
)
from engine.bpmn.state import ROOT, State
from engine.bpmn.step import CallWait, HumanWait, MessageWait, SignalWait, Stored, Wait

if TYPE_CHECKING:
    from engine.bpmn.walk import Walk

#: what may look at any value of the case, and does not say at which
_LOOKING: Final = frozenset(
    {"scriptTask", "businessRuleTask", "serviceTask", "sendTask", "callActivity"}
)
_NOTHING: Final = object()
_NONE: Final[Arrivals] = {}


class Memory:
    """What a case remembered when a command came; asked again when it has been carried out."""

    def __init__(self, stored: Stored, state: State) -> None:
        self._before = state_of(stored.snapshot)
        self._kept = kept_in(stored.snapshot)
        self._variables = stored.variables
        self.tokens = set(state.tokens)
        self.arrived = _arrivals(state)
        #: too much to be kept: then nothing of it is worked out
        self._is_heavy = len(self._before) > HEAVIEST and not self._kept

    def after(self, walk: Walk, state: bytes, wait: Wait | None, answered: str | None) -> bytes:
        """Return the state that a command led to with what is remembered from now on.

        Args:
            wait: what it answered; ``None``: it was no answer.
            answered: the token of it.
        """
        by_person = isinstance(wait, HumanWait)
        if self._is_heavy or not (self._kept or by_person):
            return state
        number = None if answered is None else _number(answered)
        since = _Since(self, walk, number)
        kept = []
        for each in self._kept:
            if number is None or not has_led(each, number):
                kept += since.beside(each)
            elif not by_person:
                kept += since.led_on(read(each), wait)
            # what led here has else been answered by somebody now, and stays given
        if by_person and number is not None:
            kept += since.led_on(Answered(number, without_seed(self._before), [], [], []), wait)
        return with_memory(state, kept)

    def changed(self, values: Mapping[str, Json]) -> Earlier:
        """Return what the case's variables were that a step has set."""
        before = self._variables
        return {
            name: [before[name]] if name in before else []
            for name, value in values.items()
            if before.get(name, _NOTHING) is not value
        }


class _Since:
    """What a step has done, as far as answers remember it."""

    def __init__(self, before: Memory, walk: Walk, answered: int | None) -> None:
        self._walk, self._answered = walk, answered
        self._was_tokens, self._was_arrived = before.tokens, before.arrived
        self._changed = before.changed(walk.state.scopes[ROOT].values)
        self._here = _arrivals(walk.state)

    def beside(self, kept: Kept) -> list[Kept]:
        """Return an answer that the step did not come of; none where it can no longer go back."""
        given, walk = read(kept), self._walk
        given.beside |= self._answered is not None or self._was_tokens != walk.state.tokens.keys()
        if given.seen is None and given.sets:
            given.seen = _looked_at(walk, given)
        given.forget(self._changed)
        return [] if _is_joined(given, self._here) else [written(given)]

    def led_on(self, given: Answered, wait: Wait | None) -> list[Kept]:
        """Return an answer that the step came of, or is; none where it can no longer go back."""
        now, before, walk = self._walk.state.tokens, self._was_tokens, self._walk
        given.led += sorted([_number(each) for each in now if each not in before])
        gone = {_number(each) for each in before if each not in now}
        gone.discard(given.token)
        if gone and gone != {self._answered}:
            given.closed += sorted(gone.difference(given.led, (self._answered,)))
        given.set(self._changed)
        if self._here or self._was_arrived:
            for place, more in _difference(self._here, self._was_arrived).items():
                given.arrived[place] = given.arrived.get(place, 0) + more
        if given.left is None:
            given.left = _left(walk, wait)
        return [] if _is_joined(given, self._here) else [written(given)]


def _left(walk: Walk, wait: Wait | None) -> str | None:
    """Return where something left the case with a step, or came into it."""
    for thrown in walk.thrown:
        return thrown.element_id
    for row in walk.written:
        return row.element_id
    return wait.element_id if isinstance(wait, MessageWait | SignalWait | CallWait) else None


def _arrivals(state: State) -> Arrivals:
    for each in state.scopes.values():
        if each.arrived:
            return _by_place(state)
    return _NONE


def _by_place(state: State) -> Arrivals:
    return {
        f"{scope.id}/{join}/{flow}": count
        for scope in state.scopes.values()
        for join, flows in scope.arrived.items()
        for flow, count in flows.items()
    }


def _looked_at(walk: Walk, given: Answered) -> str | None:
    """Return where a step looked at values that an answer had set, or may have."""
    was: Earlier | None = None
    for passed in walk.passed:
        if passed.decision is not None:
            was = given.was if was is None else was
            if was.keys() & passed.decision.seen.keys():
                return passed.element_id
        if passed.kind in _LOOKING:
            return passed.element_id
    return None


def _is_joined(given: Answered, arrived: Arrivals) -> bool:
    """Tell whether a join has gone on with what came there of an answer and of others."""
    if not given.arrived:
        return False
    return any(arrived.get(place, 0) < more for place, more in given.arrived.items())


def _difference(now: Mapping[str, int], before: Mapping[str, int]) -> Arrivals:
    places = {*now, *before}
    more = {each: now.get(each, 0) - before.get(each, 0) for each in places}
    return {each: more[each] for each in sorted(places) if more[each]}


def _number(token: str) -> int:
    return int(token.rpartition("-")[2])


def number_of(token: str) -> int:
    """Return the number a token has in its case."""
    return _number(token)


def place_of(name: str) -> tuple[int, str, str]:
    """Return scope, join and flow of an entry of `Arrivals`."""
    scope, join, flow = name.split("/")
    return int(scope), join, flow

"""Answers of people that may still be taken back, remembered beside a case's state.

While what a person answered has only led to waits that nobody answered, the state before it
is kept behind the state now, with what came of it since. Taking it back (`recall`) then needs
nothing else. What is kept is little, for states are; where it would be much, the oldest is
forgotten, and can no longer be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from engine.bpmn.plain import Json
from engine.bpmn.state import ROOT, State
from engine.bpmn.step import CallWait, HumanWait, MessageWait, SignalWait, Stored, Wait
from engine.values import exact_json

if TYPE_CHECKING:
    from engine.bpmn.walk import Walk

MOST: Final = 8  #: answers remembered of one case
HEAVIEST: Final = 8_192  #: bytes of all of them
#: what may look at any value of the case, and does not say at which
_LOOKING: Final = frozenset(
    {"scriptTask", "businessRuleTask", "serviceTask", "sendTask", "callActivity"}
)
_SEEDLESS: Final = b'""'  #: stands in a remembered state for the seed that it shares
_LINE: Final = b"\n"  #: stands between the state and each part of what is remembered

Arrivals = dict[str, int]  #: how many came to a join, by ``scope/join/flow``


@dataclass(slots=True)
class Answered:
    """One answer of a person and what came of it, as far as nobody answered that."""

    token: int  #: of the visit that was answered
    before: bytes  #: the state it was given to
    led: list[int] = field(default_factory=list)  #: tokens that came of it
    closed: list[int] = field(default_factory=list)  #: tokens that ended with it
    was: dict[str, list[Json]] = field(default_factory=dict)  #: variables before: none or one
    arrived: Arrivals = field(default_factory=dict)  #: more at joins, or less
    left: str | None = None  #: the element at which something left the case, or came into it
    beside: bool = False  #: something else of the case has gone on since
    seen: str | None = None  #: the element at which that may have looked at what was answered

    def led_to(self, token: int) -> bool:
        """Tell whether a visit came of the answer."""
        return token in self.led


def state_of(snapshot: bytes) -> bytes:
    """Return a stored state without what is remembered beside it."""
    return snapshot.partition(_LINE)[0]


def remembered(snapshot: bytes) -> list[Answered]:
    """Return the answers of people that a stored case remembers, oldest first."""
    return [_read(*each) for each in _kept_in(snapshot)]


def with_memory(state: bytes, answers: Sequence[Answered]) -> bytes:
    """Return a state with the newest of these answers beside it, as many as are light enough."""
    kept: list[bytes] = []
    size, seed = 0, _seed_of(state)
    for each in answers[: -MOST - 1 : -1]:
        said, before = _written(each), each.before.replace(seed, _SEEDLESS, 1)
        size += len(said) + len(before)
        if size > HEAVIEST:
            break
        kept[:0] = [said, before]
    return _LINE.join([state, *kept])


def _kept_in(snapshot: bytes) -> list[tuple[bytes, bytes]]:
    """Return what is said of each answer, and the state it was given to."""
    state, *lines = snapshot.split(_LINE)
    if not lines:
        return []
    seed = _seed_of(state)
    befores = [each.replace(_SEEDLESS, seed, 1) for each in lines[1::2]]
    return list(zip(lines[::2], befores, strict=True))


def _seed_of(state: bytes) -> bytes:
    """Return the first text in a state, as it is written: its seed, the same in all of a case."""
    return b'"%b"' % state.split(b'"', 2)[1]


def _written(given: Answered) -> bytes:
    """Return what is said of an answer: its token, those it led to, and behind a bar the rest.

    Most steps ask only whether their token is among the first, which needs no reading. All
    but the answered token are counted from it, for a case's numbers grow as long as it lives.
    """
    tokens = ",".join(map(str, (given.token, *_counted(given.led, -given.token))))
    closed = _counted(given.closed, -given.token)
    rest = [closed, given.was, given.arrived, given.left, given.beside, given.seen]
    return f"{tokens}|{exact_json.written(rest)}".encode()


def _read(said: bytes, before: bytes) -> Answered:
    tokens, _, rest = said.decode().partition("|")
    token, *led = map(int, tokens.split(","))
    closed, was, arrived, left, beside, seen = exact_json.read(rest)
    led, closed = _counted(led, token), _counted(closed, token)
    return Answered(token, before, led, closed, was, arrived, left, beside, seen)


def _counted(tokens: list[int], since: int) -> list[int]:
    return [each + since for each in tokens]


def _has_led(said: bytes, token: int) -> bool:
    answered, *led = said.partition(b"|")[0].split(b",")
    return b"%d" % (token - int(answered)) in led


class Memory:
    """What a case remembered when a command came; asked again when it has been carried out."""

    def __init__(self, stored: Stored, state: State) -> None:
        self._before = state_of(stored.snapshot)
        self._kept = _kept_in(stored.snapshot)
        self._variables = stored.variables
        self._tokens = frozenset(state.tokens)
        self._arrived = _arrivals(state)
        #: too much to be kept: then nothing of it is worked out
        self._is_heavy = len(self._before) > HEAVIEST and not self._kept

    def after(self, walk: Walk, state: bytes, wait: Wait | None, answered: str | None) -> bytes:
        """Return the state that a command led to with what is remembered from now on.

        Args:
            wait: what it answered; ``None``: it was no answer.
            answered: the token of it.
        """
        if self._is_heavy:
            return state
        answers, of = self._remembered(None if answered is None else _number(answered), wait)
        changed = self._changed(walk.state.scopes[ROOT].values)
        moved = answered is not None or self._tokens != walk.state.tokens.keys()
        for each in answers:
            if each is not of:
                each.beside |= moved
                each.seen = each.seen or _looked_at(walk, each)
                for name in changed:
                    each.was.pop(name, None)
        here = _arrivals(walk.state)
        if of is not None and answered is not None:
            self._went_on(of, walk, changed, here, _number(answered))
            if isinstance(wait, MessageWait | SignalWait | CallWait):
                of.left = of.left or wait.element_id
        return with_memory(state, [each for each in answers if not _is_joined(each, here)])

    def _remembered(
        self, token: int | None, wait: Wait | None
    ) -> tuple[list[Answered], Answered | None]:
        """Return what stays remembered, and which of it a step came of, or is given now."""
        known = token is not None and [_has_led(said, token) for said, _ in self._kept]
        if not isinstance(wait, HumanWait) or token is None:
            answers = [_read(*each) for each in self._kept]
            led = zip(answers, known, strict=True) if known else ()
            return answers, next((each for each, has in led if has), None)
        # what led here has been answered by somebody now, and stays given
        others = zip(self._kept, known, strict=True) if known else ()
        answers = [_read(*each) for each, has in others if not has]
        given = Answered(token, self._before)
        return [*answers, given], given

    def _went_on(
        self,
        of: Answered,
        walk: Walk,
        changed: Mapping[str, list[Json]],
        here: Arrivals,
        answered: int,
    ) -> None:
        now = walk.state.tokens.keys()
        of.led += sorted(_number(each) for each in now - self._tokens)
        ended = {_number(each) for each in self._tokens - now} - {answered, of.token}
        of.closed += sorted(ended.difference(of.led))
        for name, was in changed.items():
            of.was.setdefault(name, was)
        for place, more in _difference(here, self._arrived).items():
            of.arrived[place] = of.arrived.get(place, 0) + more
        out = [*(each.element_id for each in walk.thrown), *(x.element_id for x in walk.written)]
        of.left = of.left or next(iter(out), None)

    def _changed(self, values: Mapping[str, Json]) -> dict[str, list[Json]]:
        """Return what the case's variables were that a step has set."""
        before, nothing = self._variables, object()
        return {
            name: [before[name]] if name in before else []
            for name, value in values.items()
            if before.get(name, nothing) is not value
        }


def _arrivals(state: State) -> Arrivals:
    if not any(each.arrived for each in state.scopes.values()):
        return {}
    return {
        f"{scope.id}/{join}/{flow}": count
        for scope in state.scopes.values()
        for join, flows in scope.arrived.items()
        for flow, count in flows.items()
    }


def _looked_at(walk: Walk, given: Answered) -> str | None:
    """Return where a step looked at values that an answer had set, or may have."""
    for passed in walk.passed:
        seen = passed.decision.seen if passed.decision is not None else {}
        if given.was.keys() & seen.keys() or (given.was and passed.kind in _LOOKING):
            return passed.element_id
    return None


def _is_joined(given: Answered, arrived: Arrivals) -> bool:
    """Tell whether a join has gone on with what came there of an answer and of others."""
    return any(arrived.get(place, 0) < more for place, more in given.arrived.items())


def _difference(now: Mapping[str, int], before: Mapping[str, int]) -> Arrivals:
    if now == before:
        return {}
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

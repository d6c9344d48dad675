"""How an answer of a person is written behind a case's state, with the state it was given to.

Most steps ask of an answer only whether they came of it, and add to it: neither needs it read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from engine.bpmn.plain import Json
from engine.values import exact_json

MOST: Final = 8  #: answers remembered of one case
HEAVIEST: Final = 8_192  #: bytes of all of them
LINE: Final = b"\n"  #: stands between the state and each part of what is remembered
_PART: Final = b"\t"  #: stands between the parts of what is said of an answer: JSON has none

Arrivals = dict[str, int]  #: how many came to a join, by ``scope/join/flow``
Earlier: TypeAlias = Mapping[str, list[Json]]  #: what variables were: none or one, by name
#: what is said of an answer, and the state it was given to without the case's seed
Kept: TypeAlias = tuple[bytes, bytes]


@dataclass(slots=True)
class Answered:
    """One answer of a person and what came of it, as far as nobody answered that."""

    token: int  #: of the visit that was answered
    before: bytes  #: the state it was given to, without the case's seed
    led: list[int]  #: tokens that came of it
    closed: list[int]  #: tokens that ended with it
    sets: list[bytes]  #: what each step of it set and what that was before, as written
    arrived: Arrivals = field(default_factory=dict)  #: more at joins, or less
    left: str | None = None  #: the element at which something left the case, or came into it
    beside: bool = False  #: something else of the case has gone on since
    seen: str | None = None  #: the element at which that may have looked at what was answered

    @property
    def was(self) -> Earlier:
        """The variables that came of it as they were before it."""
        first: dict[str, list[Json]] = {}
        for each in self.sets:
            first = {**exact_json.read(each.decode()), **first}
        return first

    def set(self, changed: Earlier) -> None:
        """Remember what a step that came of it has set."""
        if changed:
            self.sets.append(exact_json.written(changed).encode())

    def forget(self, names: Collection[str]) -> None:
        """Leave alone what others have set since."""
        if names and self.sets:
            left = {name: was for name, was in self.was.items() if name not in names}
            self.sets.clear()
            self.set(left)

    def led_to(self, token: int) -> bool:
        """Tell whether a visit came of the answer."""
        return token in self.led


def state_of(snapshot: bytes) -> bytes:
    """Return a stored state without what is remembered beside it."""
    return snapshot.partition(LINE)[0]


def kept_in(snapshot: bytes) -> list[Kept]:
    """Return what stands behind a state, two lines for each answer, oldest first."""
    lines = snapshot.split(LINE)
    return list(zip(lines[1::2], lines[2::2], strict=True)) if len(lines) > 1 else []


def remembered(snapshot: bytes) -> list[Answered]:
    """Return the answers of people that a stored case remembers, oldest first."""
    return [read(each) for each in kept_in(snapshot)]


def without_seed(state: bytes) -> bytes:
    """Return a state without its first text, the seed, which is the same in all of a case."""
    begins = state.index(b'"') + 1
    return state[:begins] + state[state.index(b'"', begins) :]


def state_before(snapshot: bytes, given: Answered) -> bytes:
    """Return the state that one of the answers in a stored case was given to."""
    seed = snapshot.split(b'"', 2)[1]
    begins = given.before.index(b'"') + 1
    return given.before[:begins] + seed + given.before[begins:]


def with_memory(state: bytes, answers: Sequence[Kept]) -> bytes:
    """Return a state with the newest of these answers beside it, as many as are light enough."""
    lines: list[bytes] = []
    size = 0
    for said, before in answers[: -MOST - 1 : -1]:
        size += len(said) + len(before)
        if size > HEAVIEST:
            break
        lines += (before, said)
    return LINE.join((state, *reversed(lines)))


def written(given: Answered) -> Kept:
    """Return how an answer is kept.

    Its token and those it led to come first. All tokens but the answered one are counted from
    it, for a case's numbers grow as long as it lives.
    """
    since = given.token
    rest = ""
    if given.beside or given.left or given.seen or given.arrived:
        rest = exact_json.written([given.beside, given.left, given.seen, given.arrived])
    led = f",{_counted(given.led, since)}" if given.led else ""
    said = f"{since}{led}\t{_counted(given.closed, since)}\t{rest}".encode()
    return _PART.join((said, *given.sets)), given.before


def read(kept: Kept) -> Answered:
    """Return an answer as it was written."""
    tokens, closed, rest, *sets = kept[0].split(_PART)
    token, *led = map(int, tokens.split(b","))
    ended = [int(each) + token for each in closed.split(b",")] if closed else []
    given = Answered(token, kept[1], [each + token for each in led], ended, sets)
    if rest:
        given.beside, given.left, given.seen, given.arrived = exact_json.read(rest.decode())
    return given


def has_led(kept: Kept, token: int) -> bool:
    """Tell whether a visit came of an answer."""
    answered, *led = kept[0].partition(_PART)[0].split(b",")
    return bool(led) and b"%d" % (token - int(answered)) in led


def _counted(tokens: Iterable[int], since: int) -> str:
    return ",".join([str(each - since) for each in tokens])

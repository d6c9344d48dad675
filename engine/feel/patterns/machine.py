"""A matcher that backtracks over steps, and visits no step twice at one place of the text.

Without references to groups, what fails at a step and place fails there however it was
reached; so the time is at most steps times characters. With references it is counted.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from engine.feel.errors import NullBecause
from engine.feel.patterns.tree import (
    Characters,
    Choice,
    Edge,
    Group,
    Piece,
    Reference,
    Repeat,
    Row,
)

MAX_SIZE = 5_000  #: steps of one pattern
VISITS_STEP = 4  #: visits that count as a step of an evaluation
MAX_VISITS = 300_000  #: steps taken on one text


class _Step(NamedTuple):
    """One thing to do: ``kind`` says what, the others are what it needs."""

    kind: str
    holds: Callable[[str], bool] | None = None
    number: int = 0
    first: int = 0  #: where to go on; of two ways, the preferred one
    second: int = 0


class Machine:
    """A pattern as steps. ``ignores_case`` and ``by_line`` are the flags ``i`` and ``m``."""

    def __init__(self, tree: Piece, groups: int, *, ignores_case: bool, by_line: bool) -> None:
        self._steps: list[_Step] = []
        self._groups = groups
        self._ignores_case = ignores_case
        self._by_line = by_line
        self._refers = False
        self._add(Group(0, tree))
        self._put(_Step("found"))

    def _put(self, step: _Step) -> int:
        if len(self._steps) >= MAX_SIZE:
            raise NullBecause("the pattern repeats too much to be tried")
        self._steps.append(step)
        return len(self._steps) - 1

    def _add(self, piece: Piece) -> None:
        match piece:
            case Characters(holds=holds):
                self._put(_Step("one", _either_case(holds) if self._ignores_case else holds))
            case Edge(sign=sign):
                self._put(_Step(sign))
            case Row(parts=parts):
                for each in parts:
                    self._add(each)
            case Group(number=None, body=body):
                self._add(body)
            case Group(number=int(number), body=body):
                self._put(_Step("save", number=2 * number))
                self._add(body)
                self._put(_Step("save", number=2 * number + 1))
            case Reference(number=number):
                self._refers = True
                self._put(_Step("again", number=number))
            case Choice(branches=branches):
                self._add_choice(branches)
            case Repeat():
                self._add_repeat(piece)

    def _add_choice(self, branches: Sequence[Piece]) -> None:
        ends = []
        for each in branches[:-1]:
            split = self._put(_Step("either"))
            self._add(each)
            ends.append(self._put(_Step("jump")))
            self._steps[split] = _Step("either", first=split + 1, second=len(self._steps))
        self._add(branches[-1])
        for end in ends:
            self._steps[end] = _Step("jump", first=len(self._steps))

    def _add_repeat(self, piece: Repeat) -> None:
        for _ in range(piece.least):
            self._add(piece.body)
        if piece.most is None:
            split = self._put(_Step("either"))
            self._add(piece.body)
            self._put(_Step("jump", first=split))
            self._steps[split] = self._ways(piece.greedy, split)
            return
        splits = []
        for _ in range(piece.most - piece.least):
            splits.append(self._put(_Step("either")))
            self._add(piece.body)
        for split in splits:
            self._steps[split] = self._ways(piece.greedy, split)

    def _ways(self, greedy: bool, split: int) -> _Step:
        inside, after = split + 1, len(self._steps)
        first, second = (inside, after) if greedy else (after, inside)
        return _Step("either", first=first, second=second)

    def find(self, text: str, begin: int, spend: Callable[[int], None]) -> tuple[int, ...] | None:
        """Return begin and end of the first match and of its groups; -1 for none.

        Raises:
            NullBecause: it takes too many steps to tell.
        """
        seen: set[int] | None = None if self._refers else set()
        visits = unspent = 0
        for start in range(begin, len(text) + 1):
            found, taken = self._try(text, start, seen, MAX_VISITS - visits)
            visits += taken
            if visits >= MAX_VISITS:
                spend(MAX_VISITS // VISITS_STEP)
                raise NullBecause("the pattern takes too long on this text")
            steps, unspent = divmod(unspent + taken, VISITS_STEP)
            spend(steps)
            if found is not None:
                return found
        return None

    def _try(  # noqa: C901, PLR0912 - the one loop that must be fast
        self, text: str, start: int, seen: set[int] | None, most: int
    ) -> tuple[tuple[int, ...] | None, int]:
        steps, length = self._steps, len(text)
        visits = 0
        waiting = [(0, start, (-1,) * (2 * self._groups + 2))]
        while waiting:
            step_at, at, saved = waiting.pop()
            while True:
                visits += 1
                if visits >= most:
                    return None, visits
                kind, holds, number, first, second = steps[step_at]
                if kind == "one":
                    if at >= length or not holds(text[at]):  # type: ignore[misc]
                        break
                    at += 1
                elif kind == "either":
                    if seen is not None:
                        key = step_at * (length + 1) + at
                        if key in seen:
                            break
                        seen.add(key)
                    waiting.append((second, at, saved))
                    step_at = first
                    continue
                elif kind == "jump":
                    step_at = first
                    continue
                elif kind == "save":
                    saved = (*saved[:number], at, *saved[number + 1 :])
                elif kind == "again":
                    end = self._again(text, at, saved[2 * number], saved[2 * number + 1])
                    if end < 0:
                        break
                    at = end
                elif kind == "found":
                    return saved, visits
                elif not self._at_edge(kind, text, at):
                    break
                step_at += 1
        return None, visits

    def _again(self, text: str, at: int, begin: int, end: int) -> int:
        """Return where the text of a group ends that stands here again, or -1."""
        if begin < 0 or end < 0:
            return at  # a group that found nothing is found again everywhere
        wanted, found = text[begin:end], text[at : at + end - begin]
        if wanted == found or (self._ignores_case and wanted.lower() == found.lower()):
            return at + len(wanted)
        return -1

    def _at_edge(self, sign: str, text: str, at: int) -> bool:
        if sign == "^":
            return at == 0 or (self._by_line and text[at - 1] == "\n" and at < len(text))
        return at == len(text) or (self._by_line and text[at] == "\n")


def _either_case(holds: Callable[[str], bool]) -> Callable[[str], bool]:
    def either(found: str) -> bool:
        if holds(found):
            return True
        lower, upper = found.lower(), found.upper()
        return (len(lower) == 1 and holds(lower)) or (len(upper) == 1 and holds(upper))

    return either

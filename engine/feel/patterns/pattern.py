"""The door: compile a pattern once, then find, replace and split with it."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from engine.feel.errors import NullBecause
from engine.feel.patterns.machine import Machine
from engine.feel.patterns.syntax import PatternParser
from engine.feel.patterns.tree import (
    Characters,
    Choice,
    Edge,
    Group,
    Piece,
    Repeat,
    Row,
)

MAX_PATTERN = 2_000  #: characters of a pattern
_TRIES = 1_000_000  #: what ``re`` may take on a text; it cannot be stopped once it runs
_TRIES_STEP = 5_000  #: tries that count as a step of an evaluation

Spend = Callable[[int], None]

#: Begin and end of a match and of its groups, -1 for a group that found nothing.
Spans = tuple[int, ...]


class Pattern:
    """A compiled pattern. It holds no state and may be shared between threads."""

    def __init__(self, tree: Piece, groups: int, flags: frozenset[str]) -> None:
        self.groups = groups
        written, self._repeats = _as_re(tree, "m" in flags)
        options = (re.IGNORECASE if "i" in flags else 0) | (re.MULTILINE if "m" in flags else 0)
        self._quick = re.compile(written, options) if written is not None else None
        self._machine = Machine(tree, groups, ignores_case="i" in flags, by_line="m" in flags)

    def find(self, text: str, spend: Spend, begin: int = 0) -> Spans | None:
        """Return the first match from a place on; ``spend`` is told how many steps it took.

        Raises:
            NullBecause: it takes too long to tell.
        """
        tries = (len(text) + 1) ** (self._repeats + 1)
        if self._quick is None or tries > _TRIES:
            return self._machine.find(text, begin, spend)
        spend(tries // _TRIES_STEP)
        match = self._quick.search(text, begin)
        if match is None:
            return None
        return tuple(end for group in range(self.groups + 1) for end in match.span(group))

    def find_all(self, text: str, spend: Spend) -> Iterator[Spans]:
        """Yield the matches that do not overlap.

        Raises:
            NullBecause: the pattern finds nothing, in the empty string: that is everywhere.
        """
        if self.find("", spend) is not None:
            raise NullBecause("a pattern that matches the empty string finds no end")
        begin = 0
        while (found := self.find(text, spend, begin)) is not None:
            yield found
            begin = max(found[1], begin + 1)


@lru_cache(1024)
def compile_pattern(pattern: str, flags: str) -> Pattern:
    """Return the pattern with the flags ``s``, ``m``, ``i``, ``x`` and ``q`` of XPath.

    Raises:
        NullBecause: it is none.
    """
    if len(pattern) > MAX_PATTERN:
        raise NullBecause(f"a pattern of more than {MAX_PATTERN} characters")
    if set(flags) - set("smixq"):
        raise NullBecause(f"“{flags}” are no flags; there are s, m, i, x and q")
    if "q" in flags:
        pattern = re.sub(r"[\\|.?*+(){}\-\[\]^$]", r"\\\g<0>", pattern)
    parser = PatternParser(pattern, dot_all="s" in flags, spaced="x" in flags and "q" not in flags)
    tree = parser.whole()
    try:
        return Pattern(tree, parser.groups, frozenset(flags))
    except (re.error, OverflowError, RecursionError) as error:
        raise NullBecause(f"“{pattern}” is too great a pattern: {error}") from None


def _as_re(piece: Piece, by_line: bool) -> tuple[str | None, int]:
    """Return the pattern as ``re`` writes it, if it may try it, and how many repeats it has.

    A repeat of something that is itself repeated or chosen could take for ever.
    """
    written: str | None = None
    repeats = 0
    match piece:
        case Characters():
            written = piece.as_re
        case Edge(sign=sign):
            written = sign if by_line else {"^": r"\A", "$": r"\Z"}[sign]
        case Group(number=number, body=body):
            inner, repeats = _as_re(body, by_line)
            written = None if inner is None else f"({'' if number else '?:'}{inner})"
        case Row(parts=parts) | Choice(branches=parts):
            found = [_as_re(each, by_line) for each in parts]
            texts = [text for text, _ in found if text is not None]
            repeats = sum(count for _, count in found)
            if len(texts) == len(parts):
                written = ("|" if isinstance(piece, Choice) else "").join(texts)
        case Repeat(body=body, least=least, most=most, greedy=greedy):
            inner, repeats = _as_re(body, by_line)
            if inner is not None and repeats == 0 and not _has_choice(body):
                upper = "" if most is None else most
                written = f"(?:{inner}){{{least},{upper}}}{'' if greedy else '?'}"
            repeats += least != most
    return written, repeats


def _has_choice(piece: Piece) -> bool:
    match piece:
        case Choice():
            return True
        case Group(body=body) | Repeat(body=body):
            return _has_choice(body)
        case Row(parts=parts):
            return any(map(_has_choice, parts))
    return False

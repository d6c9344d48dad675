"""Regular expressions as FEEL has them: XPath syntax, run by ``re``, kept from running away.

A pattern that could take exponential time (a repetition inside a repetition, or of
alternatives) is refused, and so are long texts: ``re`` cannot be stopped once it runs.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from engine.feel.errors import NullBecause

MAX_INPUT = 2_000  #: characters a pattern is tried on
MAX_PATTERN = 500  #: characters of a pattern

_FLAGS = {"s": re.DOTALL, "m": re.MULTILINE, "i": re.IGNORECASE, "x": re.VERBOSE}


def pattern_of(pattern: str, flags: str | None, text: str) -> re.Pattern[str]:
    """Return the compiled pattern, or ``NullBecause`` when it may not be tried on ``text``."""
    if len(text) > MAX_INPUT or len(pattern) > MAX_PATTERN:
        raise NullBecause(f"a pattern of {MAX_PATTERN} or a text of {MAX_INPUT} characters is most")
    return _compiled(pattern, flags or "")


@lru_cache(1024)
def _compiled(pattern: str, flags: str) -> re.Pattern[str]:
    if set(flags) - {*_FLAGS, "q"}:
        raise NullBecause(f"“{flags}” are no flags; there are s, m, i, x and q")
    if "q" in flags:
        return re.compile(re.escape(pattern), re.IGNORECASE if "i" in flags else 0)
    options = re.NOFLAG
    for flag in flags:
        options |= _FLAGS[flag]
    if "x" in flags:  # in XPath white space means nothing, and # is a character
        pattern, options = re.sub(r"\s+", "", pattern), options & ~re.VERBOSE
    if re.search(r"[-\[&|~]\[|&&|~~|--", pattern):
        raise NullBecause(f"“{pattern}” computes with character classes")
    _refuse_runaway(pattern)
    try:
        return re.compile(_translated(pattern), options)
    except (re.error, OverflowError, RecursionError) as error:
        raise NullBecause(f"“{pattern}” is no pattern: {error}") from None


_CLASSES = {
    r"\i": r"[^\W\d]",
    r"\I": r"[\W\d]",
    r"\c": r"[\w.:\-]",
    r"\C": r"[^\w.:\-]",
    r"\Z": None,
    r"\A": None,
}
_ESCAPED = re.compile(r"\\.|\(\?.?", re.DOTALL)
_GROUPS = frozenset(("(?:",))


def _translated(pattern: str) -> str:
    """Turn XPath's own escapes into those of ``re``; refuse what only ``re`` knows."""

    def translate(match: re.Match[str]) -> str:
        found = match.group()
        if found.startswith("("):
            if found not in _GROUPS:
                raise NullBecause(f"“{found}” is not part of FEEL's patterns")
            return found
        translated = _CLASSES.get(found, found)
        if translated is None:
            raise NullBecause(f"“{found}” is not part of FEEL's patterns")
        return translated

    return _ESCAPED.sub(translate, pattern)


_PIECES = re.compile(
    r"\\.|\[(?:\\.|\[[^\]]*\]|[^\]\\])*\]|[()|]|[*+]|\{\d+(?:,\d*)?\}|.", re.DOTALL
)


def _refuse_runaway(pattern: str) -> None:
    """Refuse a group that repeats without bound and can itself match in several ways."""
    varied = [False]  # for each open group: does it hold a repetition or alternatives?
    closed = False  # was the piece before this one such a group?
    for piece in _PIECES.findall(pattern):
        counted = piece.startswith("{") and len(piece) > 1
        repeats = piece in ("*", "+") or counted
        if repeats and closed:
            raise NullBecause(f"“{pattern}” repeats a repetition and could take forever")
        closed = False
        if piece == "(":
            varied.append(False)
        elif piece == ")" and len(varied) > 1:
            closed = varied.pop()
            varied[-1] |= closed
        elif piece in ("|", "?", "*", "+") or (counted and "," in piece):
            varied[-1] = True


def replacement_of(text: str, pattern: re.Pattern[str], flags: str | None) -> str:
    """Return a replacement in XPath's form, ``$1`` for a group, in that of ``re``."""
    if "q" in (flags or ""):
        return text.replace("\\", r"\\")

    def translate(match: re.Match[str]) -> str:
        if match[1] is None:
            return {r"\$": "$", r"\\": r"\\"}.get(match.group(), r"\\")
        group = int(match[1])
        return rf"\g<{group}>" if group <= pattern.groups else ""

    return re.sub(r"\$(\d)|\\\$|\\\\|\\", translate, text)


def find_all(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield the matches that are not empty."""
    return (match for match in pattern.finditer(text) if match.group())

"""Functions of strings (DMN 1.4, table 73). A character is a Unicode code point."""

import re
from decimal import Decimal

from engine.feel.builtins.numbers import whole
from engine.feel.builtins.registry import Spend, builtin
from engine.feel.errors import NullBecause
from engine.feel.patterns import Pattern, compile_pattern
from engine.feel.values import kind_of, short_string


@builtin("substring", "string: string, start position: number, length?: number")
def substring(text: str, start: Decimal, length: Decimal | None = None) -> str:
    """Return a part; positions count from 1, or from -1 backwards."""
    first = whole(start)
    if not first or abs(first) > len(text):
        raise NullBecause(f"there is no character {start} in a string of {len(text)}")
    begin = first - 1 if first > 0 else len(text) + first
    if length is None:
        return text[begin:]
    if length < 1:
        raise NullBecause("“length” must be at least 1")
    return text[begin : begin + int(min(length, Decimal(len(text))))]


@builtin("string length", "string: string")
def string_length(text: str) -> Decimal:
    """Return the number of characters."""
    return Decimal(len(text))


@builtin("upper case", "string: string")
def upper_case(text: str) -> str:
    """Return the string in capitals."""
    return short_string(text.upper())


@builtin("lower case", "string: string")
def lower_case(text: str) -> str:
    """Return the string in small letters."""
    return short_string(text.lower())


@builtin("trim", "string: string")
def trim(text: str) -> str:
    """Return the string without white space around it."""
    return text.strip()


@builtin("contains", "string: string, match: string")
def contains(text: str, match: str) -> bool:
    """Tell whether ``match`` stands anywhere in a string."""
    return match in text


@builtin("starts with", "string: string, match: string")
def starts_with(text: str, match: str) -> bool:
    """Tell whether a string begins with ``match``."""
    return text.startswith(match)


@builtin("ends with", "string: string, match: string")
def ends_with(text: str, match: str) -> bool:
    """Tell whether a string ends with ``match``."""
    return text.endswith(match)


@builtin("substring before", "string: string, match: string")
def substring_before(text: str, match: str) -> str:
    """Return what stands before ``match``, nothing when it is not there."""
    return text.partition(match)[0] if match and match in text else ""


@builtin("substring after", "string: string, match: string")
def substring_after(text: str, match: str) -> str:
    """Return what stands after ``match``, nothing when it is not there."""
    return text.partition(match)[2] if match else text


@builtin("matches", "input: string, pattern: string, flags?: string", spends=True)
def matches(spend: Spend, text: str, pattern: str, flags: str | None = None) -> bool:
    """Tell whether a pattern is found in a string."""
    return compile_pattern(pattern, flags or "").find(text, spend) is not None


@builtin(
    "replace",
    "input: string, pattern: string, replacement: string, flags?: string",
    spends=True,
)
def replace(
    spend: Spend, text: str, pattern: str, replacement: str, flags: str | None = None
) -> str:
    """Replace all that a pattern finds; ``$1`` is its first group, ``$0`` the whole."""
    compiled = compile_pattern(pattern, flags or "")
    pieces = [replacement] if "q" in (flags or "") else _replacement(replacement, compiled)
    parts, at = [], 0
    for found in compiled.find_all(text, spend):
        parts.append(text[at : found[0]])
        parts += [_text_of(each, text, found) for each in pieces]
        at = found[1]
    return short_string("".join([*parts, text[at:]]))


def _replacement(text: str, pattern: Pattern) -> list[str | int]:
    """Return a replacement as what stands in it: strings, and the numbers of groups."""
    pieces: list[str | int] = []
    for match in _IN_REPLACEMENT.finditer(text):
        found = match.group()
        if found in ("$", "\\"):
            raise NullBecause(f"in a replacement, write ‘{found}’ as ‘\\{found}’")
        if found.startswith("$"):
            digits = found[1:]
            while len(digits) > 1 and int(digits) > pattern.groups:
                digits = digits[:-1]
            pieces += [int(digits)] if int(digits) <= pattern.groups else []
            pieces += [found[1 + len(digits) :]]
        else:
            pieces.append(found[-1] if found.startswith("\\") else found)
    return pieces


def _text_of(piece: str | int, text: str, found: tuple[int, ...]) -> str:
    """Return a piece of a replacement: itself, or what the group of that number found."""
    if isinstance(piece, str):
        return piece
    begin, end = found[2 * piece : 2 * piece + 2]
    return text[begin:end] if begin >= 0 else ""


_IN_REPLACEMENT = re.compile(r"\$\d{1,4}|\\[\\$]|\$|\\|[^$\\]+", re.ASCII)


@builtin("split", "string: string, delimiter: string", spends=True)
def split(spend: Spend, text: str, delimiter: str) -> list[str]:
    """Return the parts between what a pattern finds."""
    parts, at = [], 0
    for found in compile_pattern(delimiter, "").find_all(text, spend):
        parts.append(text[at : found[0]])
        at = found[1]
    return [*parts, text[at:]]


@builtin("extract", "string: string, pattern: string", spends=True)
def extract(spend: Spend, text: str, pattern: str) -> list[str]:
    """Return all that a pattern finds."""
    return [
        text[found[0] : found[1]] for found in compile_pattern(pattern, "").find_all(text, spend)
    ]


@builtin("string join", "list: list, delimiter?: string")
def string_join(items: list[object], delimiter: str | None = None) -> str:
    """Join the strings of a list; items that are null are left out."""
    parts = []
    for item in items:
        if item is not None and not isinstance(item, str):
            raise NullBecause(f"a {kind_of(item)} is no string to join")
        parts += [] if item is None else [item]
    return short_string((delimiter or "").join(parts))

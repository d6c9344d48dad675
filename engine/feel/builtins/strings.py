"""Functions of strings (DMN 1.4, table 73). A character is a Unicode code point."""

from decimal import Decimal

from engine.feel.builtins.numbers import whole
from engine.feel.builtins.patterns import find_all, pattern_of, replacement_of
from engine.feel.builtins.registry import builtin
from engine.feel.errors import NullBecause
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


@builtin("matches", "input: string, pattern: string, flags?: string")
def matches(text: str, pattern: str, flags: str | None = None) -> bool:
    """Tell whether a pattern is found in a string."""
    return pattern_of(pattern, flags, text).search(text) is not None


@builtin("replace", "input: string, pattern: string, replacement: string, flags?: string")
def replace(text: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    """Replace all that a pattern finds; ``$1`` is its first group."""
    compiled = pattern_of(pattern, flags, text)
    return short_string(compiled.sub(replacement_of(replacement, compiled, flags), text))


@builtin("split", "string: string, delimiter: string")
def split(text: str, delimiter: str) -> list[str]:
    """Return the parts between what a pattern finds."""
    compiled = pattern_of(delimiter, None, text)
    parts, at = [], 0
    for match in find_all(compiled, text):
        parts.append(text[at : match.start()])
        at = match.end()
    return [*parts, text[at:]]


@builtin("extract", "string: string, pattern: string")
def extract(text: str, pattern: str) -> list[str]:
    """Return all that a pattern finds."""
    return [match.group() for match in find_all(pattern_of(pattern, None, text), text)]


@builtin("string join", "list: list, delimiter?: string")
def string_join(items: list[object], delimiter: str | None = None) -> str:
    """Join the strings of a list; items that are null are left out."""
    parts = []
    for item in items:
        if item is not None and not isinstance(item, str):
            raise NullBecause(f"a {kind_of(item)} is no string to join")
        parts += [] if item is None else [item]
    return short_string((delimiter or "").join(parts))

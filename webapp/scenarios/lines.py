"""Values as lines that a person edits: ``path = value``, one for each value."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from engine.scenarios import NotPlain, plain

_PLAIN_PART: Final = re.compile(
    r"[^\s/=\"'](?:[^/=\"'\x00-\x1f\x7f\u0085\u2028\u2029]*[^\s/=\"'])?"
)
_LINE: Final = re.compile(r'((?:"(?:[^"\\]|\\.)*"|[^"=])+?)\s*=\s*(.*)', re.DOTALL)
_PART: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[^/]+')


class NoLine(ValueError):
    """A line is none; ``line`` is the one."""

    def __init__(self, line: str) -> None:
        super().__init__(line)
        self.line = line


def lines_of(values: Mapping[str, Any]) -> str:
    r"""Return values as lines; a part of a part stands behind a slash.

    >>> lines_of({"note": "yes", "lines": {"010604": {"quantity": Decimal("2.5")}}})
    'note = yes\nlines/010604/quantity = 2.5'
    """
    return "\n".join(f"{path} = {_text(each)}" for path, each in _leaves(values))


def _leaves(values: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        is_plain = _PLAIN_PART.fullmatch(key) is not None
        path = before + (key if is_plain else json.dumps(key, ensure_ascii=False))
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, f"{path}/")
        else:
            yield path, value


def _text(value: Any) -> str:
    if isinstance(value, str) and _stands_for_itself(value):
        return value
    return _json(value)


def _stands_for_itself(text: str) -> bool:
    """Tell whether a text is read back as that text without quotes."""
    try:
        return text == text.strip() and "\n" not in text and _value(text) == text
    except NoLine:
        return False


def _json(value: Any) -> str:
    match value:
        case Decimal():
            text = format(value, "f")
            return text if "." in text else f"{text}.0"
        case list():
            return f"[{', '.join(map(_json, value))}]"
        case Mapping():
            return json.dumps({}) if not value else _inline(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _inline(value: Mapping[str, Any]) -> str:
    said = (f"{json.dumps(key, ensure_ascii=False)} = {_json(each)}" for key, each in value.items())
    return f"{{ {', '.join(said)} }}".replace("\x7f", "\\u007f")


def values_of(text: str) -> dict[str, Any]:
    """Return the values that lines say.

    Raises:
        NoLine: one of them has no ``=``, or two say the same.
    """
    found: dict[str, Any] = {}
    for line in filter(str.strip, text.replace("\r\n", "\n").split("\n")):
        said = _LINE.fullmatch(line.strip())
        if said is None:
            raise NoLine(line)
        *parts, last = [_part(each.group().strip(), line) for each in _PART.finditer(said[1])]
        inner = found
        for part in parts:
            inner = inner.setdefault(part, {})
            if not isinstance(inner, dict):
                raise NoLine(line)
        if last in inner:
            raise NoLine(line)
        inner[last] = _value(said[2].strip())
    return found


def _part(text: str, line: str) -> str:
    if not text.startswith('"'):
        return text
    try:
        return str(json.loads(text))
    except ValueError:
        raise NoLine(line) from None


def _value(text: str) -> Any:
    """Return what a text says: a number, yes or no, a list, a text in quotes, or itself."""
    if not text or text[0] not in "\"'[{+-0123456789tf":
        return text
    try:
        return plain(tomllib.loads(f"value = {text}", parse_float=Decimal)["value"])
    except (ValueError, NotPlain, RecursionError):
        if text[0] in "\"'[{":
            raise NoLine(text) from None
        return text

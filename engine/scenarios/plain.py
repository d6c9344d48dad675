"""Values as a test can hold them: TOML has no null, and dates are texts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

DEEPEST: Final = 12
LONGEST: Final = 20_000  #: characters of one text


class NotPlain(ValueError):
    """A value that no test holds."""


def plain(value: Any, depth: int = 0) -> Any:
    """Return a value as a test holds it: what is nothing is left out of tables and lists.

    Raises:
        NotPlain: it is no JSON, no number, too deep or too long.
    """
    if depth > DEEPEST:
        raise NotPlain("too deep")
    match value:
        case bool() | int():
            return value
        case Decimal():
            if not value.is_finite() or not -100 < value.adjusted() < 100:
                raise NotPlain(f"{value} is no number")
            return value
        case str():
            return _text(value)
        case datetime() | date() | time():
            return value.isoformat()
        case Mapping():
            return {
                _text(str(key)): plain(each, depth + 1)
                for key, each in value.items()
                if each is not None
            }
        case list() | tuple():
            return [plain(each, depth + 1) for each in value if each is not None]
    raise NotPlain(f"{type(value).__name__} is no value of a test")


def _text(text: str) -> str:
    if len(text) > LONGEST:
        raise NotPlain(f"a text of more than {LONGEST} characters")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise NotPlain("half a character") from None
    return text

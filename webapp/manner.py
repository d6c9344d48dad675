"""How a page writes what it says: its language, and the digits and calendar of its reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple, TypeAlias, cast

Digits: TypeAlias = Literal["persian", "latin"]
Calendar: TypeAlias = Literal["jalali", "gregorian"]

_OF_LANGUAGE: Final[Mapping[str, Digits]] = {"fa": "persian"}


class Manner(NamedTuple):
    """A language with its digits and calendar.

    Papers are written in the manner of their language, whoever has them printed.
    """

    language: str
    digits: Digits
    calendar: Calendar = "jalali"

    @classmethod
    def of(cls, language: str) -> Manner:
        """Return what a language is written in unless its reader chose otherwise."""
        return cls(language, _OF_LANGUAGE.get(language, "latin"))

    @classmethod
    def chosen(cls, language: str, preferences: Mapping[str, Any]) -> Manner:
        """Return the manner a reader chose for a language."""
        digits, calendar = preferences["digits"], preferences["calendar"]
        usual = cls.of(language)
        return cls(
            language,
            usual.digits if digits == "language" else cast("Digits", digits),
            cast("Calendar", calendar),
        )

    @property
    def separators(self) -> str:
        """The language whose marks between digits are used: they go with the digits."""
        return "fa" if self.digits == "persian" else "en"

"""Texts that a step says in every language at once, for whoever reads them later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

#: languages in which everything is said, the first where nothing else is known
LANGUAGES: Final = ("fa", "en")


def in_language(given: Any, language: str) -> Any:
    """Return a text that is kept in all `LANGUAGES` as one of them says it; else what was given.

    >>> in_language({"fa": "برنده", "en": "winner"}, "en")
    'winner'
    >>> in_language("D07", "en")
    'D07'
    """
    if isinstance(given, Mapping) and given.keys() == set(LANGUAGES):
        return given[language]
    return given

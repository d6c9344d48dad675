"""The area's texts as its files have them, for pages that show no deployed definition."""

from __future__ import annotations

from pathlib import Path

from engine.sdk import FolderTexts, Json
from engine.values import LANGUAGES, in_language, persian_digits


class AreaTexts(FolderTexts):
    """The texts in one language."""

    folder = Path(__file__).resolve().parent


def in_each_language(*path: str, **facts: object) -> dict[str, Json]:
    """Return the text at a path in every language, filled in, for whoever reads it later.

    Args:
        facts: what is filled in; a mapping of languages is filled in as each says it, a number
            in its digits.
    """
    return {
        each: AreaTexts(each)
        .of(*path)
        .format(**{key: _filled_in(fact, each) for key, fact in facts.items()})
        for each in LANGUAGES
    }


def _filled_in(fact: object, language: str) -> object:
    if isinstance(fact, int):
        return persian_digits(str(fact)) if language == "fa" else fact
    return in_language(fact, language)

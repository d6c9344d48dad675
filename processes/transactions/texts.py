"""The area's texts as its files have them, for pages that show no deployed definition."""

from __future__ import annotations

from pathlib import Path

from engine.sdk import FolderTexts, Json
from engine.values import LANGUAGES, in_language


class AreaTexts(FolderTexts):
    """The texts in one language."""

    folder = Path(__file__).resolve().parent


def in_each_language(*path: str, **facts: object) -> dict[str, Json]:
    """Return the text at a path in every language, filled in, for whoever reads it later.

    Args:
        facts: what is filled in; a mapping of languages is filled in as each says it.
    """
    return {
        each: AreaTexts(each)
        .of(*path)
        .format(**{key: in_language(fact, each) for key, fact in facts.items()})
        for each in LANGUAGES
    }

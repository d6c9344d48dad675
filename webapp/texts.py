"""The texts of the pages in each language, from the catalogues beside this file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import flask_babel
from babel import Locale
from babel.support import NullTranslations, Translations

FOLDER: Final = Path(__file__).parent / "translations"


@cache
def spoken_in(language: str) -> Locale:
    """Return a language as Babel knows it, which else is parsed anew for each page."""
    return Locale.parse(language)


@cache
def texts_in(language: str) -> NullTranslations:
    """Return the catalogue of a language; one without any leaves each text as it is."""
    return Translations.load(FOLDER, [language])


class _Texts(flask_babel.Domain):
    """What pages look up: the same catalogues, read once in a process, not once an application."""

    def get_translations(self) -> NullTranslations:
        """Return the catalogue of the language of the page that is being made."""
        spoken = flask_babel.get_locale()
        return texts_in("" if spoken is None else spoken.language)


class Babel(flask_babel.Babel):
    """Flask-Babel over the catalogues of `texts_in`."""

    domain_instance = _Texts()


def N_(text: str) -> str:  # noqa: N802 - the usual name for it
    """Mark a text for the catalogues where it stands; it is looked up elsewhere."""
    return text

"""What units are called, for every page: read once a minute and not by each page anew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from flask import current_app, has_request_context

from engine.queries.directory import unit_titles
from webapp.request import now, reader

#: How long a unit may still be called by its old name in another process.
LASTS: Final = timedelta(minutes=1)
_KEPT: Final = "divan.units"


def called() -> Mapping[str, tuple[str, str]]:
    """Return what units are called in Persian and English by their codes; outside of pages none."""
    if not has_request_context():
        return {}
    at, kept = now(), current_app.extensions.get(_KEPT)
    if kept is None or not timedelta() <= at - kept[0] < LASTS:
        with reader() as session:
            kept = current_app.extensions[_KEPT] = (at, unit_titles(session))
    titles: Mapping[str, tuple[str, str]] = kept[1]
    return titles


def name_of(code: str, language: str) -> str:
    """Return what a unit is called; its code where it has no name."""
    titles = called().get(code)
    return titles[language != "fa"] if titles else code


def forget() -> None:
    """Have the names read again: one of them has just changed."""
    current_app.extensions.pop(_KEPT, None)

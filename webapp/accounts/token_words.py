"""What people are told of the scopes of a token."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.model.api_token import SCOPES

_SAID: Final[dict[str, LazyString]] = {
    "read": _l("Read everything you see"),
    "tasks": _l("Work on your tasks"),
    "cases": _l("Cases: messages, values, moving tokens"),
    "workers": _l("External tasks: fetch and complete"),
    "models": _l("Deploy, start cases, suspend and migrate"),
    "operations": _l("Jobs, incidents, batches and history"),
    "people": _l("People, roles and units"),
}


def scope_names() -> list[tuple[str, LazyString]]:
    """Return every scope beside what people are told of it."""
    return [(each, _SAID[each]) for each in SCOPES]

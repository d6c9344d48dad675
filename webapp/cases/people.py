"""What people in a case are called."""

from __future__ import annotations

from flask_babel import gettext as _

from engine.commands.starts import ENGINE
from engine.queries.cases import Progress
from webapp.request import locale


def name_of(username: str | None, progress: Progress) -> str:
    """Return what a person is called; the engine itself is the system."""
    if username is None or username == ENGINE:
        return _("the system")
    names = progress.names.get(username)
    return names[locale()] if names else username

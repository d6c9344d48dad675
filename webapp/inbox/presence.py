"""Who else has a step open: a page says so every half minute, apart from all that is done in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engine.commands import kept
from engine.queries import kept as queries
from engine.queries import tasks
from webapp.formatting import jalali_moment
from webapp.inbox.task_pages import bp
from webapp.request import current_actor, locale, now, reader, unit_of_work


@bp.post("/here")
def here(task_id: UUID) -> ResponseReturnValue:
    """Say that the page is open, or closed, and hear who else has it open."""
    actor, at = current_actor(), now()
    with reader() as session:
        tasks.must_be_visible(session, task_id, actor)
        others = queries.colleagues(session, task_id, actor, at)
    if (request.get_json(silent=True) or {}).get("leaves"):
        kept.leave(unit_of_work(), task_id, actor=actor)
    else:
        kept.is_here(unit_of_work(), task_id, actor=actor, at=at)
    return jsonify(others=[_said(each) for each in others])


def colleagues_at(task_id: UUID) -> list[dict[str, Any]]:
    """Return who else has a step open, for its page."""
    with reader() as session:
        others = queries.colleagues(session, task_id, current_actor(), now())
    return [_said(each) for each in others]


def _said(colleague: queries.Colleague) -> dict[str, Any]:
    since = jalali_moment(colleague.since)
    return {"name": colleague.names[locale()], "since": Markup(since).striptags()}  # noqa: S704 - ours

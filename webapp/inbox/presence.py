"""Who else has a step open: a page says so every half minute, apart from all that is done in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engine.commands import kept
from engine.model.instance import CLOSED
from engine.queries import kept as queries
from engine.queries import people, tasks
from engine.queries.taken_back import taken_back_by
from webapp.formatting import jalali_moment
from webapp.inbox.task_pages import bp
from webapp.request import current_actor, locale, now, reader, unit_of_work
from webapp.wording import words_of


@bp.post("/here")
def here(task_id: UUID) -> ResponseReturnValue:
    """Say that the page is open, or closed, and hear who else has it open, or that it is done."""
    actor, at = current_actor(), now()
    with reader() as session:
        state = tasks.must_be_visible(session, task_id, actor)
        others = queries.colleagues(session, task_id, actor, at)
    if state in CLOSED:
        kept.leave(unit_of_work(), task_id, actor=actor)
        return jsonify(others=[], closed=_closed(task_id))
    if (request.get_json(silent=True) or {}).get("leaves"):
        kept.leave(unit_of_work(), task_id, actor=actor)
    else:
        kept.is_here(unit_of_work(), task_id, actor=actor, at=at)
    return jsonify(others=[_said(each) for each in others])


def _closed(task_id: UUID) -> str:
    """Return in a sentence what became of a step."""
    with reader() as session:
        task = tasks.page(session, task_id, current_actor(), drafts=False)
    page = render_template("inbox/_closed.html", task=task, words=words_of(task.definition))
    return Markup(page.rpartition("<a ")[0]).striptags()  # noqa: S704 - our own template, escaped


def who_took_back(task_id: UUID) -> str | None:
    """Return the name of whose recall withdrew a step; ``None``: it was no recall."""
    with reader() as session:
        by = taken_back_by(session, task_id)
        known = people.names(session, [by]).get(by) if by else None
    return known[locale()] if known else by


def colleagues_at(task_id: UUID) -> list[dict[str, Any]]:
    """Return who else has a step open, for its page."""
    with reader() as session:
        others = queries.colleagues(session, task_id, current_actor(), now())
    return [_said(each) for each in others]


def _said(colleague: queries.Colleague) -> dict[str, Any]:
    since = jalali_moment(colleague.since)
    return {"name": colleague.names[locale()], "since": Markup(since).striptags()}  # noqa: S704 - ours

"""The page of what one was told: what is new first in sight, each leading to its place."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from engine.commands import notifying
from engine.queries import notices
from webapp.request import current_actor, locale, now, reader, services, unit_of_work
from webapp.talk.sentences import path_of, sentence

bp = Blueprint("notices", __name__, url_prefix="/notices")


@bp.get("")
def index() -> ResponseReturnValue:
    """List what one was told, the newest first; all of it, or what was not read."""
    unread = request.args.get("show") == "unread"
    with reader() as session:
        told = notices.told(session, current_actor(), unread=unread)
    return render_template(
        "talk/notices.html",
        told=told,
        unread=unread,
        has_unread=any(each.read_at is None for each in told),
        sentence=lambda each: sentence(each, locale()),
        most=notices.MOST,
        days=services().settings.jobs.notice_days,
        nav="notices",
    )


@bp.get("/<uuid:notice_id>")
def follow(notice_id: UUID) -> ResponseReturnValue:
    """Lead to the place a notice is about; it counts as read."""
    with reader() as session:
        told = notices.one(session, current_actor(), notice_id)
    if told is None:
        raise NotFound
    notifying.read(unit_of_work(), [notice_id], actor=current_actor(), at=now())
    return redirect(request.script_root + path_of(told), 303)


@bp.post("/read")
def read() -> ResponseReturnValue:
    """Mark one, or all, as read."""
    only = request.form.get("notice")
    if only:
        try:
            ids = [UUID(only)]
        except ValueError:
            raise NotFound from None
        notifying.read(unit_of_work(), ids, actor=current_actor(), at=now())
    else:
        notifying.read_all(unit_of_work(), actor=current_actor(), at=now())
    return redirect(url_for("notices.index", show=request.args.get("show")), 303)

"""The list of work in its views."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask import session as web_session
from flask.typing import ResponseReturnValue

from engine.queries import inbox
from engine.queries.asked import Asked
from engine.queries.inbox import VIEWS, View
from webapp.inbox import next_task
from webapp.inbox.rows import columns_of, lines_of
from webapp.request import current_actor, now, reader

bp = Blueprint("inbox", __name__)


@bp.get("/")
def home() -> ResponseReturnValue:
    """Lead to the inbox."""
    return redirect(url_for("inbox.index"), 303)


@bp.get("/inbox")
def index() -> ResponseReturnValue:
    """Show one page of one view."""
    asked = request.args.get("view", "inbox")
    view: View = asked if asked in VIEWS else "inbox"
    search = request.args.get("q", "")
    went_on = web_session.pop("went_on", None)
    actor = current_actor()
    with reader() as session:
        page = inbox.page(
            session, actor, view, Asked(search), at=now(), after=request.args.get("after")
        )
        mine_next = inbox.next_of(session, actor, UUID(went_on)) if went_on else ()
    if view == "inbox":
        next_task.keep_list(request.args)
    columns = columns_of(page.rows)
    return render_template(
        "inbox/list.html",
        page=page,
        columns=columns,
        lines=lines_of(page.rows, columns),
        mine_next=lines_of(mine_next),
        late=page.late,
        nav=view,
    )

"""The list of work in its views."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask import session as web_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.queries import inbox
from engine.queries.inbox import VIEWS, InboxPage, View, WorkRow
from webapp.request import current_actor, reader
from webapp.wording import words_of

bp = Blueprint("inbox", __name__)

#: Business values that get a column of their own; more would not fit beside each other.
MOST_COLUMNS: Final = 3


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
        page = inbox.page(session, actor, view, search=search, after=request.args.get("after"))
        mine_next = inbox.next_of(session, actor, UUID(went_on)) if went_on else ()
        late = len(page.rows) if _is_all(page) else inbox.count_late(session, actor)
    return render_template(
        "inbox/list.html",
        page=page,
        columns=_columns(page.rows),
        mine_next=mine_next,
        late=late,
        nav=view,
    )


def views() -> list[tuple[View, str]]:
    """Return the views with what the rail calls them."""
    return [
        ("inbox", _("Inbox")),
        ("waiting", _("Waiting for others")),
        ("started", _("Started by me")),
        ("done", _("Done")),
        ("late", _("Late at others")),
    ]


def _is_all(page: InboxPage) -> bool:
    """Tell whether the page shows all that is late at others, so that it need not be counted."""
    asked = page.search or page.following or request.args.get("after")
    return page.view == "late" and not asked


def _columns(rows: tuple[WorkRow, ...]) -> list[tuple[str, str, str]]:
    """Return key, label and type of the business columns of these rows, the amount apart."""
    columns: dict[str, tuple[str, str, str]] = {}
    for each in rows:
        config = each.definition.bundle.process(each.process_id)
        for key, kind in config.columns.items():
            if key != config.amount and key not in columns:
                columns[key] = (key, words_of(each.definition).column(key), kind)
    return list(columns.values())[:MOST_COLUMNS]

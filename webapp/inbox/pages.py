"""The list of work in its four views."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.queries import inbox
from engine.queries.inbox import VIEWS, View, WorkRow
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
    with reader() as session:
        page = inbox.page(
            session, current_actor(), view, search=search, after=request.args.get("after")
        )
    return render_template("inbox/list.html", page=page, columns=_columns(page.rows), nav=view)


def views() -> list[tuple[View, str]]:
    """Return the views with what the rail calls them."""
    return [
        ("inbox", _("Inbox")),
        ("waiting", _("Waiting for others")),
        ("started", _("Started by me")),
        ("done", _("Done")),
    ]


def _columns(rows: tuple[WorkRow, ...]) -> list[tuple[str, str, str]]:
    """Return key, label and type of the business columns of these rows, the amount apart."""
    columns: dict[str, tuple[str, str, str]] = {}
    for each in rows:
        config = each.definition.bundle.process(each.process_id)
        for key, kind in config.columns.items():
            if key != config.amount and key not in columns:
                columns[key] = (key, words_of(each.definition).column(key), kind)
    return list(columns.values())[:MOST_COLUMNS]

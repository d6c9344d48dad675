"""The list of all cases: found by any filter, kept as views, taken along as a table."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from engine.commands import preferences
from engine.queries import case_list
from engine.queries.case_list import CaseList
from engine.queries.scope import sees_all
from engine.values import JalaliDate, local_date
from webapp.formatting import quantity
from webapp.monitoring.asking import Question, question
from webapp.monitoring.case_acts import acts_for
from webapp.monitoring.case_tables import MOST_ROWS, TooMany, csv_of, xlsx_of
from webapp.monitoring.filters import USUAL
from webapp.request import current_actor, now, reader, services, unit_of_work

bp = Blueprint("all_cases", __name__, url_prefix="/monitoring/cases")

LONGEST_NAME: Final = 60  #: letters of a view's name
MOST_VIEWS: Final = 20
_NONE = CaseList((), 0, is_more=False, following=None)
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("")
def index() -> ResponseReturnValue:
    """Show one page of the cases asked for; what cannot be read is said beside its field."""
    actor, found = current_actor(), _NONE
    with reader() as session:
        asked = question(session, request.args.to_dict(flat=False))
        if asked.wanted is not None:
            found = case_list.page(session, actor, asked.wanted, after=request.args.get("after"))
    return render_template(
        "monitoring/cases.html",
        form=asked.form,
        usual=USUAL,
        typed=asked.typed,
        problems=list(asked.problems),
        page=found,
        columns=asked.columns,
        units=asked.units,
        opens=sees_all(actor),
        asked=asked.asked,
        acts=acts_for(actor),
        views=_views(asked),
        nav="monitoring",
        room="cases",
    ), (422 if asked.problems else 200)


@bp.get("/table.<kind>")
def table(kind: str) -> ResponseReturnValue:
    """Give all cases asked for as a table: CSV as it is read, XLSX up to so many rows."""
    if kind not in ("csv", "xlsx"):
        raise NotFound
    with reader() as session:
        asked = question(session, request.args.to_dict(flat=False))
        if asked.wanted is None:
            return redirect(_address(asked))
        name = f"cases-{JalaliDate.of(local_date(now()))}.{kind}".replace("/", "-")
        kept = {"Content-Disposition": f'attachment; filename="{name}"'}
        if kind == "csv":
            rows = csv_of(services().database, current_actor(), asked)
            return Response(rows, mimetype="text/csv", headers=kept)
        try:
            body = xlsx_of(session, current_actor(), asked)
        except TooMany:
            text = _("An XLSX file holds %(count)s cases at most; narrow the filter, or take CSV.")
            flash(text % {"count": quantity(MOST_ROWS)}, "wrong")
            return redirect(_address(asked))
    return Response(body, mimetype=_XLSX, headers=kept)


@bp.post("/views")
def keep() -> ResponseReturnValue:
    """Keep what the list is asked for as a view of the reader's, under a name."""
    with reader() as session:
        asked = question(session, request.form.to_dict(flat=False))
    name = " ".join(request.form.get("name", "").split())[:LONGEST_NAME]
    views = dict(current_actor().preferences["cases.views"])
    if not name or asked.wanted is None:
        flash(_("A view needs a name, and a question that can be read."), "wrong")
    elif name not in views and len(views) >= MOST_VIEWS:
        flash(_("You have many views; forget one first."), "wrong")
    else:
        _keep(views | {name: urlencode(asked.asked)})
        flash(_("Kept. The view stands above the list."), "done")
    return redirect(_address(asked), 303)


@bp.post("/views/forget")
def forget() -> ResponseReturnValue:
    """Forget a view of the reader's."""
    views = dict(current_actor().preferences["cases.views"])
    views.pop(request.form.get("name", ""), None)
    _keep(views)
    return redirect(url_for("all_cases.index"), 303)


def _address(asked: Question) -> str:
    return f"{url_for('all_cases.index')}?{urlencode(asked.asked)}"


def _keep(views: dict[str, str]) -> None:
    preferences.keep(unit_of_work(), "cases.views", views, actor=current_actor(), at=now())


def _views(asked: Question) -> list[tuple[str, str, bool]]:
    """Return name and address of the reader's views, and whether it is what is shown."""
    here, base = urlencode(asked.asked), url_for("all_cases.index")
    kept = current_actor().preferences["cases.views"]
    return [(name, f"{base}?{query}", query == here) for name, query in sorted(kept.items())]

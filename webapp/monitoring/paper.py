"""The share of paper: what came into cases on paper, by month, unit and process."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from engine.queries.originals import paper_report
from engine.storage.bundles import all_latest
from engine.values import MONTHS
from webapp.request import current_actor, locale, now, reader
from webapp.units import name_of
from webapp.wording import words_of

bp = Blueprint("paper", __name__, url_prefix="/monitoring/paper")


@bp.get("")
def index() -> ResponseReturnValue:
    """Show how much paper the last twelve months brought, and how much of it is left."""
    with reader() as session:
        report = paper_report(session, current_actor(), now())
        titles = {each.process_id: words_of(each).process for each in all_latest(session)}
    return render_template(
        "monitoring/paper.html",
        report=report,
        titles=titles,
        months=MONTHS[locale()],
        unit_name=name_of,
        room="paper",
    )

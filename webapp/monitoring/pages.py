"""The list of all cases, for those who watch over them."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine.queries import case_list
from engine.queries.case_list import CaseList
from engine.queries.scope import sees_all
from engine.storage.bundles import Deployed, all_latest
from forms import FormErrors, read_submission
from webapp.errors import problems_of
from webapp.monitoring.filters import USUAL, case_filter, filter_form
from webapp.problems import text_of
from webapp.request import current_actor, locale, reader

bp = Blueprint("monitoring", __name__, url_prefix="/monitoring")

_NONE = CaseList((), 0, is_more=False, following=None)


@bp.get("/cases")
def cases() -> ResponseReturnValue:
    """Show one page of the cases asked for; what cannot be read is said beside its field."""
    actor = current_actor()
    raw = request.args.to_dict(flat=False)
    problems: list[tuple[str | None, str]] = []
    found, status = _NONE, 200
    with reader() as session:
        definitions = all_latest(session)
        units = [
            (each.code, each.title_fa if locale() == "fa" else each.title_en)
            for each in case_list.watched_units(session, actor)
        ]
        form = filter_form(definitions, units, _chosen(definitions))
        try:
            asked = {key: texts for key, texts in raw.items() if form.field(key)}
            wanted = case_filter(read_submission(form, asked))
        except FormErrors as refused:
            problems, status = [(each.field, text_of(each)) for each in problems_of(refused)], 422
        else:
            found = case_list.page(session, actor, wanted, after=request.args.get("after"))
    return render_template(
        "monitoring/cases.html",
        form=form,
        usual=USUAL,
        typed={key: ",".join(each) for key, each in raw.items()},
        problems=problems,
        page=found,
        units=dict(units),
        opens=sees_all(actor),
        asked={key: each for key, each in request.args.items() if each and key != "after"},
        nav="cases",
    ), status


def _chosen(definitions: list[Deployed]) -> Deployed | None:
    asked = request.args.get("process")
    return next((each for each in definitions if each.process_id == asked), None)

"""What a changed decision table would have said of the cases of a span of time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import dmn
from engine.dmn.boxes import TableBox
from engine.errors import NotFound, Problem, RulesBroken
from engine.queries import decided as history
from engine.queries import studio as queries
from engine.storage import bundles
from engine.storage.database import Session
from engine.values import TEHRAN
from engine.xml import Unreadable
from forms import Field, Form, FormErrors, read_submission
from webapp.errors import problems_of
from webapp.problems import text_of
from webapp.request import current_actor, now, reader
from webapp.studio.decisions.blemishes import plain
from webapp.studio.decisions.rerun import MOST, MOST_LINES, Read, Tables, TableThen, rerun
from webapp.studio.decisions.rerun_rows import rows_of
from webapp.taking import table_response

bp = Blueprint("decided", __name__, url_prefix="/studio/drafts/<uuid:draft_id>/decided")

YEAR = timedelta(days=365)
_KEPT = ("decision", "from", "to", "running")  #: what addresses of the same question carry


@bp.get("/<path:name>")
def show(draft_id: UUID, name: str) -> ResponseReturnValue:
    """Run a table of a draft over last year's decisions, or over those between two days."""
    form, decision = _form(), request.args.get("decision", "")
    raw, take = request.args.to_dict(flat=False), request.args.get("take")
    if take not in (None, "csv", "xlsx"):
        raise NotFound(take)
    problems: list[tuple[str | None, str]] = []
    outcome = None
    with reader() as session:
        page = queries.draft(session, draft_id, current_actor(), now())
        tables = _tables(session, page, name, decision)
        try:
            asked = {key: texts for key, texts in raw.items() if form.field(key)}
            read = _past(session, page.area, read_submission(form, asked))
        except (FormErrors, RulesBroken) as refused:
            problems = [(each.field, text_of(each)) for each in problems_of(refused)]
        else:
            outcome = rerun(
                read,
                tables,
                way=request.args.get("way"),
                most_lines=MOST if take else MOST_LINES,
            )
    if outcome is not None and take is not None:
        return table_response(decision, take, rows_of(outcome, tables, _said))
    return render_template(
        "studio/decisions/decided.html",
        draft=page,
        name=name,
        decision=decision,
        form=form,
        typed={key: ",".join(each) for key, each in raw.items()},
        problems=problems,
        outcome=outcome,
        asked={key: each[0] for key, each in raw.items() if key in _KEPT and each[0]},
        way=request.args.get("way"),
        said=_said,
        plain=plain,
        nav="studio",
    ), 422 if problems else 200


def _form() -> Form:
    fields = (
        Field("jalaliDate", "from", _("Decided from")),
        Field("jalaliDate", "to", _("Decided until")),
        Field("checkbox", "running", _("Cases that still run too")),
    )
    return Form("decided", fields, fields=fields)


def _past(session: Session, area: str, answers: Mapping[str, Any]) -> Read:
    """Return what reads the decisions that are asked about, a slice at a time."""
    since, before = _span(answers)
    ask = partial(history.decided, session, area, current_actor(), since=since, before=before)
    with_running = bool(answers.get("running"))
    return lambda after, most: ask(after=after, most=most, with_running=with_running)


def _span(answers: Mapping[str, Any]) -> tuple[datetime, datetime]:
    """Return the moments between; a day runs from midnight to midnight in Tehran.

    Raises:
        RulesBroken: the span ends before it begins.
    """
    before = _midnight(answers.get("to"), days=1) or now() + timedelta(seconds=1)
    since = _midnight(answers.get("from")) or before - YEAR
    if since >= before:
        raise RulesBroken([Problem("GEN-ORDER", "to" if answers.get("to") else "from")])
    return since, before


def _midnight(day: str | None, days: int = 0) -> datetime | None:
    if day is None:
        return None
    return datetime.combine(date.fromisoformat(day) + timedelta(days=days), time(), TEHRAN)


def _tables(session: Session, draft: queries.DraftPage, name: str, decision: str) -> Tables:
    """Return the table as the draft has it, as it is deployed, and as any version had it.

    Raises:
        DecisionNotFound, NotFound: the draft has no such table.
    """
    files = queries.bundle(session, draft.id, current_actor()).decisions
    if name not in files:
        raise NotFound(name)
    deployed = queries.deployed_bundle(session, draft.area)
    return Tables(
        decision,
        dmn.load(files).trial(decision),
        _trial(deployed.decisions, decision) if deployed else None,
        _then(session, decision),
    )


def _trial(files: Mapping[str, bytes], decision: str) -> dmn.Trial | None:
    try:
        return dmn.load(files).trial(decision)
    except (dmn.DecisionNotFound, Unreadable):
        return None


def _then(session: Session, decision: str) -> TableThen:
    known: dict[str, TableBox | None] = {}

    def of_definition(definition_id: UUID) -> TableBox | None:
        bundle = bundles.deployed(session, definition_id).bundle
        if bundle.id not in known:
            known[bundle.id] = dmn.load(bundle.decisions).table(decision, None)
        return known[bundle.id]

    return of_definition


def _said(tried: dmn.Tried | None) -> str:
    """Return what a table said, as people read it."""
    if tried is None:
        return "—"
    return _("refused: the case would have stopped") if tried.violations else plain(tried.value)

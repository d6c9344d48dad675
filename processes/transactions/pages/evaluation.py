"""Scoring the quality of bids: each evaluator's grid, the head's look at the spread, the scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import flash, jsonify, request
from flask.typing import ResponseReturnValue

from engine.errors import Problem, RulesBroken
from processes.transactions.commands import scoring
from processes.transactions.commands.scoring import Typed
from processes.transactions.pages.blueprint import bp, by_field, said
from processes.transactions.pages.told import say
from processes.transactions.queries.quality import quality_page, reads
from webapp.sdk import (
    csrf_token,
    current_actor,
    gettext,
    locale,
    now,
    reader,
    render,
    see_other,
    unit_of_work,
)


@bp.get("/tenders/<number>/evaluation")
def evaluation(number: str) -> ResponseReturnValue:
    """Show the evaluation of quality as far as its reader may see it."""
    return _page(number)


def _page(number: str, problems: Sequence[Problem] = (), tried: str = "") -> ResponseReturnValue:
    actor = current_actor()
    with reader() as session:
        page = quality_page(session, actor, number, now())
        may_name = page.tender.unit in actor.units_of("PROC_OFFICER") and not page.is_closed
        committee = scoring.committee_of(session, page.tender.unit, now()) if may_name else []
        html = render(
            "transactions/evaluation.html",
            page=page,
            tender=page.tender,
            may_name=may_name,
            reads_prices=reads(actor, page.tender),
            committee=committee,
            name_of=lambda each: _name(page.names, each),
            field_of=scoring.field_of,
            wrong_with=lambda mark: by_field(scoring.wrong_with(mark)),
            say=say,
            typed=request.form,
            wrong=by_field(problems),
            tried=tried,
        )
    return html, 422 if problems else 200


def _name(names: Mapping[str, Mapping[str, str]], username: str) -> str:
    return names.get(username, {}).get(locale(), username)


@bp.post("/tenders/<number>/evaluation/evaluators")
def name_evaluators(number: str) -> ResponseReturnValue:
    """Say who scores, and who heads."""
    try:
        scoring.name_evaluators(
            unit_of_work(), number, request.form.getlist("evaluators"),
            request.form.get("head", ""), actor=current_actor(), at=now(),
        )  # fmt: skip
    except RulesBroken as refused:
        return _page(number, refused.problems, "evaluators")
    return _kept(number)


@bp.get("/tenders/<number>/evaluation/marks")
def marks_door(number: str) -> ResponseReturnValue:
    """Tell a page that was open while its sign-in ended whose it is now, with a new token."""
    with reader() as session:
        quality_page(session, current_actor(), number, now())
    return jsonify(token=csrf_token(), person=current_actor().username)


@bp.post("/tenders/<number>/evaluation/marks")
def keep_marks(number: str) -> ResponseReturnValue:
    """Keep marks as typed, valid or not: single fields from a script, all from a button."""
    changes = _marks(_sent() if request.is_json else request.form)
    problems = scoring.keep_marks(unit_of_work(), number, changes, actor=current_actor())
    if request.is_json:
        texts = {each.field or "": said(each) for each in problems}
        return jsonify(saved_at=now().isoformat(), problems=texts)
    return _kept(number)


@bp.post("/tenders/<number>/evaluation/finished")
def finish_marks(number: str) -> ResponseReturnValue:
    """Keep what was sent and finish, or say beside each field what is missing."""
    actor = current_actor()
    scoring.keep_marks(unit_of_work(), number, _marks(request.form), actor=actor)
    try:
        scoring.finish(unit_of_work(), number, actor=actor, at=now())
    except RulesBroken as refused:
        return _page(number, refused.problems, "marks")
    return _kept(number)


@bp.post("/tenders/<number>/evaluation/interest")
def declare_interest(number: str) -> ResponseReturnValue:
    """Take no part, with the interest named."""
    said_, actor = request.form.get("conflict", ""), current_actor()
    try:
        scoring.declare_interest(unit_of_work(), number, said_, actor=actor, at=now())
    except RulesBroken as refused:
        return _page(number, refused.problems, "interest")
    return _kept(number)


@bp.post("/tenders/<number>/evaluation/again/<username>")
def look_again(number: str, username: str) -> ResponseReturnValue:
    """Ask an evaluator for another look."""
    reason, actor = request.form.get("reason", ""), current_actor()
    try:
        scoring.look_again(unit_of_work(), number, username, reason, actor=actor, at=now())
    except RulesBroken as refused:
        return _page(number, refused.problems, f"again/{username}")
    return _kept(number)


@bp.post("/tenders/<number>/evaluation/closed")
def close_quality(number: str) -> ResponseReturnValue:
    """Close the scores: those below the minimum end here."""
    scoring.close_quality(unit_of_work(), number, actor=current_actor(), at=now())
    return _kept(number)


def _kept(number: str) -> ResponseReturnValue:
    flash(gettext("Kept."), "done")
    return see_other("transactions.evaluation", number=number)


def _sent() -> Mapping[str, Any]:
    """Return the changes that a script sent; nothing where it is something else."""
    sent = request.get_json(silent=True)
    changes = sent.get("changes") if isinstance(sent, dict) else None
    return changes if isinstance(changes, dict) else {}


def _marks(changes: Mapping[str, Any]) -> dict[tuple[UUID, int], Typed]:
    """Return what fields named ``marks/<bid>/<criterion>/value`` or ``/reason`` say."""
    found: dict[tuple[UUID, int], dict[str, str]] = {}
    for name, typed in changes.items():
        parts = name.split("/")
        if len(parts) != 4 or parts[0] != "marks" or not isinstance(typed, str):
            continue
        try:
            place = UUID(parts[1]), int(parts[2])
        except ValueError:
            continue
        if parts[3] in {"value", "reason"}:
            found.setdefault(place, {})[parts[3]] = typed
    return {place: Typed(**each) for place, each in found.items()}

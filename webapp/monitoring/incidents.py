"""What went wrong, by its cause: taken on, noted, put off, tried again; and what waits too long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import batches, incident_care
from engine.errors import Problem, RulesBroken
from engine.model.batch import Wish
from engine.queries import incidents as queries
from engine.queries.ageing import Ageing, ageing
from engine.queries.contents import damaged_documents
from engine.queries.people import names
from engine.storage.bundles import Deployed, all_latest, deployed
from engine.storage.database import Session
from engine.storage.incidents import jobs_of, stranded_of
from engine.values import TEHRAN
from webapp import second_person
from webapp.monitoring.batch_words import cause_text, is_told_whole
from webapp.monitoring.spans import by_the_clock
from webapp.people.asked import texts_of
from webapp.request import current_actor, now, reader, unit_of_work
from webapp.wording import words_of

bp = Blueprint("incidents", __name__, url_prefix="/monitoring/incidents")

#: days for which a cause may be put off
SNOOZES: Final = (1, 3, 7, 30)
_MORNING: Final = time(8)


@bp.get("")
def index() -> ResponseReturnValue:
    """Show the causes, those that stop most first; those put off when they are asked for."""
    snoozed, actor = bool(request.args.get("snoozed")), current_actor()
    with reader() as session:
        found = queries.causes(session, actor, now(), snoozed=snoozed)
        known = names(session, [each.assignee for each in found])
        newest = {each.process_id: words_of(each) for each in all_latest(session)}
    return render_template(
        "monitoring/incidents.html",
        causes=found,
        names=known,
        snoozed=snoozed,
        newest=newest,
        cause_text=cause_text,
        is_told_whole=is_told_whole,
        room="incidents",
        nav="cases",
    )


@bp.get("/ageing")
def waiting_long() -> ResponseReturnValue:
    """Show tasks that wait longer than nine of ten did at their step."""
    with reader() as session:
        found = ageing(session, current_actor(), now())
        known = names(session, [each.holder for each in found])
        definitions = _definitions(session, found)
    return render_template(
        "monitoring/ageing.html",
        tasks=found,
        names=known,
        definitions=definitions,
        at=now(),
        took=by_the_clock,
        room="incidents",
        nav="cases",
    )


@bp.get("/<fingerprint>")
def show(fingerprint: str) -> ResponseReturnValue:
    """Show one cause: what it stopped, and what was found out about it."""
    return _page(fingerprint)


@bp.post("/<fingerprint>/assign")
def assign(fingerprint: str) -> ResponseReturnValue:
    """Say who looks after it."""
    whom, actor = request.form.get("assignee") or None, current_actor()
    try:
        incident_care.assign(unit_of_work(), fingerprint, whom, actor=actor, at=now())
    except RulesBroken as refused:
        return _page(fingerprint, refused.problems), 422
    return _back(fingerprint)


@bp.post("/<fingerprint>/note")
def note(fingerprint: str) -> ResponseReturnValue:
    """Write down what was found out."""
    said = request.form.get("note", "")
    try:
        incident_care.note(unit_of_work(), fingerprint, said, actor=current_actor(), at=now())
    except RulesBroken as refused:
        return _page(fingerprint, refused.problems), 422
    return _back(fingerprint)


@bp.post("/<fingerprint>/snooze")
def snooze(fingerprint: str) -> ResponseReturnValue:
    """Put it off for some days, or see it again."""
    text = request.form.get("days", "")
    until = _morning(int(text)) if text in {str(each) for each in SNOOZES} else None
    incident_care.snooze(unit_of_work(), fingerprint, until, actor=current_actor(), at=now())
    said = _("It is put off.") if until else _("It is in the list again.")
    flash(said, "done")
    return redirect(url_for("incidents.index"), 303)


@bp.post("/<fingerprint>/again")
def again(fingerprint: str) -> ResponseReturnValue:
    """Try again all that it stopped, as a batch."""
    actor, reason = current_actor(), request.form.get("reason", "")
    with reader() as session:
        is_of_jobs = queries.cause(session, fingerprint, actor).is_of_jobs
    wish = Wish("retry" if is_of_jobs else "mend", reason, {"fingerprint": fingerprint})
    chosen = (jobs_of if is_of_jobs else stranded_of)(fingerprint)
    try:
        second_person.must_not_be_wanted()
        batch_id = batches.begin(unit_of_work(), wish, chosen, actor=actor, at=now())
    except RulesBroken as refused:
        return _page(fingerprint, refused.problems), 422
    return redirect(url_for("batches.show", batch_id=batch_id), 303)


def _back(fingerprint: str) -> ResponseReturnValue:
    return redirect(url_for("incidents.show", fingerprint=fingerprint), 303)


def _page(fingerprint: str, problems: Iterable[Problem] = ()) -> str:
    actor, at = current_actor(), now()
    with reader() as session:
        found = queries.cause(session, fingerprint, actor)
        admins = incident_care.admins_at(session, at)
        known = names(session, [found.cared.assignee, *(each.by for each in found.notes)])
        damaged = found.is_of_contents and damaged_documents(session, fingerprint, queries.SHOWN)
    return render_template(
        "monitoring/incident.html",
        cause=found,
        admins=admins,
        damaged=damaged or (),
        names=known,
        cause_text=cause_text,
        is_told_whole=is_told_whole,
        snoozes=SNOOZES,
        may_change=actor.is_admin,
        problems=texts_of(problems),
        typed=request.form,
        at=at,
        room="incidents",
        nav="cases",
    )


def _morning(days: int) -> datetime:
    day = now().astimezone(TEHRAN).date() + timedelta(days=days)
    return datetime.combine(day, _MORNING, TEHRAN)


def _definitions(session: Session, found: Iterable[Ageing]) -> Mapping[object, Deployed]:
    return {each.definition_id: deployed(session, each.definition_id) for each in found}

"""How long cases are kept: rules and what is due, legal holds, deletions by two people."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import keeping
from engine.commands.anonymising import likeness_of
from engine.errors import RulesBroken
from engine.model.retention import ErasureKind, ErasureState
from engine.queries import batches
from engine.queries import keeping as queries
from engine.queries.people import names
from engine.storage.database import Session
from webapp.monitoring.batch_words import cause_text, shown
from webapp.monitoring.keeping_words import CLASSES, TABLES, since_text
from webapp.people.asked import texts_of
from webapp.request import current_actor, locale, now, reader, unit_of_work
from webapp.wording import words_of

bp = Blueprint("keeping", __name__, url_prefix="/monitoring/retention")


@bp.get("")
def index() -> ResponseReturnValue:
    """Show the rules with what is due, the requests, and the holds."""
    return _index([])


@bp.post("/hold")
def hold_by_number() -> ResponseReturnValue:
    """Lead to the case of a number, whose page lays the hold."""
    number = request.form.get("number", "").strip()
    with reader() as session:
        queries.must_read(current_actor())
        case = queries.case_of_number(session, number)
    if case is None:
        return _index([("number", _("There is no one case of this number."))]), 422
    return redirect(url_for("keeping.case", instance_id=case), 303)


@bp.get("/cases/<uuid:instance_id>")
def case(instance_id: UUID) -> ResponseReturnValue:
    """Show how long one case is kept, who holds it, and what is left of it."""
    return _case(instance_id)


@bp.post("/cases/<uuid:instance_id>/hold")
def hold(instance_id: UUID) -> ResponseReturnValue:
    """Lay a hold on a case."""
    reason = request.form.get("reason", "")
    try:
        keeping.hold(unit_of_work(), instance_id, reason, actor=current_actor(), at=now())
    except RulesBroken as refused:
        return _case(instance_id, texts_of(refused.problems), reason), 422
    flash(_("The case is held: nothing of it is deleted."), "done")
    return redirect(url_for("keeping.case", instance_id=instance_id), 303)


@bp.post("/cases/<uuid:instance_id>/lift")
def lift(instance_id: UUID) -> ResponseReturnValue:
    """Lift the hold of a case."""
    reason = request.form.get("reason", "")
    try:
        keeping.lift(unit_of_work(), instance_id, reason, actor=current_actor(), at=now())
    except RulesBroken as refused:
        return _case(instance_id, texts_of(refused.problems), reason), 422
    flash(_("The hold is lifted: the rules hold again."), "done")
    return redirect(url_for("keeping.case", instance_id=instance_id), 303)


@bp.post("/purge")
def ask() -> ResponseReturnValue:
    """Ask that what is due of a process be purged."""
    process_id, reason = request.form.get("process", ""), request.form.get("reason", "")
    actor, at = current_actor(), now()
    try:
        asked = keeping.ask_purge(unit_of_work(), process_id, reason, actor=actor, at=at)
    except RulesBroken as refused:
        return _index(texts_of(refused.problems), process_id, reason), 422
    return redirect(url_for("keeping.show", request_id=asked), 303)


@bp.post("/anonymise")
def ask_anonymise() -> ResponseReturnValue:
    """Ask that a person be made anonymous."""
    username, reason = request.form.get("username", "").strip(), request.form.get("reason", "")
    texts = request.form.get("texts", "").splitlines()
    uow, actor = unit_of_work(), current_actor()
    try:
        asked = keeping.ask_anonymise(uow, username or None, texts, reason, actor=actor, at=now())
    except RulesBroken as refused:
        told = texts_of(refused.problems)
        return _index([(f"person-{field}", text) for field, text in told]), 422
    return redirect(url_for("keeping.show", request_id=asked), 303)


@bp.get("/requests/<uuid:request_id>")
def show(request_id: UUID) -> ResponseReturnValue:
    """Show what was asked for, and what would be deleted now."""
    return _request(request_id)


@bp.post("/requests/<uuid:request_id>/confirm")
def confirm(request_id: UUID) -> ResponseReturnValue:
    """Agree: the workers begin."""
    note = request.form.get("note", "")
    try:
        keeping.confirm(unit_of_work(), request_id, note, actor=current_actor(), at=now())
    except RulesBroken as refused:
        return _request(request_id, texts_of(refused.problems)), 422
    flash(_("Confirmed. It is done in the background."), "done")
    return redirect(url_for("keeping.show", request_id=request_id), 303)


@bp.post("/requests/<uuid:request_id>/refuse")
def refuse(request_id: UUID) -> ResponseReturnValue:
    """Refuse a request, or take back one's own."""
    note = request.form.get("note", "")
    try:
        keeping.refuse(unit_of_work(), request_id, note, actor=current_actor(), at=now())
    except RulesBroken as refused:
        return _request(request_id, texts_of(refused.problems)), 422
    return redirect(url_for("keeping.show", request_id=request_id), 303)


def _index(problems: list[tuple[str | None, str]], process_id: str = "", reason: str = "") -> str:
    actor = current_actor()
    with reader() as session:
        processes = queries.processes(session, actor, now())
        asked, holds = queries.requests(session), queries.holds(session)
        people = _names(session, [each.row.asked_by for each in asked], holds)
    return render_template(
        "monitoring/retention.html",
        processes=processes,
        requests=asked,
        holds=holds,
        people=people,
        classes=CLASSES,
        since_text=since_text,
        words_of=words_of,
        shown=shown,
        may_ask=keeping.ASKS in actor.roles,
        problems=problems,
        process_id=process_id,
        reason=reason,
        room="retention",
        nav="monitoring",
    )


def _case(
    instance_id: UUID, problems: list[tuple[str | None, str]] | None = None, reason: str = ""
) -> str:
    with reader() as session:
        found = queries.kept_case(session, instance_id, current_actor())
        who = [name for each in found.holds for name in (each.by, each.lifted_by or "")]
        if found.stone is not None:
            who += [found.stone.asked_by, found.stone.confirmed_by]
        people = _names(session, who)
    return render_template(
        "monitoring/retention_case.html",
        case=found,
        may_lift=found.hold is not None and keeping.may_lift(found.hold, current_actor()),
        words=words_of(found.definition),
        people=people,
        classes=CLASSES,
        since_text=since_text,
        problems=problems or [],
        reason=reason,
        room="retention",
        nav="monitoring",
    )


def _request(request_id: UUID, problems: list[tuple[str | None, str]] | None = None) -> str:
    actor = current_actor()
    with reader() as session:
        found = queries.one_request(session, request_id, actor)
        row = found.row
        is_open = row.state == ErasureState.ASKED.value
        is_purge = row.kind == ErasureKind.PURGE.value
        would = queries.preview(session, row.facts["process"], now()) if is_purge else None
        is_asked = is_open and not is_purge
        stands = queries.where(session, likeness_of(row.facts)) if is_asked else None
        lifted = would.lifted if would else stands.lifted if stands else ()
        lifters = [each.hold.lifted_by or "" for each in lifted]
        people = _names(session, [row.asked_by, row.decided_by or "", *lifters], lifted)
        failures = batches.failures(session, found.batch.id) if found.batch else ()
    return render_template(
        "monitoring/retention_request.html",
        failures=failures,
        cause_text=cause_text,
        row=row,
        batch=shown(found.batch) if found.batch else None,
        is_open=is_open,
        would=would,
        stands=stands,
        lifted=lifted,
        tables=TABLES,
        people=people,
        is_own=row.asked_by == actor.username,
        may_confirm=keeping.CONFIRMS in actor.roles and row.asked_by != actor.username,
        may_refuse=row.asked_by == actor.username or keeping.CONFIRMS in actor.roles,
        problems=problems or [],
        room="retention",
        nav="monitoring",
    )


def _names(
    session: Session, usernames: list[str], holds: tuple[queries.HeldCase, ...] = ()
) -> dict[str, str]:
    known = names(session, [*usernames, *(each.hold.by for each in holds)])
    return {key: each[locale()] for key, each in known.items()}

"""Repairs of a case in the browser: asked in a form, looked at, then done or sent to a second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import bpmn
from engine.commands import repairs
from engine.commands.admins import must_be_admin
from engine.commands.repairs import Effect, Repair
from engine.errors import EngineError, NotFound
from engine.queries.instance_page import WatchedCase, watched_case
from engine.queries.people import names
from engine.storage.repair_requests import request as request_of
from engine.storage.repair_requests import waiting
from engine.values import exact_json
from forms import Form, FormErrors, read_submission
from webapp import second_person
from webapp.errors import problems_of, status_of
from webapp.monitoring.repair_forms import Offer, form_of_repair, offer_of
from webapp.monitoring.repair_words import refusals, repair_name, told
from webapp.problems import text_of
from webapp.request import current_actor, locale, now, reader, services, unit_of_work
from webapp.wording import words_of

bp = Blueprint("repairs", __name__, url_prefix="/monitoring")

_MOST_SHOWN: Final = 100
_LONGEST_REPAIR: Final = 400_000  #: characters


@bp.get("/repairs")
def index() -> ResponseReturnValue:
    """List the repairs that wait for a second person."""
    must_be_admin(current_actor())
    with reader() as session:
        found = waiting(session, _MOST_SHOWN)
        known = names(session, {each.asked_by for each in found})
    return render_template(
        "monitoring/repairs.html",
        room="repairs",
        nav="cases",
        requests=found,
        request_names={each.id: repair_name(each.repair["do"]) for each in found},
        people={username: both[locale()] for username, both in known.items()},
        needs_second=second_person.is_wanted(),
    )


@bp.get("/cases/<uuid:instance_id>/repair/<key>")
def ask(instance_id: UUID, key: str) -> ResponseReturnValue:
    """Ask what a repair has to be told."""
    case, offer, form = _asked(instance_id, key)
    return _form_page(case, offer, form, request.args.to_dict(flat=False))


@bp.post("/cases/<uuid:instance_id>/repair/<key>")
def preview(instance_id: UUID, key: str) -> ResponseReturnValue:
    """Show what the repair would do, or why it cannot be done."""
    case, offer, form = _asked(instance_id, key)
    raw = request.form.to_dict(flat=False)
    try:
        said = read_submission(form, {name: each for name, each in raw.items() if form.field(name)})
        repair = offer.repair(said)
        effect = _previewed(case, repair)
    except FormErrors as wrong:
        found = [(each.field, text_of(each)) for each in problems_of(wrong)]
        return _form_page(case, offer, form, raw, found), 422
    except (EngineError, ValueError) as refused:
        return _refused(case, offer, form, raw, refused)
    return _preview_page(case, offer, repair, str(said["reason"]), effect)


@bp.post("/cases/<uuid:instance_id>/repairs")
def carry_out(instance_id: UUID) -> ResponseReturnValue:
    """Do what was looked at, or ask a second person to confirm it."""
    must_be_admin(current_actor())
    repair, reason = _read_repair(), request.form.get("reason", "")
    version = request.form.get("version", type=int)
    if second_person.is_wanted():
        repairs.ask(
            unit_of_work(), instance_id, repair, reason,
            version=version or 0, actor=current_actor(), at=now(),
        )  # fmt: skip
        flash(_("Asked for. A second administrator has to confirm it."), "done")
        return redirect(url_for("instance.show", instance_id=instance_id, tab="repair"), 303)
    unit_of_work()  # who writes has a connection of their own
    try:
        effect = repairs.carry_out(
            services().database, instance_id, repair, reason,
            actor=current_actor(), at=now(), version=version,
        )  # fmt: skip
    except repairs.CaseWentOn:
        return _went_on(instance_id, repair, reason)
    return _after(instance_id, effect)


@bp.post("/repairs/<uuid:request_id>/confirm")
def confirm(request_id: UUID) -> ResponseReturnValue:
    """Do what somebody else has asked for."""
    with reader() as session:
        case_id = request_of(session, request_id).instance_id
    unit_of_work()
    note = request.form.get("note", "")
    effect = repairs.confirm(services().database, request_id, note, actor=current_actor(), at=now())
    return _after(case_id, effect)


@bp.post("/repairs/<uuid:request_id>/refuse")
def refuse(request_id: UUID) -> ResponseReturnValue:
    """Refuse what was asked for, or take back one's own wish."""
    with reader() as session:
        case_id = request_of(session, request_id).instance_id
    note = request.form.get("note", "")
    repairs.refuse(unit_of_work(), request_id, note, actor=current_actor(), at=now())
    flash(_("Refused; nothing was changed."), "done")
    return redirect(url_for("instance.show", instance_id=case_id, tab="repair"), 303)


@bp.get("/repairs/<uuid:request_id>")
def look(request_id: UUID) -> ResponseReturnValue:
    """Show what a repair that waits would do now, to who confirms or refuses it."""
    with reader() as session:
        row = request_of(session, request_id)
        must_be_admin(current_actor())
        case = watched_case(session, row.instance_id, current_actor())
        known = names(session, {row.asked_by, row.decided_by})
    sentences, refused = _told_now(case, repairs.read(row.repair), row.version)
    return render_template(
        "monitoring/repair_request.html",
        room="repairs",
        nav="cases",
        case=case,
        words=words_of(case.definition),
        row=row,
        label=repair_name(row.repair["do"]),
        people={username: both[locale()] for username, both in known.items()},
        sentences=sentences,
        refused=refused,
        is_own=row.asked_by == current_actor().username,
    )


def _told_now(case: WatchedCase, repair: Repair, version: int) -> tuple[list[str], list[str]]:
    """Return what a repair would do now, and what stands against it."""
    if case.now.version != version:
        return [], [_("The case has gone on since this was asked for: it has to be asked anew.")]
    try:
        return told(_previewed(case, repair), case), []
    except EngineError as refused:
        return [], refusals(refused, case)


def _asked(instance_id: UUID, key: str) -> tuple[WatchedCase, Offer, Form]:
    actor, offer = current_actor(), offer_of(key)
    if offer is None:
        raise NotFound(f"there is no repair {key}")
    with reader() as session:
        case = watched_case(session, instance_id, actor)
        must_be_admin(actor)
        return case, offer, form_of_repair(offer, session, case)


def _previewed(case: WatchedCase, repair: Repair) -> Effect:
    unit_of_work()  # who writes has a connection of their own
    return repairs.preview(services().database, case.id, repair, actor=current_actor(), at=now())


def _read_repair() -> Repair:
    text = request.form.get("repair", "")
    if len(text) > _LONGEST_REPAIR:
        raise repairs.RepairUnreadable("it is too long")
    try:
        return repairs.read(exact_json.read(text))
    except (ValueError, RecursionError) as wrong:
        raise repairs.RepairUnreadable(repr(wrong)) from wrong


def _form_page(
    case: WatchedCase,
    offer: Offer,
    form: Form,
    raw: Mapping[str, Sequence[str]],
    problems: Sequence[tuple[str | None, str]] = (),
    refused: Sequence[str] = (),
) -> str:
    return render_template(
        "monitoring/repair.html",
        room="cases",
        nav="cases",
        case=case,
        words=words_of(case.definition),
        offer=offer,
        form=form,
        raw=raw,
        problems=problems,
        refused=refused,
    )


def _refused(
    case: WatchedCase,
    offer: Offer,
    form: Form,
    raw: Mapping[str, Sequence[str]],
    refused: EngineError | ValueError,
) -> ResponseReturnValue:
    is_expected = isinstance(refused, EngineError) and status_of(refused) < 500
    if isinstance(refused, EngineError) and (is_expected or isinstance(refused, bpmn.StepFailed)):
        status = status_of(refused) if is_expected else 422
        return _form_page(case, offer, form, raw, refused=refusals(refused, case)), status
    raise refused


def _preview_page(
    case: WatchedCase,
    offer: Offer,
    repair: Repair,
    reason: str,
    effect: Effect,
    went_on: bool = False,
) -> str:
    return render_template(
        "monitoring/repair_preview.html",
        room="cases",
        nav="cases",
        case=case,
        words=words_of(case.definition),
        offer=offer,
        sentences=told(effect, case),
        repair=exact_json.written(repairs.written(repair)),
        reason=reason,
        version=effect.version,
        went_on=went_on,
        needs_second=second_person.is_wanted(),
    )


def _went_on(instance_id: UUID, repair: Repair, reason: str) -> ResponseReturnValue:
    """Show what the repair would do now that the case has gone on, and ask again."""
    with reader() as session:
        case = watched_case(session, instance_id, current_actor())
    offer = offer_of(repairs.written(repair)["do"])
    assert offer is not None
    effect = _previewed(case, repair)
    return _preview_page(case, offer, repair, reason, effect, went_on=True), 409


def _after(instance_id: UUID, effect: Effect) -> ResponseReturnValue:
    flash(_("Done."), "done")
    where = effect.new_case or instance_id
    return redirect(url_for("instance.show", instance_id=where), 303)

"""Acts over many cases: how far they have come, what stood against them; stopped or undone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import batches
from engine.errors import RulesBroken
from engine.model.batch import Wish
from engine.queries import batches as queries
from engine.queries.people import names
from engine.storage.batches import done_of
from webapp import second_person
from webapp.findings import shown_detail
from webapp.monitoring.batch_words import cause_text, shown
from webapp.people.asked import texts_of
from webapp.request import current_actor, now, reader, unit_of_work

bp = Blueprint("batches", __name__, url_prefix="/monitoring/batches")


@bp.get("")
def index() -> ResponseReturnValue:
    """Show what was done to many cases, the newest first."""
    before = _moment(request.args.get("before", ""))
    with reader() as session:
        found = queries.newest(session, current_actor(), before)
        known = names(session, [each.by for each in found])
    some = found[: queries.PAGE_SIZE]
    return render_template(
        "monitoring/batches.html",
        batches=[shown(each) for each in some],
        names=known,
        following=some[-1].asked_at.isoformat() if len(found) > len(some) else None,
        room="batches",
        nav="cases",
    )


@bp.get("/<uuid:batch_id>")
def show(batch_id: UUID) -> ResponseReturnValue:
    """Show one batch: its progress, and what could not be done with the reason."""
    return _page(batch_id)


@bp.post("/<uuid:batch_id>/pause")
def pause(batch_id: UUID) -> ResponseReturnValue:
    """Let workers leave it alone."""
    batches.pause(unit_of_work(), batch_id, actor=current_actor(), at=now())
    flash(_("It is paused: what was done stays done."), "done")
    return _back(batch_id)


@bp.post("/<uuid:batch_id>/resume")
def resume(batch_id: UUID) -> ResponseReturnValue:
    """Let workers go on."""
    batches.resume(unit_of_work(), batch_id, actor=current_actor(), at=now())
    flash(_("It goes on where it stood."), "done")
    return _back(batch_id)


@bp.post("/<uuid:batch_id>/cancel")
def cancel(batch_id: UUID) -> ResponseReturnValue:
    """End it; what was done stays done."""
    batches.cancel(unit_of_work(), batch_id, actor=current_actor(), at=now())
    flash(_("It is cancelled: what was not tried by now stays as it is."), "done")
    return _back(batch_id)


@bp.post("/<uuid:batch_id>/again")
def again(batch_id: UUID) -> ResponseReturnValue:
    """Try again what failed."""
    batches.try_again(unit_of_work(), batch_id, actor=current_actor(), at=now())
    return _back(batch_id)


@bp.post("/<uuid:batch_id>/migrate")
def migrate(batch_id: UUID) -> ResponseReturnValue:
    """After a try: take the cases that can go to the other version."""
    return _following(batch_id, "try_migration", "migrate")


@bp.post("/<uuid:batch_id>/undo")
def undo(batch_id: UUID) -> ResponseReturnValue:
    """Take back the migrations of a batch, of those cases nobody has touched since."""
    return _following(batch_id, "migrate", "undo_migration")


def _following(batch_id: UUID, of_kind: str, kind: str) -> ResponseReturnValue:
    """Begin a batch over what another one has done."""
    with reader() as session:
        batch = queries.one(session, batch_id, current_actor()).batch
    if batch.kind != of_kind:
        return _back(batch_id)
    reason = request.form.get("reason", "")
    wish = Wish(kind, reason, batch.facts, batch.process_id, batch.id)
    uow, chosen = unit_of_work(), done_of(batch_id)
    try:
        second_person.must_not_be_wanted()
        begun = batches.begin(uow, wish, chosen, actor=current_actor(), at=now())
    except RulesBroken as refused:
        return _page(batch_id, reason, texts_of(refused.problems)), 422
    return _back(begun)


def _back(batch_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("batches.show", batch_id=batch_id), 303)


def _page(batch_id: UUID, reason: str = "", problems: list[tuple[str | None, str]] = []) -> str:  # noqa: B006 - only read
    actor = current_actor()
    with reader() as session:
        found = queries.one(session, batch_id, actor)
        known = names(session, [found.batch.by])
    return render_template(
        "monitoring/batch.html",
        page=found,
        shown=shown(found.batch),
        names=known,
        cause_text=cause_text,
        shown_detail=shown_detail,
        may_change=actor.is_admin,
        reason=reason,
        problems=problems,
        room="batches",
        nav="cases",
    )


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None

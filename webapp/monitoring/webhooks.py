"""Webhooks: administrators subscribe receivers outside, try them out, and see what arrived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from engine.commands import webhooks
from engine.commands.webhooks import Wanted
from engine.connectors.signing import new_secret
from engine.errors import Problem, RulesBroken
from engine.model.event import EventKind
from engine.queries import webhooks as queries
from engine.storage.bundles import all_latest
from engine.storage.database import Session
from forms import Choice, Field, Form, FormErrors, read_submission
from webapp.errors import problems_of
from webapp.people.asked import as_typed, texts_of
from webapp.request import current_actor, now, reader, services, unit_of_work
from webapp.wording import words_of

bp = Blueprint("webhooks", __name__, url_prefix="/monitoring/webhooks")

_ROOM = {"nav": "monitoring", "room": "webhooks"}


@bp.get("")
def index() -> ResponseReturnValue:
    """List them, with a form for another."""
    return _list({})


@bp.post("")
def add() -> ResponseReturnValue:
    """Subscribe a receiver; its secret is shown this once."""
    raw = request.form.to_dict(flat=False)
    secret = new_secret()
    try:
        made = webhooks.add(
            unit_of_work(),
            _wanted(raw),
            secret,
            services().vault,
            actor=current_actor(),
            at=now(),
        )
    except (FormErrors, RulesBroken) as refused:
        return _list(as_typed(raw), problems_of(refused)), 422
    _show_once(secret)
    return redirect(url_for("webhooks.show", webhook_id=made), 303)


@bp.get("/<uuid:webhook_id>")
def show(webhook_id: UUID) -> ResponseReturnValue:
    """Show one, with what was delivered to it."""
    return _page(webhook_id, None)


@bp.post("/<uuid:webhook_id>")
def change(webhook_id: UUID) -> ResponseReturnValue:
    """Change what it hears, and where."""
    raw = request.form.to_dict(flat=False)
    try:
        wanted = _wanted(raw)
        webhooks.change(unit_of_work(), webhook_id, wanted, actor=current_actor(), at=now())
    except (FormErrors, RulesBroken) as refused:
        return _page(webhook_id, as_typed(raw), problems_of(refused)), 422
    flash(_("Kept."), "done")
    return redirect(url_for("webhooks.show", webhook_id=webhook_id), 303)


@bp.post("/<uuid:webhook_id>/test")
def test(webhook_id: UUID) -> ResponseReturnValue:
    """Send it a message that says nothing of any case."""
    webhooks.try_out(unit_of_work(), webhook_id, actor=current_actor(), at=now())
    flash(_("The test message is on its way; what came of it is listed below."), "done")
    return redirect(url_for("webhooks.show", webhook_id=webhook_id), 303)


@bp.post("/<uuid:webhook_id>/secret")
def renew(webhook_id: UUID) -> ResponseReturnValue:
    """Give it another secret, shown this once."""
    secret, vault = new_secret(), services().vault
    webhooks.renew_secret(
        unit_of_work(), webhook_id, secret, vault, actor=current_actor(), at=now()
    )
    _show_once(secret)
    return redirect(url_for("webhooks.show", webhook_id=webhook_id), 303)


@bp.post("/<uuid:webhook_id>/remove")
def remove(webhook_id: UUID) -> ResponseReturnValue:
    """Tell it nothing any more."""
    webhooks.remove(unit_of_work(), webhook_id, actor=current_actor(), at=now())
    flash(_("Removed. It is told nothing any more."), "done")
    return redirect(url_for("webhooks.index"), 303)


@bp.post("/deliveries/<uuid:delivery_id>/again")
def again(delivery_id: UUID) -> ResponseReturnValue:
    """Try a delivery anew."""
    of = webhooks.send_again(unit_of_work(), delivery_id, actor=current_actor(), at=now())
    flash(_("It is sent again."), "done")
    return redirect(url_for("webhooks.show", webhook_id=of), 303)


def _show_once(secret: str) -> None:
    text = _("The secret that signs, shown only now: %(secret)s")
    said = Markup(text) % {"secret": Markup('<code dir="ltr">%s</code>') % secret}  # noqa: S704 - our own text
    flash(said, "careful")


def _list(typed: Mapping[str, str], problems: Sequence[Problem] = ()) -> str:
    with reader() as session:
        found = queries.every(session, current_actor())
        form = _form(session)
    return render_template(
        "monitoring/webhooks/list.html",
        lines=found,
        form=form,
        typed={"is_active": "true", **typed},
        problems=texts_of(problems),
        **_ROOM,
    )


def _page(
    webhook_id: UUID, typed: Mapping[str, str] | None, problems: Sequence[Problem] = ()
) -> str:
    with reader() as session:
        found = queries.one(session, current_actor(), webhook_id)
        form = _form(session)
    kept = found.webhook
    return render_template(
        "monitoring/webhooks/show.html",
        page=found,
        form=form,
        typed=typed
        or {
            "name": kept.name,
            "url": kept.url,
            "kinds": ",".join(kept.kinds),
            "processes": ",".join(kept.processes),
            "is_active": "true" if kept.is_active else "",
        },
        problems=texts_of(problems),
        **_ROOM,
    )


def _wanted(raw: Mapping[str, list[str]]) -> Wanted:
    queries.must_administer(current_actor())
    with reader() as session:
        form = _form(session)
    answers: Mapping[str, Any] = read_submission(form, raw)
    return Wanted(
        str(answers["name"]),
        str(answers["url"]),
        tuple(answers.get("kinds") or ()),
        tuple(answers.get("processes") or ()),
        is_active=bool(answers.get("is_active")),
    )


def _form(session: Session) -> Form:
    kinds = {
        EventKind.STARTED: _("A case starts"),
        EventKind.FINISHED: _("A case ends"),
        EventKind.CANCELLED: _("A case is cancelled"),
        EventKind.TASK_OPENED: _("A task opens"),
        EventKind.TASK_COMPLETED: _("A task is answered"),
        EventKind.TASK_RETURNED: _("A task is sent back"),
        EventKind.ESCALATED: _("A task is late"),
        EventKind.INCIDENT: _("An incident opens"),
        EventKind.MODIFIED: _("An administrator moves a case"),
        EventKind.MIGRATED: _("A case goes to another version"),
    }
    processes = [Choice(each.process_id, words_of(each).process) for each in all_latest(session)]
    fields = (
        Field("textfield", "name", _("Name"), required=True, longest=200),
        Field(
            "textfield",
            "url",
            _("Address"),
            _("Where messages are posted, such as https://erp.city.example/divan."),
            required=True,
            longest=2_000,
        ),
        Field(
            "checklist",
            "kinds",
            _("It hears that"),
            _("None chosen: everything that happens."),
            choices=tuple(Choice(kind.value, said) for kind, said in kinds.items()),
        ),
        Field(
            "checklist",
            "processes",
            _("In cases of"),
            _("None chosen: every process."),
            choices=tuple(processes),
        ),
        Field("checkbox", "is_active", _("It is told")),
    )
    return Form("webhook", fields, fields=fields)

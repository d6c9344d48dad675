"""One's own signing certificate: asked for, renewed, revoked."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import certificates
from engine.errors import EngineError
from engine.signing.errors import SigningRefused
from engine.storage.certificates import of_person
from webapp.accounts.passwords import weakness_of
from webapp.accounts.stepping_up import fresh
from webapp.errors import problems_of, text_and_code
from webapp.request import current_actor, now, reader, services, unit_of_work

bp = Blueprint("certificate", __name__, url_prefix="/account/certificate")


@bp.get("")
def show() -> ResponseReturnValue:
    """Show the certificates somebody was given, and what may be done about them."""
    return _page()


@bp.post("")
@fresh
def give() -> ResponseReturnValue:
    """Give a certificate, or a new one in place of the one in use."""
    password = request.form.get("new", "")
    if password != request.form.get("again", ""):
        return _page(_("The two passwords differ."), "again"), 422
    if (weak := _weakness(password)) is not None:
        return _page(weak, "new"), 422
    try:
        certificates.give(
            unit_of_work(),
            password,
            vault=services().vault,
            actor=current_actor(),
            at=now(),
            address=services().settings.web.public_url,
        )
    except SigningRefused as refused:
        return _page(_said(refused)), 422
    flash(_("Your certificate is there; only your signing password opens its key."), "done")
    return redirect(url_for("certificate.show"), 303)


@bp.post("/<serial>/revoke")
@fresh
def revoke(serial: str) -> ResponseReturnValue:
    """Take a certificate out of use, now and for good."""
    reason = request.form.get("reason", "")
    if reason not in certificates.REASONS:
        return _page(_("Choose a reason.")), 422
    certificates.revoke(unit_of_work(), serial, reason, actor=current_actor(), at=now())
    flash(_("The certificate is revoked; nothing can be signed with it any more."), "done")
    return redirect(url_for("certificate.show"), 303)


def _weakness(password: str) -> str | None:
    """Return why a signing password is refused; those of demonstrations are known anyway."""
    if services().settings.demo:
        return None
    actor = current_actor()
    return weakness_of(
        password,
        shortest=services().settings.sign_in.shortest_password,
        names=(actor.username, actor.name_fa, actor.name_en),
    )


def _page(problem: str = "", field: str = "") -> str:
    with reader() as session:
        known = of_person(session, current_actor().person_id)
    return render_template(
        "signing/certificate.html",
        known=known,
        problem=problem,
        field=field,
        reasons=certificates.REASONS,
        at=now(),
        nav="account",
    )


def _said(refused: EngineError) -> str:
    return " ".join(text_and_code(each) for each in problems_of(refused))

"""One's own account: password, second factors, browsers. Changing a lock needs a fresh proof."""

from __future__ import annotations

import base64
import io
from datetime import timedelta
from typing import Final
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import accounts, api_tokens, factors
from engine.errors import RulesBroken
from engine.model.sign_in import RECOVERY_CODES, Method
from engine.queries import accounts as queries
from engine.storage.api_tokens import of_person
from webapp.accounts import checking, passkeys
from webapp.accounts.agents import short_name
from webapp.accounts.browsers import lacks_factor, prove, this_browser
from webapp.accounts.codes import (
    address_of,
    hash_of_recovery_code,
    new_recovery_codes,
    new_secret,
    step_of,
)
from webapp.accounts.guessing import failed, is_guessing
from webapp.accounts.pages import local
from webapp.accounts.passwords import hash_password, weakness_of
from webapp.accounts.stepping_up import fresh
from webapp.accounts.token_words import scope_names
from webapp.problems import text_of
from webapp.request import current_actor, is_signed_in, now, reader, services, unit_of_work

bp = Blueprint("account", __name__, url_prefix="/account")

#: What may be reached by who still lacks the second factor his roles need.
OPEN_WITHOUT: Final = frozenset({"account", "accounts", "frame", "health"})


def gate() -> ResponseReturnValue | None:
    """Lead who has to put the own lock in order first to where that is done.

    That is who has a password that somebody else made, and who lacks the second factor his
    roles need.
    """
    if not request.endpoint or request.endpoint == "static":
        return None
    if request.blueprint in OPEN_WITHOUT or not is_signed_in():
        return None
    if not current_actor().password_given and not lacks_factor():
        return None
    return redirect(url_for("account.show"), 303)


@bp.get("")
def show() -> ResponseReturnValue:
    """Show what the account is locked with, and where it is open."""
    return _page()


@bp.get("/proof")
def ask_for_proof() -> ResponseReturnValue:
    """Ask for a proof before a lock is changed."""
    return _proof_page()


@bp.post("/proof")
def take_proof() -> ResponseReturnValue:
    """Take a password or a code as the proof."""
    if is_guessing(current_actor().username):
        return _proof_page(_("Too many attempts. Wait a quarter of an hour and try again.")), 429
    if checking.confirmed(request.form.get("secret", "")) is None:
        return _proof_page(_("That is not right.")), 422
    prove()
    return redirect(local(request.form.get("next")), 303)


@bp.post("/proof/passkey/options")
def options_for_proof() -> ResponseReturnValue:
    """Say what a passkey has to sign as the proof."""
    return passkeys.options_to_prove()


@bp.post("/proof/passkey")
def take_passkey_as_proof() -> ResponseReturnValue:
    """Take a passkey of the acting person as the proof."""
    try:
        key = passkeys.proved()
    except passkeys.NotProved:
        key = None
    if key is None or key.person_id != current_actor().person_id:
        failed(current_actor().username)
        return jsonify(problem=_("This passkey is not known here.")), 422
    prove()
    return jsonify(next=local(request.get_json().get("next")))


@bp.post("/password")
def change_password() -> ResponseReturnValue:
    """Set a new password; the old one is asked, and browsers elsewhere are signed out."""
    actor, chosen = current_actor(), request.form.get("new", "")
    problems = {}
    if is_guessing(actor.username):
        problems["current"] = _("Too many attempts. Wait a quarter of an hour and try again.")
    elif not _is_own_password(request.form.get("current", "")):
        failed(actor.username)
        problems["current"] = _("This is not your password.")
    weakness = weakness_of(
        chosen,
        shortest=services().settings.sign_in.shortest_password,
        names=(actor.username, actor.name_fa, actor.name_en),
    )
    if weakness is not None:
        problems["new"] = weakness
    elif chosen == request.form.get("current", ""):
        problems["new"] = _("This is the password you have already.")
    elif chosen != request.form.get("again", ""):
        problems["again"] = _("The two are not the same.")
    if problems:
        return _page(problems=problems), 422
    accounts.change_password(
        unit_of_work(), hash_password(chosen), but=this_browser(), actor=actor, at=now()
    )
    flash(_("The password was changed. Other browsers have to sign in again."), "done")
    return _back()


@bp.post("/device")
@fresh
def begin_device() -> ResponseReturnValue:
    """Make a secret for a device and show it as a picture, until a first code comes."""
    factors.begin_totp(
        unit_of_work(), new_secret(), services().vault, actor=current_actor(), at=now()
    )
    return redirect(url_for("account.show", _anchor="device"), 303)


@bp.post("/device/confirm")
@fresh
def confirm_device() -> ResponseReturnValue:
    """Let the device count, once its first code is right."""
    secret = _begun_secret()
    step = step_of(secret, request.form.get("code", ""), now()) if secret else None
    if step is None:
        return _page(
            problems={"code": _("The code is wrong. Is the clock of the device right?")}
        ), 422
    factors.confirm_totp(unit_of_work(), step, actor=current_actor(), at=now())
    return _added(_("The device was added."))


@bp.post("/device/remove")
@fresh
def remove_device() -> ResponseReturnValue:
    """Take the device away."""
    factors.remove_totp(unit_of_work(), actor=current_actor(), at=now())
    flash(_("The device was removed."), "done")
    return _back()


@bp.post("/passkeys/options")
@fresh
def options_to_add_passkey() -> ResponseReturnValue:
    """Say what a new passkey is to be made of."""
    return passkeys.options_to_add()


@bp.post("/passkeys")
@fresh
def add_passkey() -> ResponseReturnValue:
    """Keep a new passkey."""
    try:
        made = passkeys.added()
    except passkeys.NotProved:
        return jsonify(problem=_("The passkey could not be added.")), 422
    factors.add_passkey(unit_of_work(), made, actor=current_actor(), at=now())
    _added(_("The passkey was added."))
    return jsonify(next=url_for("account.show"))


@bp.post("/passkeys/<credential_id>/remove")
@fresh
def remove_passkey(credential_id: str) -> ResponseReturnValue:
    """Forget a passkey."""
    factors.remove_passkey(unit_of_work(), credential_id, actor=current_actor(), at=now())
    flash(_("The passkey was removed."), "done")
    return _back()


@bp.post("/codes")
@fresh
def make_codes() -> ResponseReturnValue:
    """Make new recovery codes and show them, this once."""
    codes = new_recovery_codes(RECOVERY_CODES)
    hashes = [hash_of_recovery_code(each) for each in codes]
    factors.give_recovery_codes(unit_of_work(), hashes, actor=current_actor(), at=now())
    return _page(codes=codes)


@bp.post("/browsers/<token_hash>/sign-out")
def sign_out_browser(token_hash: str) -> ResponseReturnValue:
    """Sign another browser of one's own out."""
    accounts.sign_out_other(unit_of_work(), token_hash, actor=current_actor(), at=now())
    flash(_("Signed out there."), "done")
    return _back()


@bp.post("/browsers/sign-out")
def sign_out_browsers() -> ResponseReturnValue:
    """Sign every other browser of one's own out."""
    accounts.sign_out_others(unit_of_work(), this_browser(), actor=current_actor(), at=now())
    flash(_("Signed out everywhere else."), "done")
    return _back()


@bp.post("/tokens")
@fresh
def make_token() -> ResponseReturnValue:
    """Make a token for a program and show it, this once."""
    actor, chosen = current_actor(), request.form
    days = chosen.get("days", "")
    try:
        made = api_tokens.make(
            unit_of_work(),
            actor.username,
            chosen.get("token_name", ""),
            chosen.getlist("scopes"),
            timedelta(days=int(days) if days.isascii() and days.isdigit() else 0),
            by=actor.username,
            at=now(),
        )
    except RulesBroken as broken:
        named = {"name": "token_name"}
        problems = {
            named.get(each.field or "", each.field or ""): text_of(each) for each in broken.problems
        }
        return _page(problems=problems), 422
    return _page(token=made.token)


@bp.post("/tokens/<uuid:token_id>/revoke")
def revoke_token(token_id: UUID) -> ResponseReturnValue:
    """Let a token of one's own open nothing from now on."""
    actor = current_actor()
    api_tokens.revoke(
        unit_of_work(), token_id, by=actor.username, person_id=actor.person_id, at=now()
    )
    flash(_("The token was revoked."), "done")
    return _back()


def _page(
    *,
    problems: dict[str, str] | None = None,
    codes: list[str] | None = None,
    token: str | None = None,
) -> str:
    door, actor = services().settings.sign_in, current_actor()
    with reader() as database:
        account = queries.account(database, actor.person_id, now(), idle=door.idle)
        tokens = of_person(database, actor.person_id)
    secret = None if account.factors.sealed else _begun_secret()
    return render_template(
        "accounts/account.html",
        account=account,
        this_browser=this_browser(),
        problems=problems or {},
        codes=codes,
        token=token,
        tokens=tokens,
        scopes=scope_names(),
        now=now(),
        secret=secret,
        picture=_picture(address_of(secret, actor.username)) if secret else None,
        shortest=door.shortest_password,
        must_add=lacks_factor(),
        must_change=actor.password_given,
        short_name=short_name,
        nav="account",
    )


def _proof_page(problem: str | None = None) -> str:
    with reader() as database:
        door = services().settings.sign_in
        account = queries.account(database, current_actor().person_id, now(), idle=door.idle)
    return render_template(
        "accounts/proof.html",
        problem=problem,
        account=account,
        next=local(request.values.get("next")),
        nav="account",
    )


def _is_own_password(typed: str) -> bool:
    """Tell whether this is the password kept here: one of the directory is changed there."""
    proof = checking.of_password(current_actor().username, typed)
    return proof is not None and proof.method is Method.PASSWORD


def _begun_secret() -> str | None:
    with reader() as database:
        sealed = queries.begun_totp(database, current_actor().person_id)
    return services().vault.open("totp", sealed) if sealed else None


def _picture(address: str) -> str:
    """Return a QR code as a ``data:`` address of an SVG."""
    import segno  # noqa: PLC0415

    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", scale=5, border=4, light="white")
    return "data:image/svg+xml;base64," + base64.b64encode(out.getvalue()).decode()


def _added(text: str) -> ResponseReturnValue:
    """Tell what was added, and offer recovery codes where none are left."""
    flash(text, "done")
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(url_for("account.show"), 303)

"""Sign-in, sign-out and the language switch."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import accounts
from engine.model.sign_in import Method
from engine.queries import accounts as queries
from engine.queries import people
from engine.settings import SignInSettings
from webapp.accounts import checking
from webapp.accounts.browsers import forget, lacks_factor, remember
from webapp.accounts.guessing import failed, is_guessing
from webapp.formatting import digits
from webapp.request import (
    LOCALES,
    SignInNeeded,
    current_actor,
    is_signed_in,
    now,
    reader,
    services,
    unit_of_work,
)

bp = Blueprint("accounts", __name__)

#: How long after the password the second factor may follow.
PENDING: Final = timedelta(minutes=5)
#: A browser reads several slashes, of either kind, as the beginning of another site's address.
_OURS: Final = re.compile(r"/(?![/\\])")


@bp.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Show the sign-in page."""
    if is_signed_in():
        return redirect(local(request.args.get("next")), 303)
    return sign_in_page()


@bp.post("/sign-in")
def enter() -> ResponseReturnValue:
    """Check name and password; a wrong one says no more than that."""
    username = request.form.get("username", "").strip().lower()
    if is_guessing(username):
        return too_many()
    proof = checking.of_password(username, request.form.get("password", ""))
    if proof is None:
        failed(username)
        return sign_in_page(_("The user name or the password is wrong.")), 422
    with reader() as database:
        needs_more = queries.factors(database, proof.person_id).are_any
    if needs_more:
        return _ask_for_second(proof.person_id, username)
    return let_in(proof.person_id, proof.method, request.form.get("next"))


@bp.get("/sign-in/second")
def second() -> ResponseReturnValue:
    """Ask for the second factor of somebody whose password was right."""
    if (pending := _pending()) is None:
        return redirect(url_for("accounts.sign_in"), 303)
    return _second_page(pending[0])


@bp.post("/sign-in/second")
def enter_second() -> ResponseReturnValue:
    """Check the code of a device, or a recovery code."""
    if (pending := _pending()) is None:
        flash(_("That took too long. Sign in again."), "careful")
        return redirect(url_for("accounts.sign_in"), 303)
    person_id, username = pending
    if is_guessing(username):
        return too_many()
    with reader() as database:
        known = queries.factors(database, person_id)
    method = checking.of_code(person_id, known, request.form.get("code", ""))
    if method is None:
        failed(username)
        return _second_page(person_id, _("The code is wrong, or was used before.")), 422
    if method is Method.RECOVERY:
        flash(
            _("A recovery code was used. %(left)s are left.", left=digits(known.codes_left - 1)),
            "careful",
        )
    return let_in(person_id, method, session["pending"].get("next"))


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Forget the browser, here and in its cookie."""
    forget()
    return redirect(url_for("accounts.sign_in"), 303)


@bp.post("/language")
def language() -> ResponseReturnValue:
    """Switch the language and stay on the page."""
    chosen = request.form.get("locale")
    if chosen in LOCALES:
        session["locale"] = chosen
        if is_signed_in():
            accounts.set_locale(unit_of_work(), current_actor().person_id, chosen)
    return redirect(local(request.form.get("next")), 303)


def let_in(person_id: UUID, method: Method, target: str | None) -> ResponseReturnValue:
    """Sign a person in who has proved enough, and lead to the page asked for."""
    flashes = session.get("_flashes")
    remember(person_id, method)
    if flashes:
        session["_flashes"] = flashes
    if is_signed_in() and (current_actor().password_given or lacks_factor()):
        return redirect(url_for("account.show"), 303)
    return redirect(local(target), 303)


def to_sign_in(_error: SignInNeeded) -> ResponseReturnValue:
    """Lead to the sign-in page and, after it, back to the page asked for."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    if request.method == "POST":
        flash(_("You were signed out. Sign in and send your answer again."), "careful")
    return redirect(url_for("accounts.sign_in", next=wanted), 303)


def sign_in_page(problem: str | None = None) -> str:
    """Return the sign-in page, with what was wrong."""
    settings = services().settings
    return render_template(
        "accounts/sign_in.html",
        problem=problem,
        username=request.form.get("username", ""),
        next=request.values.get("next", ""),
        provider=provider_title(settings.sign_in),
        demo=settings if settings.demo else None,
    )


def too_many() -> ResponseReturnValue:
    """Say that whoever guesses has to wait."""
    return sign_in_page(_("Too many attempts. Wait a quarter of an hour and try again.")), 429


def local(target: str | None) -> str:
    """Return a page of this site to lead to; anything else leads home."""
    if target and _OURS.match(target) and target.isprintable() and not urlsplit(target).netloc:
        return target
    return url_for("inbox.home")


def provider_title(door: SignInSettings) -> str | None:
    """Return what the provider is called; ``None``: the site has none."""
    return door.oidc_title or urlsplit(door.oidc_issuer).hostname if door.oidc_issuer else None


def _ask_for_second(person_id: UUID, username: str) -> ResponseReturnValue:
    session["pending"] = {
        "person": str(person_id),
        "username": username,
        "until": (now() + PENDING).timestamp(),
        "next": local(request.form.get("next")),
    }
    return redirect(url_for("accounts.second"), 303)


def _pending() -> tuple[UUID, str] | None:
    """Return whose password was right a moment ago, and the name it was given for."""
    pending = session.get("pending")
    if pending is None or now().timestamp() > pending["until"]:
        return None
    with reader() as database:
        found = people.credentials(database, pending["username"])
    if found is None or str(found.person_id) != pending["person"]:
        return None
    return found.person_id, pending["username"]


def _second_page(person_id: UUID, problem: str | None = None) -> str:
    with reader() as database:
        known = queries.factors(database, person_id)
    return render_template("accounts/second.html", problem=problem, known=known)

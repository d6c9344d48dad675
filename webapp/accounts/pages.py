"""Sign-in, sign-out and the language switch."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import accounts
from engine.queries import people
from engine.queries.people import Credentials
from webapp.accounts.passwords import is_password
from webapp.request import (
    LOCALES,
    SignInNeeded,
    current_actor,
    is_signed_in,
    now,
    reader,
    reading,
    services,
    unit_of_work,
)

bp = Blueprint("accounts", __name__)

#: in the cookie: whose browser this last was, also when nobody is signed in any more
PERSON: Final = "person"
#: what other rooms do when somebody has signed in, by what it is
AFTER_SIGN_IN: Final[dict[str, Callable[[], None]]] = {}
STAYS_SIGNED_IN: Final = timedelta(hours=12)
#: Failures that are waited out, within the time they are remembered.
REMEMBERED: Final = timedelta(minutes=15)
PER_NAME: Final = 10
PER_ADDRESS: Final = 50


@bp.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Show the sign-in page."""
    if is_signed_in():
        return redirect(_local(request.args.get("next")), 303)
    return _page()


@bp.post("/sign-in")
def enter() -> ResponseReturnValue:
    """Check name and password; a wrong one says no more than that."""
    username = request.form.get("username", "").strip().lower()
    address = request.remote_addr or ""
    if is_guessing(username, address):
        return _page(_("Too many attempts. Wait a quarter of an hour and try again.")), 429
    found = checked(username, request.form.get("password", ""))
    if found is None:
        accounts.record_failure(unit_of_work(), username, address, at=now())
        return _page(_("The user name or the password is wrong.")), 422
    _remember(found)
    return redirect(_local(request.form.get("next")), 303)


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Forget the browser, here and in its cookie."""
    if "token" in session:
        accounts.sign_out(unit_of_work(), _hash(session["token"]))
    kept = {name: session[name] for name in ("locale", PERSON) if session.get(name)}
    session.clear()
    session.update(kept)
    return redirect(url_for("accounts.sign_in"), 303)


@bp.post("/language")
def language() -> ResponseReturnValue:
    """Switch the language and stay on the page."""
    chosen = request.form.get("locale")
    if chosen in LOCALES:
        session["locale"] = chosen
        if is_signed_in():
            accounts.set_locale(unit_of_work(), current_actor().person_id, chosen)
    return redirect(_local(request.form.get("next")), 303)


def load_actor() -> None:
    """Read who acts, before every request of a signed-in browser."""
    token = session.get("token")
    if token is not None and request.endpoint != "static":
        g.actor = people.signed_in(reading(), _hash(token), now())


def checked(username: str, password: str) -> Credentials | None:
    """Return whose name and password these are, in the same time for an unknown name."""
    with reader() as database:
        found = people.credentials(database, username)
    return (
        found if is_password(password, found.password_hash if found else None) and found else None
    )


def is_confirmed(password: str) -> bool:
    """Tell whether the acting person's password was typed, to approve something.

    Guessing is slowed down here like at the sign-in: after too many wrong ones the right
    one is wrong as well.
    """
    username, address = current_actor().username, request.remote_addr or ""
    if is_guessing(username, address):
        return False
    if checked(username, password) is None:
        accounts.record_failure(unit_of_work(), username, address, at=now())
        return False
    return True


def to_sign_in(_error: SignInNeeded) -> ResponseReturnValue:
    """Lead to the sign-in page and, after it, back to the page asked for."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    if request.method == "POST":
        flash(_("You were signed out. Sign in and send your answer again."), "careful")
    return redirect(url_for("accounts.sign_in", next=wanted), 303)


def _page(problem: str | None = None) -> str:
    return render_template(
        "accounts/sign_in.html",
        problem=problem,
        username=request.form.get("username", ""),
        next=request.values.get("next", ""),
        demo=services().settings if services().settings.demo else None,
    )


def is_guessing(username: str, address: str) -> bool:
    """Tell whether too many wrong passwords came for this name, or from this address."""
    with reader() as database:
        by_name, by_address = people.failures_since(database, username, address, now() - REMEMBERED)
    return by_name >= PER_NAME or by_address >= PER_ADDRESS


def _remember(found: Credentials) -> None:
    token = secrets.token_urlsafe(32)
    expires_at = now() + STAYS_SIGNED_IN
    accounts.sign_in(unit_of_work(), found.person_id, _hash(token), at=now(), expires_at=expires_at)
    session.clear()
    session["token"] = token
    session[PERSON] = str(found.person_id)
    g.actor = people.signed_in(reading(), _hash(token), now())
    for each in AFTER_SIGN_IN.values():
        each()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _local(target: str | None) -> str:
    """Return a page of this site to lead to; anything else leads to the inbox."""
    parts = urlsplit(target or "")
    is_ours = bool(target) and not parts.scheme and not parts.netloc
    if is_ours and parts.path.startswith("/") and not parts.path.startswith(("//", "/\\")):
        return str(target)
    return url_for("inbox.index")

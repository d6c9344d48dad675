"""Where one gets mail: an address that counts once a letter sent to it was followed."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadSignature
from werkzeug.exceptions import NotFound

from engine.commands import mailing
from engine.connectors.mail import is_address
from webapp.links import link_signer
from webapp.people import profile
from webapp.request import current_actor, locale, now, services, unit_of_work
from webapp.talk.letters import Writer

bp = Blueprint("address", __name__, url_prefix="/profile/mail")

_KIND: Final = "mail address"
VALID: Final = timedelta(days=2)  #: the link of a letter
APART: Final = timedelta(minutes=5)  #: between two letters to addresses of one person


@bp.post("")
def ask() -> ResponseReturnValue:
    """Send a letter to an address; it counts when its link was followed."""
    email = request.form.get("email", "").strip()
    if not is_address(email):
        return profile.with_address(email, _("This is not an e-mail address.")), 422
    actor = current_actor()
    path = url_for("address.show", token=link_signer(_KIND).dumps([str(actor.person_id), email]))
    letter = Writer(services().settings.web.public_url or request.url_root).of_address(
        email, path.removeprefix(request.script_root), locale()
    )
    key = f"address/{actor.person_id}/{int(now().timestamp() // APART.total_seconds())}"
    if mailing.post(unit_of_work(), key, letter, at=now()) != email:
        problem = _("A letter went to another address just now. Ask again in five minutes.")
        return profile.with_address(email, problem), 429
    flash(_("A letter is on its way there. Open its link within two days."), "done")
    return redirect(url_for("profile.show") + "#mail", 303)


@bp.post("/none")
def remove() -> ResponseReturnValue:
    """Get no mail any more."""
    mailing.confirm_address(unit_of_work(), None, actor=current_actor())
    flash(_("You get no mail any more."), "done")
    return redirect(url_for("profile.show") + "#mail", 303)


@bp.get("/<token>")
def show(token: str) -> ResponseReturnValue:
    """Ask whether the address is to count; following a link alone changes nothing."""
    return render_template("talk/address.html", email=_read(token), token=token, nav="profile")


@bp.post("/<token>")
def confirm(token: str) -> ResponseReturnValue:
    """Let the address count."""
    mailing.confirm_address(unit_of_work(), _read(token), actor=current_actor())
    flash(_("The address counts now; choose below what is mailed."), "done")
    return redirect(url_for("profile.show") + "#told", 303)


def _read(token: str) -> str:
    """Return the address a token is about.

    Raises:
        NotFound: it is none of ours, too old, or somebody else's.
    """
    try:
        person, email = link_signer(_KIND).loads(token, max_age=int(VALID.total_seconds()))
    except BadSignature:
        raise NotFound from None
    if person != str(current_actor().person_id):
        raise NotFound
    return str(email)

"""What this site speaks with: connectors, connections, secrets by name, and incoming hooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from engine.commands import connections, hooks
from engine.commands.connections import LONGEST_SECRET
from engine.commands.hooks import Wanted
from engine.connectors.signing import new_secret
from engine.errors import Problem, RulesBroken
from engine.queries.connections import outside
from webapp.people.asked import texts_of
from webapp.request import current_actor, now, reader, services, unit_of_work

bp = Blueprint("connections", __name__, url_prefix="/monitoring/connections")

_FIELDS = ("name", "message", "correlation", "values")


@bp.get("")
def index() -> ResponseReturnValue:
    """Show all of it."""
    return _page({})


@bp.post("/secrets")
def keep_secret() -> ResponseReturnValue:
    """Keep a secret; its text is never shown again."""
    name, text = request.form.get("name", "").strip(), request.form.get("text", "")
    try:
        connections.set_secret(
            unit_of_work(), name, text, services().vault, at=now(), actor=current_actor()
        )
    except ValueError:
        text = _(
            "Nothing was kept. A name has small letters, digits and _, and begins with a letter;"
            " a secret is one line of at most %(count)s characters."
        )
        flash(text % {"count": LONGEST_SECRET}, "wrong")
    else:
        flash(_("Kept, sealed. Nobody is shown it again."), "done")
    return redirect(url_for("connections.index"), 303)


@bp.post("/secrets/<name>/remove")
def remove_secret(name: str) -> ResponseReturnValue:
    """Take a secret away; what needs it fails from now on."""
    connections.remove_secret(unit_of_work(), name, at=now(), actor=current_actor())
    flash(_("Removed."), "done")
    return redirect(url_for("connections.index"), 303)


@bp.post("/hooks")
def add_hook() -> ResponseReturnValue:
    """Let a sender outside tell cases a message; its secret is shown this once."""
    typed = {key: request.form.get(key, "") for key in _FIELDS}
    secret = new_secret()
    try:
        wanted = Wanted(
            typed["name"], typed["message"], typed["correlation"], _values(typed["values"])
        )
        made = hooks.add(
            unit_of_work(), wanted, secret, services().vault, actor=current_actor(), at=now()
        )
    except RulesBroken as refused:
        return _page(typed, refused.problems), 422
    text = _("The secret with which it signs, shown only now: %(secret)s, for %(address)s")
    flash(
        Markup(text)  # noqa: S704 - our own text
        % {
            "secret": Markup('<code dir="ltr">%s</code>') % secret,
            "address": Markup('<code dir="ltr">%s</code>')
            % url_for("incoming.receive", hook_id=made),
        },
        "careful",
    )
    return redirect(url_for("connections.index"), 303)


@bp.post("/hooks/<uuid:hook_id>/remove")
def remove_hook(hook_id: UUID) -> ResponseReturnValue:
    """Hear a sender no more."""
    hooks.remove(unit_of_work(), hook_id, actor=current_actor(), at=now())
    flash(_("Removed. It is heard no more."), "done")
    return redirect(url_for("connections.index"), 303)


def _values(text: str) -> dict[str, str]:
    """Read ``variable = FEEL``, one a line.

    Raises:
        RulesBroken: ``GEN-HOOK-FEEL``, a line says something else.
    """
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        key, is_said, says = (each.strip() for each in line.partition("="))
        if not (key and is_said and says):
            raise RulesBroken([Problem("GEN-HOOK-FEEL", "values", {"why": line})])
        found[key] = says
    return found


def _page(typed: Mapping[str, str], problems: Sequence[Problem] = ()) -> str:
    with reader() as session:
        found = outside(session, current_actor())
    return render_template(
        "monitoring/connections.html",
        page=found,
        typed=typed,
        problems=texts_of(problems),
        nav="monitoring",
        room="connections",
    )

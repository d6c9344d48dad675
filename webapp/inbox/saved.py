"""Filters kept under a name: above the list, each with how much it leaves now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlencode
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import preferences
from engine.commands import saved_filters as commands
from engine.errors import RulesBroken
from engine.queries.counts import MOST_COUNTED, counts
from engine.storage.bundles import all_latest
from engine.storage.database import Session
from engine.storage.saved_filters import seen_by
from engine.storage.statements import beneath
from webapp.inbox.columns import WIDTHS
from webapp.inbox.filters import read_filters
from webapp.ordering import moved
from webapp.problems import text_of
from webapp.request import current_actor, now, unit_of_work

bp = Blueprint("saved", __name__, url_prefix="/inbox")

#: keys of an address that are no part of what is asked
_NOT_ASKED: Final = frozenset({"view", "after", "filters", "columns", "saved", "csrf_token"})


@dataclass(frozen=True, slots=True)
class Saved:
    """One kept filter, as the page shows it."""

    id: UUID
    name: str
    address: str
    count: int
    is_shared: bool
    is_own: bool
    is_current: bool

    @property
    def is_more(self) -> bool:
        """Tell whether there are more than are counted."""
        return self.count >= MOST_COUNTED


def saved_filters(session: Session) -> Sequence[Saved]:
    """Return the filters the reader kept or was given, counted by one statement for all."""
    actor = current_actor()
    kept = seen_by(beneath(session), actor.person_id, actor.desks)
    if not kept:
        return ()
    definitions, at = all_latest(session), now()
    asked = [read_filters(parse_qs(each.query), definitions, actor, at).asked for each in kept]
    here = urlencode(_asked_here())
    return [
        Saved(
            each.id,
            each.name,
            f"{url_for('inbox.index')}?{each.query}",
            count,
            each.desk is not None,
            each.person_id == actor.person_id,
            each.query == here,
        )
        for each, count in zip(kept, counts(session, actor, asked, at=at), strict=True)
    ]


@bp.post("/filters")
def save() -> ResponseReturnValue:
    """Keep what the list is asked for now under a name."""
    query = urlencode(_asked_here())
    desk = request.form.get("share") or None
    try:
        commands.save(
            unit_of_work(),
            request.form.get("name", ""),
            query,
            desk=desk,
            actor=current_actor(),
            at=now(),
        )
    except RulesBroken as refused:
        for each in refused.problems:
            flash(text_of(each), "wrong")
    else:
        flash(_("Kept. The filter stands above your inbox."), "done")
    return redirect(f"{url_for('inbox.index')}?{query}", 303)


@bp.post("/filters/<uuid:filter_id>/forget")
def forget(filter_id: UUID) -> ResponseReturnValue:
    """Take a kept filter away."""
    commands.forget(unit_of_work(), filter_id, actor=current_actor(), at=now())
    flash(_("The filter is gone."), "done")
    return redirect(url_for("inbox.index"), 303)


@bp.post("/columns")
def columns() -> ResponseReturnValue:
    """Keep the columns of a view: which, in which order, how wide; or move one."""
    view, keys = request.form.get("view", "inbox"), request.form.getlist("key")
    shown = set(request.form.getlist("shown"))
    ordered = [each for each in moved(keys, request.form.get("move", "")) if each in shown]
    widths = {key: request.form.get(f"width.{key}", "") for key in ordered}
    chosen = dict(current_actor().preferences["inbox.columns"] or {})
    chosen[view] = [[key, widths[key] if widths[key] in WIDTHS else ""] for key in ordered]
    if not ordered or request.form.get("usual"):
        chosen.pop(view, None)
    preferences.keep(unit_of_work(), "inbox.columns", chosen, actor=current_actor(), at=now())
    again = 1 if request.form.get("move") else None
    return redirect(url_for("inbox.index", view=view, columns=again), 303)


def _asked_here() -> dict[str, str]:
    return {
        key: each
        for key, each in request.values.items()
        if each and key not in _NOT_ASKED | {"name", "share"}
    }

"""Who has a draft open, who of them edits, and how that is handed over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from engine.commands import editing
from engine.queries import studio as queries
from engine.storage.area_drafts import open_draft
from webapp.errors import wants_json
from webapp.formatting import jalali_moment
from webapp.request import current_actor, locale, now, reader, unit_of_work

bp = Blueprint("draft_presence", __name__, url_prefix="/studio/drafts/<uuid:draft_id>")


@bp.post("/here")
def here(draft_id: UUID) -> ResponseReturnValue:
    """Say that the page is open, or closed, and hear who else has it open."""
    _must_be_there(draft_id)
    actor, at = current_actor(), now()
    if (request.get_json(silent=True) or {}).get("leaves"):
        editing.leave(unit_of_work(), draft_id, actor=actor)
        return jsonify({})
    if actor.is_analyst:
        editing.is_here(unit_of_work(), draft_id, actor=actor, at=at)
    return jsonify(editing_at(draft_id))


@bp.post("/ask")
def ask(draft_id: UUID) -> ResponseReturnValue:
    """Ask whoever edits to hand over."""
    editing.ask(unit_of_work(), draft_id, actor=current_actor(), at=now())
    return _done(draft_id, _("Asked. When there is no answer within a minute, take over."))


@bp.post("/hand-over/<uuid:person_id>")
def hand_over(draft_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """Let somebody else edit."""
    editing.hand_over(unit_of_work(), draft_id, person_id, actor=current_actor(), at=now())
    return _done(draft_id, _("Handed over."))


@bp.post("/take-over")
def take_over(draft_id: UUID) -> ResponseReturnValue:
    """Edit instead of who does not answer."""
    editing.take_over(unit_of_work(), draft_id, actor=current_actor(), at=now())
    return _done(draft_id, _("You edit now."))


def _done(draft_id: UUID, text: str) -> ResponseReturnValue:
    if wants_json():
        return jsonify(editing_at(draft_id))
    flash(text, "done")
    return redirect(url_for("studio.draft", draft_id=draft_id), 303)


def _must_be_there(draft_id: UUID) -> None:
    with reader() as session:
        open_draft(session, draft_id)
        queries.must_read(current_actor())


def editing_at(draft_id: UUID) -> dict[str, Any]:
    """Return who has a draft open, as the page and its script tell it."""
    at, me = now(), current_actor().person_id
    with reader() as session:
        pages = queries.pages(session, draft_id, at)
    editor = next((each for each in pages if each.edits), None)
    mine = next((each for each in pages if each.person_id == me), None)
    asked = mine.asked_at if mine and not mine.edits else None
    return {
        "editor": None if editor is None else editor.names[locale()],
        "since": None if editor is None else _plain(editor),
        "is_me": editor is not None and editor.person_id == me,
        "has_asked": asked is not None,
        "may_take_over": asked is not None and at - asked >= editing.PATIENCE,
        "others": [
            {
                "name": each.names[locale()],
                "asks": each.asked_at is not None,
                "hand_over": url_for(
                    "draft_presence.hand_over", draft_id=draft_id, person_id=each.person_id
                ),
            }
            for each in pages
            if each.person_id != me and not each.edits
        ],
    }


def _plain(page: queries.Page) -> str:
    return Markup(jalali_moment(page.since)).striptags()  # noqa: S704 - ours

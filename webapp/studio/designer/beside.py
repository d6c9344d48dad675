"""What the designer writes beside its diagram, in the draft's own settings and texts."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from engine.catalogue.config import Lane
from engine.commands import draft_settings
from webapp.request import current_actor, now, unit_of_work
from webapp.studio.designer.known import OTHER, desk

bp = Blueprint("beside", __name__, url_prefix="/studio/drafts/<uuid:draft_id>/beside")


@bp.post("/desk")
def give_desk(draft_id: UUID) -> ResponseReturnValue:
    """Say which desk a lane is; without a role, none."""
    role = request.form.get("role", "").strip()
    place = request.form.get("place", "").strip() or "case"
    lane = Lane(role, place, request.form.get("head") or None) if role else None
    draft_settings.give_desk(
        unit_of_work(),
        draft_id,
        request.form.get("process", ""),
        request.form.get("lane", ""),
        lane,
        actor=current_actor(),
        at=now(),
    )
    return jsonify(desk=None if lane is None else desk(lane))


@bp.post("/name")
def give_name(draft_id: UUID) -> ResponseReturnValue:
    """Say what an element is called in the language its model is not in."""
    draft_settings.give_name(
        unit_of_work(),
        draft_id,
        OTHER,
        request.form.get("process", ""),
        request.form.get("element", ""),
        request.form.get("name", ""),
        actor=current_actor(),
        at=now(),
    )
    return jsonify({})

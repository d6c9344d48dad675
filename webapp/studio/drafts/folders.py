"""A whole draft as one folder: given out as a ZIP, taken in from one."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from engine.catalogue.folder import LARGEST_FOLDER, read_archive
from engine.commands import drafts_whole
from engine.commands.analysts import must_be_analyst
from engine.documents import clean_name
from engine.errors import Problem, RulesBroken
from engine.queries import studio as queries
from webapp.formatting import digits
from webapp.request import current_actor, now, reader, unit_of_work
from webapp.studio.drafts.pages import draft_page

bp = Blueprint("draft_folders", __name__, url_prefix="/studio/drafts/<uuid:draft_id>")


@bp.get("/folder.zip")
def export(draft_id: UUID) -> ResponseReturnValue:
    """Give the draft out, the same bytes for the same files; ``number``: as it stood then."""
    with reader() as session:
        page = queries.draft(session, draft_id, current_actor(), now())
        number = request.args.get("number", type=int)
        bundle = queries.bundle(session, draft_id, current_actor(), number)
    answer = Response(bundle.pack(), mimetype="application/zip")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{page.area}.zip")
    return answer


@bp.post("/folder")
def take_in(draft_id: UUID) -> ResponseReturnValue:
    """Make the draft what the folder in a ZIP holds."""
    must_be_analyst(current_actor())
    sent = request.files.get("folder")
    if sent is None or not sent.filename:
        return draft_page(draft_id, [Problem("GEN-REQUIRED", "folder")]), 422
    try:
        content = sent.read(LARGEST_FOLDER + 1)
        changed = drafts_whole.take_in(
            unit_of_work(),
            draft_id,
            read_archive(content, clean_name(sent.filename)),
            version=request.form.get("version", 0, type=int),
            actor=current_actor(),
            at=now(),
        )
    except RulesBroken as refused:
        return draft_page(draft_id, refused.problems), 422
    return _done(draft_id, changed)


@bp.post("/version")
def restore(draft_id: UUID) -> ResponseReturnValue:
    """Make the draft what a deployed version of its area holds."""
    changed = drafts_whole.restore_deployed(
        unit_of_work(),
        draft_id,
        request.form.get("bundle", ""),
        version=request.form.get("version", 0, type=int),
        actor=current_actor(),
        at=now(),
    )
    return _done(draft_id, changed)


def _done(draft_id: UUID, changed: int) -> ResponseReturnValue:
    told = ngettext("%(num)s file was changed.", "%(num)s files were changed.", changed)
    flash(digits(told), "done")
    return redirect(url_for("studio.draft", draft_id=draft_id), 303)

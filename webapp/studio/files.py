"""One file of a draft: shown as text, saved by a page or by the designer, added, removed."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import area_drafts
from engine.commands.analysts import must_be_analyst
from engine.errors import Problem, RulesBroken
from engine.model.area_draft import FileMoved
from engine.queries import studio as queries
from webapp.errors import wants_json
from webapp.problems import text_of
from webapp.request import current_actor, now, reader, unit_of_work
from webapp.studio.pages import draft_page

bp = Blueprint("draft_files", __name__, url_prefix="/studio/drafts/<uuid:draft_id>")

#: of what people wrote: shown as what it is, it loads nothing and runs nothing
_SANDBOX: Final = "default-src 'none'; sandbox"


@bp.get("/files/<path:name>")
def show(draft_id: UUID, name: str) -> ResponseReturnValue:
    """Show a file as text, to be edited; ``number`` asks for what one save made of it."""
    number = request.args.get("number", type=int)
    with reader() as session:
        content, version = queries.file(session, draft_id, name, current_actor(), number)
    standing = version if number is None else None
    return _page(draft_id, name, content.decode(errors="replace"), standing)


@bp.get("/raw/<path:name>")
def raw(draft_id: UUID, name: str) -> ResponseReturnValue:
    """Give a file to the designer, or to be kept."""
    number = request.args.get("number", type=int)
    with reader() as session:
        content, version = queries.file(session, draft_id, name, current_actor(), number)
    answer = Response(content, mimetype="text/plain")
    answer.headers["Content-Security-Policy"] = _SANDBOX
    answer.headers["X-Draft-Version"] = str(version)
    plain_name = name.rpartition("/")[2]
    answer.headers.set("Content-Disposition", "attachment", filename=plain_name)
    return answer


@bp.post("/files/<path:name>")
def save(draft_id: UUID, name: str) -> ResponseReturnValue:
    """Save a file over the version that was looked at; tell of both when that moved."""
    must_be_analyst(current_actor())
    sent = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    sent = sent if isinstance(sent, dict) else {}
    text, version = str(sent.get("text", "")), _number(sent.get("version"))
    if not request.is_json:  # a text field sends CRLF
        text = text.replace("\r\n", "\n")
    try:
        number = area_drafts.save(
            unit_of_work(),
            draft_id,
            name,
            text.encode(errors="replace"),
            version=version,
            actor=current_actor(),
            at=now(),
        )
    except FileMoved as moved:
        return _moved(draft_id, name, moved)
    except RulesBroken as refused:
        if wants_json():
            raise
        return _page(draft_id, name, text, version, refused.problems), 422
    if wants_json():
        return jsonify(version=number)
    flash(_("Kept."), "done")
    return redirect(url_for("studio.draft", draft_id=draft_id), 303)


def _moved(draft_id: UUID, name: str, moved: FileMoved) -> ResponseReturnValue:
    both = url_for("draft_files.both", draft_id=draft_id, name=name, mine=moved.mine)
    if wants_json():
        return jsonify(theirs=moved.theirs, mine=moved.mine, both=both), 409
    return redirect(both, 303)


@bp.get("/both/<path:name>")
def both(draft_id: UUID, name: str) -> ResponseReturnValue:
    """Show what stands and what was saved beside it; either can be kept."""
    with reader() as session:
        page = queries.draft(session, draft_id, current_actor(), now())
        theirs, version = queries.file(session, draft_id, name, current_actor())
        number = request.args.get("mine", type=int) or version
        mine, _version = queries.file(session, draft_id, name, current_actor(), number)
    return render_template(
        "studio/both.html",
        draft=page,
        name=name,
        number=number,
        version=version,
        mine=mine.decode(errors="replace"),
        theirs=theirs.decode(errors="replace"),
        nav="studio",
    )


@bp.post("/files")
def add(draft_id: UUID) -> ResponseReturnValue:
    """Put a file into the draft: one from the visitor's machine, or an empty one."""
    must_be_analyst(current_actor())
    sent = request.files.get("file")
    name = request.form.get("name", "").strip() or (sent.filename if sent else "") or ""
    content = sent.read() if sent and sent.filename else b""
    uow, actor = unit_of_work(), current_actor()
    try:
        area_drafts.save(uow, draft_id, name, content, version=0, actor=actor, at=now())
    except FileMoved as moved:
        return _moved(draft_id, name, moved)
    except RulesBroken as refused:
        return draft_page(draft_id, refused.problems), 422
    flash(_("Kept."), "done")
    return redirect(url_for("studio.draft", draft_id=draft_id), 303)


@bp.post("/remove/<path:name>")
def remove(draft_id: UUID, name: str) -> ResponseReturnValue:
    """Take a file out of the draft; the history keeps it."""
    version = _number(request.form.get("version"))
    uow, actor = unit_of_work(), current_actor()
    area_drafts.remove(uow, draft_id, name, version=version, actor=actor, at=now())
    flash(_("Removed. The history keeps it."), "done")
    return redirect(url_for("studio.draft", draft_id=draft_id), 303)


def _page(
    draft_id: UUID,
    name: str,
    text: str,
    version: int | None,
    problems: tuple[Problem, ...] = (),
) -> str:
    actor = current_actor()
    with reader() as session:
        page = queries.draft(session, draft_id, actor, now())
    return render_template(
        "studio/file.html",
        draft=page,
        name=name,
        text=text,
        version=version,
        problems=[text_of(each) for each in problems],
        may_change="ANALYST" in actor.roles and version is not None,
        nav="studio",
    )


def _number(given: object) -> int:
    text = str(given or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0

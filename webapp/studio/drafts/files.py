"""One file of a draft: shown as text, saved by a page or by the designer, added, removed."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.catalogue.bundle import Bundle
from engine.commands import area_drafts
from engine.commands.analysts import must_be_analyst
from engine.errors import Problem, RulesBroken
from engine.model.area_draft import FileMoved
from engine.queries import studio as queries
from engine.storage import area_drafts as rows
from engine.versions import compare
from webapp.errors import wants_json
from webapp.problems import text_of
from webapp.request import current_actor, manner, now, reader, unit_of_work
from webapp.studio.drafts.pages import draft_page
from webapp.studio.drafts.places import places_of
from webapp.studio.papers.pages import choices, is_template
from webapp.versions.both import Both
from webapp.versions.summary import Summary, summary_of

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
    """Show what stands and what was saved beside it, and what each changed; one or both stand."""
    with reader() as session:
        page = queries.draft(session, draft_id, current_actor(), now())
        _content, version = queries.file(session, draft_id, name, current_actor())
        number = request.args.get("mine", type=int) or version
        found = rows.both(session, draft_id, name, number, version)
        saves = queries.saves(session, draft_id, [number, version])
    base = found.theirs if found.base is None else found.base
    return render_template(
        "studio/drafts/both.html",
        draft=page,
        name=name,
        number=number,
        version=version,
        found=found,
        saves=saves,
        mine=found.mine.decode(errors="replace"),
        theirs=found.theirs.decode(errors="replace"),
        in_mine=_difference(name, base, found.mine),
        in_theirs=None if found.base is None else _difference(name, base, found.theirs),
        may_change=current_actor().is_analyst,
        nav="studio",
    )


def _difference(name: str, before: bytes, after: bytes) -> Summary:
    """Return in sentences what makes one version of a file another."""
    versions = compare(Bundle({name: before}), Bundle({name: after}))
    return summary_of(Both(versions, manner()))


@bp.post("/merge/<path:name>")
def merge(draft_id: UUID, name: str) -> ResponseReturnValue:
    """Let the changes of both stand."""
    area_drafts.merge(
        unit_of_work(),
        draft_id,
        name,
        _number(request.form.get("mine")),
        version=_number(request.form.get("version")),
        actor=current_actor(),
        at=now(),
    )
    flash(_("Both stand now, put together."), "done")
    return redirect(url_for("studio.draft", draft_id=draft_id), 303)


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
    """Take a file out of the draft, which the history keeps; what is named is asked about first."""
    version = _number(request.form.get("version"))
    uow, actor = unit_of_work(), current_actor()
    must_be_analyst(actor)
    if "anyway" not in request.form:
        with reader() as session:
            bundle = queries.bundle(session, draft_id, actor)
        if name in bundle.files and any(each.is_used for each in places_of(bundle, name)):
            asked = url_for("draft_uses.show", draft_id=draft_id, name=name, removing=version)
            return redirect(asked, 303)
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
        paper = is_template(name)
        cases = choices(session, queries.bundle(session, draft_id, actor)) if paper else ()
    return render_template(
        "studio/drafts/file.html",
        is_paper=paper,
        cases=cases,
        draft=page,
        name=name,
        text=text,
        version=version,
        problems=[text_of(each) for each in problems],
        may_change=actor.is_analyst and version is not None,
        nav="studio",
    )


def _number(given: object) -> int:
    text = str(given or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0

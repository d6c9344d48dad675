"""The form editor's page: what a press does, what the browser asks while somebody edits."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.catalogue.bundle import Bundle
from engine.commands import area_drafts
from engine.commands.analysts import must_be_analyst
from engine.errors import Problem, RulesBroken
from engine.model.area_draft import FileMoved
from engine.queries import studio as queries
from forms.document import Document, Place, Unreadable, written
from webapp.problems import text_of
from webapp.request import LOCALES, current_actor, locale, now, reader, unit_of_work
from webapp.scenarios.words import Words
from webapp.studio.drafts.pages import draft_page
from webapp.studio.drafts.presence import editing_at
from webapp.studio.forms.acts import done, named, place_of
from webapp.studio.forms.files import FormFile, as_one, form_file, from_one, save
from webapp.studio.forms.outline import outline
from webapp.studio.forms.panel import besides, others, panel, wrong
from webapp.studio.forms.preview import Sample, preview, read_of
from webapp.studio.forms.uses import form_uses
from webapp.studio.forms.words import PALETTE, USES, kind_name
from webapp.studio.words import FORM_EDITOR, texts
from webapp.texts import texts_in

bp = Blueprint("form_editor", __name__, url_prefix="/studio/drafts/<uuid:draft_id>/form")

_PARTS: Final = ("outline", "panel", "found", "known", "uses")
_ID: Final = re.compile(r"[a-z][a-z0-9_]{1,59}")
MOST_TYPED: Final = 4000  #: texts of a sample


@bp.post("")
def begin(draft_id: UUID) -> ResponseReturnValue:
    """Put an empty form into the draft."""
    must_be_analyst(current_actor())
    form_id = request.form.get("form", "").strip()
    name = f"forms/{form_id}.form"
    content = json.dumps({"type": "default", "id": form_id, "components": []}, indent=2) + "\n"
    if not _ID.fullmatch(form_id):
        return draft_page(draft_id, [Problem("STU-032", "form", {"name": form_id[:80]})]), 422
    try:
        uow, actor = unit_of_work(), current_actor()
        area_drafts.save(uow, draft_id, name, content.encode(), version=0, actor=actor, at=now())
    except FileMoved as moved:
        both = url_for("draft_files.both", draft_id=draft_id, name=name, mine=moved.mine)
        return redirect(both, 303)
    except RulesBroken as refused:
        return draft_page(draft_id, refused.problems), 422
    return redirect(url_for(".show", draft_id=draft_id, name=name), 303)


@bp.get("/<path:name>")
def show(draft_id: UUID, name: str) -> ResponseReturnValue:
    """Show the editor with one form of a draft; ``at`` says which component is looked at."""
    try:
        file = form_file(draft_id, name)
    except Unreadable:
        flash(
            _("This file is no form that could be edited in parts; here it is as text."), "careful"
        )
        return redirect(url_for("draft_files.show", draft_id=draft_id, name=name), 303)
    return _page(draft_id, file, file.document, place_of(request.args.get("at", "")))


@bp.post("/<path:name>")
def change(draft_id: UUID, name: str) -> ResponseReturnValue:
    """Do what was pressed without a script, and save it."""
    must_be_analyst(current_actor())
    sent = request.form
    file = form_file(draft_id, name)
    document, at = done(
        file.document, place_of(sent.get("at", "")), sent.get("act", ""), _typed(sent.items(True))
    )
    if document != file.document:
        version = sent.get("version", 0, type=int)
        try:
            save(draft_id, name, document, written(document, file.text), version)
        except FileMoved as moved:
            both = url_for("draft_files.both", draft_id=draft_id, name=name, mine=moved.mine)
            return redirect(both, 303)
        except RulesBroken as refused:
            return _page(draft_id, file, document, at, refused.problems), 422
    return redirect(url_for(".show", draft_id=draft_id, name=name, at=named(at) or None), 303)


@bp.post("/acts/<path:name>")
def work(draft_id: UUID, name: str) -> ResponseReturnValue:
    """Do what was pressed in the form that the browser has, and draw it; nothing is saved."""
    must_be_analyst(current_actor())
    sent = _sent()
    try:
        document, text = from_one(str(sent.get("text", "")))
    except Unreadable as unreadable:
        return jsonify(error=str(unreadable)), 422
    with reader() as session:
        bundle = queries.bundle(session, draft_id, current_actor())
    posted = _typed(_pairs(sent.get("posted")))
    document, at = done(
        document, place_of(str(sent.get("at", ""))), str(sent.get("act", "")), posted
    )
    shown = _shown(document, at, bundle, may_change=True)
    parts = {
        each: render_template(f"studio/forms/_{each}.html", draft_id=draft_id, name=name, **shown)
        for each in _PARTS
    }
    sample = _sample(sent.get("sample"))
    return jsonify(
        text=as_one(document, text),
        at=named(at),
        previews={each: preview(document, bundle, each, sample) for each in LOCALES},
        **parts,
    )


@bp.post("/keep/<path:name>")
def keep(draft_id: UUID, name: str) -> ResponseReturnValue:
    """Save the form that the browser has, its English texts beside it."""
    must_be_analyst(current_actor())
    sent = _sent()
    try:
        document, text = from_one(str(sent.get("text", "")))
    except Unreadable as unreadable:
        raise RulesBroken([Problem("STU-031", None, {"why": str(unreadable)})]) from unreadable
    version = sent.get("version")
    try:
        number = save(draft_id, name, document, text, version if isinstance(version, int) else 0)
    except FileMoved as moved:
        both = url_for("draft_files.both", draft_id=draft_id, name=name, mine=moved.mine)
        return jsonify(theirs=moved.theirs, mine=moved.mine, both=both), 409
    return jsonify(version=number)


@bp.route("/preview/<path:name>", methods=["GET", "POST"])
def try_it(draft_id: UUID, name: str) -> ResponseReturnValue:
    """Show a form as staff will see it, on a page of its own; it can be filled in and sent."""
    file = form_file(draft_id, name)
    raw = request.form.to_dict(flat=False) if request.method == "POST" else None
    language = request.args.get("language", locale())
    language = language if language in LOCALES else locale()
    page = preview(file.document, file.bundle, language, Sample(raw))
    return page or redirect(url_for(".show", draft_id=draft_id, name=name), 303)


def _page(
    draft_id: UUID,
    file: FormFile,
    document: Document,
    at: Place,
    problems: Sequence[Problem] = (),
) -> str:
    actor = current_actor()
    with reader() as session:
        page = queries.draft(session, draft_id, actor, now())
    may_change = actor.is_analyst
    return render_template(
        "studio/forms/form.html",
        draft=page,
        draft_id=draft_id,
        name=file.name,
        version=file.version,
        text=as_one(document, file.text),
        editing=editing_at(draft_id),
        texts=texts(FORM_EDITOR),
        palette=PALETTE,
        offered=USES,
        problems=[text_of(each) for each in problems],
        nav="studio",
        **_shown(document, at, file.bundle, may_change=may_change),
    )


def _shown(document: Document, at: Place, bundle: Bundle, *, may_change: bool) -> dict[str, Any]:
    """Return what the parts of the page show of a form."""
    if document.at(at) is None:
        at = ()
    found = wrong(document)
    return {
        "document": document,
        "at": at,
        "component": document.at(at),
        "path": document.paths.get(at, ""),
        "outline": outline(document, found, locale()),
        "found": found,
        "asked": panel(document, at, found),
        "besides": besides(document, at, found),
        "others": others(document, at),
        "known": read_of(document),
        "uses": form_uses(document, bundle),
        "words": Words.of(bundle, locale()),
        "kind_name": _kind_name,
        "named": named,
        "may_change": may_change,
    }


def _kind_name(kind: str) -> str:
    return texts_in(locale()).gettext(kind_name(kind))


def _sent() -> Mapping[str, Any]:
    sent = request.get_json(silent=True)
    return sent if isinstance(sent, dict) else {}


def _pairs(given: Any) -> list[tuple[str, str]]:
    """Return what the browser has in the fields of the panel, name and text."""
    pairs = given if isinstance(given, list) else []
    return [
        (str(each[0]), str(each[1])) for each in pairs if isinstance(each, list) and len(each) == 2
    ]


def _typed(pairs: Any) -> dict[str, str]:
    """Return the texts of the panel by their names; of several under one name the last counts."""
    return {name.removeprefix("p."): text for name, text in pairs if name.startswith("p.")}


def _sample(given: Any) -> Sample:
    """Return what the form is tried with, as the browser keeps it."""
    sample = given if isinstance(given, dict) else {}
    known = sample.get("variables")
    raw: dict[str, list[str]] | None = None
    if isinstance(sample.get("raw"), list):
        raw = {}
        for path, text in _pairs(sample["raw"])[:MOST_TYPED]:
            raw.setdefault(path, []).append(text)
    variables = (
        {str(key): str(each) for key, each in known.items()} if isinstance(known, dict) else {}
    )
    return Sample(raw, variables, str(sample.get("page", "")))

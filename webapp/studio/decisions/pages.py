"""The editor of decision tables: shown, kept as it is typed, tried on samples, pasted into."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import area_drafts
from engine.commands.analysts import must_be_analyst
from engine.dmn import sheets
from engine.dmn.sheets import Row, Sheet
from engine.errors import Problem, RulesBroken
from engine.model.area_draft import FileMoved
from engine.xml import Unreadable
from webapp.errors import wants_json
from webapp.request import current_actor, now, unit_of_work
from webapp.studio.decisions.blemishes import Told
from webapp.studio.decisions.posted import number_of, samples_from, sheet_from
from webapp.studio.decisions.table_page import (
    DecisionFile,
    Shown,
    answers_to,
    chosen_of,
    decision_file,
    frame,
    parts_of,
    table_page,
)
from webapp.studio.drafts.pages import draft_page
from webapp.studio.drafts.starters import first_decision

bp = Blueprint("decisions", __name__, url_prefix="/studio/drafts/<uuid:draft_id>/decisions")

_KEY: Final = re.compile(r"[a-z][a-z0-9_]{1,50}")


@bp.get("/<path:name>")
def show(draft_id: UUID, name: str) -> ResponseReturnValue:
    """Show the decisions of a file, one of them to be edited."""
    found = decision_file(draft_id, name)
    try:
        drawn = sheets.drawn(found.content)
    except Unreadable as unreadable:
        return frame(found, (), None, unreadable=str(unreadable))
    chosen = chosen_of(drawn, request.args.get("decision"))
    if chosen is None or chosen.kind != "table":
        text = sheets.text_of(found.content, chosen.id) if chosen and chosen.kind == "text" else ""
        return frame(found, drawn, chosen, text=text)
    return table_page(found, drawn, chosen, sheets.sheet_of(found.content, chosen.id), Shown())


@bp.post("")
def begin(draft_id: UUID) -> ResponseReturnValue:
    """Add a file with a decision table to begin with."""
    must_be_analyst(current_actor())
    key, title = (request.form.get(each, "").strip() for each in ("decision", "title"))
    if not _KEY.fullmatch(key):
        return draft_page(draft_id, [Problem("DEC-KEY", "decision", {"name": key[:60]})]), 422
    name, content = f"{key}.dmn", first_decision(key, title)
    uow, actor = unit_of_work(), current_actor()
    try:
        area_drafts.save(uow, draft_id, name, content, version=0, actor=actor, at=now())
    except FileMoved:
        return draft_page(draft_id, [Problem("DEC-THERE", "decision", {"name": name})]), 422
    return redirect(url_for("decisions.show", draft_id=draft_id, name=name), 303)


@bp.get("/copy/<path:name>")
def copy(draft_id: UUID, name: str) -> ResponseReturnValue:
    """Give a table for a spreadsheet."""
    found = decision_file(draft_id, name)
    text = sheets.copied(sheets.sheet_of(found.content, request.args.get("decision", "")))
    headers = {"Content-Disposition": 'attachment; filename="table.tsv"'}
    return text, {"Content-Type": "text/tab-separated-values; charset=utf-8", **headers}


@bp.post("/<path:name>")
def save(draft_id: UUID, name: str) -> ResponseReturnValue:
    """Keep a table as it was typed, after doing what was asked with it.

    The page's script asks for JSON: the new version, what was found, and the table itself when
    an act made it another than the page shows.
    """
    must_be_analyst(current_actor())
    found = decision_file(draft_id, name, number_of(request.form.get("version")))
    decision = request.form.get("decision", "")
    if request.form.get("text") is not None:
        written = sheets.with_text(found.content, decision, request.form["text"])
        return _kept(found, decision, written)
    sheet, shown = sheet_from(request.form, decision), Shown()
    shown.samples = samples_from(request.form, len(sheet.inputs))
    try:
        sheet = _acted(found, sheet)
    except RulesBroken as refused:
        shown.problems, shown.pasted = refused.problems, request.form.get("pasted", "")
    return _kept(found, decision, sheets.with_sheet(found.content, sheet), shown)


def _acted(found: DecisionFile, sheet: Sheet) -> Sheet:
    """Do the act a button named: ``remove-row 3``; a button of another name only keeps."""
    act, _space, place = request.form.get("act", "").partition(" ")
    at = number_of(place)
    if act in sheets.ACTS:
        return sheets.acted(sheet, act, at)
    if act == "paste":
        cells = sheets.cells_of(request.form.get("pasted", ""))
        column = number_of(request.form.get("paste.column"))
        row = request.form.get("paste.row")
        from_row = number_of(row) if row else len(sheet.rows)
        return sheets.pasted(sheet, cells, from_row, column)
    if act == "fill-gap":
        return _with_gap(found, sheet, at)
    return sheet


def _with_gap(found: DecisionFile, sheet: Sheet, at: int) -> Sheet:
    """Add a rule that takes what no rule takes."""
    content = sheets.with_sheet(found.content, sheet)
    files = {**found.others, found.name: content}
    gaps = sheets.examined(files, found.name, sheet.decision_id).gaps
    if at >= len(gaps):
        return sheet
    row = Row(None, gaps[at].tests, ("",) * len(sheet.outputs), ("",) * len(sheet.notes))
    return replace(sheet, rows=(*sheet.rows, row)).must_fit()


def _kept(
    found: DecisionFile, decision: str, content: bytes, shown: Shown | None = None
) -> ResponseReturnValue:
    """Save a file unless nothing of it changed, and answer with what became of it."""
    version = found.version
    if content != found.content:
        try:
            version = area_drafts.save(
                unit_of_work(),
                found.draft_id,
                found.name,
                content,
                version=version,
                actor=current_actor(),
                at=now(),
            )
        except FileMoved as moved:
            return _moved(found, moved)
    after = replace(found, content=content, version=version)
    if shown is None:
        return _done(after, decision)
    return _told(after, decision, shown)


def _moved(found: DecisionFile, moved: FileMoved) -> ResponseReturnValue:
    both = url_for("draft_files.both", draft_id=found.draft_id, name=found.name, mine=moved.mine)
    if wants_json():
        return jsonify(both=both), 409
    return redirect(both, 303)


def _done(found: DecisionFile, decision: str) -> ResponseReturnValue:
    if wants_json():
        return jsonify(version=found.version)
    flash(_("Kept."), "done")
    return redirect(_address(found, decision), 303)


def _told(found: DecisionFile, decision: str, shown: Shown) -> ResponseReturnValue:
    """Answer a save: to a script what it shows, to a browser the page again."""
    act = request.form.get("act", "").partition(" ")[0]
    sheet = sheets.sheet_of(found.content, decision)
    if act == "try":
        shown.answers = answers_to(found, sheet, shown.samples)
    if wants_json():
        known = parts_of(found, sheet, shown)
        html = render_template("studio/decisions/_sheet.html", **known) if act else None
        told: Told = known["told"]
        return jsonify(
            version=found.version,
            html=html,
            problems=known["problems"],
            marks=dict(told.marks),
            refused=sorted(told.refused),
            found=render_template("studio/decisions/_found.html", **known),
        )
    if act == "try" or shown.problems:
        drawn = sheets.drawn(found.content)
        page = table_page(found, drawn, chosen_of(drawn, decision), sheet, shown)
        return page, 422 if shown.problems else 200
    return _done(found, decision)


def _address(found: DecisionFile, decision: str) -> str:
    return url_for("decisions.show", draft_id=found.draft_id, name=found.name, decision=decision)

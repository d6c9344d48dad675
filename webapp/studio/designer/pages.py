"""The designer's page, and what it asks while somebody draws: findings, and if FEEL is FEEL."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from engine import bpmn
from engine.catalogue.folder import LARGEST
from engine.commands.analysts import must_be_analyst
from engine.errors import NotFound
from engine.feel import FeelSyntaxError, compile_expression
from engine.queries import studio as queries
from webapp.checking import told
from webapp.findings import text_of_parser, without_markup
from webapp.request import current_actor, locale, now, reader
from webapp.studio.designer.feel_words import feel_functions
from webapp.studio.designer.known import known
from webapp.studio.drafts.presence import editing_at
from webapp.studio.words import DESIGNER, texts

bp = Blueprint("drawing", __name__, url_prefix="/studio")

LONGEST_EXPRESSION: Final = 20_000


@bp.get("/drafts/<uuid:draft_id>/draw/<path:name>")
def show(draft_id: UUID, name: str) -> ResponseReturnValue:
    """Show the designer with one diagram of a draft."""
    actor = current_actor()
    with reader() as session:
        page = queries.draft(session, draft_id, actor, now())
        _, version = queries.file(session, draft_id, name, actor)
        offered = known(session, page, queries.bundle(session, draft_id, actor))
    if not name.endswith(".bpmn"):
        raise NotFound(name)
    return render_template(
        "studio/designer/draw.html",
        draft=page,
        name=name,
        version=version,
        may_change=actor.is_analyst,
        editing=editing_at(draft_id),
        known=offered,
        texts=texts(DESIGNER),
        nav="studio",
    )


@bp.post("/drafts/<uuid:draft_id>/lint/<path:name>")
def lint(draft_id: UUID, name: str) -> ResponseReturnValue:
    """Return what is wrong with a diagram as it is being drawn, beside the draft's other files."""
    must_be_analyst(current_actor())
    with reader() as session:
        bundle = queries.bundle(session, draft_id, current_actor())
    content = request.get_data(cache=False)[: LARGEST + 1]
    found = bpmn.glance(name, {**bundle.diagrams, name: content}, bundle.decisions)
    return jsonify(
        findings=[_plainly(told(each, locale())) for each in found],
        variables=bpmn.variables(name, content),
    )


def _plainly(said: dict[str, Any]) -> dict[str, Any]:
    return {
        **said,
        "title": without_markup(said["title"]),
        "detail": without_markup(said["detail"]),
    }


@bp.post("/feel")
def feel() -> ResponseReturnValue:
    """Tell whether a text is FEEL, and where not; which variables it looks at."""
    must_be_analyst(current_actor())
    sent = request.get_json(silent=True)
    text = str(sent.get("text", ""))[:LONGEST_EXPRESSION] if isinstance(sent, dict) else ""
    try:
        return jsonify(names=sorted(compile_expression(text.removeprefix("=")).names))
    except FeelSyntaxError as wrong:
        column = wrong.column + (text.startswith("=") and wrong.line == 1)
        expected, found = (text_of_parser(each, locale()) for each in (wrong.expected, wrong.found))
        return jsonify(line=wrong.line, column=column, expected=expected, found=found)


@bp.get("/feel/functions")
def functions() -> ResponseReturnValue:
    """Tell which functions FEEL has here: how they are called, and what each is for."""
    must_be_analyst(current_actor())
    return jsonify(functions=feel_functions())

"""What a template of a paper would print: of a real case, or of values that are made up."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from engine.catalogue.bundle import Bundle
from engine.catalogue.config import ConfigRefused
from engine.catalogue.folder import may_be_named
from engine.catalogue.papers import ENDING, FOLDER
from engine.catalogue.papers import Paper as Declared
from engine.commands.analysts import must_be_analyst
from engine.queries import studio as queries
from engine.queries.paper_page import SAMPLE_CODE, preview_of, recent_cases
from engine.storage.database import Session
from webapp.documents.press import PaperFailed, Press
from webapp.request import current_actor, now, reader, services

bp = Blueprint("draft_papers", __name__, url_prefix="/studio/drafts/<uuid:draft_id>/papers")

#: of the frame beside the template: pictures and the words of what is wrong, no program
_FRAME: Final = "default-src 'none'; img-src data:; style-src 'self'; frame-ancestors 'self'"


def is_template(name: str) -> bool:
    """Tell whether a file of a draft is a template of a paper, or shared by some."""
    return name.startswith(FOLDER) and name.endswith(ENDING) and may_be_named(name)


def choices(session: Session, bundle: Bundle) -> Sequence[Mapping[str, Any]]:
    """Return the cases a template may be tried with, the newest first."""
    found = recent_cases(session, _processes(bundle), current_actor())
    return [
        {"id": str(each.id), "number": each.business_key or "", "title": each.title}
        for each in found
    ]


@bp.post("/preview/<path:name>")
def preview(draft_id: UUID, name: str) -> ResponseReturnValue:
    """Show the pages that a template makes as it is being typed, or where it is wrong."""
    actor = current_actor()
    must_be_analyst(actor)
    if not is_template(name):
        abort(404)
    text = request.form.get("text", "").replace("\r\n", "\n")
    pages: list[str] = []
    wrong = None
    with reader() as session:
        bundle = queries.bundle(session, draft_id, actor)
        tried = Bundle({**bundle.files, name: text.encode(errors="replace")})
        process_id, declared = _declared(tried, name)
        press = Press(services().settings.web.public_url)
        case = _case(session, tried)
        page = preview_of(
            session, tried, process_id, declared, case, role_name=press.role_name, at=now()
        )
    try:
        made = press.pictures(tried.papers, declared.template, page, SAMPLE_CODE)
        pages = [b64encode(each).decode() for each in made]
    except PaperFailed as failed:
        wrong = failed
    answer = Response(render_template("studio/papers/preview.html", pages=pages, wrong=wrong))
    answer.status_code = 422 if wrong else 200
    answer.headers["Content-Security-Policy"] = _FRAME
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


def _declared(bundle: Bundle, name: str) -> tuple[str, Declared]:
    """Return the paper that a template is for; one of its own when none is declared yet."""
    template = name.removeprefix(FOLDER).removesuffix(ENDING)
    try:
        for process in bundle.config.processes.values():
            for paper in process.papers.values():
                if paper.template == template:
                    return process.process_id, paper
    except ConfigRefused:
        pass  # the settings page tells what is wrong with it
    return "", Declared(template, template, (), template=template)


def _case(session: Session, bundle: Bundle) -> UUID | None:
    """Return the chosen case; whoever may not see it is told that there is none."""
    asked = request.form.get("case", "")
    if not asked:
        return None
    known: dict[str, UUID] = {str(each.id): each.id for each in recent_cases(
        session, _processes(bundle), current_actor())}  # fmt: skip
    if asked not in known:
        abort(404)
    return known[asked]


def _processes(bundle: Bundle) -> Sequence[str]:
    try:
        return list(bundle.config.processes)
    except ConfigRefused:
        return []

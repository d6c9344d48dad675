"""Pages and addresses of a case's documents."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import NotFound

from engine.commands import documents, drafts
from engine.commands.sealing import signing_key
from engine.errors import Problem, RulesBroken
from engine.queries import cases, talk, tasks
from engine.queries import documents as queries
from engine.queries.act_proof import proof_of
from engine.queries.cases import CasePage
from engine.queries.documents import Filed, Version
from engine.queries.originals import sheets
from webapp.cases.file_tab import accepted, contents_of_area, not_taken
from webapp.cases.pages import show as case_page
from webapp.cases.trail import trail_of
from webapp.documents import pdf_response, render_pdf
from webapp.errors import wants_json
from webapp.files.archive import Signed, archived, made_of
from webapp.files.printed import TEMPLATE, printed_case
from webapp.files.sealed import beside
from webapp.formatting import digits
from webapp.inbox.draft_pages import keep_posted
from webapp.inbox.form_tab import form_tab
from webapp.inbox.posted import PAGE
from webapp.inbox.step_form import step_of
from webapp.inbox.task_pages import show as task_page
from webapp.inbox.task_pages import task_page as step_page
from webapp.problems import text_of
from webapp.receiving import received
from webapp.request import current_actor, now, reader, services, unit_of_work
from webapp.security import secret_keys

bp = Blueprint("files", __name__, url_prefix="/cases/<uuid:instance_id>/documents")

#: comments on paper, the newest
MOST_PRINTED: Final = 2_000
#: of what people brought: it loads nothing, runs nothing and belongs to no page
_SANDBOX: Final = "default-src 'none'; sandbox"
#: of the frame that draws PDFs: our own script and style, no connection, no cookie, no storage
_VIEWER: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data: blob:;"
    " font-src 'self' data: blob:; frame-ancestors 'self'; sandbox allow-scripts"
)


@bp.post("")
def add(instance_id: UUID) -> ResponseReturnValue:
    """Put one or more documents into the case's file, with the step they belong to."""
    task_id = _task_asked()
    with reader() as session:
        cases.definition(session, instance_id, current_actor())
    try:
        added = documents.attach(
            unit_of_work(),
            instance_id,
            received(request.args.get("input", "files")),
            actor=current_actor(),
            at=now(),
            limits=services().settings.documents,
            task_id=task_id,
            field=request.args.get("field"),
        )
    except RulesBroken as broken:
        field = request.args.get("field")
        if task_id is not None and field and not wants_json():
            return _not_chosen(broken, task_id, field)
        return _not_taken(broken, instance_id, task_id)
    if wants_json():
        return jsonify(documents=[str(each) for each in added]), 201
    if task_id is not None and request.args.get("field"):
        return _chosen(task_id, request.args["field"], added)
    count = len(added)
    told = ngettext("%(num)s document was added.", "%(num)s documents were added.", count)
    flash(digits(told), "done")
    return redirect(_tab(instance_id, task_id), 303)


@bp.get("/all.zip")
def archive(instance_id: UUID) -> ResponseReturnValue:
    """Give the whole file of a case: documents, the case on paper, acts and proof, signed."""
    at, key = now(), signing_key(secret_keys(services().settings)[0])
    with reader() as session:
        case = cases.page(session, instance_id, current_actor())
        filed = queries.of_case(session, instance_id, current_actor())
        made = made_of(contents_of_area(session, instance_id, case.process_id), at)
    with services().database.snapshot() as session:
        proof = proof_of(session, instance_id)
    on_paper = render_pdf(TEMPLATE, _on_paper(case, filed))
    about = {"case": str(case.id), "number": case.business_key or "", "process": case.process_id}
    signed = Signed(about, {"case.pdf": on_paper, **beside(proof, key)}, key, at)
    zipped = archived(filed, services().documents, made, signed)
    answer = Response(zipped, mimetype="application/zip")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{instance_id}.zip")
    return answer


@bp.get("/case.pdf")
def printed(instance_id: UUID) -> ResponseReturnValue:
    """Give the whole case on paper: facts, documents, answers, talk and trail."""
    with reader() as session:
        case = cases.page(session, instance_id, current_actor())
        filed = queries.of_case(session, instance_id, current_actor())
    return pdf_response(TEMPLATE, _on_paper(case, filed), f"{case.business_key or case.id}.pdf")


def _on_paper(case: CasePage, filed: Sequence[Filed]) -> dict[str, Any]:
    with reader() as session:
        said = talk.talk(session, case.id, most=MOST_PRINTED)
    trail = trail_of(case.progress, case.definition, case.unit)
    return printed_case(case, trail, filed, said, printed_at=now())


@bp.get("/<uuid:document_id>")
def show(instance_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Show one document: its preview, its versions, and what may be done with it."""
    return document_page(instance_id, document_id)


@bp.post("/<uuid:document_id>")
def replace(instance_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Put a newer version in its place."""
    _must_be_of(instance_id, document_id)
    try:
        [content] = received()[:1]
        limits = services().settings.documents
        documents.replace(
            unit_of_work(), document_id, content, actor=current_actor(), at=now(), limits=limits
        )
    except RulesBroken as broken:
        if wants_json():
            raise
        return document_page(instance_id, document_id, broken), 422
    flash(_("The newer version counts now; the older ones stay."), "done")
    return redirect(url_for("files.show", instance_id=instance_id, document_id=document_id), 303)


@bp.post("/<uuid:document_id>/withdraw")
def withdraw(instance_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """Let a document count no more, with the reason."""
    _must_be_of(instance_id, document_id)
    try:
        documents.withdraw(
            unit_of_work(),
            document_id,
            request.form.get("reason", ""),
            actor=current_actor(),
            at=now(),
        )
    except RulesBroken as broken:
        if wants_json():
            raise
        return document_page(instance_id, document_id, broken), 422
    flash(_("Withdrawn. It stays in the file with your reason."), "done")
    return redirect(url_for("files.show", instance_id=instance_id, document_id=document_id), 303)


@bp.get("/<uuid:document_id>/<int:number>")
def content(instance_id: UUID, document_id: UUID, number: int) -> ResponseReturnValue:
    """Give the content of one version: to be saved, or a picture to be shown in the page."""
    with reader() as session:
        version = queries.content(session, instance_id, document_id, number, current_actor())
    return content_answer(version, inline=version.kind.is_image and "inline" in request.args)


@bp.get("/viewer")
def viewer(instance_id: UUID) -> ResponseReturnValue:
    """Give the frame that draws a PDF; the page around it hands the content over."""
    with reader() as session:
        cases.definition(session, instance_id, current_actor())
    answer = Response(render_template("files/viewer.html"))
    answer.headers["Content-Security-Policy"] = _VIEWER
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


def _chosen(task_id: UUID, path: str, added: list[UUID]) -> ResponseReturnValue:
    """Keep the ids in the draft of the answer, beside all else that was typed."""
    keep_posted(task_id)
    before = request.form.get(path, "").split()
    chosen = "\n".join([*before, *map(str, added)])
    drafts.save(unit_of_work(), task_id, {path: chosen}, actor=current_actor(), at=now())
    return redirect(url_for("tasks.show", task_id=task_id, _anchor=path), 303)


def _not_chosen(broken: RulesBroken, task_id: UUID, path: str) -> ResponseReturnValue:
    """Show the form again with the reasons beside the field; all else that was typed is kept."""
    keep_posted(task_id)
    problems = tuple(Problem(each.code, path, each.params) for each in broken.problems)
    with reader() as session:
        task = tasks.page(session, task_id, current_actor())
        step = dataclasses.replace(step_of(session, task), page=request.form.get(PAGE))
        return step_page(task, form_tab(session, task, step, problems=problems)), 422


def document_page(instance_id: UUID, document_id: UUID, broken: RulesBroken | None = None) -> str:
    """Return the page of one document, with what was refused beside its field."""
    actor = current_actor()
    with reader() as session:
        document = queries.of_one(session, instance_id, document_id, actor)
        paper = sheets(session, document_id, actor)
        may_change = document.counts and queries.may_add(session, instance_id, actor)
    asked = request.args.get("version", "")
    shown = next((each for each in document.versions if str(each.number) == asked), None)
    said = broken.problems if broken else ()
    return render_template(
        "files/show.html",
        document=document,
        paper=paper,
        typed=request.form if broken else {},
        shown=shown or document.newest,
        may_change=may_change,
        accepted=accepted((document.newest.kind.name,)),
        problems={each.field: text_of(each) for each in said},
        nav="inbox",
    )


def content_answer(version: Version, *, inline: bool = False) -> Response:
    """Answer the content of a version: to be saved, or shown in the page."""
    answer = send_file(
        services().documents.open(version.sha256),
        mimetype=version.kind.media_type,
        as_attachment=not inline,
        download_name=version.name,
        etag=version.sha256,
        conditional=True,
    )
    answer.headers["Content-Security-Policy"] = _SANDBOX
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _not_taken(broken: RulesBroken, instance_id: UUID, task_id: UUID | None) -> ResponseReturnValue:
    """Show the tab again with the reasons beside the field."""
    if wants_json():
        raise broken
    not_taken(broken)
    page = make_response(task_page(task_id) if task_id else case_page(instance_id))
    page.status_code = 422
    return page


def _tab(instance_id: UUID, task_id: UUID | None) -> str:
    if task_id:
        return url_for("tasks.show", task_id=task_id, tab="file")
    return url_for("cases.show", instance_id=instance_id, tab="file")


def _task_asked() -> UUID | None:
    asked = request.args.get("task")
    try:
        return UUID(asked) if asked else None
    except ValueError:
        raise NotFound from None


def _must_be_of(instance_id: UUID, document_id: UUID) -> None:
    """Answer as if there were none to who may not see the case."""
    with reader() as session:
        queries.of_one(session, instance_id, document_id, current_actor())

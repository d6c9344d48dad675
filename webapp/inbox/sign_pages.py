"""Signing an answer with a file, a token, or elsewhere: the page it waits on."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask import redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from engine.commands import signature_requests, tasks
from engine.commands.signing import ELSEWHERE, Signed, Written
from engine.errors import EngineError, NotFound
from engine.model.signature import SignatureRequest
from engine.queries import tasks as queries
from engine.queries.tasks import OpenStep
from engine.signing import errors
from engine.signing.content import sha256
from engine.signing.errors import SigningRefused
from engine.storage import signature_requests as rows
from engine.storage.database import Session
from webapp.errors import problems_of, text_and_code, wants_json
from webapp.inbox.going_on import went_on
from webapp.inbox.signed import content_of, level_of, papers_of
from webapp.inbox.task_pages import bp
from webapp.request import current_actor, now, reader, services, unit_of_work
from webapp.signing.making import signed_by, taken
from webapp.signing.pens import FILE, OWN, TOKEN
from webapp.wording import words_of

LARGEST: Final = 256 * 1024  #: bytes of a signature made elsewhere


def keep(asked: OpenStep, values: Mapping[str, Any]) -> ResponseReturnValue:
    """Let an answer wait for its signature, and lead to where it is signed.

    Raises:
        SigningRefused: the page showed something else than stands now.
    """
    written = Written.now(now())
    with reader() as session:
        content = content_of(session, asked, values, written)
    kept = signature_requests.keep(
        unit_of_work(),
        asked.task.id,
        content,
        values,
        case=asked.read.instance.id,
        actor=current_actor(),
        at=now(),
    )
    return redirect(url_for("tasks.sign", task_id=asked.task.id, request_id=kept), 303)


@bp.get("/sign/<uuid:request_id>")
def sign(task_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """Show what is signed, and by what it can be."""
    return _page(task_id, request_id)


@bp.get("/sign/<uuid:request_id>/content.json")
def content_to_sign(task_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """Give the bytes to be signed elsewhere."""
    with reader() as session:
        waits = _waiting(session, task_id, request_id)
    return send_file(
        io.BytesIO(waits.content),
        mimetype="application/json",
        as_attachment=True,
        download_name=f"{task_id}.json",
    )


@bp.post("/sign/<uuid:request_id>")
def take_signature(task_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """Sign the answer that waits, or take its signature, and complete the step with it."""
    means = request.form.get("means", ELSEWHERE)
    try:
        with reader() as session:
            asked = queries.to_change(session, task_id, current_actor())
            waits = _waiting(session, task_id, request_id)
            signature = _signature(session, asked, waits, means)
        done = tasks.complete(
            unit_of_work(),
            task_id,
            waits.answer,
            actor=current_actor(),
            at=now(),
            signed=signature,
        )
    except SigningRefused as refused:
        if wants_json():
            raise
        return _page(task_id, request_id, refused, means), 422
    return went_on(asked, waits.answer, done.instance_id)


def _signature(session: Session, asked: OpenStep, waits: SignatureRequest, means: str) -> Signed:
    written = signature_requests.written_of(waits)
    if means in (OWN, FILE, TOKEN):
        papers = papers_of(asked, waits.answer)
        return signed_by(session, waits.content, written, means, papers)
    upload = request.files.get("signature")
    cms = upload.stream.read(LARGEST + 1) if upload else b""
    if not cms or len(cms) > LARGEST:
        raise SigningRefused(errors.UNREADABLE)
    return taken(session, waits.content, cms, written, ELSEWHERE)


def _waiting(session: Session, task_id: UUID, request_id: UUID) -> SignatureRequest:
    found = rows.one(session, request_id, current_actor().person_id, now())
    if found is None or found.task_id != task_id:
        raise NotFound("no answer waits for its signature here")
    return found


def _page(
    task_id: UUID, request_id: UUID, refused: EngineError | None = None, means: str = ""
) -> str:
    with reader() as session:
        asked = queries.to_change(session, task_id, current_actor())
        page = queries.page(session, task_id, current_actor(), drafts=False)
        waits = _waiting(session, task_id, request_id)
    words = words_of(page.definition)
    level = level_of(asked)
    return render_template(
        "inbox/sign.html",
        task=page,
        words=words,
        waits=waits,
        outcome=words.task_outcome(page.form_id, str(waits.answer.get("outcome") or "")),
        hash=sha256(waits.content),
        level=level.value if level else "",
        has_token=bool(services().settings.signing.module),
        problems=[text_and_code(each) for each in problems_of(refused)] if refused else [],
        means=means,
        nav="inbox",
    )

"""Signing PDFs of a case's file: one, or several in one act with a list of what is signed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from engine.commands import document_signing
from engine.commands.document_signing import SignedPdf
from engine.errors import EngineError, NotFound
from engine.queries import cases
from engine.queries import documents as queries
from engine.queries.documents import Filed
from engine.signing import errors
from engine.signing.errors import SigningRefused
from webapp.errors import problems_of, text_and_code, wants_json
from webapp.files.pages import bp
from webapp.formatting import digits
from webapp.problems import as_json
from webapp.request import current_actor, now, reader, services, unit_of_work
from webapp.signing.making import signed_pdf
from webapp.signing.pens import OWN, pen
from webapp.signing.trusting import trust_here


@bp.get("/sign")
def ask_to_sign(instance_id: UUID) -> ResponseReturnValue:
    """List the PDFs that would be signed, with their hashes and how many they are (R-SIG-09)."""
    return _page(instance_id)


@bp.post("/sign")
def sign(instance_id: UUID) -> ResponseReturnValue:
    """Sign each document that is ticked, with a signature of its own, by one password.

    Nothing is kept before all are signed; then each is kept for itself, and told of for itself.
    """
    wanted = request.form.getlist("document")
    with reader() as session:
        documents = [each for each in _signable(instance_id) if str(each.id) in wanted]
        if not documents:
            return _page(instance_id, SigningRefused(errors.NOT_SIGNABLE)), 422
        try:
            trust = trust_here(session)
            means = request.form.get("means", OWN)
            with pen(session, means) as signer:
                made = [(each, signed_pdf(each.newest, signer, trust, means)) for each in documents]
        except SigningRefused as refused:
            if wants_json():
                raise
            return _page(instance_id, refused), 422
    return _told(instance_id, [(each, _not_kept(each, signed)) for each, signed in made])


def _not_kept(document: Filed, signed: SignedPdf) -> EngineError | None:
    """Put a signed PDF in its document's place; return why not, where that is refused."""
    limits = services().settings.documents
    try:
        document_signing.sign(
            unit_of_work(), document.id, signed, actor=current_actor(), at=now(), limits=limits
        )
    except EngineError as refused:
        return refused
    return None


def _told(
    instance_id: UUID, outcomes: Sequence[tuple[Filed, EngineError | None]]
) -> ResponseReturnValue:
    """Say how many were signed, and of each of the others why it was not."""
    signed = [each for each, why in outcomes if why is None]
    refused = [(each, why) for each, why in outcomes if why is not None]
    if refused and wants_json():
        if not signed:
            raise refused[0][1]
        told = {str(each.id): [as_json(one) for one in problems_of(why)] for each, why in refused}
        return {"signed": [str(each.id) for each in signed], "refused": told}, 422
    if signed:
        count = len(signed)
        text = ngettext("%(num)s document was signed.", "%(num)s documents were signed.", count)
        flash(digits(text), "done")
    if refused:
        of, why = zip(*refused, strict=True)
        return _page(instance_id, *why, of=of), 422
    return redirect(url_for("cases.show", instance_id=instance_id, tab="file"), 303)


def _signable(instance_id: UUID) -> list[Filed]:
    with reader() as session:
        cases.definition(session, instance_id, current_actor())
        if not queries.may_add(session, instance_id, current_actor()):
            raise NotFound("no case of the actor's to sign in")
        filed = queries.of_case(session, instance_id, current_actor())
    return [each for each in filed if each.counts and each.newest.kind.name == "pdf"]


def _page(instance_id: UUID, *refused: EngineError, of: Sequence[Filed] = ()) -> str:
    """Return the page, with what was refused.

    Args:
        of: the document of each refusal; none: they are of all that are ticked.
    """
    documents = _signable(instance_id)
    asked = [str(each.id) for each in of] or request.values.getlist("document")
    names = [each.newest.name for each in of] or [""] * len(refused)
    return render_template(
        "files/sign.html",
        instance_id=instance_id,
        documents=documents,
        ticked=asked or [str(each.id) for each in documents],
        has_token=bool(services().settings.signing.module),
        problems=[
            (name, text_and_code(each))
            for name, why in zip(names, refused, strict=True)
            for each in problems_of(why)
        ],
        nav="inbox",
    )

"""Confirming an approval without a password: the proof is given on a page of its own.

What was filled in is kept as a draft meanwhile and stands in the form again afterwards; the
proof counts for this very answer, which is then sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.errors import ConfirmationMissing, Problem
from engine.model.act import canonical, hash_of
from engine.model.sign_in import Method
from engine.queries import tasks as queries
from engine.queries.tasks import OpenStep
from forms.errors import Raw
from forms.paths import is_own, joined
from webapp.accounts import answer_proof, passkeys
from webapp.accounts.checking import confirmed
from webapp.accounts.guessing import failed, is_guessing
from webapp.accounts.pages import provider_title
from webapp.errors import problems_of, wants_json
from webapp.inbox.draft_pages import keep_posted
from webapp.inbox.posted import Posted
from webapp.inbox.task_pages import bp
from webapp.request import current_actor, reader, services
from webapp.wording import words_of

OUTCOME: Final = "outcome"


def proof_of(asked: OpenStep, raw: Posted) -> Method | None:
    """Return by what the actor proved to be there for this answer: what was typed, or before."""
    before = answer_proof.proof_of(lambda: mark_of(asked.task.id, asked.drafts, raw))
    return before or confirmed(request.form.get("password", ""))


def ask_for_proof(asked: OpenStep, raw: Posted) -> ResponseReturnValue | None:
    """Lead to where an answer is proved; ``None`` where only a password or a code can do it."""
    if request.form.get("password") or wants_json() or not answer_proof.ways().are_any:
        return None
    task_id = asked.task.id
    keep_posted(task_id)
    answer_proof.wait_for(
        mark_of(task_id, asked.drafts, raw),
        url_for("tasks.show", task_id=task_id),
        request.form.get(OUTCOME, ""),
    )
    return redirect(url_for("tasks.confirm", task_id=task_id), 303)


def why_unproved(missing: ConfirmationMissing) -> tuple[Problem, ...]:
    """Return what to say of an answer that nothing confirmed: what was typed was wrong, or none."""
    if not request.form.get("password"):
        return problems_of(missing)
    is_slowed = is_guessing(current_actor().username)
    return (Problem("GEN-GUESSING" if is_slowed else "GEN-PASSWORD"),)


def mark_of(task_id: UUID, drafts: Mapping[str, str], raw: Raw) -> str:
    """Return what tells an answer from every other: its step, its outcome, all that was typed.

    What was posted is the same as what is kept of it as a draft.
    """
    posted = {
        path: joined([texts] if isinstance(texts, str) else texts)
        for path, texts in raw.items()
        if not is_own(path)
    }
    typed = {path: text for path, text in {**drafts, **posted}.items() if text}
    outcome = request.form.get(OUTCOME, "")
    return hash_of(canonical({"task": str(task_id), OUTCOME: outcome, "typed": typed}))


@bp.get("/confirm")
def confirm(task_id: UUID) -> ResponseReturnValue:
    """Show by what the answer that was just sent can be confirmed."""
    with reader() as session:
        task = queries.page(session, task_id, current_actor(), drafts=False)
    waited = _waiting(task_id)
    if waited is None:
        return redirect(url_for("tasks.show", task_id=task_id), 303)
    words = words_of(task.definition)
    return render_template(
        "inbox/confirm.html",
        task=task,
        words=words,
        outcome=words.task_outcome(task.form_id, waited.outcome),
        ways=answer_proof.ways(),
        provider=provider_title(services().settings.sign_in),
        nav="inbox",
    )


@bp.post("/confirm/passkey/options")
def options_to_confirm(task_id: UUID) -> ResponseReturnValue:
    """Say what a passkey has to sign: it is made of the answer."""
    waited = _waiting(task_id)
    return _nothing_waits() if waited is None else passkeys.options_to_prove(waited.mark)


@bp.post("/confirm/passkey")
def confirm_by_passkey(task_id: UUID) -> ResponseReturnValue:
    """Take the signature of the acting person's passkey as the proof of the answer."""
    waited, actor = _waiting(task_id), current_actor()
    if waited is None:
        return _nothing_waits()
    if is_guessing(actor.username):
        return jsonify(
            problem=_("Too many attempts. Wait a quarter of an hour and try again.")
        ), 429
    try:
        key = passkeys.proved(waited.mark)
    except passkeys.NotProved:
        key = None
    if key is None or key.person_id != actor.person_id:
        failed(actor.username)
        return jsonify(problem=_("This passkey is not known here.")), 422
    answer_proof.proved(waited, Method.PASSKEY)
    return jsonify(next=waited.back)


def _waiting(task_id: UUID) -> answer_proof.Waiting | None:
    waited = answer_proof.waiting()
    is_this = waited is not None and waited.back == url_for("tasks.show", task_id=task_id)
    return waited if is_this else None


def _nothing_waits() -> ResponseReturnValue:
    return jsonify(problem=_("It took too long. Send your answer again.")), 409

"""Nothing typed is lost: not at a sign-out, not to a token of yesterday, not to a colleague.

An answer that comes without a sign-in, or with the token of another one, is kept for the
person this browser last belonged to, and is the draft of its step again when that person
signs in. What comes too late stays as a note for its writer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask, flash, redirect, request, url_for
from flask import session as web_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError

from engine.commands import drafts, kept
from engine.errors import (
    EngineError,
    NotTaskHolder,
    RulesBroken,
    TaskAlreadyClosed,
    TaskNotFound,
)
from engine.model.kept import WhyKept
from engine.queries import kept as queries
from engine.queries import tasks
from forms.errors import Raw
from forms.paths import is_own, joined
from webapp.accounts.browsers import AFTER_SIGN_IN, PERSON
from webapp.errors import forged, sign_in_needed, wants_json
from webapp.inbox.asked import is_asked
from webapp.inbox.step_form import StepForm, step_of
from webapp.request import SignInNeeded, current_actor, is_signed_in, now, reader, unit_of_work

_ANSWERS: Final = frozenset({"tasks.complete", "tasks.save_draft"})


def init_app(app: Flask) -> None:
    """Have answers kept that cannot be taken, and put back at the next sign-in."""
    app.register_error_handler(SignInNeeded, _signed_out)
    app.register_error_handler(CSRFError, _stale)
    AFTER_SIGN_IN["kept answers"] = _put_back


def keep_note(task_id: UUID, typed: Raw) -> bool:
    """Keep what the actor typed as a note that only he sees; tell whether it is kept."""
    person_id, texts, why = current_actor().person_id, _texts(typed), WhyKept.TOO_LATE
    try:
        return kept.keep(unit_of_work(), task_id, texts, why, person_id=person_id, at=now())
    except RulesBroken:  # more than a note holds; the page still shows it, to be copied
        return False


def _signed_out(error: SignInNeeded) -> ResponseReturnValue:
    """Keep the answer of a sign-in that is over, then lead to the next one and back to it."""
    if not _is_answer() or PERSON not in web_session:
        return sign_in_needed(error)
    return _kept_until_sign_in()


def _stale(error: CSRFError) -> ResponseReturnValue:
    """Keep an answer whose page is older than the sign-in, if it is a page of ours at all."""
    if not _is_answer() or not _is_from_here():
        return forged(error)
    if is_signed_in():
        return _kept_as_draft()
    return _kept_until_sign_in() if PERSON in web_session else forged(error)


def _is_answer() -> bool:
    return request.endpoint in _ANSWERS and request.method == "POST" and not wants_json()


def _is_from_here() -> bool:
    """Tell whether a browser says that a page of this site sent the form."""
    return urlsplit(request.headers.get("Origin", "")).netloc == request.host


def _task_id() -> UUID:
    found: UUID = (request.view_args or {})["task_id"]
    return found


def _kept_until_sign_in() -> ResponseReturnValue:
    task_id, texts = _task_id(), _texts(request.form.to_dict(flat=False))
    try:
        kept.keep(
            unit_of_work(),
            task_id,
            texts,
            WhyKept.SIGNED_OUT,
            person_id=UUID(web_session[PERSON]),
            at=now(),
        )
        flash(
            _("You were signed out. What you typed is kept: sign in, and it is there."), "careful"
        )
    except EngineError:
        flash(_("You were signed out. Sign in and send your answer again."), "careful")
    target = url_for("tasks.show", task_id=task_id)
    return redirect(url_for("accounts.sign_in", next=target), 303)


def _kept_as_draft() -> ResponseReturnValue:
    """Save what was typed and show the form again, with a token of this sign-in."""
    task_id, texts = _task_id(), _texts(request.form.to_dict(flat=False))
    actor = current_actor()
    with reader() as session:
        step = step_of(session, tasks.page(session, task_id, actor), with_lines=False)
    changes: dict[str, str | None] = {**_asked(step, texts)}
    try:
        drafts.save(unit_of_work(), task_id, changes, actor=actor, at=now())
    except (TaskAlreadyClosed, NotTaskHolder):
        keep_note(task_id, texts)
        said = _lost()
    else:
        said = _("The page was open too long. What you typed is kept: look at it and send it.")
    flash(said, "careful")
    return redirect(url_for("tasks.show", task_id=task_id), 303)


def _put_back() -> None:
    """Make what was kept of the actor's answers the drafts of their steps again."""
    actor = current_actor()
    with reader() as session:
        waiting = queries.signed_out(session, actor.person_id)
    for task_id, typed in waiting.items():
        try:
            with reader() as session:
                step = step_of(session, tasks.page(session, task_id, actor), with_lines=False)
        except TaskNotFound:
            continue
        texts = _asked(step, typed)
        if kept.put_back(unit_of_work(), task_id, texts, actor=actor, at=now()):
            flash(_("What you had typed is there again. Nothing was sent yet."), "done")
        else:
            flash(_lost(), "careful")


def _lost() -> str:
    text: str = _("This step is no longer yours. What you typed is your note among the documents.")
    return text


def _asked(step: StepForm, typed: Mapping[str, str]) -> dict[str, str]:
    return {path: text for path, text in typed.items() if is_asked(step, path)}


def _texts(typed: Raw) -> dict[str, str]:
    """Return the answers of a form as texts; its tokens and passwords are none."""
    return {
        path: text if isinstance(text, str) else joined(text)
        for path, text in typed.items()
        if not is_own(path)
    }

"""The Form tab of a task: its form, its lines, and what was wrong with the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from flask import request, url_for
from flask import session as web_session
from flask_babel import gettext as _

from engine.catalogue.config import Step
from engine.errors import Problem
from engine.model.sign_in import Method
from engine.queries import tasks as queries
from engine.queries.talk import lines_talked
from engine.queries.tasks import TaskPage
from engine.signing import Level, errors
from engine.storage.database import Session
from webapp.accounts import answer_proof
from webapp.accounts.browsers import METHOD
from webapp.errors import text_and_code
from webapp.inbox import signed
from webapp.inbox.browser_form import browser_form
from webapp.inbox.check import parts_of
from webapp.inbox.given import answers_given
from webapp.inbox.posted import left_over
from webapp.inbox.step_form import StepForm, step_of
from webapp.lines.model import LinePage
from webapp.lines.page import line_page
from webapp.problems import text_of, texts_by_field
from webapp.request import current_actor, locale
from webapp.wording import Words, words_of

#: who came by these may have no password to confirm an approval with
WITHOUT_PASSWORD: Final = frozenset({Method.PASSKEY.value, Method.PROVIDER.value})
_OF_PASSWORD: Final = frozenset({errors.UNSIGNED, errors.KEY_CLOSED})  #: stand beside it, too


def form_tab(
    session: Session,
    task: TaskPage,
    step: StepForm | None = None,
    *,
    problems: tuple[Problem, ...] = (),
    notice: str = "",
) -> Mapping[str, Any]:
    """Return what the tab's template shows.

    Args:
        step: the form with what was just posted; without one it is as it stands.
        problems: what was wrong with what was posted.
        notice: said above the form.
    """
    words, refusal = words_of(task.definition), None
    if step is None:
        refusal = None if task.is_closed else queries.refusal(session, task)
        step = replace(step_of(session, task), page=request.args.get("page"))
        problems = refusal.problems if refusal else problems
    address = url_for("tasks.show", task_id=task.id)
    step = replace(step, address=address, helper=address)
    line_model = _line_model(task, step, problems)
    return {
        "step": step,
        "parts": parts_of(step) if step.is_check else (),
        "browser": browser_form(step),
        "given": answers_given(session, task),
        "left_over": left_over(step, problems),
        "notice": notice,
        "refused_by": refusal and words.element(refusal.element_id, refusal.name),
        "problems": [(each.field, _said(each, words)) for each in problems],
        "of_password": [_said(each, words) for each in problems if each.code in _OF_PASSWORD],
        "line_model": line_model,
        "talk_lines": lines_talked(session, task.instance_id) if line_model and task.talked else {},
        **_confirming(task),
        **signed.asked_of(session, task),
    }


def _said(problem: Problem, words: Words) -> str:
    """Say a problem; with its code where it is of a signature, which no field explains."""
    is_signature = problem.code.startswith("SIG-")
    return text_and_code(problem, words) if is_signature else text_of(problem, words)


def _confirming(task: TaskPage) -> Mapping[str, Any]:
    """Return whether the step is an approval, and how the answer to it is confirmed already."""
    process = task.definition.bundle.process(task.process_id)
    if not needs_proof(process.step(task.element_id)):
        return {"confirm": False}
    proved = answer_proof.proved_on(url_for("tasks.show", task_id=task.id))
    chosen = words_of(task.definition).task_outcome(task.form_id, proved.outcome) if proved else ""
    return {
        "confirm": True,
        "proved": proved,
        "proved_outcome": chosen or _("Complete the task"),
        "signs_in_without": web_session.get(METHOD) in WITHOUT_PASSWORD,
    }


def needs_proof(step: Step) -> bool:
    """Tell whether an answer is confirmed by a password, a code or a passkey.

    What a certificate signs needs no more: its key is opened by a password of its own.
    """
    if step.sign is None:
        return step.confirm
    return not step.sign.needs_certificate and (step.confirm or step.sign is Level.CONFIRMED)


def _line_model(task: TaskPage, step: StepForm, problems: tuple[Problem, ...]) -> LinePage | None:
    lines = step.form.lines
    if step.table is None or lines is None:
        return None
    words = words_of(task.definition)
    posted = {path: str(typed) for path, typed in request.form.items()} if step.raw else {}
    return line_page(
        step.table,
        raw={**task.drafts, **posted},
        problems=texts_by_field(problems, words),
        query=request.args,
        locale=locale(),
        key=lines.key,
        task_id=task.id,
        editable=task.holder == current_actor().username and not task.is_closed,
    )

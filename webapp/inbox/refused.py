"""The task page when what was asked for could not be done: nothing typed is lost."""

from __future__ import annotations

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.errors import (
    Conflict,
    DutiesNotSeparate,
    EngineError,
    NotAtThisDesk,
    Problem,
    RulesBroken,
)
from engine.queries import people
from engine.queries import tasks as queries
from forms.errors import Raw
from webapp import near_misses
from webapp.cases.typed import typed_in_words
from webapp.errors import problems_of, wants_json
from webapp.inbox.form_tab import form_tab
from webapp.inbox.keeping import keep_note
from webapp.inbox.offered import offered
from webapp.inbox.posted import Posted, posted_on
from webapp.inbox.step_form import step_of
from webapp.inbox.task_pages import task_page
from webapp.request import current_actor, locale, reader
from webapp.wording import words_of


def not_taken(task_id: UUID, raw: Posted, problems: tuple[Problem, ...]) -> ResponseReturnValue:
    """Show an answer again as it was typed, with what is wrong in it."""
    if wants_json():
        raise RulesBroken(problems)
    with reader() as session:
        task = queries.page(session, task_id, current_actor())
        step = posted_on(step_of(session, task), raw)
        return task_page(task, form_tab(session, task, step, problems=problems)), 422


def not_for_one_person(task_id: UUID, refused: DutiesNotSeparate) -> ResponseReturnValue:
    """Say which rule keeps the actor from this step, and who did the other one."""
    if wants_json():
        raise refused
    near_misses.note(refused)
    with reader() as session:
        task = queries.page(session, task_id, current_actor())
        known = people.names(session, [refused.by]).get(refused.by)
        notice = _(
            "%(name)s did “%(step)s” in this case.",
            name=known[locale()] if known else refused.by,
            step=words_of(task.definition).element(refused.done_element_id),
        )
        step, problems = step_of(session, task), problems_of(refused)
        shown = form_tab(session, task, step, problems=problems, notice=notice)
        return task_page(task, shown), 403


def not_at_desk(task_id: UUID, refused: NotAtThisDesk) -> ResponseReturnValue:
    """Say up to which amount the actor stands in, where that is what keeps the step from him."""
    actor = current_actor()
    with reader() as session:
        task = queries.page(session, task_id, actor)
        if wants_json() or offered(task, actor).above is None:
            raise refused
        return task_page(task, form_tab(session, task)), 403


def too_late(task_id: UUID, raw: Raw, late: EngineError) -> ResponseReturnValue:
    """Say who was faster and when, or that nobody has it; give back everything that was typed."""
    is_kept = keep_note(task_id, raw)
    if wants_json():
        raise late
    with reader() as session:
        task = queries.page(session, task_id, current_actor())
        form = step_of(session, task, with_lines=False).form
    return (
        render_template(
            "inbox/too_late.html",
            task=task,
            words=words_of(task.definition),
            typed=typed_in_words(form, {**task.drafts, **raw}),
            is_kept=is_kept,
        ),
        409 if isinstance(late, Conflict) else 403,
    )

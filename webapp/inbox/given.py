"""What a step that is done was answered: its page shows it, in the words of its form."""

from __future__ import annotations

from engine.model.event import EventKind
from engine.model.instance import TaskState
from engine.queries import cases
from engine.queries.tasks import TaskPage
from engine.storage.database import Session
from webapp.cases.meanings import form_of
from webapp.cases.trail import answers_in
from webapp.wording import words_of


def answers_given(session: Session, task: TaskPage) -> tuple[tuple[str, str], ...]:
    """Return label and text of every answer the history has of a step; none while it is open."""
    form = form_of(words_of(task.definition), task.form_id)
    if task.state is not TaskState.COMPLETED or form is None:
        return ()
    progress = cases.progress(session, task.instance_id, task.started_by)
    answers = answers_in(progress, task.definition)
    for each in reversed(progress.trail):  # the last: what was taken back was answered again
        if each.kind is EventKind.TASK_COMPLETED and each.task_id == task.id:
            return tuple(answers.of(form, each.facts.get("answer") or {}))
    return ()

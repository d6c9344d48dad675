"""Where an answer that was taken leads, and what is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask import redirect, url_for
from flask import session as web_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.queries.tasks import OpenStep
from webapp.frame.toasts import tell_done
from webapp.inbox import next_task
from webapp.inbox.offered import may_be_recalled
from webapp.wording import words_of

OUTCOME: Final = "outcome"


def went_on(asked: OpenStep, values: Mapping[str, Any], instance_id: UUID) -> ResponseReturnValue:
    """Lead on from an answer that was taken, and tell of it."""
    tell_done(_said(asked, str(values.get(OUTCOME) or "")), undo=undo_of(asked))
    web_session["went_on"] = str(instance_id)
    return redirect(next_task.after(asked.task), 303)


def undo_of(asked: OpenStep) -> str | None:
    """Return where the answer is taken back, unless it is known to stay given."""
    process_id, element_id = asked.read.instance.process_id, asked.task.element_id
    if not may_be_recalled(asked.definition, process_id, element_id):
        return None
    return str(url_for("tasks.recall", task_id=asked.task.id))


def step_name(asked: OpenStep) -> str:
    """Return what the step is called in the language of the page."""
    return words_of(asked.definition).element(asked.task.element_id, asked.task.name)


def _said(asked: OpenStep, outcome: str) -> str:
    """Name the step that was answered, and what was chosen there."""
    step = step_name(asked)
    chosen = words_of(asked.definition).task_outcome(asked.task.form_id, outcome)
    if not chosen:
        return _("Done: %(step)s", step=step)
    return _("Answered “%(step)s”: %(outcome)s", step=step, outcome=chosen)

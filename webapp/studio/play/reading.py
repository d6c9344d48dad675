"""The form of an open step in play, and what was typed into it, read as in earnest."""

from __future__ import annotations

from typing import Any

from engine.play import Proposed
from forms import Form, read_submission
from forms.errors import Raw
from forms.given import without_documents
from webapp.inbox.step_form import StepForm, step_form


def form_of(asked: Proposed) -> StepForm:
    """Return the form that values are given to, as its page would have it."""
    form_id = asked.form_id or ""
    json = asked.definition.bundle.forms.get(form_id, {"id": form_id})
    lines_of = (asked.case_id, asked.element) if asked.case_id and asked.element else None
    return step_form(
        asked.session,
        asked.definition,
        form_id,
        asked.actor,
        lines_of=lines_of,
        variables=asked.known,
        form=Form.parse(without_documents(json)),
    )


def read_typed(step: StepForm, raw: Raw, asked: Proposed) -> dict[str, Any]:
    """Return the checked answer to what was typed.

    Raises:
        FormErrors: with every problem.
    """
    return read_submission(
        step.form,
        raw,
        outcome=asked.outcome,
        table=step.table,
        variables=step.variables,
        now=asked.at,
    )

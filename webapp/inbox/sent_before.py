"""An answer that comes a second time: a double click, or the same form sent from another tab."""

from __future__ import annotations

from typing import Any

from engine.queries import tasks as queries
from engine.queries.tasks import OpenStep
from forms import FormErrors, read_submission
from webapp.inbox.posted import Posted, is_move, one
from webapp.inbox.step_form import StepForm
from webapp.request import current_actor, now, reader


def was_sent_before(asked: OpenStep, step: StepForm, raw: Posted) -> bool:
    """Tell whether the actor has given the very answer that is posted now.

    Every answer has to stand in the one that was given: what the area keeps elsewhere, such as
    the lines of a table, cannot be compared, and counts as another answer.
    """
    if is_move(raw):
        return False
    with reader() as session:
        given = queries.given_answer(session, asked, current_actor().username)
    if given is None:
        return False
    try:
        values = read_submission(
            step.form,
            step.raw or raw,
            outcome=one(raw, "outcome") or None,
            draft=asked.drafts,
            table=step.table,
            variables=step.variables,
            now=now(),
        )
    except FormErrors:
        return False
    return all(_is_same(given.get(key), value) for key, value in values.items())


def _is_same(given: Any, now_given: Any) -> bool:
    nothing: tuple[Any, ...] = (None, "", [], {}, False)
    return bool(given == now_given) or (given in nothing and now_given in nothing)

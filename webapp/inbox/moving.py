"""Going on within a form before it is sent: to another page, to the check, by a row more or less.

What was typed is kept as a draft, valid or not; only going forward asks that a page is in order.
"""

from __future__ import annotations

from uuid import UUID

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from engine.commands import drafts
from engine.errors import Problem
from forms import DynamicList, FormErrors, read_submission
from forms.paths import joined
from forms.rows import with_row, without_row
from webapp.inbox.posted import ADD, GO, REMOVE, Posted, one, places_on_page, texts_on_page
from webapp.inbox.refused import not_taken
from webapp.inbox.step_form import CHECK, StepForm
from webapp.request import current_actor, now, unit_of_work


def moved(task_id: UUID, step: StepForm, raw: Posted) -> ResponseReturnValue:
    """Keep what was typed on a page, and go where it was asked to.

    Args:
        step: as `posted_on` gives it.
    """
    typed, target = changed_rows(step, raw)
    before = {path: None for path in texts_on_page(step) if path not in typed}
    kept = {path: joined(texts) for path, texts in typed.items()}
    uow = unit_of_work()
    drafts.save(uow, task_id, {**before, **kept}, actor=current_actor(), at=now())
    if GO not in raw:
        page = step.page if step.pages else None
        return redirect(url_for("tasks.show", task_id=task_id, page=page, _anchor=target), 303)
    problems = () if one(raw, GO) == "back" else wrong_here(step)
    if problems:
        return not_taken(task_id, raw, problems)
    return redirect(url_for("tasks.show", task_id=task_id, page=destination(step, raw)), 303)


def changed_rows(step: StepForm, raw: Posted) -> tuple[Posted, str | None]:
    """Return the texts of the page with the row asked for, or without it; and where to look."""
    typed = texts_on_page(step)
    added, gone = one(raw, ADD), one(raw, REMOVE)
    if added and (place := step.sheet.at(added)) and isinstance(place.of, DynamicList):
        count = min(len(place.rows) + 1, place.of.most)
        return with_row(typed, added, [str(count)]), f"{added}/{count - 1}"
    path, _, number = gone.rpartition("/")
    if number.isdigit() and (place := step.sheet.at(path)) and isinstance(place.of, DynamicList):
        count = max(len(place.rows) - 1, place.of.least)
        if int(number) < len(place.rows) > count:
            return without_row(typed, gone, [str(count)]), path
    return typed, None


def wrong_here(step: StepForm) -> tuple[Problem, ...]:
    """Return what is wrong on the page that was posted; what others lack is said on them."""
    assert step.raw is not None
    try:
        read_submission(
            step.form,
            step.raw,
            draft=step.drafts,
            table=step.table,
            variables=step.variables,
            now=now(),
        )
    except FormErrors as errors:
        here = {place.of.key for place in places_on_page(step)}
        return tuple(
            each
            for each in errors.problems
            if each.field is not None and each.field.partition("/")[0] in here
        )
    return ()


def destination(step: StepForm, raw: Posted) -> str | None:
    """Return the page before or after the posted one; after the last one is the check."""
    names = [each.id for each in step.pages] + [CHECK] * step.form.checks
    if one(raw, GO) in names:
        return one(raw, GO)
    here = step.page if step.page in names else (names[0] if step.pages else None)
    at = names.index(here) if here in names else -1
    at += -1 if one(raw, GO) == "back" else 1
    if at < 0:
        return names[0] if step.pages else None
    return names[min(at, len(names) - 1)] if names else None

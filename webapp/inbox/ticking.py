"""The page on which several tasks are ticked: those of a filter, or those ticked in the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.catalogue.config import Step
from engine.queries import inbox
from engine.queries import substitutions as people
from engine.queries.asked import Asked
from engine.queries.work_rows import WorkRow
from engine.storage.bundles import all_latest
from engine.storage.calendar import working_calendar
from engine.storage.database import Session
from engine.values.later import offers
from forms import Form
from webapp.inbox.act_pages import PRIORITIES, later_text, priority_text
from webapp.inbox.columns import columns_of
from webapp.inbox.filters import read_filters
from webapp.inbox.rows import Line, lines_of
from webapp.people.asked import texts_of
from webapp.request import current_actor, locale, now, reader
from webapp.wording import words_of

MOST: Final = 100  #: tasks at once


def page(
    problem: str = "", ticked: list[UUID] | None = None, *, status: int = 200
) -> ResponseReturnValue:
    """Show what was ticked in the list, else what the filter finds, to say what is done with it.

    Nothing is listed where a part of the filter cannot be read.

    Args:
        problem: what was wrong with what was asked.
        ticked: the tasks that are ticked; ``None``: all are.
    """
    chosen = ticked if ticked and "ticked" in request.form else None
    with reader() as session:
        raw = request.args.to_dict(flat=False)
        filters = read_filters(raw, all_latest(session), current_actor(), now())
        rows, is_more = ([], False) if filters.problems else _listed(session, filters.asked, chosen)
        units = {each.unit for each in rows}
        calendar = working_calendar(session, units.pop() if len(units) == 1 else None)
        colleagues = people.colleagues(session, current_actor())
    columns = columns_of("inbox", rows, current_actor().preferences["inbox.columns"])
    lines = lines_of(rows, columns)
    return render_template(
        "inbox/together.html",
        columns=columns,
        lines=lines,
        ticked=ticked,
        chosen=chosen,
        is_more=is_more,
        most=MOST,
        problem=problem,
        filters=filters,
        problems=texts_of(filters.problems),
        kept={key: text for key, text in request.args.items() if key != "tick"},
        bulk=[each for each in lines if may_be_many(each.row)],
        confirms=any(_step(each.row).confirm for each in lines if may_be_many(each.row)),
        outcomes=_outcomes(lines),
        laters=[(each.later, later_text(each.later)) for each in offers(calendar, now())],
        priorities=[(each, priority_text(each)) for each in PRIORITIES],
        colleagues=[(each.username, each.name(locale())) for each in colleagues],
        nav="inbox",
    ), 422 if filters.problems else status


def _listed(
    session: Session, asked: Asked, ticked: list[UUID] | None
) -> tuple[Sequence[WorkRow], bool]:
    """Return what was ticked in the list of work; what the filter finds when nothing was."""
    if ticked:
        return inbox.these(session, current_actor(), ticked), False
    return _found(session, asked)


def _found(session: Session, asked: Asked) -> tuple[list[WorkRow], bool]:
    """Return what a filter finds, as much as is done at once, and whether there is more."""
    rows: list[WorkRow] = []
    after = None
    while len(rows) < MOST:
        page = inbox.page(session, current_actor(), "inbox", asked, at=now(), after=after)
        rows += page.rows
        after = page.following
        if after is None:
            break
    return rows[:MOST], after is not None


def may_be_many(row: WorkRow) -> bool:
    """Tell whether a row is of a step that may be answered with others."""
    step = _step(row)
    return step.bulk and not step.high_risk


def _step(row: WorkRow) -> Step:
    return row.definition.bundle.process(row.process_id).step(row.element_id or "")


def _outcomes(lines: tuple[Line, ...]) -> dict[str, str]:
    """Return how the steps that may be answered together can be answered."""
    found: dict[str, str] = {}
    for row in {each.row.form_id: each.row for each in lines if may_be_many(each.row)}.values():
        json = row.definition.bundle.forms.get(row.form_id or "")
        form = words_of(row.definition).form(Form.parse(json)) if json else Form("")
        found |= {each.value: each.label for each in form.outcomes if each.value not in found}
    return found

"""The page on which several tasks are ticked: those of a filter, or those ticked in the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.catalogue.config import Step
from engine.commands import assigning_several as giving
from engine.commands.assigning_several import Colleague, ToGive
from engine.queries import inbox
from engine.queries.asked import Asked
from engine.queries.work_rows import WorkRow
from engine.storage.bundles import all_latest
from engine.storage.calendar import working_calendar
from engine.storage.database import Session
from engine.values.later import offers
from forms import Form
from webapp.formatting import digits
from webapp.inbox.act_pages import PRIORITIES, later_text, priority_text
from webapp.inbox.columns import columns_of
from webapp.inbox.filters import read_filters
from webapp.inbox.rows import Line, lines_of
from webapp.people.asked import texts_of
from webapp.request import current_actor, locale, now, reader
from webapp.wording import words_of

MOST: Final = 100  #: tasks at once
MOST_TOLD: Final = 5  #: tasks named of those that somebody may not have


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
        colleagues = _colleagues(session, rows)
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
        signable=[each for each in lines if may_be_signed(each.row)],
        confirms=any(_step(each.row).confirm for each in lines if may_be_many(each.row)),
        outcomes=_outcomes(lines),
        laters=[(each.later, later_text(each.later)) for each in offers(calendar, now())],
        priorities=[(each, priority_text(each)) for each in PRIORITIES],
        colleagues=[(each.username, _called(each, rows)) for each in colleagues],
        not_theirs=_not_theirs(colleagues, lines),
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


def _colleagues(session: Session, rows: Sequence[WorkRow]) -> list[Colleague]:
    """Return whom at least one of the tasks may be given to."""
    tasks = [
        ToGive(
            each.task_id,
            each.instance_id,
            each.element_id or "",
            each.desk,
            each.holder,
            each.definition.bundle.process(each.process_id),
            each.columns,
        )
        for each in rows
        if each.task_id and each.desk
    ]
    found = giving.colleagues(session, tasks, now())
    return [each for each in found if each.username != current_actor().username]


def _called(colleague: Colleague, rows: Sequence[WorkRow]) -> str:
    """Return the name of a colleague, and of how many tasks, where it is not of all."""
    name, count = colleague.names[locale()], len(colleague.may_have)
    if count == len(rows):
        return name
    told = {"name": name, "count": digits(count), "all": digits(len(rows))}
    return _("%(name)s (%(count)s of the %(all)s)", **told)


def _not_theirs(
    colleagues: Sequence[Colleague], lines: tuple[Line, ...]
) -> list[tuple[str, list[str]]]:
    """Return who may have some of the tasks only, and which not."""
    found = []
    for each in colleagues:
        told = [_told(line) for line in lines if line.row.task_id not in each.may_have]
        if told:
            rest = ["…"] if len(told) > MOST_TOLD else []
            found.append((each.names[locale()], told[:MOST_TOLD] + rest))
    return found


def _told(line: Line) -> str:
    return " · ".join(each for each in (line.title, line.key or line.case) if each)


def may_be_many(row: WorkRow) -> bool:
    """Tell whether a row is of a step that may be answered with others by a click or password."""
    return _step(row).bulk and not _is_signed(row)


def may_be_signed(row: WorkRow) -> bool:
    """Tell whether a row is of a step that may be signed with others."""
    return _step(row).bulk and _is_signed(row)


def _is_signed(row: WorkRow) -> bool:
    level = _step(row).sign
    return level is not None and level.needs_certificate


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

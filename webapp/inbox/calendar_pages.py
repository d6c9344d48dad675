"""My work as a calendar: what is due on which day of a month, and how much is due when."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine.model.person import ANYWHERE, Actor
from engine.queries.agenda import DueDay, agenda
from engine.storage.calendar import working_calendar
from engine.values import WEEKDAYS, InvalidValue, JalaliDate, local_date
from webapp.inbox.months import WEEK, Month, week_end
from webapp.request import current_actor, locale, manner, now, reader
from webapp.wording import words_of

bp = Blueprint("agenda", __name__)


class ShownStep(NamedTuple):
    """A step as a day names it."""

    task_id: UUID
    title: str
    case: str
    is_overdue: bool


class ShownDay(NamedTuple):
    """A day of the month with what is due on it."""

    on: date
    number: int  #: in its month
    weekday: str
    due: DueDay
    steps: tuple[ShownStep, ...]
    is_off: bool
    is_today: bool


@bp.get("/inbox/calendar")
def show() -> ResponseReturnValue:
    """Show the month of the day in the address, or this one."""
    actor, at = current_actor(), now()
    today = local_date(at)
    month = _month(today)
    with reader() as session:
        found = agenda(session, actor, month.days, week_end(today), at=at)
        calendar = working_calendar(session, _unit(actor))
    days = [_shown(each, not calendar.is_working(each.on), today, month) for each in found.days]
    return render_template(
        "inbox/calendar.html",
        month=month,
        name=month.name(locale()),
        weeks=month.weeks(days),
        weekdays=[WEEKDAYS[locale()][each] for each in WEEK],
        load=found.load,
        is_this_month=today in month.days,
        nav="inbox",
    )


def _month(today: date) -> Month:
    """Return the month asked for; this one where the day cannot be read."""
    calendar = manner().calendar
    try:
        return Month.holding(date.fromisoformat(request.args.get("day", "")), calendar)
    except (ValueError, InvalidValue):
        return Month.holding(today, calendar)


def _unit(actor: Actor) -> str | None:
    """Return the unit whose days off count: the only one he works in, else the city's do."""
    units = actor.units - {ANYWHERE}
    return min(units) if len(units) == 1 else None


def _shown(due: DueDay, is_off: bool, today: date, month: Month) -> ShownDay:
    number = JalaliDate.of(due.on).day if month.calendar == "jalali" else due.on.day
    steps = tuple(
        ShownStep(
            each.task_id,
            words_of(each.definition).element(each.element_id, each.name),
            each.title,
            each.is_overdue,
        )
        for each in due.steps
    )
    weekday = WEEKDAYS[locale()][due.on.weekday()]
    return ShownDay(due.on, number, weekday, due, steps, is_off, due.on == today)

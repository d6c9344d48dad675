"""Working calendars: the months of a unit, changed after what would move has been seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import calendars
from engine.commands.admins import must_be_admin
from engine.errors import Problem, RulesBroken
from engine.model.person import ANYWHERE
from engine.queries import directory
from engine.storage.bundles import deployed
from engine.storage.calendar import CalendarUnfit, UnitChange
from engine.storage.calendar import calendars as calendars_of
from engine.storage.database import Session
from engine.storage.timed import DueTask, RunningTimer
from engine.values import InvalidValue, JalaliDate, local_date
from engine.values.jalali import MONTHS, WEEKDAYS, month_length
from forms import Choice, Field, Form, FormErrors, read_submission
from webapp.errors import problems_of
from webapp.people.asked import as_typed, texts_of
from webapp.request import current_actor, locale, now, reader, unit_of_work
from webapp.wording import words_of

bp = Blueprint("calendars", __name__, url_prefix="/calendars")

#: the days of a week by ``date.weekday()``, Saturday first
_WEEK: Final = (5, 6, 0, 1, 2, 3, 4)
_SHOWN: Final = 50  #: deadlines listed before a change is applied
_KINDS: Final = ("day", "week", "hours", "table")
_LONGEST_TABLE: Final = 20_000


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the month shown."""

    on: date
    number: int
    is_working: bool
    is_own: bool  #: the unit says so itself


@dataclass(frozen=True, slots=True)
class Moved:
    """A step or a timer whose time a change would move."""

    name: str
    case: str
    unit: str
    was: datetime
    to: datetime


@bp.get("")
@bp.get("/<unit>")
def show(unit: str = ANYWHERE) -> ResponseReturnValue:
    """Show a month of a unit's calendar, and the ways to change it."""
    return _page(unit, {})


@bp.post("/<unit>")
def change(unit: str) -> ResponseReturnValue:
    """Change a calendar: first what would move is shown, then it is applied."""
    must_be_admin(current_actor())
    raw = request.form.to_dict(flat=False)
    applies = bool(raw.pop("apply", None))
    kind = (raw.pop("kind", None) or [""])[0]
    try:
        wanted = _wanted(unit, kind, raw)
        with reader() as session:
            if unit != ANYWHERE:
                directory.unit(session, unit)
            told = calendars.moves(session, wanted, now())
    except (FormErrors, RulesBroken, CalendarUnfit) as refused:
        problems = (
            (Problem(refused.code),) if isinstance(refused, CalendarUnfit) else problems_of(refused)
        )
        return _page(unit, as_typed(raw), problems, kind), 422
    if not applies:
        return _moves_page(unit, kind, raw, told)
    calendars.change(unit_of_work(), wanted, actor=current_actor(), at=now())
    flash(_("Changed. Deadlines and reminders are moving now."), "done")
    return redirect(url_for("calendars.show", unit=unit), 303)


def _moves_page(
    unit: str, kind: str, raw: Mapping[str, Sequence[str]], told: calendars.Moves
) -> str:
    """Return what would move, deadlines and timers each as a list, before it is applied."""
    with reader() as session:
        tasks = [
            _moved(session, each.task, each.task.due_at, each.to) for each in told.tasks[:_SHOWN]
        ]
        timers = [
            _moved(session, each.timer, each.timer.run_at, each.to) for each in told.timers[:_SHOWN]
        ]
        units = {each.code: each.title(locale()) for each in directory.units(session)}
    return render_template(
        "people/calendar_moves.html",
        unit=unit,
        kind=kind,
        raw=raw,
        moves=told,
        tasks=tasks,
        timers=timers,
        units=units,
        shown=_SHOWN,
        nav="calendars",
    )


def _moved(session: Session, each: DueTask | RunningTimer, was: datetime, to: datetime) -> Moved:
    words = words_of(deployed(session, each.definition_id))
    name = words.element(each.element_id, each.name if isinstance(each, DueTask) else None)
    return Moved(name, each.title, each.unit, was, to)


def _page(
    unit: str,
    typed: Mapping[str, str],
    problems: Sequence[Problem] = (),
    kind: str = "",
) -> str:
    actor = current_actor()
    directory.must_read(actor, None if unit == ANYWHERE else unit)
    first = _month()
    with reader() as session:
        units = directory.units(session)
        title = _("The whole city")
        if unit != ANYWHERE:
            title = directory.unit(session, unit).title(locale())
        days = _days(session, unit, first)
        hours = calendars_of(session).of(unit).hours_on(local_date(now()))
    tomorrow = JalaliDate.of(local_date(now()) + timedelta(days=1))
    closing = {"on": str(tomorrow), "what": "off", "title": _("air pollution")}
    asks_to_close = request.args.get("close") == "tomorrow"
    return render_template(
        "people/calendar.html",
        unit=unit,
        title=title,
        units=[(each.code, each.title(locale())) for each in units],
        month=f"{MONTHS[locale()][first.month - 1]}",
        year=first.year,
        weeks=_weeks(days),
        weekdays=[WEEKDAYS[locale()][each] for each in _WEEK],
        before=str(first.plus_months(-1))[:7],
        after=str(first.plus_months(1))[:7],
        hours=hours,
        forms={each: _form(each) for each in _KINDS},
        typed=closing if asks_to_close and not typed else typed,
        wrong=kind or ("day" if asks_to_close else ""),
        problems=texts_of(problems),
        may_change=actor.is_admin,
        nav="calendars",
    )


def _month() -> JalaliDate:
    """Return the first day of the month asked for, or of this one."""
    try:
        asked = JalaliDate.parse(f"{request.args.get('month', '')}/01")
    except InvalidValue:
        asked = JalaliDate.of(local_date(now()))
    return JalaliDate(asked.year, asked.month, 1)


def _days(session: Session, unit: str, first: JalaliDate) -> list[Day]:
    known = calendars_of(session)
    calendar, own = known.of(unit), known.own.get(unit)
    start = first.gregorian()
    found = []
    for number in range(1, month_length(first.year, first.month) + 1):
        on = start + timedelta(days=number - 1)
        is_own = own is not None and on in own.days
        found.append(Day(on, number, calendar.is_working(on), is_own))
    return found


def _weeks(days: Sequence[Day]) -> list[list[Day | None]]:
    """Return the days in rows of a week, Saturday first."""
    before = _WEEK.index(days[0].on.weekday())
    cells: list[Day | None] = [*([None] * before), *days]
    cells += [None] * (-len(cells) % 7)
    return [cells[at : at + 7] for at in range(0, len(cells), 7)]


def _wanted(unit: str, kind: str, raw: dict[str, list[str]]) -> UnitChange:
    """Return the change that a form asks for.

    Raises:
        FormErrors, RulesBroken: what is wrong, beside its field.
    """
    if kind not in _KINDS:
        raise RulesBroken([Problem("GEN-400")])
    answers = read_submission(_form(kind), dict(raw))
    match kind:
        case "day":
            is_off = {"off": True, "worked": False, "above": None}[str(answers["what"])]
            title = str(answers.get("title") or "")
            return UnitChange(unit, {_day(answers["on"]): is_off}, title=title)
        case "week":
            days = answers.get("off") or []
            off = (
                frozenset(int(str(each)) for each in days)
                if isinstance(days, list)
                else frozenset()
            )
            return UnitChange(unit, week=(_day(answers["since"]), off))
        case "hours":
            opens, closes = _time(answers["opens"], "opens"), _time(answers["closes"], "closes")
            return UnitChange(unit, hours=(_day(answers["hours_since"]), opens, closes))
        case _:
            return _of_table(unit, str(answers["table"]))


def _of_table(unit: str, table: str) -> UnitChange:
    """Read a year's table: a day and its title on each line.

    Raises:
        RulesBroken: with each line that is no day.
    """
    days: dict[date, bool | None] = {}
    problems = []
    titles = []
    for number, line in enumerate(table.splitlines(), 1):
        on, _space, title = line.strip().partition(" ")
        if not on:
            continue
        try:
            days[JalaliDate.parse(on).gregorian()] = True
            titles.append(title.strip())
        except InvalidValue:
            problems.append(Problem("CAL-003", "table", {"line": str(number), "text": on[:20]}))
    if problems or not days:
        raise RulesBroken(problems or [Problem("GEN-REQUIRED", "table")])
    return UnitChange(unit, days, title=titles[0] if len(set(titles)) == 1 else "")


def _form(kind: str) -> Form:
    fields = _FIELDS[kind]()
    return Form(kind, fields, fields=fields)


def _day_fields() -> tuple[Field, ...]:
    choices = (
        Choice("off", _("a day off")),
        Choice("worked", _("a working day")),
        Choice("above", _("as the unit above has it")),
    )
    return (
        Field("jalaliDate", "on", _("Day"), required=True),
        Field("radio", "what", _("It is"), required=True, choices=choices),
        Field("textfield", "title", _("Why"), longest=200),
    )


def _week_fields() -> tuple[Field, ...]:
    days = tuple(Choice(str(each), WEEKDAYS[locale()][each]) for each in _WEEK)
    return (
        Field("jalaliDate", "since", _("From this day on"), required=True),
        Field("checklist", "off", _("Days off every week"), choices=days),
    )


def _hours_fields() -> tuple[Field, ...]:
    return (
        Field("jalaliDate", "hours_since", _("From this day on"), required=True),
        Field("textfield", "opens", _("Opens at"), _("Such as 07:30."), required=True, longest=5),
        Field("textfield", "closes", _("Closes at"), required=True, longest=5),
    )


def _table_fields() -> tuple[Field, ...]:
    hint = _("A day and its title on each line: 1406/01/13 Nature day")
    return (
        Field(
            "textarea",
            "table",
            _("Days off of a year"),
            hint,
            required=True,
            longest=_LONGEST_TABLE,
        ),
    )


_FIELDS: Final = {
    "day": _day_fields,
    "week": _week_fields,
    "hours": _hours_fields,
    "table": _table_fields,
}


def _day(answer: Any) -> date:
    return date.fromisoformat(str(answer))


def _time(answer: Any, field: str) -> time:
    try:
        hours, minutes = str(answer).split(":")
        return time(int(hours), int(minutes))
    except ValueError as error:
        raise RulesBroken([Problem("GEN-PATTERN", field)]) from error

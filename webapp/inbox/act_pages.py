"""Acts that ask something first: to whom, until when, where back to. A page each, of one form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import assigning, returning, snoozing
from engine.commands.assigning import Candidate
from engine.commands.returning import EarlierStep, NotReturnable
from engine.errors import DutiesNotSeparate, NotTheirs, Problem, RulesBroken
from engine.queries import people
from engine.queries import tasks as queries
from engine.queries.tasks import TaskPage
from engine.storage.calendar import working_calendar
from engine.storage.database import Session
from engine.values.later import Later, offers, opening
from forms import Choice, Field, Form, FormErrors, read_submission
from webapp.errors import problems_of
from webapp.formatting import moment_text
from webapp.frame.toasts import tell_done
from webapp.inbox.task_pages import bp
from webapp.people.asked import as_typed, texts_of
from webapp.request import current_actor, locale, now, reader, unit_of_work
from webapp.wording import Words, words_of

LONGEST_NOTE: Final = 2_000
PRIORITIES: Final = (80, 60, 50, 20)
_DAY: Final = "day"  #: a date of one's own choice


@dataclass(frozen=True, slots=True)
class Ask:
    """What a page asks before it does something with a task."""

    title: str
    button: str
    form: Form
    intro: str = ""
    cannot: tuple[tuple[str, str], ...] = ()  #: who or what cannot be chosen, and why
    typed: Mapping[str, str] | None = None  #: what stands in the fields at first


Asking: TypeAlias = Callable[[Session, TaskPage], Ask]


@bp.route("/assign", methods=["GET", "POST"])
def assign(task_id: UUID) -> ResponseReturnValue:
    """Give the task to a colleague at its desk."""

    def do(answer: Mapping[str, Any]) -> str:
        to, note = answer["to"], answer.get("note") or ""
        uow = unit_of_work()
        assigning.assign(uow, task_id, to, actor=current_actor(), at=now(), note=note)
        return _("Given to %(name)s.", name=_name(to))

    return ask_first(task_id, _to_whom, do)


@bp.route("/delegate", methods=["GET", "POST"])
def delegate(task_id: UUID) -> ResponseReturnValue:
    """Let somebody of the unit work on the task, and hand it back."""

    def do(answer: Mapping[str, Any]) -> str:
        to, note = answer["to"], answer.get("note") or ""
        uow = unit_of_work()
        assigning.delegate(uow, task_id, to, actor=current_actor(), at=now(), note=note)
        return _("%(name)s works on it for you and hands it back.", name=_name(to))

    return ask_first(task_id, _by_whom, do)


@bp.route("/snooze", methods=["GET", "POST"])
def snooze(task_id: UUID) -> ResponseReturnValue:
    """Put the task off until a working moment."""

    def do(answer: Mapping[str, Any]) -> str:
        until = _until(task_id, answer)
        snoozing.snooze(unit_of_work(), task_id, until, actor=current_actor(), at=now())
        return _("Put off until %(moment)s.", moment=moment_text(until))

    return ask_first(task_id, _until_when, do, undo="tasks.wake")


@bp.route("/priority", methods=["GET", "POST"])
def prioritise(task_id: UUID) -> ResponseReturnValue:
    """Say how urgent the task is."""

    def do(answer: Mapping[str, Any]) -> str:
        priority = int(answer["priority"])
        assigning.prioritise(unit_of_work(), task_id, priority, actor=current_actor(), at=now())
        return _("The priority was changed.")

    return ask_first(task_id, _how_urgent, do)


@bp.route("/return", methods=["GET", "POST"])
def send_back(task_id: UUID) -> ResponseReturnValue:
    """Send the task back to an earlier step, with the reason."""

    def do(answer: Mapping[str, Any]) -> str:
        to, reason = UUID(answer["to"]), answer["reason"]
        returning.send_back(unit_of_work(), task_id, to, reason, actor=current_actor(), at=now())
        return _("Sent back, with your reason.")

    return ask_first(task_id, _where_to, do)


def ask_first(
    task_id: UUID, asking: Asking, do: Callable[[Mapping[str, Any]], str], *, undo: str = ""
) -> ResponseReturnValue:
    """Ask, and do what was answered; what is refused is shown beside the question."""
    with reader() as session:
        task = queries.page(session, task_id, current_actor(), drafts=False)
        ask = asking(session, task)
    if request.method == "GET":
        return _page(task, ask, ask.typed or {})
    raw = request.form.to_dict(flat=False)
    try:
        said = do(read_submission(ask.form, raw))
    except (FormErrors, RulesBroken, snoozing.MomentUnfit, NotTheirs, NotReturnable) as refused:
        return _page(task, ask, as_typed(raw), problems_of(refused)), 422
    except DutiesNotSeparate as refused:
        return _page(task, ask, as_typed(raw), (Problem(refused.code, "to"),)), 422
    tell_done(said, undo=url_for(undo, task_id=task_id) if undo else None)
    return redirect(url_for("inbox.index"), 303)


def _page(
    task: TaskPage, ask: Ask, typed: Mapping[str, str], problems: tuple[Problem, ...] = ()
) -> str:
    words = words_of(task.definition)
    return render_template(
        "inbox/act.html",
        task=task,
        step_name=words.element(task.element_id, task.name),
        ask=ask,
        form=ask.form,
        typed=typed,
        problems=texts_of(problems),
        nav="inbox",
    )


def _to_whom(session: Session, task: TaskPage) -> Ask:
    found = assigning.colleagues(session, task.id, _config(task), now())
    return Ask(
        _("Give to a colleague"),
        _("Give"),
        _people_form(found),
        _("It is the colleague's to answer from then on."),
        tuple(_kept_apart(session, found, words_of(task.definition))),
    )


def _by_whom(session: Session, task: TaskPage) -> Ask:
    actor = current_actor()
    found = assigning.delegates(session, task.id, _config(task), now())
    found = [each for each in found if each.username != actor.username]
    return Ask(
        _("Let somebody work on it"),
        _("Pass on"),
        _people_form(found),
        _("You go on answering for it: it comes back to you, and you complete it."),
        tuple(_kept_apart(session, found, words_of(task.definition))),
    )


def _people_form(found: list[Candidate]) -> Form:
    able = [each for each in found if each.refused is None]
    choices = tuple(Choice(each.username, _called(each)) for each in able)
    fields = (
        Field("radio", "to", _("To whom"), required=True, choices=choices),
        Field("textarea", "note", _("Note"), longest=LONGEST_NOTE),
    )
    return Form("person", fields, fields=fields)


def _called(each: Candidate) -> str:
    """Return the name of somebody, and for whom he would do it."""
    name = each.names[locale()]
    if each.stands is None:
        return name
    return _("%(name)s for %(other)s", name=name, other=each.stands.name(locale()))


def _kept_apart(
    session: Session, found: list[Candidate], words: Words
) -> Iterator[tuple[str, str]]:
    """Yield who may not be chosen, and which step of the case keeps this person from it."""
    refused = [each for each in found if each.refused is not None]
    names = people.names(session, [each.refused.by for each in refused if each.refused])
    for each in refused:
        assert each.refused is not None
        known = names.get(each.refused.by)
        yield (
            _called(each),
            _(
                "%(name)s did “%(step)s” in this case.",
                name=known[locale()] if known else each.refused.by,
                step=words.element(each.refused.done_element_id),
            ),
        )


def _until_when(session: Session, task: TaskPage) -> Ask:
    choices = [
        Choice(each.later, f"{later_text(each.later)} – {moment_text(each.until)}")
        for each in offers(working_calendar(session, task.unit), now())
    ]
    fields = (
        Field(
            "radio",
            "later",
            _("Until when"),
            required=True,
            choices=(*choices, Choice(_DAY, _("On a day of your choice"))),
        ),
        Field("jalaliDate", "on", _("Day"), _("When you chose a day of your own.")),
    )
    return Ask(
        _("Put off"),
        _("Put off"),
        Form("snooze", fields, fields=fields),
        _("It leaves your list until then; others at its desk still see it. Deadlines stay."),
        typed={"later": choices[0].value},
    )


def later_text(later: Later) -> str:
    """Return what a moment is called to which work can be put off."""
    said: Mapping[Later, str] = {
        "today": _("Later today"),
        "tomorrow": _("The next working day"),
        "three_days": _("In three working days"),
        "next_week": _("At the beginning of next week"),
    }
    return said[later]


def _until(task_id: UUID, answer: Mapping[str, Any]) -> datetime:
    """Return the moment chosen, in the office hours of the case's unit."""
    with reader() as session:
        asked = queries.to_change(session, task_id, current_actor())
        calendar = working_calendar(session, asked.read.instance.unit)
    if answer["later"] == _DAY:
        if not answer.get("on"):
            raise RulesBroken([Problem("GEN-REQUIRED", "on")])
        return opening(calendar.roll(date.fromisoformat(str(answer["on"]))), calendar)
    return next(each.until for each in offers(calendar, now()) if each.later == answer["later"])


def _how_urgent(_session: Session, task: TaskPage) -> Ask:
    choices = tuple(Choice(str(each), priority_text(each)) for each in PRIORITIES)
    fields = (Field("radio", "priority", _("Priority"), required=True, choices=choices),)
    near = min(PRIORITIES, key=lambda each: abs(each - task.priority))
    return Ask(
        _("Priority"),
        _("Keep"),
        Form("priority", fields, fields=fields),
        typed={"priority": str(near)},
    )


def priority_text(priority: int) -> str:
    """Return what one of the priorities is called that can be chosen."""
    said = {80: _("urgent"), 60: _("raised"), 50: _("ordinary"), 20: _("low")}
    return said[priority]


def _where_to(_session: Session, task: TaskPage) -> Ask:
    words = words_of(task.definition)
    found = returning.earlier_steps(unit_of_work(), task.id, now())
    with reader() as fresh:
        names = people.names(fresh, [each.who for each in found])

    def said(each: EarlierStep) -> str:
        who = names[each.who][locale()] if each.who in names else each.who
        return f"{words.element(each.element_id, each.name)} – {who}"

    choices = tuple(Choice(str(each.task_id), said(each)) for each in found if not each.refused)
    fields = (
        Field("radio", "to", _("Back to"), required=True, choices=choices),
        Field("textarea", "reason", _("Reason"), required=True, longest=LONGEST_NOTE),
    )
    return Ask(
        _("Send back"),
        _("Send back"),
        Form("return", fields, fields=fields),
        _("The case goes back to that step and everything after it is done again."),
        tuple((said(each), _why_not(each)) for each in found if each.refused),
    )


def _why_not(step: EarlierStep) -> str:
    said = {
        "the process does not allow it here": _("The process does not allow it here."),
        "a point of no return was passed": _("A point of no return was passed since."),
    }
    return said.get(
        step.refused or "", _("Something else that came of this step runs, or waits for it.")
    )


def _config(task: TaskPage) -> Any:
    return task.definition.bundle.process(task.process_id)


def _name(username: str) -> str:
    with reader() as session:
        known = people.names(session, [username]).get(username)
    return known[locale()] if known else username

"""What workers do in a version: the steps whose work is held, and those with a priority."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine.commands import holding_steps
from engine.commands.holding_steps import JobStep, job_steps
from engine.commands.step_priorities import Preference, prefer
from engine.errors import Problem, RulesBroken
from engine.model.held_step import HeldStep
from engine.model.step_priority import StepPriority
from engine.queries.people import names
from engine.queries.watched import must_watch
from engine.storage import held_steps, step_priorities
from engine.storage.bundles import version
from engine.values import latin_digits
from webapp import second_person
from webapp.people.asked import texts_of
from webapp.request import current_actor, locale, now, reader, unit_of_work
from webapp.wording import Words, words_of

bp = Blueprint(
    "held_steps", __name__, url_prefix="/monitoring/definitions/<process_id>/<int:number>/workers"
)

_KINDS: Final[dict[str, LazyString]] = {
    "timer": _l("a timer"),
    "call": _l("begins a case of another process"),
    "service": _l("a service"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One step whose work workers do."""

    element_id: str
    name: str
    what: str
    held: HeldStep | None
    preferred: StepPriority | None
    may_hold: bool


@bp.get("")
def show(process_id: str, number: int) -> ResponseReturnValue:
    """Show what workers do in a version."""
    return _page(process_id, number)


@bp.post("")
def hold(process_id: str, number: int) -> ResponseReturnValue:
    """Hold the work at a step."""
    return _change(process_id, number, is_hold=True)


@bp.post("/go-on")
def let_go(process_id: str, number: int) -> ResponseReturnValue:
    """Let the work at a step go on."""
    return _change(process_id, number, is_hold=False)


@bp.post("/priority")
def set_priority(process_id: str, number: int) -> ResponseReturnValue:
    """Give the work at a step a priority, or that of its model again."""
    typed = request.form.to_dict()
    try:
        second_person.must_not_be_wanted()
        _prefer(process_id, number, typed)
    except RulesBroken as refused:
        problems, reason = refused.problems, typed.get("reason", "")
        return _page(process_id, number, problems, typed.get("element", ""), reason, typed), 422
    flash(_("What comes to the step from now on has this priority."), "done")
    return redirect(url_for(".show", process_id=process_id, number=number), 303)


def _prefer(process_id: str, number: int, typed: Mapping[str, str]) -> None:
    with reader() as session:
        definition = version(session, process_id, number)
    text = latin_digits(typed.get("priority", "").strip())
    if text and not _WHOLE.fullmatch(text):
        raise RulesBroken([Problem("GEN-WHOLE", "priority")])
    wanted = Preference(
        definition.id, typed.get("element", ""), int(text) if text else None, "waiting" in typed
    )
    prefer(unit_of_work(), wanted, typed.get("reason", ""), actor=current_actor(), at=now())


_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,12}")


def _change(process_id: str, number: int, *, is_hold: bool) -> ResponseReturnValue:
    element, reason = request.form.get("element", ""), request.form.get("reason", "").strip()
    with reader() as session:
        definition = version(session, process_id, number)
    act = holding_steps.hold if is_hold else holding_steps.let_go
    try:
        second_person.must_not_be_wanted()
        act(unit_of_work(), {definition.id: [element]}, reason, actor=current_actor(), at=now())
    except RulesBroken as refused:
        return _page(process_id, number, refused.problems, element, reason), 422
    held, gone_on = _("Workers leave it alone from now on."), _("Workers take it up again.")
    flash(held if is_hold else gone_on, "done")
    return redirect(url_for(".show", process_id=process_id, number=number), 303)


def _page(
    process_id: str,
    number: int,
    problems: Sequence[Problem] = (),
    element: str = "",
    reason: str = "",
    typed: Mapping[str, str] | None = None,
) -> str:
    actor = current_actor()
    with reader() as session:
        must_watch(actor)
        definition = version(session, process_id, number)
        held = held_steps.held(session, [definition.id])
        preferred = step_priorities.said(session, [definition.id])
        people = names(
            session,
            {each.by for each in held.values()} | {each.by for each in preferred.values()},
        )
    words = words_of(definition)
    lines = [
        _line(words, each, held.get(key), preferred.get(key))
        for each in job_steps(definition)
        for key in [(definition.id, each.node.id)]
    ]
    return render_template(
        "monitoring/held_steps.html",
        definition=definition,
        lines=lines,
        people={key: each[locale()] for key, each in people.items()},
        problems=texts_of(problems),
        element=element,
        reason=reason,
        typed=typed,
        nav="monitoring",
        room="definitions",
    )


def _line(
    words: Words, step: JobStep, held: HeldStep | None, preferred: StepPriority | None
) -> Line:
    kind = "timer" if step.timer else "service" if step.node.topic else "call"
    node = step.node
    what = str(_KINDS[kind])
    name = words.element(node.id, node.name or node.id)
    return Line(node.id, name, what, held, preferred, not step.begins_cases)

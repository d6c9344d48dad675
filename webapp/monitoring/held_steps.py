"""What workers do in a version, and the steps of it whose work an administrator holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine.commands import holding_steps
from engine.commands.holding_steps import JobStep, job_steps
from engine.errors import Problem, RulesBroken
from engine.model.held_step import HeldStep
from engine.queries.people import names
from engine.queries.watched import must_watch
from engine.storage import held_steps
from engine.storage.bundles import version
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
) -> str:
    actor = current_actor()
    with reader() as session:
        must_watch(actor)
        definition = version(session, process_id, number)
        held = held_steps.held(session, [definition.id])
        people = names(session, {each.by for each in held.values()})
    words = words_of(definition)
    lines = [
        _line(words, each, held.get((definition.id, each.node.id)))
        for each in job_steps(definition)
    ]
    return render_template(
        "monitoring/held_steps.html",
        definition=definition,
        lines=lines,
        people={key: each[locale()] for key, each in people.items()},
        problems=texts_of(problems),
        element=element,
        reason=reason,
        nav="monitoring",
        room="definitions",
    )


def _line(words: Words, step: JobStep, held: HeldStep | None) -> Line:
    kind = "timer" if step.timer else "service" if step.node.topic else "call"
    node = step.node
    what = str(_KINDS[kind])
    name = words.element(node.id, node.name or node.id)
    return Line(node.id, name, what, held, not step.begins_cases)

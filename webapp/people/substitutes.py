"""Absence and substitutes: who stands in for whom, entered for days ahead and ended early."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import substitutions
from engine.commands.substitutions import LONGEST_REASON, Wish
from engine.errors import Problem, RulesBroken
from engine.model.person import Actor, role_of
from engine.model.substitution import NEVER_PASSED_ON
from engine.queries import directory, people
from engine.queries import substitutions as queries
from engine.queries.substitutions import Named
from engine.storage.bundles import all_latest
from engine.storage.database import Session
from engine.values import Rial
from forms import Choice, Field, Form, FormErrors, read_submission
from webapp.errors import problems_of
from webapp.people.asked import as_typed, texts_of
from webapp.request import current_actor, locale, now, reader, unit_of_work
from webapp.wording import desk_name, words_of

bp = Blueprint("substitutes", __name__, url_prefix="/substitutes")

#: a form that was shown with its warnings says so
_SEEN: Final = "seen"


@bp.get("")
def index() -> ResponseReturnValue:
    """List the absences that concern the actor."""
    with reader() as session:
        found = queries.page(session, current_actor(), now())
        processes, titles = _processes(session), directory.unit_titles(session)
    return render_template(
        "people/substitutes.html",
        absences=found,
        processes=processes,
        titles=titles,
        nav="substitutes",
    )


@bp.get("/new")
def new() -> ResponseReturnValue:
    """Ask for an absence; for whom comes first where one answers for several."""
    with reader() as session:
        form = _form(session, request.args.get("person"))
    return _page(form, {"person": request.args.get("person") or current_actor().username})


@bp.post("/new")
def enter() -> ResponseReturnValue:
    """Enter a substitution; what to think about is shown once before."""
    raw = request.form.to_dict(flat=False)
    is_seen = bool(raw.pop(_SEEN, None))
    with reader() as session:
        form = _form(session, request.form.get("person"))
        try:
            wish = _wish(read_submission(form, raw))
            told = substitutions.warnings(session, wish, now())
        except (FormErrors, RulesBroken) as refused:
            return _page(form, as_typed(raw), problems_of(refused)), 422
    if told and not is_seen:
        return _page(form, as_typed(raw), warned=told)
    try:
        substitutions.enter(unit_of_work(), wish, actor=current_actor(), at=now())
    except RulesBroken as refused:
        return _page(form, as_typed(raw), problems_of(refused)), 422
    flash(_("Entered. It begins and ends by itself."), "done")
    return redirect(url_for("substitutes.index"), 303)


@bp.post("/<uuid:substitution_id>/end")
def end(substitution_id: UUID) -> ResponseReturnValue:
    """End one before its last day."""
    substitutions.end(unit_of_work(), substitution_id, actor=current_actor(), at=now())
    flash(_("Ended. What was taken and not finished goes back to its desk."), "done")
    return redirect(url_for("substitutes.index"), 303)


def _page(
    form: Form,
    typed: Mapping[str, str],
    problems: Sequence[Problem] = (),
    warned: Sequence[Problem] = (),
) -> str:
    return render_template(
        "people/substitute_form.html",
        form=form,
        typed=typed,
        problems=texts_of(problems),
        warned=texts_of(warned),
        nav="substitutes",
    )


def _wish(answers: Mapping[str, Any]) -> Wish:
    most = answers.get("most")
    return Wish(
        person=answers["person"],
        substitute=answers["substitute"],
        first=date.fromisoformat(answers["first"]),
        last=date.fromisoformat(answers["last"]),
        reason=answers["reason"],
        processes=answers.get("processes") or None,
        desks=answers.get("desks") or None,
        most=Rial(int(most)) if most is not None else None,
    )


def _form(session: Session, person: str | None) -> Form:
    """Return the questions, their choices those of the person away."""
    actor = current_actor()
    for_whom = queries.answered_for(session, actor)
    away: Actor | None = actor
    if person and person != actor.username and person in {each.username for each in for_whom}:
        away = people.by_username(session, person, now())
    away = away or actor
    desks = [each for each in sorted(away.desks) if role_of(each) not in NEVER_PASSED_ON]
    titles = directory.unit_titles(session)
    fields = (
        Field("select", "person", _("Who is away"), required=True, choices=_names(for_whom)),
        Field(
            "select",
            "substitute",
            _("Who stands in"),
            required=True,
            choices=_names(queries.colleagues(session, away)),
        ),
        Field("jalaliDate", "first", _("First day"), required=True),
        Field("jalaliDate", "last", _("Last day"), required=True),
        Field(
            "checklist",
            "desks",
            _("Only these roles"),
            _("None ticked: all of them."),
            choices=tuple(Choice(each, desk_name(each, titles=titles)) for each in desks),
        ),
        Field(
            "checklist",
            "processes",
            _("Only these processes"),
            _("None ticked: all of them."),
            choices=tuple(Choice(key, each) for key, each in _processes(session).items()),
        ),
        Field(
            "rial",
            "most",
            _("Up to this amount (rials)"),
            _("Of the whole case. Cases whose amount is above it, or unknown, stay away."),
        ),
        Field("textarea", "reason", _("Reason"), required=True, longest=LONGEST_REASON),
    )
    return Form("substitution", fields, fields=fields)


def _names(people: Sequence[Named]) -> tuple[Choice, ...]:
    return tuple(Choice(each.username, each.name(locale())) for each in people)


def _processes(session: Session) -> dict[str, str]:
    return {each.process_id: words_of(each).process for each in all_latest(session)}

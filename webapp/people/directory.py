"""Pages of administrators: people, the roles they hold, who has what, and why one cannot see."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from engine.commands import offices
from engine.commands.admins import must_be_admin
from engine.errors import CaseNotFound, Problem, RulesBroken
from engine.model.person import ANYWHERE
from engine.queries import directory as queries
from engine.queries.directory import Held
from engine.queries.people import names
from engine.queries.why import why
from engine.storage.database import Session
from engine.values import InvalidValue, JalaliDate, local_date
from forms import Choice, Field, Form, FormErrors, read_submission
from webapp.accounts.passwords import hash_password
from webapp.accounts.stepping_up import fresh, typed_again
from webapp.errors import problems_of
from webapp.people.asked import as_typed, texts_of
from webapp.people.log import lines_of
from webapp.request import current_actor, locale, now, reader, unit_of_work
from webapp.wording import ROLES, role_name

bp = Blueprint("directory", __name__)

_USERNAME: Final = "[a-z][a-z0-9_.-]{1,63}"
PASSWORD: Final = "password"  # noqa: S105 - how an account is opened: a word, not a secret
ELSEWHERE: Final = "elsewhere"
MACHINE: Final = "machine"


@bp.get("/people")
def index() -> ResponseReturnValue:
    """List people, found by a part of the name."""
    must_be_admin(current_actor())
    search = request.args.get("q", "").strip()
    with reader() as session:
        found, titles = queries.people(session, search, _today()), queries.unit_titles(session)
    return render_template(
        "people/list.html",
        people=found,
        search=search,
        most=queries.MOST,
        titles=titles,
        nav="people",
    )


@bp.get("/people/new")
@fresh
def new() -> ResponseReturnValue:
    """Ask for a new person."""
    must_be_admin(current_actor())
    typed = typed_again(url_for("directory.add")) or {"opens": [PASSWORD]}
    return _form_page(_person_form(), as_typed(typed), "directory.add", _("Add a person"))


@bp.post("/people/new")
@fresh
def add() -> ResponseReturnValue:
    """Add a person; the first password, or the secret of a program, is shown once."""
    must_be_admin(current_actor())
    raw = request.form.to_dict(flat=False)
    try:
        answers = read_submission(_person_form(), raw)
        opens = str(answers["opens"])
        secret = None if opens == ELSEWHERE else _new_secret(is_machine=opens == MACHINE)
        offices.add_person(
            unit_of_work(),
            str(answers["username"]),
            name_fa=str(answers["name_fa"]),
            name_en=str(answers["name_en"]),
            national_code=_text(answers.get("national_code")),
            password_hash=hash_password(secret) if secret else None,
            actor=current_actor(),
            at=now(),
            is_machine=opens == MACHINE,
        )
    except (FormErrors, RulesBroken) as refused:
        page = _form_page(
            _person_form(),
            as_typed(raw),
            "directory.add",
            _("Add a person"),
            problems_of(refused),
        )
        return page, 422
    if secret is None:
        flash(_("Added. The directory or the sign-in service says who it is."), "done")
    elif opens == MACHINE:
        said = _("Added. Its secret, shown only now: %(secret)s", secret=_as_it_is(secret))
        flash(Markup(said), "careful")  # noqa: S704 - our own text; stays, unlike a toast
    else:
        shown = _as_it_is(secret)
        said = _("Added. The first password, shown only now: %(password)s", password=shown)
        flash(Markup(said), "careful")  # noqa: S704
    return redirect(url_for("directory.show", username=answers["username"]), 303)


def _as_it_is(secret: str) -> Markup:
    """Return a secret with its signs in their order, also where a line runs from the right."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(secret)


@bp.get("/people/<username>")
def show(username: str) -> ResponseReturnValue:
    """Show one person with every role ever given."""
    typed = typed_again(url_for("directory.give", username=username)) or {}
    return _person_page(username, as_typed(typed))


@bp.post("/people/<username>/roles")
@fresh
def give(username: str) -> ResponseReturnValue:
    """Give a role, from a day to a day."""
    must_be_admin(current_actor())
    raw = request.form.to_dict(flat=False)
    with reader() as session:
        form = _role_form(session)
    try:
        answers = read_submission(form, raw)
        wish = offices.Role(
            str(answers["role"]),
            str(answers["unit"]),
            first=_day(answers.get("first")),
            last=_day(answers.get("last")),
            with_children=bool(answers.get("with_children")),
            is_acting=bool(answers.get("acting")),
        )
        offices.give_role(unit_of_work(), username, wish, actor=current_actor(), at=now())
    except (FormErrors, RulesBroken) as refused:
        return _person_page(username, as_typed(raw), problems_of(refused)), 422
    flash(_("The role was given."), "done")
    return redirect(url_for("directory.show", username=username), 303)


@bp.post("/people/<username>/roles/<uuid:grant_id>/end")
@fresh
def end(username: str, grant_id: UUID) -> ResponseReturnValue:
    """End a role at once; it stays in the history."""
    yesterday = _today() - timedelta(days=1)
    offices.end_role(unit_of_work(), grant_id, yesterday, actor=current_actor(), at=now())
    flash(_("The role has ended; it stays in the history."), "done")
    return redirect(url_for("directory.show", username=username), 303)


@bp.post("/people/<username>/access")
@fresh
def access(username: str) -> ResponseReturnValue:
    """Shut a person out, or let in again."""
    shuts_out = request.form.get("to") == "disable"
    offices.set_disabled(
        unit_of_work(), username, is_disabled=shuts_out, actor=current_actor(), at=now()
    )
    flash(_("Shut out of every browser.") if shuts_out else _("Let in again."), "done")
    return redirect(url_for("directory.show", username=username), 303)


@bp.post("/people/<username>/password")
@fresh
def give_password(username: str) -> ResponseReturnValue:
    """Make a person a new first password, or a program a new secret, and show it this once."""
    must_be_admin(current_actor())
    with reader() as session:
        is_machine = queries.person(session, username).is_machine
    secret = _new_secret(is_machine=is_machine)
    offices.give_password(
        unit_of_work(), username, hash_password(secret), actor=current_actor(), at=now()
    )
    flash(Markup(_("Shown only now: %(secret)s", secret=_as_it_is(secret))), "careful")  # noqa: S704
    return redirect(url_for("directory.show", username=username), 303)


@bp.get("/access")
def review() -> ResponseReturnValue:
    """Show who holds what on a day: everywhere, or in one unit."""
    unit, day = request.args.get("unit") or None, _asked_day()
    queries.must_read(current_actor(), unit)
    with reader() as session:
        tree, titles = queries.units(session), queries.unit_titles(session)
        held = queries.holders(session, unit, day) if unit else queries.review(session, day)
        called = _called(session, held)
    return render_template(
        "people/review.html",
        held=held,
        called=called,
        units=[(each.code, each.title(locale())) for each in tree],
        unit=unit,
        day=day,
        titles=titles,
        reads_log=queries.may_read(current_actor()),
        nav="review",
    )


@bp.get("/access/why")
def reason() -> ResponseReturnValue:
    """Say why the reader cannot see something."""
    asked = request.args.get("of", "").strip().rstrip("/").rpartition("/")[2].partition("?")[0]
    found, unit = None, None
    is_unknown = False
    with reader() as session:
        titles = queries.unit_titles(session)
    if asked:
        try:
            with reader() as session:
                found = why(session, UUID(asked), current_actor())
                unit = queries.unit(session, found.unit)
        except (ValueError, CaseNotFound, queries.NobodyNamed):
            is_unknown = found is None
    return render_template(
        "people/why.html",
        asked=asked,
        found=found,
        unit=unit,
        is_unknown=is_unknown,
        titles=titles,
        nav="why",
    )


def _person_page(username: str, typed: Mapping[str, str], problems: Sequence[Problem] = ()) -> str:
    queries.must_read(current_actor())
    with reader() as session:
        person = queries.person(session, username)
        form, titles = _role_form(session), queries.unit_titles(session)
        lines = lines_of(session, person.events)
        called = _called(session, person.held)
    return render_template(
        "people/person.html",
        called=called,
        person=person,
        lines=lines,
        form=form,
        typed=typed,
        titles=titles,
        problems=texts_of(problems),
        today=_today(),
        may_change=current_actor().is_admin,
        nav="people",
    )


def _called(session: Session, held: Iterable[Held]) -> Callable[[str], str]:
    """Return how those who gave or ended roles are called."""
    known = names(session, {who for each in held for who in (each.given_by, each.ended_by)})
    return lambda who: known[who][locale()] if who in known else who


def _form_page(
    form: Form,
    typed: Mapping[str, str],
    endpoint: str,
    title: str,
    problems: Sequence[Problem] = (),
) -> str:
    return render_template(
        "people/form.html",
        form=form,
        typed=typed,
        action=url_for(endpoint),
        title=title,
        problems=texts_of(problems),
        back=url_for("directory.index"),
        nav="people",
    )


def _person_form() -> Form:
    fields = (
        Field(
            "textfield",
            "username",
            _("User name"),
            _("Small Latin letters, digits, _ . and -; it does not change later."),
            required=True,
            pattern=_USERNAME,
            longest=64,
        ),
        Field("textfield", "name_fa", _("Name in Persian"), required=True, longest=200),
        Field("textfield", "name_en", _("Name in Latin letters"), required=True, longest=200),
        Field(
            "nationalId",
            "national_code",
            _("National code"),
            _("Tells two accounts of one person apart from two people."),
        ),
        Field("radio", "opens", _("Signs in by"), required=True, choices=_doors()),
    )
    return Form("person", fields, fields=fields)


def _doors() -> tuple[Choice, ...]:
    return (
        Choice(PASSWORD, _("a first password, which is changed at the first sign-in")),
        Choice(ELSEWHERE, _("the directory or the sign-in service; no password is kept here")),
        Choice(MACHINE, _("a secret for a program: it opens the interface, and no browser")),
    )


def _new_secret(*, is_machine: bool) -> str:
    """Return a secret of 96 bits for a person to type once, of 256 for a program."""
    return secrets.token_urlsafe(32 if is_machine else 12)


def _role_form(session: Session) -> Form:
    units = tuple(
        Choice(each.code, each.title(locale()))
        for each in queries.units(session)
        if each.closed_on is None
    )
    fields = (
        Field(
            "select",
            "role",
            _("Role"),
            required=True,
            choices=tuple(Choice(each, role_name(each)) for each in ROLES),
        ),
        Field(
            "select",
            "unit",
            _("Unit"),
            required=True,
            choices=(*units, Choice(ANYWHERE, _("everywhere"))),
        ),
        Field("checkbox", "with_children", _("In the units under it as well")),
        Field("jalaliDate", "first", _("First day"), _("Empty: today.")),
        Field("jalaliDate", "last", _("Last day"), _("Empty: until it is ended.")),
        Field(
            "checkbox",
            "acting",
            _("Acting, until the post is filled"),
            _("An acting role has a last day."),
        ),
    )
    return Form("role", fields, fields=fields)


def _today() -> date:
    return local_date(now())


def _asked_day() -> date:
    try:
        return JalaliDate.parse(request.args.get("day", "")).gregorian()
    except InvalidValue:
        return _today()


def _day(answer: Any) -> date | None:
    return date.fromisoformat(answer) if isinstance(answer, str) and answer else None


def _text(answer: Any) -> str | None:
    return answer if isinstance(answer, str) and answer else None

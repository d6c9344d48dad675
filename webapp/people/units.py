"""The tree of units: added, renamed, moved and closed by administrators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import offices
from engine.commands.admins import must_be_admin
from engine.errors import Problem, RulesBroken
from engine.queries import directory as queries
from engine.storage.database import Session
from forms import Choice, Field, Form, FormErrors, read_submission
from webapp import units as names
from webapp.errors import problems_of
from webapp.people.asked import as_typed, texts_of
from webapp.request import current_actor, locale, now, reader, unit_of_work

bp = Blueprint("units", __name__, url_prefix="/units")

_TOP = "-"  #: parent of what lies under nothing


@bp.get("")
def index() -> ResponseReturnValue:
    """Show the tree."""
    queries.must_read(current_actor())
    with reader() as session:
        tree = queries.units(session)
    return render_template(
        "people/units.html", units=tree, may_change=current_actor().is_admin, nav="units"
    )


@bp.get("/new")
def new() -> ResponseReturnValue:
    """Ask for a new unit."""
    return _page(None, {"parent": request.args.get("parent", "")})


@bp.post("/new")
def add() -> ResponseReturnValue:
    """Add a unit."""
    return _kept(None)


@bp.get("/<code>")
def show(code: str) -> ResponseReturnValue:
    """Ask for another name or place of a unit."""
    with reader() as session:
        unit = queries.unit(session, code)
    typed = {"title_fa": unit.title_fa, "title_en": unit.title_en, "parent": unit.parent or _TOP}
    return _page(code, typed)


@bp.post("/<code>")
def change(code: str) -> ResponseReturnValue:
    """Rename or move a unit."""
    return _kept(code)


@bp.post("/<code>/close")
def close(code: str) -> ResponseReturnValue:
    """Close a unit; its cases run to their end."""
    try:
        offices.close_unit(unit_of_work(), code, actor=current_actor(), at=now())
    except RulesBroken as refused:
        return _page(code, {}, problems_of(refused)), 422
    flash(_("Closed. Nobody is given a role in it any more."), "done")
    return redirect(url_for("units.index"), 303)


def _kept(code: str | None) -> ResponseReturnValue:
    must_be_admin(current_actor())
    raw = request.form.to_dict(flat=False)
    with reader() as session:
        form = _form(session, code)
    try:
        answers = read_submission(form, raw)
        parent = None if answers["parent"] == _TOP else str(answers["parent"])
        titles = {key: str(answers[key]) for key in ("title_fa", "title_en")}
        act = offices.add_unit if code is None else offices.change_unit
        act(
            unit_of_work(),
            code or str(answers["code"]),
            title_fa=titles["title_fa"],
            title_en=titles["title_en"],
            parent=parent,
            actor=current_actor(),
            at=now(),
        )
    except (FormErrors, RulesBroken) as refused:
        return _page(code, as_typed(raw), problems_of(refused)), 422
    names.forget()
    flash(_("Kept."), "done")
    return redirect(url_for("units.index"), 303)


def _page(code: str | None, typed: Mapping[str, str], problems: Sequence[Problem] = ()) -> str:
    must_be_admin(current_actor())
    with reader() as session:
        form = _form(session, code)
    return render_template(
        "people/form.html",
        form=form,
        typed=typed,
        action=url_for("units.change", code=code) if code else url_for("units.add"),
        title=_("Unit %(code)s", code=code) if code else _("Add a unit"),
        problems=texts_of(problems),
        back=url_for("units.index"),
        closes=url_for("units.close", code=code) if code else None,
        nav="units",
    )


def _form(session: Session, code: str | None) -> Form:
    parents = tuple(
        Choice(each.code, each.title(locale()))
        for each in queries.units(session)
        if each.closed_on is None and each.code != code
    )
    named = Field(
        "textfield",
        "code",
        _("Code"),
        _("Capital Latin letters, digits and -; documents carry it, so it never changes."),
        required=True,
        pattern="[A-Z][A-Z0-9-]{1,31}",
        longest=32,
    )
    fields = (
        *((named,) if code is None else ()),
        Field("textfield", "title_fa", _("Name in Persian"), required=True, longest=200),
        Field("textfield", "title_en", _("Name in Latin letters"), required=True, longest=200),
        Field(
            "select",
            "parent",
            _("Lies under"),
            required=True,
            choices=(Choice(_TOP, _("nothing: the top")), *parents),
        ),
    )
    return Form("unit", fields, fields=fields)

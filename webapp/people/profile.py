"""The page on which a person says how the pages shall be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import accounts, preferences
from engine.errors import Problem
from engine.queries import notices
from forms import Choice, Field, Form, FormErrors, read_submission
from webapp.errors import problems_of
from webapp.people.asked import as_typed, texts_of
from webapp.request import current_actor, locale, now, reader, services, unit_of_work

bp = Blueprint("profile", __name__, url_prefix="/profile")

#: what a person may be told of, by its name in the preference ``notify``
NOTICES: Final = (
    "assigned", "mentioned", "commented", "returned", "due_soon", "substituting"
)  # fmt: skip
_LOCALE: Final = "locale"
_NOTIFY: Final = "notify_"


@bp.get("")
def show() -> ResponseReturnValue:
    """Show who one is here, and what was chosen."""
    return _page(_chosen())


@bp.post("")
def keep() -> ResponseReturnValue:
    """Keep what was chosen; the page that follows has it."""
    raw = request.form.to_dict(flat=False)
    try:
        answers = read_submission(_form(), raw)
    except FormErrors as refused:
        return _page(as_typed(raw), problems_of(refused)), 422
    actor = current_actor()
    if answers.get(_LOCALE):
        accounts.set_locale(unit_of_work(), actor.person_id, str(answers[_LOCALE]))
    notify = {each: answers.get(f"{_NOTIFY}{each}") or "page" for each in NOTICES}
    chosen = {
        key: value
        for key, value in answers.items()
        if value is not None and key != _LOCALE and not key.startswith(_NOTIFY)
    }
    preferences.keep_all(unit_of_work(), {**chosen, "notify": notify}, actor=actor, at=now())
    flash(_("Kept."), "done")
    return redirect(url_for("profile.show"), 303)


def _page(typed: Mapping[str, str], problems: tuple[Problem, ...] = ()) -> str:
    with reader() as session:
        email = notices.address_of(session, current_actor())
    return render_template(
        "people/profile.html",
        email=email,
        has_mail=bool(services().settings.mail.host),
        form=_form(),
        typed=typed,
        problems=texts_of(problems),
        notify=_NOTIFY,
        nav="profile",
    )


def _chosen() -> Mapping[str, str]:
    actor = current_actor()
    said: dict[str, Any] = {**actor.preferences, _LOCALE: locale()}
    shown = {key: str(value) for key, value in said.items() if isinstance(value, str)}
    shown |= {key: "true" for key in ("keys", "open_next") if said[key] is True}
    told = said["notify"]
    return shown | {f"{_NOTIFY}{each}": str(told.get(each, "page")) for each in NOTICES}


def _form() -> Form:
    ways = (
        Choice("page", _("on the pages only")),
        Choice("mail", _("by e-mail too")),
        Choice("none", _("not at all")),
    )
    labels = {
        "assigned": _("A task is given to me, or is gone again"),
        "mentioned": _("Somebody mentions me"),
        "commented": _("Somebody comments on a case of mine"),
        "returned": _("A case comes back to me"),
        "due_soon": _("A task of mine is due soon"),
        "substituting": _("I am to stand in for somebody"),
    }
    fields = (
        Field(
            "radio",
            _LOCALE,
            _("Language"),
            choices=(Choice("fa", "فارسی"), Choice("en", "English")),
        ),
        Field(
            "radio",
            "digits",
            _("Digits"),
            choices=(
                Choice("language", _("those of the language")),
                Choice("persian", "۰۱۲۳۴۵۶۷۸۹"),
                Choice("latin", "0123456789"),
            ),
        ),
        Field(
            "radio",
            "calendar",
            _("Calendar of the dates shown"),
            _("Deadlines are counted by the same days in both; dates are typed in Jalali."),
            choices=(Choice("jalali", _("Jalali")), Choice("gregorian", _("Gregorian"))),
        ),
        Field(
            "radio",
            "density",
            _("Lines of lists"),
            choices=(Choice("comfortable", _("comfortable")), Choice("compact", _("close"))),
        ),
        Field(
            "radio",
            "theme",
            _("Colours"),
            choices=(
                Choice("auto", _("as the device")),
                Choice("light", _("light")),
                Choice("dark", _("dark")),
            ),
        ),
        Field("checkbox", "keys", _("Letters without Ctrl do something")),
        Field("checkbox", "open_next", _("Open the next task after an answer")),
        *(Field("radio", f"{_NOTIFY}{each}", labels[each], choices=ways) for each in NOTICES),
    )
    return Form("profile", fields, fields=fields)

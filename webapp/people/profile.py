"""The page on which a person says how the pages shall be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import accounts, mailing, preferences
from engine.connectors import SITE
from engine.model.preferences import PREFERENCES
from engine.queries import directory, notices
from forms import Choice, Field, Form, FormErrors, read_submission
from forms.written import written
from webapp.errors import problems_of
from webapp.people.asked import as_typed, texts_of
from webapp.request import current_actor, locale, now, reader, unit_of_work

bp = Blueprint("profile", __name__, url_prefix="/profile")

#: what a person may be told of, by its name in the preference ``notify``
NOTICES: Final = (
    "assigned", "mentioned", "commented", "returned", "due_soon", "substituting",
    "changes", "deployments", "incidents",
)  # fmt: skip
_LOCALE: Final = "locale"
_NOTIFY: Final = "notify_"
_DIGEST: Final = "digest"
_SMS: Final = "sms"  #: which kinds, and the preference of that name
_MOBILE: Final = "mobile"
ADDRESS: Final = "email"  #: field of the form that asks for a letter


@bp.get("")
def show() -> ResponseReturnValue:
    """Show who one is here, and what was chosen."""
    return _page(_kept())


def with_address(typed: str, problem: str) -> str:
    """Return the page with what is wrong beside the e-mail address that was typed."""
    return _page({**_kept(), ADDRESS: typed}, texts=[(ADDRESS, problem)])


@bp.post("")
def keep() -> ResponseReturnValue:
    """Keep what was chosen; the page that follows has it."""
    raw = request.form.to_dict(flat=False)
    form = _form()
    try:
        answers = read_submission(form, raw)
    except FormErrors as refused:
        return _page(as_typed(raw), texts_of(problems_of(refused))), 422
    actor = current_actor()
    if answers.get(_LOCALE):
        accounts.set_locale(unit_of_work(), actor.person_id, str(answers[_LOCALE]))
    if any(each.key == _MOBILE for each in form.fields):
        mobile = str(answers.get(_MOBILE) or "") or None
        mailing.keep_mobile(unit_of_work(), mobile, actor=actor)
        answers = {**answers, _SMS: answers.get(_SMS) or []}
    told = {each: answers.get(f"{_NOTIFY}{each}") or "page" for each in _kinds()}
    notify = {**actor.preferences["notify"], **told}
    chosen = {
        key: value for key, value in answers.items() if value is not None and key in PREFERENCES
    }
    preferences.keep_all(unit_of_work(), {**chosen, "notify": notify}, actor=actor, at=now())
    flash(_("Kept."), "done")
    return redirect(url_for("profile.show"), 303)


def _kept() -> Mapping[str, str]:
    with reader() as session:
        places = notices.places_of(session, current_actor())
    return {**_chosen(), _MOBILE: _written(places.mobile)}


def _page(typed: Mapping[str, str], texts: Sequence[tuple[str | None, str]] = ()) -> str:
    with reader() as session:
        email = notices.places_of(session, current_actor()).email
        titles = directory.unit_titles(session)
    return render_template(
        "people/profile.html",
        email=email,
        titles=titles,
        has_mail=_has_mail(),
        form=_form(),
        typed=typed,
        problems=texts,
        has_sms=_has_sms(),
        of_sms=[_MOBILE, _SMS],
        told=[_DIGEST, *(f"{_NOTIFY}{each}" for each in _kinds())],
        nav="profile",
    )


def _chosen() -> Mapping[str, str]:
    actor = current_actor()
    said: dict[str, Any] = {**actor.preferences, _LOCALE: locale()}
    shown = {key: str(value) for key, value in said.items() if isinstance(value, str)}
    shown |= {key: "true" for key in ("keys", "open_next") if said[key] is True}
    shown[_SMS] = ",".join(said[_SMS])
    told = said["notify"]
    return shown | {f"{_NOTIFY}{each}": str(told.get(each, "page")) for each in _kinds()}


def _kinds() -> list[str]:
    """Return what the reader can be told of: incidents are for those who run the site."""
    return [each for each in NOTICES if each != "incidents" or current_actor().is_admin]


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
        "changes": _("A process I work in is deployed anew"),
        "incidents": _("Something new stops cases (administrators)"),
        "deployments": _("A deployment waits for approval, or mine was decided on"),
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
        *(Field("radio", f"{_NOTIFY}{each}", labels[each], choices=ways) for each in _kinds()),
        *([_digest()] if _has_mail() else []),
        *(_of_sms(labels) if _has_sms() else []),
    )
    return Form("profile", fields, fields=fields)


def _digest() -> Field:
    return Field(
        "radio",
        _DIGEST,
        _("A letter each working morning"),
        _("What is overdue, due today or new, and mentions not read, when the office opens."),
        choices=(
            Choice("none", _("none")),
            Choice("with", _("beside those sent at once")),
            Choice("only", _("instead of those sent at once")),
        ),
    )


def _of_sms(labels: Mapping[str, str]) -> tuple[Field, Field]:
    hint = _("Texts name nobody and say the case's number only: anybody may read them.")
    kinds = tuple(Choice(each, labels[each]) for each in _kinds())
    return (
        Field("mobile", _MOBILE, _("Mobile number")),
        Field("checklist", _SMS, _("What goes by short message too"), hint, choices=kinds),
    )


def _written(mobile: str | None) -> str:
    """Return the number as it is typed."""
    texts = written(Field("mobile", _MOBILE, ""), mobile, locale())
    return texts[""][0] if mobile else ""


def _has_sms() -> bool:
    with reader() as session:
        return SITE.sends_messages(session)


def _has_mail() -> bool:
    return bool(SITE.mail.host)

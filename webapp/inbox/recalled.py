"""An answer taken back: what stands in its form again, and why it is not taken back any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine.commands.recallable import NotRecallable, Why
from engine.queries import people
from engine.storage.database import Session
from forms import Field, Form
from forms.components import DynamicList
from forms.paths import ROWS, joined
from forms.written import written
from webapp.formatting import moment_text
from webapp.request import locale
from webapp.wording import Words

_SAID: Final[Mapping[Why, LazyString]] = {
    "taken": _l("It cannot be taken back: %(who)s has had “%(step)s” since %(when)s."),
    "typed": _l("It cannot be taken back: %(who)s typed into “%(step)s” on %(when)s."),
    "sent": _l("It cannot be taken back: “%(step)s” has had an effect outside."),
    "running": _l("“%(step)s” is being carried out this moment; try again in a few seconds."),
    "area": _l("What was written with “%(step)s” cannot be taken back."),
    "branches": _l("It cannot be taken back: other branches of the case have gone on with it."),
    "ended": _l("It cannot be taken back: the case was ended."),
}


def as_typed(form: Form) -> Callable[[Mapping[str, Any]], Mapping[str, str]]:
    """Return what makes drafts of an answer to a form, in the language of the page."""
    return lambda answer: dict(_texts(form, answer, ""))


def _texts(form: Form, answer: Mapping[str, Any], above: str) -> Iterator[tuple[str, str]]:
    for key, value in answer.items():
        path = f"{above}{key}"
        of = form.by_path.get("/".join(each for each in path.split("/") if not each.isdigit()))
        if isinstance(of, DynamicList) and isinstance(value, list):
            yield f"{path}/{ROWS}", str(len(value))
            for number, row in enumerate(value):
                yield from _texts(form, row, f"{path}/{number}/")
        elif isinstance(of, Field) and of.type != "lineTable":
            for part, texts in written(of, value, locale()).items():
                yield f"{path}/{part}" if part else path, joined(texts)


def point_of_no_return(element_id: str, reason: str, words: Words) -> str:
    """Return the sentence for an answer that stays because of a step, with the declared reason."""
    told = {"step": words.element(element_id), "reason": words.no_return(element_id, reason)}
    if told["reason"]:
        said = _l("It cannot be taken back: “%(step)s” is a point of no return. %(reason)s")
    else:
        said = _l("It cannot be taken back: “%(step)s” is a point of no return.")
    return str(said) % told


def why_not(session: Session, refused: NotRecallable, words: Words) -> str:
    """Return one sentence for who wanted to take an answer back: which step, who, when."""
    step = words.element(refused.element_id, refused.name) if refused.element_id else ""
    known = people.names(session, [refused.who]).get(refused.who or "")
    told = {
        "step": step,
        "who": known[locale()] if known else refused.who or _("the system"),
        "when": moment_text(refused.at) if refused.at else "",
    }
    if refused.why == "gone" and step:
        said = _l("It cannot be taken back: %(who)s went on with “%(step)s” on %(when)s.")
        return str(said) % told
    if refused.why == "point":
        return point_of_no_return(refused.element_id or "", refused.reason, words)
    if refused.why == "sent" and not step:
        return _("It cannot be taken back: others outside have been told of it.")
    if refused.why not in _SAID:
        return _("It cannot be taken back: the case has gone on.")
    return str(_SAID[refused.why]) % told

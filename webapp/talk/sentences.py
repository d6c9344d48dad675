"""What a notice says, in one sentence, and where it leads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _

from engine.model.notice import Notice, NoticeKind
from engine.queries.notices import Told
from webapp.formatting import jalali
from webapp.request import locale
from webapp.texts import N_

#: what somebody did
_SAID: Final[Mapping[NoticeKind, str]] = {
    NoticeKind.MENTIONED: N_("%(name)s named you in a comment."),
    NoticeKind.COMMENTED: N_("%(name)s wrote a comment."),
    NoticeKind.ASSIGNED: N_("%(name)s gave you this task."),
    NoticeKind.DELEGATED: N_("%(name)s asks you to work on this task."),
    NoticeKind.HANDED_BACK: N_("%(name)s has handed this task back to you."),
    NoticeKind.RETURNED: N_("%(name)s sent this step back to you."),
    NoticeKind.REMINDED: N_("%(name)s asks you to go on with this task."),
}


def sentence(told: Told) -> str:
    """Return what somebody is told, without the case it is about."""
    if told.kind is NoticeKind.SUBSTITUTING:
        return _substituting(told)
    if told.by is None:
        return _of_time(told.kind)
    name = told.by_names[locale()] if told.by_names else told.by
    return _of_act(told, name)


def place(told: Notice | Told) -> str:
    """Return the address of what a notice is about."""
    if told.instance_id is None:
        return url_for("substitutes.index")
    tab: dict[str, Any] = {}
    if told.comment_id:
        tab = {"tab": "talk", "_anchor": f"comment-{told.comment_id}"}
    if told.comment_id and told.facts.get("line"):
        tab["line"] = str(told.facts["line"])
    if told.task_id:
        return url_for("tasks.show", task_id=told.task_id, **tab)
    return url_for("cases.show", instance_id=told.instance_id, **tab)


def _of_time(kind: NoticeKind) -> str:
    if kind is NoticeKind.LATE:
        return _("This task is late.")
    return _("Little time is left for this task.")


def _of_act(told: Told, name: str) -> str:
    if told.kind is NoticeKind.HANDED_BACK and told.facts.get("owner") == told.by:
        return _("%(name)s has taken this task back.", name=name)
    return _(_SAID[told.kind], name=name)


def _substituting(told: Told) -> str:
    names, first, last = told.facts["away"], told.facts["first"], told.facts["last"]
    return _(
        "You stand in for %(name)s from %(first)s to %(last)s.",
        name=names[locale()],
        first=jalali(first),
        last=jalali(last),
    )

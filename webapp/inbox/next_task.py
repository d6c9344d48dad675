"""Where an answer leads: back to the list one came from, or to the next step of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import session as web_session
from flask import url_for

from engine.model.instance import HumanTask
from engine.model.listing import PLACES
from engine.queries import inbox
from engine.queries.asked import AMOUNT, DUE, PRIORITY, VALUE, Asked
from engine.queries.paging import place_text
from engine.storage.bundles import all_latest
from engine.storage.database import Session
from webapp.inbox import filters
from webapp.request import current_actor, now, reader

_LIST = "list"  #: in the browser's session: what was asked of the list it last looked at


def keep_list(asked: Mapping[str, Any]) -> None:
    """Remember how the inbox was asked for, to come back to it."""
    kept = {key: text for key, text in asked.items() if key != "open" and text}
    if web_session.get(_LIST, {}) != kept:
        web_session[_LIST] = kept


def after(done: HumanTask) -> str:
    """Return the address to go on at once a step is done, as the actor prefers it."""
    asked: dict[str, Any] = web_session.get(_LIST, {})
    if current_actor().preferences["open_next"]:
        with reader() as session:
            following = _following(session, done, asked)
        if following is not None:
            return url_for("tasks.show", task_id=following)
    return url_for("inbox.index", **asked)


def _following(session: Session, done: HumanTask, kept: Mapping[str, Any]) -> UUID | None:
    """Return the step after the one that is done, in its list; at its end the first one."""
    asked = _asked(session, kept)
    for start in (_place(done, inbox.in_order("inbox", asked).sort), None):
        page = inbox.page(session, current_actor(), "inbox", asked, at=now(), after=start)
        ids = [each.task_id for each in page.rows if each.task_id not in (None, done.id)]
        if ids:
            return ids[0]
    return None


def _place(done: HumanTask, sort: str | None) -> str:
    """Return where a step stood in a list in some order, as the key of a page says it."""
    by: datetime | int | str | None = None
    if sort == DUE:
        by = done.due_at
    elif sort == PRIORITY:
        by = done.priority
    elif sort == AMOUNT:
        by = done.amount
    elif sort is not None and sort.startswith(VALUE):
        by = _value(done, f"{sort.removeprefix(VALUE)}:")
    return place_text(by, done.id)


def _value(done: HumanTask, before: str) -> str | None:
    places = (getattr(done, each) for each in PLACES)
    return next((each for each in places if each and each.startswith(before)), None)


def _asked(session: Session, kept: Mapping[str, Any]) -> Asked:
    raw = {key: [text] for key, text in kept.items()}
    if not filters.asks(raw):
        return Asked(kept.get("q", ""))
    return filters.read_filters(raw, all_latest(session), current_actor(), now()).asked

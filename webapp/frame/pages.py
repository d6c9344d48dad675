"""Addresses that the frame around every page asks."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from engine.commands import preferences
from engine.queries.find import find
from engine.queries.news import newest_of
from webapp.frame.news import news_of
from webapp.frame.palette import lines_of
from webapp.request import current_actor, now, reader, unit_of_work
from webapp.wording import words_of

bp = Blueprint("frame", __name__)

#: characters of what is looked for
LONGEST_QUESTION: Final = 100
#: preferences a script keeps while a page is open; forms keep the others
_KEPT_HERE: Final = frozenset({"density", "inbox.layout", "keys", "open_next", "theme"})


@bp.get("/news")
def news() -> ResponseReturnValue:
    """Tell what is new for the actor; nothing but a status where it is what the page knows."""
    with reader() as session:
        answer = jsonify(news_of(session, current_actor(), now()))
    answer.add_etag()
    return answer.make_conditional(request)


@bp.get("/news/newest")
def newest() -> ResponseReturnValue:
    """Name the step that came last, for a notification that the person wants to say it."""
    with reader() as session:
        found = newest_of(session, current_actor())
        step = words_of(found.definition).element(found.element_id, found.name) if found else ""
    return jsonify({"step": step})


@bp.get("/find")
def found() -> ResponseReturnValue:
    """Answer the command palette: what a few letters find, of what the actor may see."""
    text = request.args.get("q", "")[:LONGEST_QUESTION]
    with reader() as session:
        return jsonify(lines_of(find(session, current_actor(), text), text))


@bp.post("/preferences")
def keep() -> ResponseReturnValue:
    """Keep how the person wants the pages, as a script of the page changed it."""
    chosen = request.get_json()
    if not isinstance(chosen, dict) or not chosen or not chosen.keys() <= _KEPT_HERE:
        raise BadRequest
    preferences.keep_all(unit_of_work(), chosen, actor=current_actor(), at=now())
    return "", 204

"""``GET /api/events``: what happened in the cases a reader may see, after a cursor."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, jsonify, request

from engine.queries import feed
from webapp.engine_rest.refusals import Refused
from webapp.request import current_actor, reader

USUAL: Final = 100  #: events looked at when nothing is said

_ASKED: Final = frozenset({"after", "limit"})


def register(bp: Blueprint) -> None:
    """Put the address on the blueprint."""
    bp.add_url_rule("/events", "events", events)


def events() -> Response:
    """Answer with the events after ``after``, oldest first, and the cursor of the next question.

    Raises:
        Refused: 400, ``limit`` is no number from 1 to 1,000, or something else is asked.
    """
    if unknown := request.args.keys() - _ASKED:
        raise Refused(400, f"Unknown parameters: {', '.join(sorted(unknown))}")
    with reader() as session:
        found = feed.read(
            session, current_actor(), after=request.args.get("after", ""), limit=_limit()
        )
    return jsonify(events=found.events, next=found.following, more=found.is_more)


def _limit() -> int:
    said = request.args.get("limit", str(USUAL))
    if not (said.isascii() and said.isdigit() and 1 <= int(said) <= feed.MOST):
        raise Refused(400, f"limit is a number from 1 to {feed.MOST}.")
    return int(said)

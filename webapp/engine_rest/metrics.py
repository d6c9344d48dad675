"""Metrics: sums of what was done in a time, for who watches everything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from engine.queries import rest_people as queries
from engine.queries.watched import must_watch
from webapp.engine_rest.moments import moment_from
from webapp.engine_rest.refusals import invalid
from webapp.engine_rest.registry import does
from webapp.request import current_actor, reader

Sum = Callable[[Any, datetime | None, datetime | None], int]

#: by Camunda's names, the old and the new ones
_SUMS: Final[Mapping[str, Sum]] = {
    "root-process-instance-start": queries.cases_started,
    "process-instances": queries.cases_started,
    "executed-decision-instances": queries.decisions_made,
    "decision-instances": queries.decisions_made,
    "unique-task-workers": queries.people_at_work,
    "task-users": queries.people_at_work,
}


@does("getMetrics", query={"startDate", "endDate"})
def show_sum(name: str) -> ResponseReturnValue:
    """Tell how often something was done in a time."""
    must_watch(current_actor())
    if name not in _SUMS:
        raise invalid(f"No metric '{name}' is kept; there are {', '.join(sorted(_SUMS))}.")
    with reader() as session:
        return jsonify(result=_SUMS[name](session, _moment("startDate"), _moment("endDate")))


def _moment(key: str) -> datetime | None:
    given = request.args.get(key)
    try:
        return moment_from(given) if given else None
    except ValueError:
        raise invalid(f"{key} is no moment with a time zone.") from None

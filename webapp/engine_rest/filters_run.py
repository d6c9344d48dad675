"""What a saved filter finds, narrowed by a task query where one is sent."""

from __future__ import annotations

from urllib.parse import parse_qs

from flask import jsonify
from flask.typing import ResponseReturnValue

from engine.queries import rest_saved
from engine.queries.asked import Asked
from engine.queries.rest import TaskRow, Wanted
from engine.storage.bundles import all_latest
from forms import FormErrors
from webapp.engine_rest import shapes
from webapp.engine_rest.filters import one_filter
from webapp.engine_rest.refusals import invalid
from webapp.engine_rest.registry import does
from webapp.engine_rest.tasks import TASKS
from webapp.inbox.filters import read_filters
from webapp.request import current_actor, now, reader

_PAGE = ("firstResult", "maxResults")


@does("executeFilterList", query=_PAGE)
@does("postExecuteFilterList", query=_PAGE, body=TASKS.taken)
def list_found(filter_id: str) -> ResponseReturnValue:
    """List the tasks a filter finds in the caller's list of work."""
    return jsonify([shapes.task(each) for each in _found(filter_id, TASKS.wanted())])


@does("executeFilterSingleResult", statuses=(200, 204))
@does("postExecuteFilterSingleResult", body=TASKS.taken, statuses=(200, 204))
def show_found(filter_id: str) -> ResponseReturnValue:
    """Show the one task a filter finds."""
    asked = TASKS.wanted()
    found = _found(filter_id, Wanted(asked.filters, asked.sorting, most=2))
    if len(found) > 1:
        raise invalid("Filter does not returns a valid single result")
    return jsonify(shapes.task(found[0])) if found else ("", 204)


@does("executeFilterCount")
@does("postExecuteFilterCount", body=TASKS.taken)
def count_found(filter_id: str) -> ResponseReturnValue:
    """Count the tasks a filter finds."""
    wanted, asked = TASKS.wanted(), _asked(filter_id)
    with reader() as session:
        return jsonify(count=rest_saved.count(session, current_actor(), asked, wanted, now()))


def _found(filter_id: str, wanted: Wanted) -> tuple[TaskRow, ...]:
    asked = _asked(filter_id)
    with reader() as session:
        return rest_saved.tasks(session, current_actor(), asked, wanted, now())


def _asked(filter_id: str) -> Asked:
    """Return what a filter asks; what it asked of a process that is gone cannot be read."""
    kept = one_filter(filter_id)
    with reader() as session:
        filters = read_filters(parse_qs(kept.query), all_latest(session), current_actor(), now())
    if filters.problems:
        raise FormErrors(filters.problems, {})
    return filters.asked

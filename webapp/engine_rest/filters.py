"""Filters that people have saved above their list of work."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qs
from uuid import UUID

from flask import jsonify
from flask.typing import ResponseReturnValue

from engine.commands import saved_filters as commands
from engine.queries.rest import Wanted
from engine.queries.rest_filters import named
from engine.storage import saved_filters
from engine.storage.saved_filters import Kept
from webapp.engine_rest.criteria import Listing
from webapp.engine_rest.refusals import not_found
from webapp.engine_rest.registry import does
from webapp.engine_rest.routing import identity
from webapp.request import current_actor, now, reading, unit_of_work

_TYPE: Final = "Task"
_FILTERS: Final = Listing(
    {
        "filterId": named("id"),
        "resourceType": named("text"),
        "name": named("text"),
        "nameLike": named("text"),
        "owner": named("text"),
    },
    {"filterId": None, "name": None},
)


@does("getFilterList", listing=_FILTERS)
def list_filters() -> ResponseReturnValue:
    """List the filters somebody saved or was given."""
    asked = _FILTERS.wanted()
    found = _found(asked)
    for key, descends in reversed(asked.sorting):
        found.sort(key=lambda each, of=_SORTED[key]: getattr(each, of), reverse=descends)  # type: ignore[misc]
    return jsonify([told_filter(each) for each in found[asked.first : asked.first + asked.most]])


_SORTED: Final = {"filterId": "id", "name": "name"}


@does("getFilterCount", listing=_FILTERS)
def count_filters() -> ResponseReturnValue:
    """Count the filters somebody saved or was given."""
    return jsonify(count=len(_found(_FILTERS.wanted())))


@does("getSingleFilter")
def show_filter(filter_id: str) -> ResponseReturnValue:
    """Show a saved filter."""
    return jsonify(told_filter(one_filter(filter_id)))


@does("deleteFilter")
def delete_filter(filter_id: str) -> ResponseReturnValue:
    """Take a saved filter away."""
    kept = one_filter(filter_id)
    commands.forget(unit_of_work(), kept.id, actor=current_actor(), at=now())
    return "", 204


def _found(asked: Wanted) -> list[Kept]:
    actor, wanted = current_actor(), asked.filters
    kept = saved_filters.seen_by(reading(), actor.person_id, actor.desks)
    like = str(wanted.get("nameLike", "%")).strip("%").casefold()
    return [
        each
        for each in kept
        if wanted.get("filterId", each.id) == each.id
        and wanted.get("resourceType", _TYPE) == _TYPE
        and wanted.get("name", each.name) == each.name
        and like in each.name.casefold()
        and ("owner" not in wanted or wanted["owner"] == _owner(each))
    ]


def one_filter(filter_id: str) -> Kept:
    """Return a filter that the caller saved or was given.

    Raises:
        Refused: 404, there is none.
    """
    wanted: UUID = identity(filter_id, "filter")
    for each in _found(Wanted({"filterId": wanted})):
        return each
    raise not_found(f"Filter with id '{filter_id}' does not exist")


def _owner(kept: Kept) -> str | None:
    actor = current_actor()
    return actor.username if kept.person_id == actor.person_id else None


def told_filter(kept: Kept) -> dict[str, Any]:
    """Return a filter; what it asks is said as the list of work has it, not as a task query."""
    return {
        "id": str(kept.id),
        "resourceType": _TYPE,
        "name": kept.name,
        "owner": _owner(kept),
        "query": {},
        "properties": {"inbox": parse_qs(kept.query), "desk": kept.desk},
        "itemCount": None,
    }

"""The compiled release: what is so now, merged from all releases by the rules of OCDS 1.1.

A later value replaces an earlier one, objects of a list are the same where their ids are, and
``null`` takes away. `tests/test_ocds.py` holds the rules beside the schema and the standard's own
implementation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any, Final

#: Lists of objects that a later release replaces whole (``wholeListMerge`` of the schema).
WHOLE_LISTS: Final = frozenset({"additionalIdentifiers", "additionalClassifications"})
#: What belongs to a release and not to the process (``omitWhenMerged``).
OF_RELEASE: Final = frozenset({"id", "date", "tag"})


def compiled(releases: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the compiled release of one process.

    Args:
        releases: of one ``ocid``, at least one, in any order.

    >>> compiled([
    ...     {"ocid": "x-1", "date": "2025-01-01T00:00:00Z", "tender": {"id": "1", "title": "Road"}},
    ...     {"ocid": "x-1", "date": "2025-01-02T00:00:00Z", "tender": {"status": "complete"}},
    ... ])["tender"]
    {'id': '1', 'title': 'Road', 'status': 'complete'}
    """
    ordered = sorted(releases, key=lambda each: str(each["date"]))
    last = ordered[-1]
    merged: dict[str, Any] = {
        "tag": ["compiled"],
        "id": f"{last['ocid']}-{last['date']}",
        "date": last["date"],
    }
    for each in ordered:
        _merge(merged, {key: value for key, value in each.items() if key not in OF_RELEASE})
    return merged


def _merge(into: dict[str, Any], told: Mapping[str, Any]) -> None:
    for key, value in told.items():
        if value is None:
            into.pop(key, None)
        elif isinstance(value, dict):
            below = into.get(key)
            if not isinstance(below, dict):
                below = into[key] = {}
            _merge(below, value)
        elif _is_list_of_objects(key, value):
            into[key] = _merged_list(into.get(key, []), value)
        else:
            into[key] = deepcopy(value)


def _is_list_of_objects(key: str, value: object) -> bool:
    if not isinstance(value, list) or not value or key in WHOLE_LISTS:
        return False
    return all(isinstance(each, dict) for each in value)


def _merged_list(known: list[Any], told: list[Any]) -> list[Any]:
    by_id = {each["id"]: each for each in known if isinstance(each, dict) and "id" in each}
    found = list(known)
    for each in told:
        same = by_id.get(each.get("id"))
        if same is None:
            same = {}
            found.append(same)
            if "id" in each:
                by_id[each["id"]] = same
        _merge(same, each)
    return found

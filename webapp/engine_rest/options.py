"""``OPTIONS``: what may be asked at an address, as links (Camunda's ResourceOptions)."""

from __future__ import annotations

from typing import Final

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from webapp.engine_rest.published import OPERATIONS
from webapp.engine_rest.registry import DONE, does

_OF_LISTS: Final = (
    "availableOperations",
    "availableGroupOperations",
    "availableTenantResourceOperations",
    "availableOperationsAuthorization",
    "filterResourceOptions",
)
_OF_ONE: Final = (
    "availableUserOperations",
    "availableGroupInstanceOperations",
    "availableTenantInstanceOperations",
    "availableOperationsAuthorizationInstance",
    "filterResourceOptionsSingle",
    "availableGroupMembersOperations",
    "availableTenantGroupMembersOperations",
    "availableTenantUserMembersOperations",
)


@does(*_OF_LISTS)
def show_options() -> ResponseReturnValue:
    """Tell what may be asked of a list."""
    return _links()


@does(*_OF_ONE)
def show_options_of_one(_: str) -> ResponseReturnValue:
    """Tell what may be asked of one thing."""
    return _links()


def _links() -> ResponseReturnValue:
    """Name each operation that is done here, or right below."""
    here = OPERATIONS[(request.endpoint or "").rpartition(".")[2]].path
    links = [
        {
            "method": each.operation.method,
            "href": f"{request.host_url}engine-rest{each.operation.path}",
            "rel": each.operation.id,
        }
        for each in DONE.values()
        if each.operation.method != "OPTIONS" and _is_near(each.operation.path, here)
    ]
    return jsonify(links=links)


def _is_near(path: str, here: str) -> bool:
    below = path.removeprefix(here) if path.startswith(here) else "//"
    return below.count("/") <= 1 and (below == "" or below.startswith("/"))

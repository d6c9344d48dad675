"""Authorizations, read: what a role gives, in Camunda's words for resources and permissions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from engine.queries import rest_people as queries
from engine.queries.directory import must_read
from engine.queries.rest_filters import named
from engine.values import local_date
from webapp.engine_rest.criteria import Listing
from webapp.engine_rest.refusals import invalid, not_found
from webapp.engine_rest.registry import does
from webapp.request import current_actor, now, reader

_GRANT: Final = 1  #: Camunda's number of an authorization that gives
#: by Camunda's number of a resource, and its name: the permissions of each role everywhere
_RESOURCES: Final[Mapping[int, tuple[str, Mapping[str, tuple[str, ...]]]]] = {
    1: ("User", {"ADMIN": ("READ", "CREATE", "UPDATE"), "AUDITOR": ("READ",)}),
    2: ("Group", {"ADMIN": ("READ",), "AUDITOR": ("READ",)}),
    3: ("GroupMembership", {"ADMIN": ("CREATE", "DELETE")}),
    4: ("Authorization", {"ADMIN": ("READ",), "AUDITOR": ("READ",)}),
    6: (
        "ProcessDefinition",
        {
            "ADMIN": ("READ", "UPDATE", "SUSPEND", "MIGRATE_INSTANCE", "READ_INSTANCE"),
            "ANALYST": ("READ", "UPDATE", "SUSPEND"),
            "AUDITOR": ("READ", "READ_INSTANCE", "READ_HISTORY"),
        },
    ),
    8: (
        "ProcessInstance",
        {
            "ADMIN": ("READ", "UPDATE", "DELETE", "SUSPEND", "RETRY_JOB", "UPDATE_VARIABLE"),
            "AUDITOR": ("READ",),
            "WORKER": ("READ", "UPDATE"),
        },
    ),
    9: ("Deployment", {"ADMIN": ("READ",), "ANALYST": ("READ", "CREATE")}),
    10: ("DecisionDefinition", {"ADMIN": ("READ",), "ANALYST": ("READ", "CREATE_INSTANCE")}),
    11: ("Tenant", {"ADMIN": ("READ", "CREATE", "UPDATE"), "AUDITOR": ("READ",)}),
    13: ("Batch", {"ADMIN": ("READ", "CREATE", "UPDATE", "DELETE")}),
}
_ASKED: Final = Listing(
    {
        "id": named("text"),
        "type": named("number"),
        "userIdIn": named("texts"),
        "groupIdIn": named("texts"),
        "resourceType": named("number"),
        "resourceId": named("text"),
    },
    {"resourceType": None, "resourceId": None},
)
_CHECK: Final = ("permissionName", "resourceName", "resourceType", "resourceId", "userId")


@does("queryAuthorizations", listing=_ASKED)
def list_authorizations() -> ResponseReturnValue:
    """List what each role gives."""
    asked = _ASKED.wanted()
    found = _found(asked.filters)
    for key, descends in reversed(asked.sorting):
        found.sort(key=lambda each, key=key: each[key], reverse=descends)  # type: ignore[misc]
    return jsonify(found[asked.first : asked.first + asked.most])


@does("getAuthorizationCount", listing=_ASKED)
def count_authorizations() -> ResponseReturnValue:
    """Count what roles give."""
    return jsonify(count=len(_found(_ASKED.wanted().filters)))


@does("getAuthorization")
def show_authorization(authorization_id: str) -> ResponseReturnValue:
    """Show what one role gives of one kind of thing."""
    found = _found({"id": authorization_id})
    if not found:
        raise not_found(f"Authorization with id {authorization_id} does not exist.")
    return jsonify(found[0])


@does("isUserAuthorized", query=_CHECK)
def check() -> ResponseReturnValue:
    """Tell whether somebody may do something with things of a kind, by a role held anywhere."""
    given = {key: request.args.get(key) for key in _CHECK}
    permission, name, kind = given["permissionName"], given["resourceName"], given["resourceType"]
    if not permission or not name or not kind or not kind.isdigit():
        raise invalid("permissionName, resourceName and resourceType are needed.")
    username = given["userId"] or current_actor().username
    if username != current_actor().username:
        must_read(current_actor())
    with reader() as session:
        roles = queries.roles(session, local_date(now()), username=username)
    given_by = _RESOURCES.get(int(kind), ("", {}))[1]
    is_allowed = any(permission in given_by.get(each, ()) for each in roles)
    return jsonify(
        permissionName=permission,
        resourceName=name,
        resourceId=given["resourceId"],
        isAuthorized=is_allowed,
        authorized=is_allowed,
    )


def _found(wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        each
        for kind, (_, by_role) in _RESOURCES.items()
        for role, permissions in by_role.items()
        if _is_asked(each := _told(kind, role, permissions), wanted)
    ]


def _is_asked(each: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return (
        "userIdIn" not in wanted  # nothing is given to somebody by name
        and wanted.get("id", each["id"]) == each["id"]
        and wanted.get("type", _GRANT) == _GRANT
        and each["groupId"] in wanted.get("groupIdIn", [each["groupId"]])
        and wanted.get("resourceType", each["resourceType"]) == each["resourceType"]
        and wanted.get("resourceId", "*") == "*"
    )


def _told(kind: int, role: str, permissions: tuple[str, ...]) -> dict[str, Any]:
    return {
        "id": f"{role}.{kind}",
        "type": _GRANT,
        "permissions": list(permissions),
        "userId": None,
        "groupId": role,
        "resourceType": kind,
        "resourceId": "*",
        "removalTime": None,
        "rootProcessInstanceId": None,
    }

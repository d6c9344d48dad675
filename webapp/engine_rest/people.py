"""Users, groups and tenants: people, the roles they hold, and the units they hold them in.

Who may read who holds what on the pages, an administrator or an auditor, may here; everybody may
read about himself. They are changed on the pages only, where a role is given in a unit.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from engine.queries import rest_people as queries
from engine.queries.directory import may_read, must_read
from engine.queries.rest import Wanted
from engine.queries.rest_filters import named
from engine.queries.rest_people import (
    TENANT_FILTERS,
    TENANT_ORDER,
    USER_FILTERS,
    USER_ORDER,
    UnitRow,
    UserRow,
)
from engine.values import local_date
from webapp.accounts.checking import of_password
from webapp.accounts.guessing import failed, is_guessing
from webapp.accounts.passwords import weakness_of
from webapp.engine_rest.body import json_object, text_of
from webapp.engine_rest.criteria import Listing
from webapp.engine_rest.refusals import Refused, invalid, not_found
from webapp.engine_rest.registry import does
from webapp.request import current_actor, now, reader, services
from webapp.wording import ROLES, role_name

_TYPE: Final = "ROLE"
_USERS: Final = Listing(USER_FILTERS, USER_ORDER)
_TENANTS: Final = Listing(TENANT_FILTERS, TENANT_ORDER, frozenset({"includingGroupsOfUser"}))
_GROUPS: Final = Listing(
    {
        each: named("texts" if each == "idIn" else "text")
        for each in ("id", "idIn", "name", "nameLike", "type", "member", "memberOfTenant")
    },
    {"id": None, "name": None, "type": None},
)


@does("getUsers", listing=_USERS)
def list_users() -> ResponseReturnValue:
    """List people who are not shut out."""
    asked = _of_people(_USERS.wanted())
    with reader() as session:
        return jsonify([_user(each) for each in queries.users(session, asked)])


@does("getUserCount", listing=_USERS)
def count_users() -> ResponseReturnValue:
    """Count people who are not shut out."""
    asked = _of_people(_USERS.wanted())
    with reader() as session:
        return jsonify(count=queries.count_users(session, asked))


@does("getUserProfile")
def show_profile(username: str) -> ResponseReturnValue:
    """Show a person."""
    if username != current_actor().username:
        must_read(current_actor())
    with reader() as session:
        found = queries.users(session, Wanted({"id": username}))
    if not found:
        raise not_found(f"User with id {username} does not exist")
    return jsonify(_user(found[0]))


@does("getQueryGroups", "postQueryGroups", listing=_GROUPS)
def list_groups() -> ResponseReturnValue:
    """List the roles there are."""
    asked = _GROUPS.wanted()
    found = _groups(asked)
    for key, descends in reversed(asked.sorting):
        found.sort(key=lambda each, key=key: each[key], reverse=descends)  # type: ignore[misc]
    return jsonify(found[asked.first : asked.first + asked.most])


@does("getGroupCount", "queryGroupCount", listing=_GROUPS)
def count_groups() -> ResponseReturnValue:
    """Count the roles there are."""
    return jsonify(count=len(_groups(_GROUPS.wanted())))


@does("getGroup")
def show_group(role: str) -> ResponseReturnValue:
    """Show a role."""
    found = _groups(Wanted({"id": role}))
    if not found:
        raise not_found(f"Group with id {role} does not exist")
    return jsonify(found[0])


@does("queryTenants", listing=_TENANTS)
def list_tenants() -> ResponseReturnValue:
    """List units."""
    asked = _of_members(_TENANTS.wanted())
    with reader() as session:
        return jsonify([_tenant(each) for each in queries.tenants(session, asked)])


@does("getTenantCount", listing=_TENANTS)
def count_tenants() -> ResponseReturnValue:
    """Count units."""
    asked = _of_members(_TENANTS.wanted())
    with reader() as session:
        return jsonify(count=queries.count_tenants(session, asked))


@does("getTenant")
def show_tenant(code: str) -> ResponseReturnValue:
    """Show a unit."""
    with reader() as session:
        found = queries.tenants(session, Wanted({"id": code}))
    if not found:
        raise not_found(f"Tenant with id {code} does not exist")
    return jsonify(_tenant(found[0]))


@does("getGroupInfo", query={"userId"})
def show_groups_of_user() -> ResponseReturnValue:
    """Tell which roles somebody holds, and who else holds one of them."""
    username = request.args.get("userId") or ""
    if not username:
        raise invalid("No user id was supplied")
    if username != current_actor().username:
        must_read(current_actor())
    with reader() as session:
        held = sorted(queries.roles(session, local_date(now()), username=username))
        others: Iterable[UserRow] = ()
        if may_read(current_actor()):
            rows = [queries.users(session, Wanted({"memberOfGroup": each})) for each in held]
            others = {each.username: each for some in rows for each in some}.values()
    return jsonify(
        groups=[{"id": each, "name": role_name(each, "en")} for each in held],
        groupUsers=[_user(each) | {"displayName": each.name_en} for each in others],
    )


@does("verifyUser", body={"username", "password"})
def verify_user() -> ResponseReturnValue:
    """Tell whether a password is somebody's; wrong ones count as on the sign-in page."""
    body = json_object(frozenset({"username", "password"}))
    username, password = text_of(body, "username"), text_of(body, "password")
    if not username or not password:
        raise invalid("Username and password are required")
    username = username.strip().lower()
    if is_guessing(username):
        said = "Too many attempts. Wait a quarter of an hour and try again."
        raise Refused(429, said, retry_after=900)
    is_right = of_password(username, password) is not None
    if not is_right:
        failed(username)
    return jsonify(
        authenticatedUser=username, isAuthenticated=is_right, authenticated=is_right,
        tenants=None, groups=None,
    )  # fmt: skip


@does("getPasswordPolicy")
def show_password_policy() -> ResponseReturnValue:
    """Tell how long a password has to be."""
    return jsonify(rules=[_rule()])


@does("checkPassword", body={"password", "profile"})
def check_password() -> ResponseReturnValue:
    """Tell whether a password may be chosen."""
    body = json_object(frozenset({"password", "profile"}))
    profile = body.get("profile") or {}
    if not isinstance(profile, dict):
        raise invalid("profile has to be an object.")
    names = filter(None, (text_of(profile, each) for each in profile))
    shortest = services().settings.sign_in.shortest_password
    password = text_of(body, "password") or ""
    is_fit = weakness_of(password, shortest=shortest, names=tuple(names)) is None
    return jsonify(valid=is_fit, rules=[_rule() | {"valid": len(password) >= shortest}])


def _rule() -> dict[str, Any]:
    shortest = services().settings.sign_in.shortest_password
    return {"placeholder": "PASSWORD_POLICY_LENGTH", "parameter": {"minLength": str(shortest)}}


def _of_people(asked: Wanted) -> Wanted:
    """Refuse who asks for others and may not read who they are."""
    if asked.filters.get("id") != current_actor().username:
        must_read(current_actor())
    return asked


def _of_members(asked: Wanted) -> Wanted:
    """Refuse who asks where others are and may not read it."""
    named = asked.filters.get("userMember", current_actor().username)
    if named != current_actor().username:
        must_read(current_actor())
    return asked


def _groups(asked: Wanted) -> list[dict[str, Any]]:
    wanted = asked.filters
    member, unit = wanted.get("member"), wanted.get("memberOfTenant")
    if (member not in {None, current_actor().username}) or unit is not None:
        must_read(current_actor())
    with reader() as session:
        held = queries.roles(session, local_date(now()), username=member, unit=unit)
    known = held if member or unit else held | ROLES.keys()
    return [
        {"id": each, "name": name, "type": _TYPE}
        for each in sorted(known)
        if _is_asked(each, name := role_name(each, "en"), wanted)
    ]


def _is_asked(role: str, name: str, wanted: Any) -> bool:
    like = str(wanted.get("nameLike", "%")).strip("%").lower()
    return (
        wanted.get("id", role) == role
        and role in wanted.get("idIn", [role])
        and wanted.get("name", name) == name
        and wanted.get("type", _TYPE) == _TYPE
        and like in name.lower()
    )


def _user(row: UserRow) -> dict[str, Any]:
    first, _, last = row.name_en.rpartition(" ")
    return {"id": row.username, "firstName": first or None, "lastName": last, "email": row.email}


def _tenant(row: UnitRow) -> dict[str, Any]:
    return {"id": row.code, "name": row.title_en}

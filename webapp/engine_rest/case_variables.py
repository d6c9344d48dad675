"""Variables of a running case, and of what one visit of an element sees as its own.

An execution is a case (its id), or a token of one: what waits at an element. Values are set and
removed by an administrator, as on the page; the history tells who and why.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask import Response, jsonify, request, send_file
from flask.typing import ResponseReturnValue

from engine import bpmn
from engine.commands.admins import must_be_admin
from engine.queries import rest
from engine.queries.rest import CaseValues
from webapp.engine_rest.body import json_object, texts_of
from webapp.engine_rest.modifying import move, must_hold
from webapp.engine_rest.refusals import invalid, not_found
from webapp.engine_rest.registry import does
from webapp.engine_rest.routing import identity
from webapp.engine_rest.standing import running_case, waits_of
from webapp.engine_rest.variables import (
    all_written,
    content_of,
    is_content,
    kept_content,
    one_given,
    values_of,
    written,
)
from webapp.request import current_actor, reader

VALUE: Final = frozenset({"value", "type", "valueInfo"})
DATA: Final = frozenset({"data", "valueType"})
PATCH: Final = frozenset({"modifications", "deletions"})
_TOKEN: Final = re.compile(r"([0-9a-f]{32})-[0-9]+")


@does("getProcessInstanceVariables", query=("deserializeValues",))
def show_all(instance_id: str) -> ResponseReturnValue:
    """Give the variables of a case."""
    return jsonify(all_written(_case(instance_id).variables))


@does("getProcessInstanceVariable", query=("deserializeValue",))
def show_one(instance_id: str, name: str) -> ResponseReturnValue:
    """Give a variable of a case."""
    return jsonify(written(must_hold(_case(instance_id).variables, name)))


@does("modifyProcessInstanceVariables", body=PATCH)
def change(instance_id: str) -> ResponseReturnValue:
    """Set and remove variables of a case, all or none."""
    return patch(running_case(instance_id)[0].row.id, None)


@does("setProcessInstanceVariable", body=VALUE)
def put_one(instance_id: str, name: str) -> ResponseReturnValue:
    """Set a variable of a case."""
    return put(running_case(instance_id)[0].row.id, name, None)


@does("deleteProcessInstanceVariable")
def delete_one(instance_id: str, name: str) -> ResponseReturnValue:
    """Remove a variable of a case."""
    return remove(running_case(instance_id)[0].row.id, name, None)


@does("getProcessInstanceVariableBinary")
def give_one(instance_id: str, name: str) -> ResponseReturnValue:
    """Give the bytes of a variable that was sent as File or Bytes."""
    return bytes_of(must_hold(_case(instance_id).variables, name), name)


@does("setProcessInstanceVariableBinary", form=DATA)
def put_one_as_bytes(instance_id: str, name: str) -> ResponseReturnValue:
    """Set a variable of a case to bytes."""
    return put_bytes(running_case(instance_id)[0].row.id, name, None)


@does("getLocalExecutionVariables", query=("deserializeValues",))
def show_local(execution_id: str) -> ResponseReturnValue:
    """Give the variables that an execution has of its own; a case's are all it has."""
    return jsonify(all_written(execution(execution_id).values))


@does("getLocalExecutionVariable", query=("deserializeValue",))
def show_one_local(execution_id: str, name: str) -> ResponseReturnValue:
    """Give a variable that an execution has of its own."""
    return jsonify(written(must_hold(execution(execution_id).values, name)))


@does("getLocalExecutionVariableBinary")
def give_one_local(execution_id: str, name: str) -> ResponseReturnValue:
    """Give the bytes of a variable that an execution has of its own."""
    return bytes_of(must_hold(execution(execution_id).values, name), name)


@does("setLocalExecutionVariableBinary", form=DATA)
def put_bytes_local(execution_id: str, name: str) -> ResponseReturnValue:
    """Set a variable that an execution sees to bytes."""
    found = execution(execution_id)
    return put_bytes(found.case_id, name, found.token)


@does("modifyLocalExecutionVariables", body=PATCH)
def change_local(execution_id: str) -> ResponseReturnValue:
    """Set and remove variables that an execution sees."""
    found = execution(execution_id)
    return patch(found.case_id, found.token)


@does("putLocalExecutionVariable", body=VALUE)
def put_one_local(execution_id: str, name: str) -> ResponseReturnValue:
    """Set a variable that an execution sees."""
    found = execution(execution_id)
    return put(found.case_id, name, found.token)


@does("deleteLocalExecutionVariable")
def delete_one_local(execution_id: str, name: str) -> ResponseReturnValue:
    """Remove a variable of an execution's own."""
    found = execution(execution_id)
    return remove(found.case_id, name, found.token)


class Execution:
    """A case, or one token of it."""

    def __init__(self, case: CaseValues, token: str | None, values: Mapping[str, Any]) -> None:
        self.case_id = case.row.id
        self.token = token
        self.values = values


def execution(execution_id: str) -> Execution:
    """Return a case, or one token of it, by its id.

    Raises:
        Refused: 404, there is none.
    """
    case_id, token = case_of(execution_id)
    case, definition = running_case(case_id)
    if token is None:
        return Execution(case, None, case.variables)
    for wait in waits_of(case, definition):
        if wait.token == token:
            return Execution(case, token, getattr(wait, "local", {}))
    raise not_found(f"Execution with id {execution_id} does not exist")


def case_of(execution_id: str) -> tuple[str, str | None]:
    """Return the case of an execution, and its token when it is not the case itself.

    >>> case_of("0192f0c0000070008000000000000001-4")
    ('0192f0c0-0000-7000-8000-000000000001', '0192f0c0000070008000000000000001-4')
    """
    found = _TOKEN.fullmatch(execution_id)
    return (str(UUID(found[1])), execution_id) if found else (execution_id, None)


def _case(instance_id: str) -> CaseValues:
    with reader() as session:
        return rest.one_case(session, identity(instance_id, "process instance"), current_actor())


def patch(instance_id: UUID, inside: str | None) -> ResponseReturnValue:
    """Set and remove the variables that the body names, all or none.

    Args:
        inside: the token whose own they are; ``None``: the case's.
    """
    body = json_object(PATCH)
    changed = values_of(body.get("modifications"))
    removed = texts_of(body, "deletions")
    told: list[bpmn.Instruction] = []
    if changed:
        told.append(bpmn.SetVariables(changed, inside))
    if removed:
        told.append(bpmn.RemoveVariables(tuple(removed), inside))
    must_be_admin(current_actor())
    if told:
        move(instance_id, told)
    return "", 204


def put(instance_id: UUID, name: str, inside: str | None) -> ResponseReturnValue:
    """Set a variable to what the body holds."""
    value = one_given(name, dict(json_object(VALUE)))
    must_be_admin(current_actor())
    move(instance_id, [bpmn.SetVariables({name: value}, inside)])
    return "", 204


def remove(instance_id: UUID, name: str, inside: str | None) -> ResponseReturnValue:
    """Remove a variable."""
    must_be_admin(current_actor())
    move(instance_id, [bpmn.RemoveVariables((name,), inside)])
    return "", 204


def bytes_of(value: Any, name: str) -> Response:
    """Answer the bytes of a variable that was sent as File or Bytes.

    Raises:
        Refused: 400, it was not.
    """
    if not is_content(value):
        raise invalid(f"Value of variable with name {name} is not a binary value.")
    return send_file(
        io.BytesIO(content_of(value)),
        mimetype=value.get("mimetype") or "application/octet-stream",
        as_attachment=True,
        download_name=value.get("filename") or name,
    )


def put_bytes(instance_id: UUID, name: str, inside: str | None) -> ResponseReturnValue:
    """Set a variable to the bytes that were sent as the part ``data``."""
    sent = request.files.get("data")
    if sent is None:
        raise invalid("Send the content as the part 'data' of a multipart body.")
    kind = request.form.get("valueType") or "Bytes"
    if kind not in ("Bytes", "File"):
        raise invalid(f"Unsupported value type '{kind}': use Bytes or File.")
    is_file = kind == "File"
    value = kept_content(
        kind,
        sent.read(),
        (sent.filename or name) if is_file else None,
        sent.mimetype if is_file else None,
    )
    must_be_admin(current_actor())
    move(instance_id, [bpmn.SetVariables({name: value}, inside)])
    return "", 204

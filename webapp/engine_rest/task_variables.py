"""Variables that a task sees: those of its case, and those of its own visit of the element."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask import jsonify
from flask.typing import ResponseReturnValue

from engine.queries import tasks as queries
from webapp.engine_rest.case_variables import (
    DATA,
    PATCH,
    VALUE,
    bytes_of,
    execution,
    patch,
    put,
    put_bytes,
    remove,
)
from webapp.engine_rest.modifying import must_hold
from webapp.engine_rest.registry import does
from webapp.engine_rest.routing import identity
from webapp.engine_rest.variables import all_written, written
from webapp.request import current_actor, reader

_ONE: Final = ("deserializeValue",)


@does("getTaskVariable", query=_ONE)
def show_variable(task_id: str, name: str) -> ResponseReturnValue:
    """Give a variable that a task sees."""
    return jsonify(written(must_hold(_case(task_id)[1], name)))


@does("getTaskVariableBinary")
def give_variable(task_id: str, name: str) -> ResponseReturnValue:
    """Give the bytes of a variable that a task sees."""
    return bytes_of(must_hold(_case(task_id)[1], name), name)


@does("putTaskVariable", body=VALUE)
def put_variable(task_id: str, name: str) -> ResponseReturnValue:
    """Set a variable of the case a task stands in."""
    return put(_case(task_id)[0], name, None)


@does("setBinaryTaskVariable", form=DATA)
def put_variable_bytes(task_id: str, name: str) -> ResponseReturnValue:
    """Set a variable of the case a task stands in to bytes."""
    return put_bytes(_case(task_id)[0], name, None)


@does("modifyTaskVariables", body=PATCH)
def change_variables(task_id: str) -> ResponseReturnValue:
    """Set and remove variables of the case a task stands in, all or none."""
    return patch(_case(task_id)[0], None)


@does("deleteTaskVariable")
def remove_variable(task_id: str, name: str) -> ResponseReturnValue:
    """Remove a variable of the case a task stands in."""
    return remove(_case(task_id)[0], name, None)


@does("getTaskLocalVariables", query=("deserializeValues",))
def show_local(task_id: str) -> ResponseReturnValue:
    """Give the variables that a task has of its own."""
    return jsonify(all_written(execution(_token(task_id)).values))


@does("getTaskLocalVariable", query=_ONE)
def show_one_local(task_id: str, name: str) -> ResponseReturnValue:
    """Give a variable that a task has of its own."""
    return jsonify(written(must_hold(execution(_token(task_id)).values, name)))


@does("getTaskLocalVariableBinary")
def give_one_local(task_id: str, name: str) -> ResponseReturnValue:
    """Give the bytes of a variable that a task has of its own."""
    return bytes_of(must_hold(execution(_token(task_id)).values, name), name)


@does("putTaskLocalVariable", body=VALUE)
def put_one_local(task_id: str, name: str) -> ResponseReturnValue:
    """Set a variable of a task's own."""
    found = execution(_token(task_id))
    return put(found.case_id, name, found.token)


@does("setBinaryTaskLocalVariable", form=DATA)
def put_local_bytes(task_id: str, name: str) -> ResponseReturnValue:
    """Set a variable of a task's own to bytes."""
    found = execution(_token(task_id))
    return put_bytes(found.case_id, name, found.token)


@does("modifyTaskLocalVariables", body=PATCH)
def change_local(task_id: str) -> ResponseReturnValue:
    """Set and remove variables of a task's own, all or none."""
    found = execution(_token(task_id))
    return patch(found.case_id, found.token)


@does("deleteTaskLocalVariable")
def remove_one_local(task_id: str, name: str) -> ResponseReturnValue:
    """Remove a variable of a task's own."""
    found = execution(_token(task_id))
    return remove(found.case_id, name, found.token)


def _case(task_id: str) -> tuple[UUID, Mapping[str, Any]]:
    with reader() as session:
        page = queries.page(session, identity(task_id, "task"), current_actor(), drafts=False)
    return page.instance_id, page.variables


def _token(task_id: str) -> str:
    with reader() as session:
        asked = queries.to_change(session, identity(task_id, "task"), current_actor())
    return asked.task.token

"""The description of what is done here, as OpenAPI 3.1, made of the views' own declarations."""

from __future__ import annotations

from importlib import metadata
from itertools import chain
from typing import Any, Final

from flask import jsonify
from flask.typing import ResponseReturnValue

from engine.queries.rest import LONGEST
from webapp.engine_rest.published import OPERATIONS
from webapp.engine_rest.registry import DONE, Done, offers
from webapp.engine_rest.schemas import Schema, components, kinds_of, schema, taken

_ERROR: Final[Schema] = {
    "type": "object",
    "required": ["type", "message", "code"],
    "properties": {
        "type": {"type": "string"},
        "message": {"type": "string"},
        "code": {"type": "integer"},
        "problems": {"type": "array", "items": {"type": "object"}},
    },
}
_WHOLE: Final[Schema] = {"type": "integer", "minimum": 0, "maximum": 999_999_999}


@offers("GET", "/openapi.json", answer="object")
def openapi() -> ResponseReturnValue:
    """Give this description."""
    return jsonify(description())


def description() -> dict[str, Any]:
    """Return the whole description."""
    paths: dict[str, dict[str, Any]] = {}
    for done in sorted(DONE.values(), key=lambda each: each.operation.path):
        operation = done.operation
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(done)
    answers = (each.operation.answer or "object" for each in DONE.values())
    bodies = (kinds_of(each.operation.body, each.body) for each in DONE.values())
    error = {"Error": _ERROR}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Divan: the REST API of Camunda 7, as far as it is offered",
            "version": metadata.version("divan"),
            "description": f"{len(DONE)} operations; {_left()} more are known and answered 501.",
        },
        "servers": [{"url": "/engine-rest"}, {"url": "/engine-rest/engine/default"}],
        "security": [{"basic": []}],
        "paths": paths,
        "components": {
            "schemas": error | components(chain(answers, chain.from_iterable(bodies))),
            "securitySchemes": {"basic": {"type": "http", "scheme": "basic"}},
        },
    }


def _left() -> int:
    return len(OPERATIONS.keys() - DONE.keys())


def _operation(done: Done) -> dict[str, Any]:
    operation = done.operation
    said: dict[str, Any] = {
        "operationId": operation.id,
        "tags": [operation.group],
        "summary": done.summary,
        "parameters": [
            *(_in_path(each) for each in operation.parameters),
            *(_in_query(done, each) for each in sorted(done.query)),
        ],
        "responses": {
            **{str(each): _success(done, each) for each in done.statuses},
            "default": {
                "description": "Refused; the body says why.",
                "content": {"application/json": {"schema": schema("Error")}},
            },
        },
    }
    if done.form:
        said["requestBody"] = {"content": {"multipart/form-data": {"schema": _form(done)}}}
    elif operation.body is not None:
        body = taken(operation.body, done.body)
        said["requestBody"] = {"content": {"application/json": {"schema": body}}}
    return said


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _in_query(done: Done, name: str) -> dict[str, Any]:
    kind = done.operation.query.get(name, "str")
    shape = dict(_WHOLE) if kind == "int" else schema(kind)
    if name == "sortBy" and done.sorts_by:
        shape["enum"] = sorted(done.sorts_by)
    if name == "sortOrder":
        shape["enum"] = ["asc", "desc"]
    if name == "maxResults":
        shape["maximum"] = LONGEST
    return {"name": name, "in": "query", "schema": shape}


def _success(done: Done, status: int) -> dict[str, Any]:
    answer = done.operation.answer
    said: dict[str, Any] = {"description": "Done."}
    if answer == "file":
        said["content"] = {"*/*": {}}
    elif status != 204 and answer is not None:
        said["content"] = {"application/json": {"schema": schema(answer)}}
    return said


def _form(done: Done) -> Schema:
    known = done.operation.form
    properties = {each: schema(known.get(each, "str")) for each in sorted(done.form)}
    return {"type": "object", "properties": properties}

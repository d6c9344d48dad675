"""Types of Camunda's models as JSON Schema 2020-12, as far as they are answered or taken here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from webapp.engine_rest.published import models

Schema = dict[str, Any]

_LIST: Final = re.compile(r"list\[(.*)\]")
_DICT: Final = re.compile(r"dict\(str, (.*)\)")
_MOMENT: Final = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?([+-]\d{2}:?\d{2}|Z)$"
_PLAIN: Final[Mapping[str, Schema]] = {
    "str": {"type": "string"},
    "bool": {"type": "boolean"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "datetime": {"type": "string", "pattern": _MOMENT},
    "date": {"type": "string", "pattern": _MOMENT},
    "file": {"type": "string"},
}

#: properties that the client reads as maps of objects, where Camunda and we answer one object
_ONE: Final[Mapping[str, str]] = {
    "camundaFormRef": "CamundaFormRef",
    "product": "TelemetryProductDto",
    "internals": "TelemetryInternalsDto",
}


def schema(kind: str) -> Schema:
    """Return the schema of a type as the models name it; a model is referred to.

    >>> schema("list[TaskDto]")
    {'type': 'array', 'items': {'$ref': '#/components/schemas/TaskDto'}}
    """
    if found := _LIST.fullmatch(kind):
        return {"type": "array", "items": schema(found[1])}
    if found := _DICT.fullmatch(kind):
        return {"type": "object", "additionalProperties": schema(found[1])}
    if kind == "object":
        return {}
    return dict(_PLAIN[kind]) if kind in _PLAIN else {"$ref": f"#/components/schemas/{kind}"}


def components(kinds: Iterable[str]) -> dict[str, Schema]:
    """Return the schemas of the models that types speak of, with those these speak of."""
    known, found = models(), dict[str, Schema]()
    waiting = [each for kind in kinds for each in _models_in(kind)]
    while waiting:
        name = waiting.pop()
        if name not in found:
            properties = {key: _ONE.get(key, each) for key, each in known[name].items()}
            found[name] = {
                "type": "object",
                "properties": {key: _nullable(schema(each)) for key, each in properties.items()},
            }
            waiting += [each for kind in properties.values() for each in _models_in(kind)]
    return dict(sorted(found.items()))


def kinds_of(model: str | None, names: Iterable[str]) -> list[str]:
    """Return the types of some properties of a model."""
    known = models().get(model or "", {})
    return [known[each] for each in names if each in known]


def taken(model: str, names: frozenset[str]) -> Schema:
    """Return the schema of a body: the properties that are taken, and no others."""
    known = models().get(model, {})
    properties = {
        each: _nullable(schema(known[each])) if each in known else {} for each in sorted(names)
    }
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _models_in(kind: str) -> list[str]:
    inner = kind
    while found := _LIST.fullmatch(inner) or _DICT.fullmatch(inner):
        inner = found[1]
    return [] if inner in _PLAIN or inner == "object" else [inner]


def _nullable(found: Schema) -> Schema:
    if not found:
        return found
    if isinstance(found.get("type"), str):
        return {**found, "type": [found["type"], "null"]}
    return {"anyOf": [found, {"type": "null"}]}

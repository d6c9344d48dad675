"""What clients made for Camunda 7.18 can ask: every operation and model of its REST API.

The two files beside this were read out of `generic-camunda-client` 7.18.0 (PyPI, Apache-2.0)
by ``tests/kit/published_client.py``: names, addresses and types, no text and no code of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Final

VERSION: Final = "7.18.0"  #: of the REST API that the two files describe

_PARAMETER: Final = re.compile(r"{([^}]+)}")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: where it is asked, what it is given, and what it answers."""

    id: str
    group: str
    method: str
    path: str  #: under ``/engine-rest``, with ``{id}`` for what varies
    query: Mapping[str, str] = field(default_factory=dict)  #: type by name
    form: Mapping[str, str] = field(default_factory=dict)  #: …of a multipart body
    body: str | None = None  #: the model of a JSON body
    answer: str | None = None  #: the type of what it answers; ``None``: nothing (204)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in its path, in order."""
        return tuple(_PARAMETER.findall(self.path))

    @property
    def route(self) -> str:
        """Its path as Flask writes it."""
        return _PARAMETER.sub(lambda found: f"<{argument(found[1])}>", self.path)


def argument(name: str) -> str:
    """Return the name of a path's parameter in a route.

    >>> argument("varName"), argument("tenant-id")
    ('var_name', 'tenant_id')
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).replace("-", "_").lower()


def _read(file: str) -> Any:
    return json.loads((resources.files(__package__) / file).read_text(encoding="utf-8"))


#: by id
OPERATIONS: Final[Mapping[str, Operation]] = {
    each["id"]: Operation(**each) for each in _read("operations.json")
}


@cache
def models() -> Mapping[str, Mapping[str, str]]:
    """Return the type of each property of each model, by name."""
    found: Mapping[str, Mapping[str, str]] = _read("models.json")
    return found

"""The served description is true: what is asked by it is answered by it, and never with a 500.

Schemathesis makes requests that fit it and others that do not: a few of each operation, always
the same ones. What an address names is there in every other request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any, TypeAlias

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.internal.cache import LRUCache
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    negative_data_rejection,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.core.result import Ok
from schemathesis.errors import FailureGroup

from tests.web.engine_rest.errand import Caller
from webapp.engine_rest.describing import description

_Operation: TypeAlias = "APIOperation[Any, Any, Any, Any]"
_Case: TypeAlias = "Case[Any]"

_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
_FEW = settings(
    max_examples=3,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
_NAMED = {"key": "errand", "tenant-id": "D07", "varName": "purpose"}
_PEOPLE = {"user": "clerk", "group": "CLERK", "tenant": "D07"}


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hypothesis draws nothing from the modules that happen to be loaded: always the same."""
    monkeypatch.setattr(providers, "_get_local_constants", Constants)
    monkeypatch.setattr(providers, "CONSTANTS_CACHE", LRUCache(1024))


@pytest.mark.slow
@pytest.mark.usefixtures("alone")
def test_every_operation_answers_as_the_description_says(
    rest_app: Flask, caller: Callable[..., Caller]
) -> None:
    clerk, admin = caller("clerk"), caller("admin")
    schema, asked = schemathesis.openapi.from_dict(description()), count()
    wrong: list[str] = []

    def ask(case: _Case, there: Mapping[str, str]) -> None:
        if next(asked) % 2:
            case.path_parameters |= there
        answer = case.call(app=rest_app, headers=admin.headers)
        try:
            case.validate_response(answer, checks=_CHECKS)
        except FailureGroup as failed:  # those of all operations are told together
            wrong.append(f"{case.operation.label}: {failed}\n{failed.exceptions[0]}")

    for each in schema.get_all_operations():
        assert isinstance(each, Ok), each.err()
        operation = each.ok()
        there = dict(_there(operation, clerk))
        _FEW(given(_cases(operation), st.just(there))(ask))()

    assert not wrong, "\n\n".join(wrong)
    assert next(asked) > 2 * len(schema)


def _cases(operation: _Operation) -> st.SearchStrategy[_Case]:
    """Return requests that are as the description says, and others that are not."""
    fits = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    return fits | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)


def _there(operation: _Operation, clerk: Caller) -> Iterator[tuple[str, str]]:
    """Yield what an address may name and there is: a case of its own where it may be changed."""
    for name in operation.path_parameters:
        if name.name in _NAMED:
            yield name.name, _NAMED[name.name]
    first = operation.path.split("/")[1]
    if not any(each.name == "id" for each in operation.path_parameters):
        return
    if first in _PEOPLE:
        yield "id", _PEOPLE[first]
    elif first in ("task", "process-instance", "execution", "process-definition", "history"):
        case = clerk.start()
        task, definition = clerk.task_of(case), case["definitionId"]
        yield "id", {"task": task, "process-definition": definition}.get(first, case["id"])

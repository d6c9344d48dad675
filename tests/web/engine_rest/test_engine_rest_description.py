"""What is said of ``/engine-rest``: the published operations, and the description of ours."""

from __future__ import annotations

import re

from tests.kit import published_client
from webapp.engine_rest.published import OPERATIONS, _read, models
from webapp.engine_rest.registry import DONE


def test_the_published_operations_are_those_of_the_client():
    assert _read("operations.json") == published_client.operations()
    assert models() == published_client.models()


def test_every_published_operation_is_done_or_said_not_to_be(clerk):
    for each in OPERATIONS.values():
        if each.id in DONE:
            continue
        path = re.sub(r"{[^}]+}", "1", f"/engine-rest{each.path}")

        answer = clerk.client.open(path, method=each.method, headers=clerk.headers)

        assert (answer.status_code, answer.json["type"]) == (501, "NotOfferedException"), each
        assert answer.json["message"].startswith(f"{each.id} is not offered by Divan: ")


def test_a_resource_of_camundas_without_a_published_operation_is_not_offered(clerk):
    for path in ("/case-definition", "/task/report/candidate-group-count", "/user/1/2/3"):
        assert clerk.get(path).status_code == 501


def test_the_description_tells_each_operation_that_is_done(clerk):
    told = clerk.get("/openapi.json").json

    ids = {each["operationId"] for path in told["paths"].values() for each in path.values()}
    assert told["openapi"] == "3.1.0"
    assert ids == DONE.keys()
    referred = set(re.findall(r'"#/components/schemas/(\w+)"', clerk.get("/openapi.json").text))
    assert referred <= told["components"]["schemas"].keys()

"""Definitions suspended and activated over the API, as Camunda's clients do it."""

from __future__ import annotations

import pytest

from engine.commands import people
from tests.kit.passwords import cheap_hash
from tests.web.engine_rest.errand import PASSWORD, Caller

KEY = "/process-definition/key/errand"


@pytest.fixture
def analyst(caller, errands, rest_app) -> Caller:
    uow, secret = errands.unit_of_work(), cheap_hash(PASSWORD)
    person = people.register(uow, "nima", name_fa="نیما", name_en="Nima", password_hash=secret)
    people.grant(uow, person, "ANALYST", "*")
    found: Caller = caller("nima")
    return found


def _put(who: Caller, path: str, **body: object) -> int:
    answer = who.client.put(f"/engine-rest{path}", json=body, headers=who.headers)
    return answer.status_code


def test_a_suspended_definition_is_found_as_one_and_starts_nothing(clerk, analyst):
    [definition] = clerk.get("/process-definition").json
    assert _put(analyst, f"/process-definition/{definition['id']}/suspended", suspended=True) == 204

    assert clerk.get(KEY).json["suspended"] is True
    assert clerk.get("/process-definition/count", suspended="true").json == {"count": 1}
    assert clerk.get("/process-definition/count", active="true").json == {"count": 0}
    started = clerk.post(f"{KEY}/start", {"variables": {}})
    assert started.status_code == 409
    assert started.json["problems"][0]["code"] == "GEN-SUSPENDED"

    by_body = {"processDefinitionKey": "errand", "suspended": False}
    assert _put(analyst, "/process-definition/suspended", **by_body) == 204
    clerk.start()


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        pytest.param(KEY, {}, 400, id="says nothing"),
        pytest.param(
            KEY, {"suspended": True, "includeProcessInstances": True}, 400, id="cases too"
        ),
        pytest.param(
            KEY, {"suspended": True, "executionDate": "2030-01-01T00:00:00"}, 400, id="later"
        ),
        pytest.param("/process-definition/key/none", {"suspended": True}, 404, id="no process"),
        pytest.param("/process-definition/x", {"suspended": True}, 404, id="no id"),
        pytest.param("/process-definition", {"suspended": True}, 400, id="neither id nor key"),
    ],
)
def test_what_is_not_done_here_is_refused(analyst, path, body, status):
    assert _put(analyst, f"{path}/suspended", **body) == status


def test_who_is_no_analyst_may_not(clerk):
    assert _put(clerk, f"{KEY}/suspended", suspended=True) == 403

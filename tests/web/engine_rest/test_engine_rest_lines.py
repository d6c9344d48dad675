"""A statement's line table through ``/engine-rest``, on the sample contract."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.catalogue.find import find_areas
from engine.settings import Settings
from engine.storage.database import Database
from tests.kit.sites import PASSWORD, Clock
from tests.web.engine_rest.errand import Caller, problems
from webapp.wiring import Site

PERIOD = {
    "outcome": {"value": "submit", "type": "String"},
    "period_from": {"value": "1405/04/01", "type": "String"},
    "period_to": {"value": "1405/04/31", "type": "String"},
    "mobilisation_progress": {"value": 0.5, "type": "Double"},
    "site_materials": {"value": 0, "type": "Long"},
}


@pytest.fixture
def demo(database: Database, clock: Clock, tmp_path: Path) -> Callable[[str], Caller]:
    settings = Settings(home=tmp_path, database_url=str(database.url), demo=True)
    app = Site(settings, database, find_areas()).application(clock)
    return lambda username: Caller(app.test_client(), username, PASSWORD)


@pytest.fixture
def contractor(demo: Callable[[str], Caller]) -> Caller:
    return demo("contractor")


@pytest.fixture
def filing(contractor, run_jobs) -> tuple[str, list[str]]:
    """A claimed task that files the first statement, and the keys of the contract's lines."""
    contract = _contract(contractor)
    body = {"variables": {"contract_id": {"value": contract, "type": "String"}}}
    started = contractor.post("/process-definition/key/interim_statement/start", body)
    assert started.status_code == 200, started.text
    run_jobs()
    task_id = contractor.task_of(started.json)
    contractor.post(f"/task/{task_id}/claim", {"userId": "contractor"})
    lines = contractor.get(f"/task/{task_id}/form-variables").json["lines"]
    return task_id, [each["key"] for each in lines["valueInfo"]["rows"]]


def _contract(contractor: Caller) -> str:
    """Return the one contract the start form offers."""
    answer = contractor.get("/process-definition/key/interim_statement/deployed-start-form")
    assert answer.json, answer.text
    form = answer.json
    [field] = [each for each in form["components"] if each["key"] == "contract_id"]
    [choice] = field["values"]
    return str(choice["value"])


def _with(lines: Any) -> dict[str, Any]:
    return PERIOD | {"lines": {"type": "Json", "value": json.dumps(lines)}}


def test_quantities_sent_over_rest_stand_before_the_next_reviewer(
    filing, contractor, demo, run_jobs
):
    task_id, keys = filing
    sent = {keys[0]: {"quantity": "12.5"}, keys[1]: {"quantity": 0.125, "note": None}}

    answer = contractor.complete(task_id, _with(sent))
    run_jobs()

    assert answer.status_code == 204, answer.text
    supervisor = demo("supervisor")
    [task] = supervisor.get("/task", taskDefinitionKey="measure").json
    lines = supervisor.get(f"/task/{task['id']}/form-variables").json["lines"]
    claimed = {row["key"]: row["cells"]["claimed"] for row in lines["valueInfo"]["rows"]}
    assert (claimed[keys[0]], claimed[keys[1]]) == ("12.5", "0.125")
    assert lines["valueInfo"]["entry"] == "supervisor"
    assert demo("supervisor15").get("/task").json == []


def test_wrong_lines_are_refused_line_by_line(filing, contractor):
    task_id, keys = filing
    sent = {
        keys[0]: {"quantity": "12.3456"},
        keys[1]: {"quantity": -1},
        keys[2]: {"quantity": "ten"},
        keys[3]: {"quantity": True},
        keys[4]: {"quantity": 1, "colour": "red"},
        keys[5]: 7,
        "no-such-line": {"quantity": 1},
    }

    answer = contractor.complete(task_id, _with(sent))

    assert answer.status_code == 400
    assert sorted(problems(answer), key=str) == sorted(
        [
            ("STM-004", f"lines/{keys[0]}/quantity"),
            ("STM-005", f"lines/{keys[1]}/quantity"),
            ("GEN-NUMBER", f"lines/{keys[2]}/quantity"),
            ("GEN-TYPE", f"lines/{keys[3]}/quantity"),
            ("GEN-UNKNOWN", f"lines/{keys[4]}/colour"),
            ("GEN-TYPE", f"lines/{keys[5]}"),
            ("STM-017", "lines/no-such-line/quantity"),
        ],
        key=str,
    )


@pytest.mark.parametrize("value", ["[]", "{", "5", '"text"'])
def test_lines_that_are_no_object_of_lines_are_refused(filing, contractor, value):
    task_id, _ = filing

    answer = contractor.complete(task_id, PERIOD | {"lines": {"type": "Json", "value": value}})

    assert problems(answer) == [("GEN-TYPE", "lines")]


def test_lines_of_an_outcome_that_has_none_are_refused(filing, contractor):
    task_id, keys = filing
    sent = {"outcome": {"value": "withdraw"}} | {
        "lines": {"type": "Json", "value": json.dumps({keys[0]: {"quantity": "1"}})}
    }

    assert problems(contractor.complete(task_id, sent)) == [("GEN-UNKNOWN", "lines")]

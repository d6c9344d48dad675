"""Tokens, idempotency keys and rate limits of ``/engine-rest``."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.commands import api_tokens
from engine.errors import NotFound, RulesBroken
from engine.settings import Settings
from tests.kit.sites import NOON
from tests.web.engine_rest.errand import Caller
from webapp.engine_rest.limits import Buckets
from webapp.wiring import Site

PURPOSE = {"purpose": {"value": "بازدید", "type": "String"}}
START = "/process-definition/key/errand/start"


class Bearer(Caller):
    """A program that asks with a token."""

    def __init__(self, client, token: str) -> None:
        super().__init__(client, "clerk")
        self.headers = {"Authorization": f"Bearer {token}"}


@pytest.fixture
def make(errands, rest_app):
    def token(*scopes: str, days: int = 1) -> tuple[Bearer, api_tokens.Made]:
        made = api_tokens.make(
            errands.unit_of_work(), "clerk", "a program", scopes, timedelta(days=days),
            by="clerk", at=NOON,
        )  # fmt: skip
        return Bearer(rest_app.test_client(), made.token), made

    return token


def test_a_token_does_what_its_scopes_say_and_no_more(make, clerk):
    task_id = clerk.claimed_task()
    reader, _ = make("read")
    worker, _ = make("tasks")

    assert reader.get(f"/task/{task_id}").status_code == 200
    assert reader.post("/task", {"assignee": "clerk"}).json[0]["id"] == task_id
    refused = reader.post(f"/task/{task_id}/unclaim")
    assert (refused.status_code, refused.json["type"]) == (403, "AuthorizationException")
    assert worker.get("/process-instance").status_code == 403
    assert worker.post(f"/task/{task_id}/unclaim").status_code == 204


def test_a_token_that_was_revoked_or_has_ended_opens_nothing(make, errands, clock):
    program, made = make("read")
    other, _ = make("read", days=2)
    assert program.get("/task").status_code == 200

    api_tokens.revoke(errands.unit_of_work(), made.id, by="clerk", person_id=None, at=NOON)
    clock.pass_time(timedelta(days=1, minutes=1))

    answer = program.get("/task")
    assert (answer.status_code, answer.json["type"]) == (401, "AuthenticationException")
    assert other.get("/task").status_code == 200
    clock.pass_time(timedelta(days=1))
    assert other.get("/task").status_code == 401


def test_a_token_confirms_no_approval(make, clerk, caller):
    first = clerk.claimed_task()
    amount = {"amount": {"value": 5, "type": "Long"}, "outcome": {"value": "send"}}
    assert clerk.complete(first, amount).status_code == 204
    head = caller("head")
    task_id = head.get("/task").json[0]["id"]
    head.post(f"/task/{task_id}/claim", {"userId": "head"})
    program, _ = make("tasks")
    answer = {"outcome": {"value": "approve"}}

    refused = program.complete(task_id, answer)

    assert refused.status_code in {403, 404}
    assert head.complete(task_id, answer).status_code == 204


@pytest.mark.both_databases
def test_the_same_request_with_its_key_is_done_once(clerk):
    key = {"Idempotency-Key": "one"}

    def start(body: dict[str, Any], headers: dict[str, str] = key):
        return clerk.client.post(
            f"/engine-rest{START}", json=body, headers={**clerk.headers, **headers}
        )

    first, second = start({"variables": PURPOSE}), start({"variables": PURPOSE})
    other = start({"variables": {**PURPOSE, "limit": {"value": 1}}})
    fresh = start({"variables": PURPOSE}, {"Idempotency-Key": "two"})

    assert (first.status_code, second.data) == (200, first.data)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert (other.status_code, fresh.status_code) == (422, 200)
    assert clerk.get("/process-instance/count").json == {"count": 2}


def test_a_key_is_known_for_a_day(clerk, clock):
    headers = {**clerk.headers, "Idempotency-Key": "one"}
    for _ in range(2):
        assert (
            clerk.client.post(
                f"/engine-rest{START}", json={"variables": PURPOSE}, headers=headers
            ).status_code
            == 200
        )
        clock.pass_time(timedelta(hours=25))

    assert clerk.get("/process-instance/count").json == {"count": 2}


def test_a_request_at_work_is_not_done_beside_itself(clerk, errands):
    address = f"/engine-rest{START}"
    headers = {**clerk.headers, "Idempotency-Key": "one"}
    clerk.client.post(address, json={"variables": PURPOSE}, headers=headers)
    with errands.unit_of_work() as uow:
        uow.session.connection().exec_driver_sql("UPDATE answered_request SET status = NULL")
        uow.commit()

    answer = clerk.client.post(address, json={"variables": PURPOSE}, headers=headers)

    assert answer.status_code == 409


def test_who_asks_too_often_is_told_when_to_ask_again(errands, clock, tmp_path, monkeypatch):
    monkeypatch.setattr("webapp.engine_rest.basic._PACE", Buckets())  # not that of other tests
    settings = Settings(home=tmp_path, database_url=str(errands.url))
    settings = replace(settings, web=replace(settings.web, api_rate=2))
    app = Site(settings, errands, ()).application(clock)
    caller = Caller(app.test_client(), "clerk2")

    answers = [caller.get("/task") for _ in range(3)]

    assert [each.status_code for each in answers] == [200, 200, 429]
    assert answers[2].headers["Retry-After"] == "30"
    clock.pass_time(timedelta(seconds=31))
    assert caller.get("/task").status_code == 200


def test_a_bucket_fills_by_time_and_no_higher():
    buckets = Buckets()

    assert [buckets.wait("a", 60, 0.0) for _ in range(61)] == [0] * 60 + [1]
    assert buckets.wait("b", 60, 0.0) == 0
    assert [buckets.wait("a", 60, 2.0) for _ in range(3)] == [0, 0, 1]
    assert [buckets.wait("a", 60, 1e6) for _ in range(61)] == [0] * 60 + [1]


def test_what_a_token_needs_is_asked_at_once(errands):
    with pytest.raises(NotFound):
        api_tokens.make(
            errands.unit_of_work(), "nobody", "x", ["read"], timedelta(days=1), by="x", at=NOON
        )
    with pytest.raises(RulesBroken, match="API-001") as refused:
        api_tokens.make(
            errands.unit_of_work(), "clerk", "x", ["all"], timedelta(days=400), by="x", at=NOON
        )
    assert [each.code for each in refused.value.problems] == ["API-001", "API-002"]

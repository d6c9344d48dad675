"""Whose a task is, through ``/engine-rest``: claimed, given, delegated, put back."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest

from tests.web.engine_rest.errand import SEND, Caller, problems


def test_claiming_and_putting_back_change_the_assignee(clerk):
    task_id = clerk.claimed_task()
    assert clerk.get(f"/task/{task_id}").json["assignee"] == "clerk"
    assert clerk.get(f"/task/{task_id}/identity-links").json == [
        {"userId": None, "groupId": "CLERK", "type": "candidate"},
        {"userId": "clerk", "groupId": None, "type": "assignee"},
    ]

    assert clerk.post(f"/task/{task_id}/unclaim").status_code == 204

    assert clerk.get(f"/task/{task_id}").json["assignee"] is None


def test_a_task_is_only_claimed_for_oneself(clerk):
    task_id = clerk.task_of(clerk.start())

    answer = clerk.post(f"/task/{task_id}/claim", {"userId": "clerk2"})

    assert (answer.status_code, answer.json["type"]) == (403, "AuthorizationException")
    assert clerk.post(f"/task/{task_id}/claim", {}).status_code == 400


def test_a_task_is_given_to_a_colleague_and_to_nobody(clerk, caller):
    task_id = clerk.claimed_task()

    assert clerk.post(f"/task/{task_id}/assignee", {"userId": "clerk2"}).status_code == 204
    assert clerk.get(f"/task/{task_id}").json["assignee"] == "clerk2"
    assert clerk.post(f"/task/{task_id}/assignee", {"userId": "clerk"}).status_code == 403
    assert caller("clerk2").post(f"/task/{task_id}/assignee", {}).status_code == 204
    assert clerk.get(f"/task/{task_id}").json["assignee"] is None


def test_a_delegated_task_says_for_whom_and_comes_back(clerk, caller):
    task_id = clerk.claimed_task()

    def said() -> tuple[str, ...]:
        task = clerk.get(f"/task/{task_id}").json
        return task["owner"], task["assignee"], task["delegationState"]

    assert clerk.post(f"/task/{task_id}/delegate", {"userId": "clerk2"}).status_code == 204
    assert said() == ("clerk", "clerk2", "PENDING")
    refused = caller("clerk2").post(f"/task/{task_id}/complete", {"variables": SEND})
    assert (refused.status_code, problems(refused)) == (403, [("GEN-DELEGATED", None)])
    assert caller("clerk2").post(f"/task/{task_id}/resolve").status_code == 204
    assert said() == ("clerk", "clerk", "RESOLVED")


@pytest.mark.parametrize("to", ["clerk15", "nobody"])
def test_a_task_goes_to_nobody_of_another_unit(clerk, to):
    task_id = clerk.claimed_task()

    for act in ("assignee", "delegate"):
        refused = clerk.post(f"/task/{task_id}/{act}", {"userId": to})
        assert (refused.status_code, problems(refused)) == (400, [("GEN-ASSIGNEE", None)])


def test_the_second_to_claim_learns_that_the_task_is_taken(clerk, caller):
    task_id = clerk.claimed_task()

    answer = caller("clerk2").post(f"/task/{task_id}/claim", {"userId": "clerk2"})

    assert answer.status_code == 409
    assert answer.json["type"] == "TaskAlreadyClaimedException"
    assert "clerk" in answer.json["message"]
    assert problems(answer) == [("GEN-409", None)]


@pytest.mark.both_databases
def test_of_two_who_claim_at_once_one_wins(clerk, caller):
    task_id = clerk.task_of(clerk.start())
    callers, start, seen = [clerk, caller("clerk2")], Barrier(2), []

    def claim(each: Caller) -> None:
        start.wait()
        answer = each.post(f"/task/{task_id}/claim", {"userId": each.username})
        seen.append((answer.status_code, each.username))

    threads = [Thread(target=claim, args=(each,)) for each in callers]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(status for status, _ in seen) == [204, 409]
    [winner] = [name for status, name in seen if status == 204]
    assert clerk.get(f"/task/{task_id}").json["assignee"] == winner

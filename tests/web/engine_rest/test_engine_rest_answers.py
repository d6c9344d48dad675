"""Tasks answered through ``/engine-rest``: read exactly, checked like their form."""

from __future__ import annotations

import pytest

from tests.web.engine_rest.errand import AMOUNT, SEND, problems


def test_an_answer_that_is_refused_for_what_is_asked_back_was_not_taken(clerk):
    task_id = clerk.claimed_task()

    refused = clerk.complete(task_id, SEND, withVariablesInReturn="yes")

    assert (refused.status_code, refused.json["type"]) == (400, "InvalidRequestException")
    assert clerk.get(f"/task/{task_id}").json["taskDefinitionKey"] == "prepare"


def test_completing_keeps_exact_values_and_opens_the_next_task(clerk):
    task_id = clerk.claimed_task()
    sent = SEND | {
        "length": {"value": 12.345, "type": "Double"},
        "rate": {"value": "۱۰٫۵", "type": "String"},
        "people": {"value": 3},
        "leaves_on": {"value": "2026-11-21T20:30:00.000+0000", "type": "Date"},
        "by_night": {"value": True, "type": "Boolean"},
        "means": {"value": '["bus"]', "type": "Json"},
    }

    answer = clerk.complete(task_id, sent, withVariablesInReturn=True)

    assert answer.status_code == 200, answer.text
    told = {name: (each["type"], each["value"]) for name, each in answer.json.items()}
    assert told["amount"] == ("Long", 1_500_000)
    assert told["length"] == ("String", "12.345")
    assert told["rate"] == ("String", "10.5")
    assert told["people"] == ("Long", 3)
    assert told["leaves_on"] == ("String", "2026-11-22")  # after midnight in Tehran
    assert told["by_night"] == ("Boolean", True)
    assert told["means"] == ("Json", '["bus"]')
    [following] = clerk.get("/task", taskDefinitionKey="approve").json
    assert following["processInstanceId"]


@pytest.mark.parametrize("written", ["1405/08/30", "۱۴۰۵/۰۸/۳۰", "2026-11-21"])
def test_a_date_may_be_written_jalali_or_iso(clerk, written):
    task_id = clerk.claimed_task()

    answer = clerk.complete(
        task_id, SEND | {"leaves_on": {"value": written}}, withVariablesInReturn=True
    )

    assert answer.json["leaves_on"]["value"] == "2026-11-21"


def test_everything_wrong_with_an_answer_is_told_at_once_in_both_languages(clerk):
    task_id = clerk.claimed_task()
    sent = {
        "outcome": {"value": "send"},
        "purpose": {"value": "other", "type": "String"},
        "amount": {"value": "much", "type": "Long"},
        "length": {"value": 1.23456},
        "people": {"value": True},
        "leaves_on": {"value": "1405/13/01"},
        "why_not": {"value": "no"},
        "nonsense": {"value": 1},
    }

    answer = clerk.complete(task_id, sent)

    assert answer.status_code == 400
    assert answer.json["type"] == "InvalidRequestException"
    assert problems(answer) == [
        ("GEN-UNKNOWN", "purpose"),
        ("GEN-TYPE", "amount"),
        ("STM-004", "length"),
        ("GEN-TYPE", "people"),
        ("CAL-001", "leaves_on"),
        ("GEN-UNKNOWN", "why_not"),
        ("GEN-UNKNOWN", "nonsense"),
    ]
    for each in answer.json["problems"]:
        assert each["message"]
        assert each["messageFa"]
    assert clerk.get(f"/task/{task_id}").json["assignee"] == "clerk"


def test_an_answer_without_outcome_or_required_field_is_refused(clerk):
    task_id = clerk.claimed_task()

    assert problems(clerk.complete(task_id, {})) == [
        ("GEN-OUTCOME", "outcome"),
        ("GEN-REQUIRED", "amount"),
    ]
    refusal = {"outcome": {"value": "refuse"}, "amount": AMOUNT}
    assert problems(clerk.complete(task_id, refusal)) == [("GEN-REQUIRED", "why_not")]


def test_each_language_writes_its_own_digits(clerk):
    task_id = clerk.claimed_task()

    answer = clerk.complete(task_id, SEND | {"rate": {"value": 101}})

    [problem] = answer.json["problems"]
    assert (problem["code"], problem["params"]) == ("GEN-RANGE", {"min": "0", "max": "100"})
    assert "100" in problem["message"]
    assert "۱۰۰" in problem["messageFa"]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"value": 10**18, "type": "Long"}, id="too many digits for an amount"),
        pytest.param({"value": 1.5, "type": "Double"}, id="a part of a rial"),
        pytest.param({"value": "", "type": "String"}, id="empty"),
        pytest.param({"value": None}, id="null"),
    ],
)
def test_what_is_no_amount_is_refused_beside_its_field(clerk, value):
    task_id = clerk.claimed_task()

    answer = clerk.complete(task_id, SEND | {"amount": value})

    assert answer.status_code == 400
    assert [field for _, field in problems(answer)] == ["amount"]


def test_a_number_of_absurd_size_is_refused_quickly(clerk):
    task_id = clerk.claimed_task()
    body = '{"variables": {"outcome": {"value": "send"}, "amount": {"value": 1e99999999}}}'

    answer = clerk.client.post(
        f"/engine-rest/task/{task_id}/complete",
        data=body,
        content_type="application/json",
        headers=clerk.headers,
    )

    assert answer.status_code == 400
    assert problems(answer) == [("MON-001", "amount")]


def test_an_amount_beyond_what_scripts_keep_exactly_is_told_as_text(clerk):
    task_id = clerk.claimed_task()
    amount = 2**53 + 1

    answer = clerk.complete(
        task_id, SEND | {"amount": {"value": amount, "type": "Long"}}, withVariablesInReturn=True
    )

    assert answer.json["amount"] == {
        "type": "String",
        "value": str(amount),
        "valueInfo": {"number": "integer"},
    }


def test_only_the_holder_completes_and_only_once(clerk, caller):
    task_id = clerk.claimed_task()
    refused = caller("clerk2").complete(task_id, SEND)
    assert (refused.status_code, refused.json["type"]) == (403, "AuthorizationException")
    assert clerk.complete(task_id, SEND).status_code == 204

    late = clerk.complete(task_id, SEND)

    assert (late.status_code, problems(late)) == (409, [("GEN-409", None)])
    assert clerk.get(f"/task/{task_id}").status_code == 404


def test_the_password_of_the_request_confirms_an_approval(clerk, caller):
    instance = clerk.start()
    task_id = clerk.task_of(instance)
    clerk.post(f"/task/{task_id}/claim", {"userId": "clerk"})
    clerk.complete(task_id, SEND)
    head = caller("head")
    approval = head.task_of(instance)
    head.post(f"/task/{approval}/claim", {"userId": "head"})

    answer = head.complete(approval, {"outcome": {"value": "approve"}})

    assert answer.status_code == 204, answer.text
    assert head.get(f"/process-instance/{instance['id']}").json["ended"] is True
    assert head.get("/process-instance").json == []


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"{", id="cut off"),
        pytest.param(b"[]", id="no object"),
        pytest.param(b'{"variables": []}', id="variables are no object"),
        pytest.param(b'{"variables": {"amount": 5}}', id="a bare value"),
        pytest.param(b'{"variables": {"amount": {"value": 5, "type": "File"}}}', id="a file"),
        pytest.param(b'{"variables": {"amount": {"value": NaN}}}', id="not a number"),
        pytest.param(b'{"vars": {}}', id="an unknown property"),
        pytest.param(b"[" * 100_000, id="very deep"),
        pytest.param(b"\xff\xfe", id="not UTF-8"),
    ],
)
def test_bad_json_is_refused_and_nothing_happens(clerk, body):
    task_id = clerk.claimed_task()

    answer = clerk.client.post(
        f"/engine-rest/task/{task_id}/complete",
        data=body,
        content_type="application/json",
        headers=clerk.headers,
    )

    assert answer.status_code == 400
    assert set(answer.json) >= {"type", "message", "code"}
    assert clerk.get(f"/task/{task_id}").status_code == 200


def test_a_form_post_of_a_browser_is_refused(clerk):
    task_id = clerk.claimed_task()

    answer = clerk.client.post(
        f"/engine-rest/task/{task_id}/complete", data={"outcome": "send"}, headers=clerk.headers
    )

    assert answer.status_code == 415


def test_submitting_a_form_answers_the_task(clerk):
    task_id = clerk.claimed_task()
    variables = {"amount": {"value": 5, "type": "Long"}, "outcome": {"value": "send"}}

    answer = clerk.post(f"/task/{task_id}/submit-form", {"variables": variables})

    assert answer.status_code == 204
    assert clerk.get(f"/task/{task_id}").status_code == 404

"""One definition named in three ways, its start form, and where its cases stand."""

from __future__ import annotations

import pytest

from engine.model.person import Unit

pytestmark = pytest.mark.usefixtures("described")

PURPOSE = {"purpose": {"value": "بازدید", "type": "String"}}


@pytest.fixture
def addresses(clerk):
    """A definition by its id, by its key, and by its key in a unit."""
    found = clerk.get("/process-definition/key/errand").json["id"]
    return [f"/process-definition/{each}" for each in (found, "key/errand")]


@pytest.mark.parametrize(
    "part", ["", "/xml", "/startForm", "/deployed-start-form", "/form-variables", "/statistics"]
)
def test_a_definition_answers_the_same_by_id_and_by_key(clerk, addresses, part):
    by_id, by_key = (clerk.get(f"{each}{part}") for each in addresses)

    assert (by_id.status_code, by_key.status_code) == (200, 200)
    assert by_id.json == by_key.json


def test_a_definition_has_no_picture_but_its_diagram(clerk, addresses):
    assert [clerk.get(f"{each}/diagram").status_code for each in addresses] == [204, 204]


def test_the_form_that_starts_a_process_tells_its_fields(clerk, addresses):
    form = clerk.get(f"{addresses[0]}/startForm").json
    fields = clerk.get(f"{addresses[0]}/form-variables").json

    assert form["key"] == "begin_form"
    assert fields.keys() == {"purpose", "limit"}
    named = clerk.get(f"{addresses[0]}/form-variables", variableNames="limit").json
    assert named.keys() == {"limit"}


def test_a_form_that_is_sent_starts_a_case(clerk, addresses):
    for each in addresses:
        answer = clerk.post(f"{each}/submit-form", {"variables": PURPOSE, "businessKey": "E-1"})
        assert (answer.status_code, answer.json["businessKey"]) == (200, "E-1")

    assert clerk.get("/process-instance/count").json == {"count": 2}
    assert clerk.post(f"{addresses[1]}/submit-form", {"variables": {}}).status_code == 400


def test_what_camundas_start_can_do_beside_is_refused_with_a_sentence(clerk):
    body = {"variables": PURPOSE, "startInstructions": [{"type": "startBeforeActivity"}]}

    answer = clerk.post("/process-definition/key/errand/start", body)

    assert answer.status_code == 400
    assert "startInstructions is not supported" in answer.json["message"]
    harmless = {"variables": PURPOSE, "startInstructions": [], "skipIoMappings": False}
    assert clerk.post("/process-definition/key/errand/start", harmless).status_code == 200


@pytest.mark.both_databases
def test_statistics_tell_where_cases_stand_as_far_as_the_caller_sees_them(clerk, caller):
    clerk.claimed_task()
    clerk.start()

    [at] = clerk.get("/process-definition/key/errand/statistics", incidents="true").json
    [of] = clerk.get("/process-definition/statistics", failedJobs="true").json

    assert at == {"id": "prepare", "instances": 2, "failedJobs": 0, "incidents": []}
    assert (of["instances"], of["definition"]["key"]) == (2, "errand")
    stranger = caller("clerk15")
    assert stranger.get("/process-definition/key/errand/statistics").json == []
    assert stranger.get("/process-definition/statistics").json[0]["instances"] == 0


def test_a_tenant_is_a_unit_in_which_the_same_process_holds(clerk, errands):
    with errands.unit_of_work() as uow:
        uow.session.add(Unit(code="D07", title_fa="منطقه ۷", title_en="District 7"))
        uow.session.add(Unit(code="D15", title_fa="منطقه ۱۵", title_en="District 15"))
        uow.commit()
    here, there = (f"/process-definition/key/errand/tenant-id/{each}" for each in ("D07", "D15"))

    answer = clerk.get("/process-definition/key/errand/tenant-id/NOWHERE")

    assert (answer.status_code, answer.json["type"]) == (404, "InvalidRequestException")
    assert clerk.get(here).json == clerk.get("/process-definition/key/errand").json
    assert clerk.post(f"{here}/start", {"variables": PURPOSE}).status_code == 200
    assert clerk.post(f"{there}/start", {"variables": PURPOSE}).status_code == 400


def test_a_process_calls_nobody_by_name(clerk, addresses):
    assert clerk.get(f"{addresses[0]}/static-called-process-definitions").json == []

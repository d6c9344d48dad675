"""Deployments through ``/engine-rest``, sent as Camunda Modeler sends them."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from tests.web.engine_rest.errand import DIAGRAM

pytestmark = pytest.mark.usefixtures("described")


@pytest.fixture
def unapproved(rest_app):
    """A site where one analyst is enough."""
    made = rest_app.extensions["divan"]
    studio = replace(made.settings.studio, approval=False)
    rest_app.extensions["divan"] = replace(made, settings=replace(made.settings, studio=studio))


def _sent(diagram: str = DIAGRAM, name: str = "renamed.bpmn") -> dict[str, object]:
    """What the modeler posts: one part for the diagram, named as its file."""
    return {
        "deployment-name": "مأموریت",
        "deployment-source": "Camunda Modeler",
        "enable-duplicate-filtering": "true",
        name: (io.BytesIO(diagram.encode()), name),
    }


_CHANGED = DIAGRAM.replace('name="آماده‌سازی"', 'name="آماده شدن"')


def test_a_diagram_that_a_modeler_sends_waits_for_the_second_analyst(analyst):
    answer = analyst.upload("/deployment/create", _sent(_CHANGED))

    told = answer.json
    assert (answer.status_code, told["waitsForApproval"]) == (200, True), answer.text
    assert str(UUID(told["id"])) == told["id"]
    assert told["deployedProcessDefinitions"] is None
    assert "/studio/deployments/" in told["links"][0]["href"]
    assert analyst.get("/process-definition/key/errand").json["version"] == 1


@pytest.mark.usefixtures("unapproved")
def test_where_one_analyst_is_enough_it_is_deployed_over_the_file_of_the_same_process(analyst):
    told = analyst.upload("/deployment/create", _sent(_CHANGED)).json

    [definition] = told["deployedProcessDefinitions"].values()
    assert (definition["key"], definition["version"]) == ("errand", 2)
    assert definition["deploymentId"] == told["id"]
    assert definition["resource"] == "errand.bpmn"
    names = {each["name"] for each in analyst.get(f"/deployment/{told['id']}/resources").json}
    assert names >= {"errand.bpmn", "process.toml", "forms/begin_form.form"}


@pytest.mark.usefixtures("unapproved")
def test_the_same_again_changes_nothing(analyst):
    told = analyst.upload("/deployment/create", _sent()).json

    assert told["deployedProcessDefinitions"] is None
    assert [each["id"] for each in analyst.get("/deployment").json] == [told["id"]]


@pytest.mark.usefixtures("unapproved")
def test_a_diagram_that_cannot_run_is_refused_with_every_reason(analyst):
    wrong = DIAGRAM.replace('targetRef="approve"', 'targetRef="nowhere"')

    answer = analyst.upload("/deployment/create", _sent(wrong))

    assert (answer.status_code, answer.json["type"]) == (400, "ParseException")
    [problem, *_] = answer.json["details"]["errand.bpmn"]["errors"]
    assert problem["message"]
    assert analyst.get("/process-definition/count").json == {"count": 1}


def test_what_belongs_to_no_area_and_what_holds_nothing_is_refused(analyst):
    other = DIAGRAM.replace('process id="errand"', 'process id="unheard_of"')

    for sent in (_sent(other), {"deployment-name": "empty"}):
        answer = analyst.upload("/deployment/create", sent)
        assert (answer.status_code, answer.json["type"]) == (400, "InvalidRequestException")
        assert answer.json["message"]


def test_only_who_draws_processes_deploys_and_reads_the_files(clerk):
    [deployment] = clerk.get("/deployment").json

    refused = clerk.upload("/deployment/create", _sent(_CHANGED))

    assert (refused.status_code, refused.json["type"]) == (403, "AuthorizationException")
    assert clerk.get(f"/deployment/{deployment['id']}/resources").status_code == 403
    assert clerk.post(f"/deployment/{deployment['id']}/redeploy").status_code == 403


def test_a_deployment_is_listed_counted_and_read_file_by_file(analyst):
    [deployment] = analyst.get("/deployment", nameLike="err%").json
    address = f"/deployment/{deployment['id']}"
    resources = analyst.get(f"{address}/resources").json
    [diagram] = [each for each in resources if each["name"] == "errand.bpmn"]

    content = analyst.get(f"{address}/resources/{diagram['id']}/data")

    assert content.text == DIAGRAM
    assert analyst.get(f"{address}/resources/{diagram['id']}").json == diagram
    assert analyst.get(address).json == deployment
    assert analyst.get("/deployment/count", name="errand").json == {"count": 1}
    assert analyst.get("/deployment/registered").json == [deployment["id"]]
    assert analyst.get("/deployment/nothing").status_code == 404
    assert analyst.get(f"{address}/resources/nothing").status_code == 404


@pytest.mark.usefixtures("unapproved")
def test_what_was_deployed_before_is_put_back_as_a_new_version(analyst, clock):
    [first] = analyst.get("/deployment").json
    clock.pass_time(timedelta(minutes=1))
    analyst.upload("/deployment/create", _sent(_CHANGED))
    clock.pass_time(timedelta(minutes=1))

    told = analyst.post(f"/deployment/{first['id']}/redeploy", {"source": "back"}).json

    [definition] = told["deployedProcessDefinitions"].values()
    assert (told["id"], definition["version"]) == (first["id"], 3)

"""Saved filters through ``/engine-rest``: kept, changed, run."""

from __future__ import annotations

import pytest

from engine.commands import saved_filters
from engine.queries.people import by_username
from tests.kit.sites import NOON
from tests.web.engine_rest.errand import problems

pytestmark = pytest.mark.usefixtures("described")


def test_saved_filters_are_told_to_who_sees_them(clerk, caller, errands):
    with errands.reader() as session:
        person = by_username(session, "clerk", NOON)
    assert person is not None
    kept = saved_filters.save(errands.unit_of_work(), "late", "due=late", actor=person, at=NOON)

    [found] = clerk.get("/filter", nameLike="la%").json

    assert (found["id"], found["owner"], found["resourceType"]) == (str(kept), "clerk", "Task")
    assert clerk.get("/filter/count").json == {"count": 1}
    assert caller("head").get("/filter").json == []
    assert clerk.delete(f"/filter/{kept}").status_code == 204
    assert clerk.get(f"/filter/{kept}").status_code == 404


@pytest.mark.both_databases
def test_a_filter_finds_what_it_finds_on_the_page(clerk, caller):
    mine, waits = clerk.claimed_task(), clerk.task_of(clerk.start())
    asked = {"query": {"assignee": "clerk"}, "properties": {"inbox": {"process": ["errand"]}}}
    kept = clerk.post("/filter/create", {"resourceType": "Task", "name": "من", **asked}).json
    assert kept["properties"]["inbox"] == {"process": ["errand"], "holder": ["me"]}
    found = f"/filter/{kept['id']}"

    assert [each["id"] for each in clerk.get(f"{found}/list").json] == [mine]
    assert clerk.get(f"{found}/singleResult").json["id"] == mine
    assert clerk.get(f"{found}/count").json == {"count": 1}
    assert caller("clerk2").get(f"{found}/list").status_code == 404

    by_age = {"properties": {"inbox": {"sort": ["created"]}, "desk": None}}
    changed = {"resourceType": "Task", "name": "نوبت", "query": {}, **by_age}
    assert clerk.put(found, changed).status_code == 204
    assert [each["id"] for each in clerk.get(f"{found}/list").json] == [mine, waits]
    assert [each["id"] for each in clerk.get(f"{found}/list", firstResult=1).json] == [waits]
    assert clerk.get(f"{found}/singleResult").status_code == 400
    assert clerk.post(f"{found}/count", {"unassigned": True}).json == {"count": 1}
    assert clerk.post(f"{found}/singleResult", {"unassigned": True}).json["id"] == waits
    assert clerk.post(f"{found}/singleResult", {"name": "چیز دیگر"}).status_code == 204
    newest = {"sorting": [{"sortBy": "created", "sortOrder": "desc"}]}
    assert len(clerk.post(f"{found}/list", newest, maxResults=1).json) == 1
    assert clerk.get(f"{found}/list", other="x").status_code == 400


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"resourceType": "Case"}, id="another kind of thing"),
        pytest.param({"owner": "head"}, id="somebody else's"),
        pytest.param({"query": {"nameLike": "%x%"}}, id="what the list cannot be asked"),
        pytest.param({"query": {"assignee": "head"}}, id="the work of others"),
        pytest.param({"query": {"sorting": [{"sortBy": "name"}]}}, id="an order it has not"),
        pytest.param({"properties": {"inbox": {"colour": ["red"]}}}, id="an unknown name"),
        pytest.param({"properties": {"inbox": {"due": ["never"]}}}, id="an unknown choice"),
        pytest.param({"properties": {"inbox": ["due"]}}, id="no names"),
        pytest.param({"properties": {"colour": "red"}}, id="an unknown property"),
        pytest.param({"name": ""}, id="no name"),
    ],
)
def test_a_filter_that_the_list_cannot_keep_is_refused(clerk, told):
    refused = clerk.post("/filter/create", {"resourceType": "Task", "name": "x"} | told)

    assert (refused.status_code, refused.json["type"]) == (400, "InvalidRequestException")
    assert clerk.get("/filter").json == []


def test_a_filter_is_changed_and_shared_by_who_may(clerk, caller):
    made = {"resourceType": "Task", "name": "یک"}
    one = clerk.post("/filter/create", made).json["id"]
    clerk.post("/filter/create", made | {"name": "دو"})

    twice = clerk.put(f"/filter/{one}", made | {"name": "دو"})
    assert (twice.status_code, problems(twice)) == (400, [("GEN-FILTER", "name")])
    shared = made | {"properties": {"desk": "CLERK@D07"}}
    assert clerk.put(f"/filter/{one}", shared).status_code == 403

    admin = caller("admin")
    everybodys = admin.post("/filter/create", shared).json["id"]
    assert clerk.get(f"/filter/{everybodys}").json["properties"]["desk"] == "CLERK@D07"
    assert clerk.put(f"/filter/{everybodys}", made | {"name": "سه"}).status_code == 403

"""Users, groups, tenants, authorizations and identity through ``/engine-rest``."""

from __future__ import annotations

import pytest

from tests.web.engine_rest.errand import PASSWORD, Caller


@pytest.fixture
def admin(caller) -> Caller:
    found: Caller = caller("admin")
    return found


def test_people_are_told_to_who_may_read_them_and_to_themselves(admin, clerk):
    assert admin.get("/user", memberOfGroup="HEAD").json == [
        {"id": "head", "firstName": None, "lastName": "head", "email": None}
    ]
    assert admin.get("/user/count", memberOfTenant="D15").json == {"count": 2}
    assert clerk.get("/user/clerk/profile").json["id"] == "clerk"
    assert clerk.get("/user/head/profile").status_code == 403
    assert clerk.get("/user").status_code == 403
    assert admin.get("/user/nobody/profile").status_code == 404
    assert admin.post("/user/create", {}).status_code == 501


def test_groups_are_roles(admin, clerk):
    assert clerk.get("/group/AUDITOR").json == {"id": "AUDITOR", "name": "Auditor", "type": "ROLE"}
    assert [each["id"] for each in clerk.get("/group", member="clerk").json] == ["CLERK"]
    assert clerk.get("/group", member="head").status_code == 403
    assert admin.get("/group/count", memberOfTenant="D15").json == {"count": 2}
    assert admin.get("/group/NONE").status_code == 404


def test_tenants_are_units(errands, admin, clerk):
    with errands.unit_of_work() as uow:
        uow.session.connection().exec_driver_sql(
            "INSERT INTO unit (code, title_fa, title_en) VALUES ('D07', 'منطقه ۷', 'District 7')"
        )
        uow.commit()

    assert clerk.get("/tenant", userMember="clerk").json == [{"id": "D07", "name": "District 7"}]
    assert admin.get("/tenant/count", groupMember="HEAD").json == {"count": 1}
    assert clerk.get("/tenant/D07").json["name"] == "District 7"
    assert clerk.get("/tenant/X").status_code == 404


def test_what_a_role_gives_is_told(admin, clerk):
    asked = {"permissionName": "SUSPEND", "resourceName": "ProcessDefinition", "resourceType": 6}

    assert clerk.get("/authorization/check", **asked).json["isAuthorized"] is False
    assert clerk.get("/authorization/check", **asked, userId="admin").status_code == 403
    assert admin.get("/authorization/check", **asked).json["isAuthorized"] is True
    [found] = clerk.get("/authorization", groupIdIn="WORKER").json
    assert (found["resourceType"], found["permissions"]) == (8, ["READ", "UPDATE"])
    assert clerk.get(f"/authorization/{found['id']}").json == found
    assert clerk.get("/authorization/count", userIdIn="clerk").json == {"count": 0}


def test_identity_tells_groups_and_verifies_passwords(admin, clerk):
    assert clerk.get("/identity/groups", userId="clerk").json == {
        "groups": [{"id": "CLERK", "name": "CLERK"}],
        "groupUsers": [],
    }
    right = {"username": "head", "password": PASSWORD}
    assert clerk.post("/identity/verify", right).json["isAuthenticated"] is True
    wrong = clerk.post("/identity/verify", {**right, "password": "no"})
    assert wrong.json["isAuthenticated"] is False
    assert clerk.get("/identity/password-policy").json["rules"][0]["parameter"]["minLength"]
    assert clerk.post("/identity/password-policy", {"password": "a"}).json["valid"] is False


def test_options_name_what_may_be_asked_there(clerk):
    answer = clerk.client.options("/engine-rest/user", headers=clerk.headers)

    assert ("GET", "getUsers") in {(each["method"], each["rel"]) for each in answer.json["links"]}

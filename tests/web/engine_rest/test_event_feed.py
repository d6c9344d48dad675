"""``GET /api/events``: the feed by the door of the machines."""

from __future__ import annotations

from base64 import b64encode

from tests.web.engine_rest.errand import PASSWORD


def _get(app, path, username="clerk", password=PASSWORD):
    token = b64encode(f"{username}:{password}".encode()).decode()
    return app.test_client().get(path, headers={"Authorization": f"Basic {token}"})


def test_a_program_reads_on_from_its_cursor(rest_app, caller):
    begin = _get(rest_app, "/api/events?after=now").json["next"]
    started = caller("clerk").start()

    told = _get(rest_app, f"/api/events?after={begin}").json

    assert told["events"][0]["type"] == "case.started"
    assert told["events"][0]["data"]["case"]["id"] == started["id"]
    assert told["more"] is False
    assert _get(rest_app, f"/api/events?after={told['next']}").json["events"] == []


def test_what_is_no_cursor_or_no_limit_is_refused_and_so_is_a_stranger(rest_app):
    assert _get(rest_app, "/api/events?after=x").status_code == 400
    assert _get(rest_app, "/api/events?limit=0").status_code == 400
    assert _get(rest_app, "/api/events?cursor=x").status_code == 400
    assert _get(rest_app, "/api/events", password="wrong").status_code == 401

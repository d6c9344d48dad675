"""Every answer goes out with the headers that keep a page safe, whatever made it."""

from __future__ import annotations

import pytest
from flask import Flask, Response, g, redirect
from flask.typing import ResponseReturnValue

from webapp import security

ALWAYS = {
    "Content-Security-Policy": security.CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.config.update(SECRET_KEY="of the site", SECRET_KEY_FALLBACKS=[])
    security.init_app(app)
    app.add_url_rule("/text", view_func=lambda: "a page", endpoint="text")
    app.add_url_rule("/away", view_func=lambda: redirect("/text"), endpoint="away")
    app.add_url_rule("/made", view_func=lambda: Response("made by hand"), endpoint="made")
    app.add_url_rule("/parts", view_func=lambda: iter(["in ", "parts"]), endpoint="parts")
    app.add_url_rule("/wrong", view_func=lambda: 1 / 0, endpoint="wrong")  # type: ignore[arg-type]
    app.add_url_rule("/own", view_func=_own, endpoint="own")
    app.add_url_rule("/somebody", view_func=_of_somebody, endpoint="somebody")
    return app


def _own() -> ResponseReturnValue:
    headers = {"content-security-policy": "sandbox", "Cache-Control": "no-cache"}
    g.actor = "somebody"
    return "a document", headers


def _of_somebody() -> ResponseReturnValue:
    g.actor = "somebody"
    return "theirs"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/text", 200),
        ("/away", 302),
        ("/made", 200),
        ("/parts", 200),
        ("/nowhere", 404),
        ("/wrong", 500),
    ],
)
def test_every_answer_bears_each_of_them_once(app: Flask, path: str, status: int):
    answer = app.test_client().get(path)

    assert answer.status_code == status
    for name, value in ALWAYS.items():
        assert answer.headers.getlist(name) == [value], name
    assert "Cache-Control" not in answer.headers


def test_an_answer_keeps_its_own(app: Flask):
    answer = app.test_client().get("/own")

    assert answer.headers.getlist("Content-Security-Policy") == ["sandbox"]
    assert answer.headers.getlist("Cache-Control") == ["no-cache"]
    assert answer.headers.getlist("X-Frame-Options") == ["DENY"]


def test_what_somebody_signed_in_sees_stays_out_of_caches(app: Flask):
    answer = app.test_client().get("/somebody")

    assert answer.headers.getlist("Cache-Control") == ["private, no-store"]

"""What is sent has to come from a form of this browser, each time anew."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_wtf.csrf import CSRFProtect

from webapp import security


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.config.update(SECRET_KEY="of the site", SECRET_KEY_FALLBACKS=[], WTF_CSRF_TIME_LIMIT=None)
    security.init_app(app)
    CSRFProtect(app)
    app.add_url_rule("/form", view_func=security.csrf_token)
    app.add_url_rule("/act", view_func=lambda: "done", methods=["POST"], endpoint="act")
    return app


def test_a_token_of_this_browser_is_taken_as_a_field_and_as_a_header(app: Flask):
    browser = app.test_client()
    token = browser.get("/form").text

    assert [_sent(browser, token) for _ in range(2)] == [200, 200]
    assert browser.post("/act", headers={"X-CSRFToken": token}).status_code == 200


@pytest.mark.parametrize("forged", [None, "", "no token", "ImE.b.c", "\N{SNOWMAN}"])
def test_what_bears_no_token_of_ours_is_refused(app: Flask, forged: str | None):
    browser = app.test_client()
    token = browser.get("/form").text
    assert _sent(browser, token) == 200

    assert [_sent(browser, forged) for _ in range(2)] == [400, 400]
    assert _sent(browser, token[:-1]) == 400


def test_a_token_of_another_browser_is_refused_also_when_it_was_seen_before(app: Flask):
    browser, other = app.test_client(), app.test_client()
    theirs = other.get("/form").text
    assert _sent(other, theirs) == 200

    assert _sent(browser, theirs) == 400  # which has no token yet
    assert browser.get("/form").text != theirs
    assert _sent(browser, theirs) == 400


def test_a_token_signed_with_another_key_is_refused(app: Flask):
    browser = app.test_client()
    token = browser.get("/form").text
    assert _sent(browser, token) == 200
    with browser.session_transaction() as session:
        kept = dict(session)

    app.config["SECRET_KEY"] = "of another site"
    app.session_interface = type(app.session_interface)()  # whose serializer has the new key
    with browser.session_transaction() as session:
        session.update(kept)

    assert _sent(browser, token) == 400


@pytest.mark.parametrize(
    ("stood_on", "status"),
    [("https://localhost/form", 200), ("https://elsewhere.example/", 400), (None, 400)],
)
def test_over_tls_the_form_has_to_stand_on_this_site(app: Flask, stood_on: str | None, status: int):
    browser = app.test_client()
    token = browser.get("/form").text
    headers = {"Referer": stood_on} if stood_on else {}

    for _ in range(2):
        answer = browser.post(
            "/act",
            data={"csrf_token": token},
            headers=headers,
            environ_overrides={"wsgi.url_scheme": "https"},
        )
        assert answer.status_code == status


def _sent(browser: FlaskClient, token: str | None) -> int:
    data = {} if token is None else {"csrf_token": token}
    return browser.post("/act", data=data).status_code

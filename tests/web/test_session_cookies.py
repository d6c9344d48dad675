"""Session cookies: what we signed is read, as often as it comes; nothing else, and nothing old."""

from __future__ import annotations

import pytest
from flask import Flask
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from webapp import security

KEPT = {"token": "of-the-browser", "_flashes": [("done", "Started")], "proved": True}


def test_what_was_signed_is_read_each_time_anew() -> None:
    cookies = _cookies("new")
    cookie = cookies.dumps(KEPT)
    first, second = cookies.loads(cookie, max_age=60), cookies.loads(cookie, max_age=60)
    assert first == second == KEPT
    first["_flashes"].append(("done", "of another request"))
    assert cookies.loads(cookie, max_age=60) == KEPT


def test_a_cookie_grows_old_also_when_it_was_read_before() -> None:
    cookies = _cookies("new")
    cookie = cookies.dumps(KEPT)
    assert cookies.loads(cookie, max_age=60) == KEPT
    with pytest.raises(SignatureExpired):
        cookies.loads(cookie, max_age=-1)


def test_a_cookie_signed_with_an_older_key_is_read_and_one_of_a_stranger_is_not() -> None:
    cookies = _cookies("new", "old")
    assert cookies.loads(_cookies("old").dumps(KEPT), max_age=60) == KEPT
    for _ in range(2):
        with pytest.raises(BadSignature):
            cookies.loads(_cookies("stranger").dumps(KEPT), max_age=60)
    with pytest.raises(BadSignature):
        cookies.loads(cookies.dumps(KEPT)[:-4] + "AAAA", max_age=60)
    assert _cookies("old").loads(_cookies("old").dumps(KEPT), max_age=60) == KEPT
    with pytest.raises(BadSignature):
        _cookies("old").loads(cookies.dumps(KEPT), max_age=60)  # the newest key signs


def test_cookies_are_those_of_flask_itself() -> None:
    app = _app("new")
    ours = _cookies("new").dumps(KEPT)
    theirs = Flask(__name__).session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    assert theirs.loads(ours) == KEPT
    assert _cookies("new").loads(theirs.dumps(KEPT), max_age=60) == KEPT


def _cookies(newest: str, *older: str) -> URLSafeTimedSerializer:
    app = _app(newest, *older)
    made: URLSafeTimedSerializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return made


def _app(newest: str, *older: str) -> Flask:
    app = Flask(__name__)
    app.config.update(SECRET_KEY=newest, SECRET_KEY_FALLBACKS=[*older])
    security.init_app(app)
    return app

"""Every address of the site, asked by somebody who may not: none is open by oversight."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

#: Addresses for everybody (figures: on this machine); all others need somebody signed in.
SIGN_IN = {
    "/sign-in",
    "/sign-in/second",
    "/sign-in/passkey",
    "/sign-in/passkey/options",
    "/sign-in/provider",
    "/sign-in/provider/back",
}
#: who asks there has a token, a password or a signature with the request, and no cookie
FOR_MACHINES = ("/engine-rest", "/hooks/")
PUBLIC = SIGN_IN | {
    "/sign-out",
    "/language",
    "/health/live",
    "/health/ready",
    "/metrics",
    "/signing/authority.crt",
    "/signing/authority.crl",
    "/signing/ocsp",
    "/verify",
    "/verify/<code>",
    "/open-data",
    "/open-data/process/<ocid>",
    "/open-data/process/<ocid>/record.json",
    "/open-data/records.json",
    "/open-data/releases.json",
    "/open-data/releases.jsonl",
    "/auction-notices",
    "/auction-notices/<number>",
    "/auction-notices/auctions.json",
    "/tender-notices",
    "/tender-notices/feed.atom",
    "/tender-notices/<number>",
    "/tender-notices/<number>/documents/<int:position>",
    "/tender-notices/unsubscribe/<token>",
    "/prequalifications",
    "/prequalifications/<number>",
    "/bidder-registration",
    "/bidder-registration/confirm/<token>",
    "/bidder-registration/own/<token>",
}


def _rules(app: Flask, method: str) -> list[Rule]:
    return [
        each
        for each in app.url_map.iter_rules()
        if method in (each.methods or ()) and each.rule not in PUBLIC and each.endpoint != "static"
    ]


def _address(rule: Rule) -> str:
    filled = re.sub(r"<uuid:[a-z_]+>", str(uuid4()), rule.rule)
    filled = re.sub(r"<int:[a-z_]+>", "1", filled)
    return re.sub(r"<(path:)?[a-z_]+>", "unknown", filled)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nobody_who_is_not_signed_in_gets_past_any_address(
    app: Flask, client: FlaskClient, method: str
):
    for rule in _rules(app, method):
        answer = client.open(_address(rule), method=method)

        is_kept_out = answer.status_code == 401 or (
            answer.status_code == 303 and (answer.location or "").startswith("/sign-in")
        )
        assert is_kept_out, f"{method} {rule.rule}: {answer.status_code}"


def test_no_page_takes_an_answer_without_the_sites_token(
    app: Flask, signed_in: Callable[[str], FlaskClient]
):
    browser = signed_in("admin")
    app.config["WTF_CSRF_ENABLED"] = True
    pages = [each for each in _rules(app, "POST") if not each.rule.startswith(FOR_MACHINES)]
    assert len(pages) > 5

    for rule in pages:
        assert browser.post(_address(rule)).status_code == 400, rule.rule


def test_what_does_not_exist_is_not_found_at_every_address(
    app: Flask, signed_in: Callable[[str], FlaskClient]
):
    browser = signed_in("auditor")
    named = [each for each in _rules(app, "GET") if each.arguments - {"path"}]
    pages = [each for each in named if not each.rule.startswith("/engine-rest")]

    for rule in pages:
        assert browser.get(_address(rule)).status_code == 404, rule.rule

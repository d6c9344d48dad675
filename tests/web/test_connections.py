"""The page of systems outside: connectors, secrets by name, and hooks that tell cases messages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.commands import connections
from engine.connectors.signing import signed_headers
from engine.model.message import Message
from engine.storage.database import Database
from tests.kit.sites import NOON
from tests.storage.events import END, case, deploy, message, process
from tests.web.conftest import text_of

Browser = Callable[[str], FlaskClient]
PAGE = "/monitoring/connections"
CANARY = "canary-of-the-bank"
HOOK = {
    "name": "shop",
    "message": "opened",
    "correlation": "body.order.number",
    "values": "amount = body.order.amount",
}
ORDER = {"order": {"number": "A-17", "amount": 1500000}}


def test_a_secret_is_kept_under_its_name_and_its_text_is_shown_nowhere(signed_in: Browser):
    admin = signed_in("admin")

    admin.post(f"{PAGE}/secrets", data={"name": "bank_token", "text": CANARY})
    shown = admin.get(PAGE).text
    log = admin.get("/access/log").text
    admin.post(f"{PAGE}/secrets/bank_token/remove")

    assert "bank_token" in shown
    assert "bank_token" in log
    assert CANARY not in shown + log
    assert "bank_token" not in text_of(admin.get(PAGE).text).split("hooks")[0]


def test_a_secret_that_cannot_be_one_is_refused_and_not_said_again(signed_in: Browser):
    admin = signed_in("admin")

    admin.post(f"{PAGE}/secrets", data={"name": "Bank Token", "text": CANARY})
    shown = admin.get(PAGE).text

    assert "چیزی نگه داشته نشد" in text_of(shown)
    assert CANARY not in shown


def test_connectors_and_connections_are_listed_with_what_they_lack(
    site: Database, signed_in: Browser
):
    settings = {"url": "https://bank.example", "headers": {"Authorization": "Bearer {bank_token}"}}
    connections.put(site.unit_of_work(), "bank", "http", settings, at=NOON)

    shown = signed_in("admin").get(PAGE).text

    assert "https://bank.example" in shown
    assert "موجود نیست" in text_of(shown)
    assert '<bdi dir="ltr">bank_token</bdi>' in shown
    assert '<bdi dir="ltr">json, method, query</bdi>' in shown


def test_what_a_system_outside_posts_in_its_own_shape_begins_a_case_once(
    app: Flask, site: Database, signed_in: Browser
):
    start = f'<startEvent id="start">{message("opened")}</startEvent>'
    deploy(site, process("sale", start, END), config="[sale]\ntitle = 'x'\n")
    answer = signed_in("admin").post(f"{PAGE}/hooks", data=HOOK, follow_redirects=True).text
    secret, address = _told(answer)

    first = _post(app, address, secret)
    again = _post(app, address, secret)
    forged = _post(app, address, secret.replace(secret[10], "A" if secret[10] != "A" else "B"))

    assert first.status_code == 202
    assert again.json == first.json
    assert forged.status_code == 401
    row = case(site, UUID(first.json["case"]))
    assert (row.business_key, row.variables["amount"]) == ("A-17", 1500000)
    with site.reader() as session:
        assert session.query(Message).count() == 1


def test_a_post_of_which_nothing_can_be_made_is_refused_in_words(app: Flask, signed_in: Browser):
    answer = signed_in("admin").post(f"{PAGE}/hooks", data=HOOK, follow_redirects=True).text
    secret, address = _told(answer)

    without_key = _post(app, address, secret, {"order": {}})
    no_json = _post(app, address, secret, b"{")

    assert (without_key.status_code, no_json.status_code) == (400, 400)
    assert "GEN-HOOK-BODY" in without_key.text


def test_what_is_no_expression_is_said_beside_its_field_and_nothing_is_set_up(signed_in: Browser):
    admin = signed_in("admin")

    answer = admin.post(f"{PAGE}/hooks", data={**HOOK, "correlation": "body..", "name": ""})

    assert answer.status_code == 422
    assert 'id="correlation-problem"' in answer.text
    assert 'id="name-problem"' in answer.text


def test_a_hook_that_was_removed_is_heard_no_more(app: Flask, signed_in: Browser):
    admin = signed_in("admin")
    secret, address = _told(admin.post(f"{PAGE}/hooks", data=HOOK, follow_redirects=True).text)

    admin.post(f"{PAGE}{address}/remove")

    assert _post(app, address, secret).status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [{"webhook-signature": "v1,é"}, {"webhook-timestamp": "9" * 400}],
    ids=["signature", "timestamp"],
)
def test_headers_that_make_no_sense_are_refused_like_a_wrong_signature(
    app: Flask, signed_in: Browser, wrong: Mapping[str, str]
):
    admin = signed_in("admin")
    secret, address = _told(admin.post(f"{PAGE}/hooks", data=HOOK, follow_redirects=True).text)
    headers = {**signed_headers(secret, "order-17", NOON, b"{}"), **wrong}

    assert app.test_client().post(address, data=b"{}", headers=headers).status_code == 401


def test_nobody_but_administrators_sees_systems_outside(signed_in: Browser):
    auditor = signed_in("auditor")

    assert auditor.get(PAGE).status_code == 403
    assert auditor.post(f"{PAGE}/hooks", data=HOOK).status_code == 403
    assert auditor.post(f"{PAGE}/secrets", data={"name": "a", "text": "b"}).status_code == 403


def _told(page: str) -> tuple[str, str]:
    secret = re.search(r"whsec_[\w+/=]{44}", page)
    address = re.search(r"/hooks/[\w-]{36}", page)
    assert secret is not None
    assert address is not None
    return secret[0], address[0]


def _post(app: Flask, address: str, secret: str, body: bytes | Mapping[str, Any] = ORDER):
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = signed_headers(secret, "order-17", NOON, sent)
    return app.test_client().post(address, data=sent, headers=headers)

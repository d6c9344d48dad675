"""The pages of webhooks: subscribed, tried out, listed, removed; by administrators alone."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient

from tests.web.conftest import text_of

Browser = Callable[[str], FlaskClient]
RECEIVER = {
    "name": "ERP",
    "url": "https://erp.example/divan",
    "kinds": "finished",
    "is_active": "true",
}


def test_an_administrator_subscribes_a_receiver_and_sees_its_secret_once(signed_in: Browser):
    admin = signed_in("admin")

    answer = admin.post("/monitoring/webhooks", data=RECEIVER)
    shown = admin.get(answer.headers["Location"]).text
    again = admin.get(answer.headers["Location"]).text

    assert answer.status_code == 303
    assert re.search(r"whsec_[\w+/=]{44}", shown)
    assert "whsec_" not in again
    assert "https://erp.example/divan" in again


def test_a_test_message_is_listed_and_everything_goes_with_the_webhook(signed_in: Browser):
    admin = signed_in("admin")
    at = admin.post("/monitoring/webhooks", data=RECEIVER).headers["Location"]

    admin.post(f"{at}/test")
    listed = text_of(admin.get(at).text)
    admin.post(at, data={**RECEIVER, "name": "ERP two", "is_active": ""})
    silent = text_of(admin.get("/monitoring/webhooks").text)
    admin.post(f"{at}/remove")

    assert "در راه" in listed
    assert "ERP two" in silent
    assert "خاموش" in silent
    assert admin.get(at).status_code == 404


def test_what_is_no_address_is_said_beside_its_field(signed_in: Browser):
    answer = signed_in("admin").post("/monitoring/webhooks", data={**RECEIVER, "url": "erp"})

    assert answer.status_code == 422
    assert "نشانی لازم است" in text_of(answer.text)


def test_a_name_that_another_has_is_said_beside_its_field(signed_in: Browser):
    admin = signed_in("admin")
    at = admin.post("/monitoring/webhooks", data=RECEIVER).headers["Location"]

    again = admin.post("/monitoring/webhooks", data={**RECEIVER, "url": "https://other.example"})

    assert again.status_code == 422
    assert "نامی از آنِ خودش" in text_of(again.text)
    assert "https://other.example" in again.text, "nothing that was typed is lost"
    assert admin.post(at, data={**RECEIVER, "kinds": "started"}).status_code == 303, "its own name"


def test_nobody_else_sees_webhooks(signed_in: Browser):
    auditor = signed_in("auditor")

    assert auditor.get("/monitoring/webhooks").status_code == 403
    assert auditor.post("/monitoring/webhooks", data=RECEIVER).status_code == 403
    assert "/monitoring/webhooks" not in auditor.get("/monitoring/cases").text

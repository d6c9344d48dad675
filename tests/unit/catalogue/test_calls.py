"""Calls outside in ``process.toml``: checked when read, worked out when a case gets there."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from engine.catalogue.calls import Call
from engine.catalogue.config import ConfigRefused
from engine.catalogue.config_text import read_config

NIGHT = datetime(2026, 7, 25, 21, 0, tzinfo=UTC)  #: in Tehran it is the 26th already
HEAD = '[area]\nid = "things"\n[thing]\n[thing.tasks.tell]\n'


def _call(text: str) -> Call:
    call = read_config(HEAD + text).processes["thing"].step("tell").call
    assert call is not None
    return call


def test_texts_with_an_equals_sign_are_feel_and_all_else_is_itself():
    call = _call(
        """
        connector = "http"
        connection = "bank"
        input.path = "/payments"
        input.query = { day = '=string(today())', page = 3 }
        input.json = { amount = "=amount * 2", to = ["=owner.name", "کل = جمع"], urgent = true }
        """
    )

    request = call.request({"amount": Decimal("10.5"), "owner": {"name": "نفیسه"}}, NIGHT)

    assert (call.connector, call.connection) == ("http", "bank")
    assert request == {
        "path": "/payments",
        "query": {"day": "2026-07-26", "page": 3},
        "json": {"amount": 21, "to": ["نفیسه", "کل = جمع"], "urgent": True},
    }


def test_an_output_sees_the_answer_and_the_case_and_nothing_is_kept_unasked():
    call = _call(
        """
        connector = "http"
        input = { path = "/" }
        output = { receipt = "=response.json.receipt", left = "=total - response.json.paid" }
        """
    )

    response = {"status": 200, "json": {"receipt": "A-7", "paid": 30, "more": 1}}

    assert call.result(response, {"total": 100}, NIGHT) == {"receipt": "A-7", "left": 70}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('connector = "fax"', "connector is one of http, mail"),
        ('input = { path = "/" }', "connector is one of http, mail"),
        ('connector = "http"', "needs input 'path'"),
        ('connector = "mail"\ninput = { to = "a@b.c", body = "x" }', "needs input 'subject'"),
        ('connector = "http"\ninput = { path = "/", host = "evil" }', "takes no input 'host'"),
        ('connector = "http"\ninput = { path = "=a +" }', "input path"),
        ('connector = "http"\ninput = { path = "/", json = { a = ["=("] } }', "input json a"),
        ('connector = "http"\ninput = { path = "/" }\noutput = { x = "=)" }', "output x"),
        ('connector = "http"\ninput = { path = "/", json = 1.5 }', "1.5"),
        ('connector = "http"\ninput = "path"', "tables"),
    ],
)
def test_a_call_that_cannot_work_is_refused_when_it_is_read(text, problem):
    with pytest.raises(ConfigRefused, match=problem):
        read_config(HEAD + text)


def test_a_webhook_of_an_event_that_does_not_exist_is_refused():
    with pytest.raises(ConfigRefused, match="'exploded' is no event"):
        read_config('[area]\nid = "x"\n[thing.webhooks]\nerp = ["started", "exploded"]\n')

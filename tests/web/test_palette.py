"""What the command palette finds: by letters of either keyboard, and only what one may see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from engine.storage.database import Database

pytestmark = pytest.mark.both_databases

Browser = Callable[[str], FlaskClient]
Purchase = Callable[..., tuple[UUID, UUID]]


def found(browser: FlaskClient, text: str) -> dict[str, list[dict[str, Any]]]:
    told: dict[str, list[dict[str, Any]]] = browser.get(
        "/find", query_string={"q": text}
    ).get_json()
    return told


def test_a_case_number_finds_the_step_and_the_case(a_purchase: Purchase, signed_in: Browser):
    case, task = a_purchase("P-417")
    a_purchase("P-2")

    told = found(signed_in("buyer"), "۴۱۷")

    assert [each["address"] for each in told["tasks"]] == [f"/tasks/{task}"]
    assert [each["address"] for each in told["cases"]] == [f"/cases/{case}"]


def test_what_a_step_is_called_finds_it(a_purchase: Purchase, signed_in: Browser):
    _, task = a_purchase("P-1")
    name = found(signed_in("buyer"), "")["tasks"][0]["title"]

    told = found(signed_in("buyer"), name[:6])

    assert [each["address"] for each in told["tasks"]] == [f"/tasks/{task}"]


def test_a_process_is_found_in_either_language(site: Database, signed_in: Browser):
    browser = signed_in("buyer")

    assert [each["address"] for each in found(browser, "Small purchase")["start"]] == [
        "/start/purchase"
    ]
    assert [each["address"] for each in found(browser, "خريد جزئي")["start"]] == ["/start/purchase"]
    assert found(signed_in("auditor"), "Small purchase")["start"] == []


def test_nobody_finds_what_is_not_his_to_see(a_purchase: Purchase, signed_in: Browser):
    a_purchase("P-417")

    elsewhere = found(signed_in("head15"), "417")

    assert (elsewhere["tasks"], elsewhere["cases"]) == ([], [])
    assert found(signed_in("head"), "417")["tasks"] == []  # lies at another desk
    assert len(found(signed_in("auditor"), "417")["cases"]) == 1


def test_signs_that_mean_something_to_a_database_mean_nothing(
    a_purchase: Purchase, signed_in: Browser
):
    a_purchase("P-1")

    for text in ("%", "_", "'", "\\", "%25", "ZZ" * 80):
        assert found(signed_in("buyer"), text)["cases"] == []


def test_it_asks_the_database_four_times_whatever_there_is(
    site: Database, a_purchase: Purchase, signed_in: Browser
):
    for number in range(9):
        a_purchase(f"P-{number}")
    browser = signed_in("buyer")
    found(browser, "P-")
    sent: list[str] = []
    listener = (site.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    event.listen(*listener)

    told = found(browser, "P-")

    event.remove(*listener)
    asked = [each for each in sent if not each.startswith(("BEGIN", "PRAGMA"))]
    assert len(asked) <= 4, asked  # who asks; tasks, cases, processes
    assert len(told["cases"]) == 7

"""Transactions in browsers, whole: a two-stage tender to its paid statement, a waiver of works."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser

from engine.commands import people
from engine.model.person import Actor
from engine.storage.database import Database
from processes.transactions.commands import bidding
from processes.transactions.tests.walking import Office
from tests.e2e.tender_bidding import asked_and_changed, bids_sent, published, requested
from tests.e2e.tender_contract import filed_and_paid, is_published, signed_by_the_second
from tests.e2e.tender_deciding import complained, opened, priced, scored, winners_named
from tests.e2e.town import Town, served
from tests.e2e.waived_works import asked_to_be_waived, contracted, decided
from webapp.demo_certificates import identify_signers

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("whole_tender"),
    pytest.mark.timeout(900),
]

#: who reads English
ENGLISH = (
    "unit_head", "proc_officer", "commission2", "tech_committee2", "fin_expert", "bidder2",
    "bidder4", "complaint_board", "waiver2",
)  # fmt: skip


@pytest.fixture
def office(
    database: Database,
    actor: Callable[[str], Actor],
    run_jobs: Callable[..., int],
    clock: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Office:
    """The people of the demonstration; the database's clock is told the time as everybody's."""
    told = bidding.database_clock
    monkeypatch.setattr(bidding, "database_clock", lambda uow, _: told(uow, clock()))
    identify_signers(database)
    contractor = actor("contractor")
    party = next(iter(contractor.parties))
    people.represent(database.unit_of_work(), contractor.person_id, "BIDDER", party)
    return Office(database, actor, run_jobs, clock)


@pytest.fixture
def town(bundled: None, chromium: Browser, app: Flask, office: Office) -> Iterator[Town]:
    """The site in this process, and browsers in which nothing may go wrong."""
    app.config.update(WTF_CSRF_ENABLED=True)
    with served(app) as address:
        found = Town(chromium, address, office, dict.fromkeys(ENGLISH, "en"))
        yield found
        found.close()
    assert [*found.faults, *found.complaints] == []


def test_a_two_stage_tender_goes_from_its_request_to_a_paid_statement(
    town: Town, office: Office, tmp_path: Path
):
    request = requested(town)
    tender = published(town, request, tmp_path)
    asked_and_changed(town, tender)
    bids_sent(town, tender, tmp_path)
    opened(town, tender)
    scored(town, tender)
    priced(town, tender)
    winners_named(town, tender)
    complained(town, tender)
    signed_by_the_second(town, tender)
    filed_and_paid(town, tmp_path)
    is_published(town, request)


def test_a_waiver_of_works_goes_from_its_request_to_a_contract(town: Town):
    waiver = asked_to_be_waived(town)
    decided(town, waiver)
    contracted(town, waiver)
    assert (waiver.state(), waiver.waiting) == ("ORDERED", {})

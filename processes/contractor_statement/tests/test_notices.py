"""The contractor is told of the corrected statement by mail, where a letter can be sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.policy import default
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from flask.testing import FlaskClient

from engine.connectors import SITE
from engine.errors import NotAtThisDesk, RulesBroken
from engine.settings.groups import MailSettings
from processes.contractor_statement import commands
from processes.contractor_statement.records import NoticeAddress
from processes.contractor_statement.tests.walking import (
    Case,
    Office,
    contract_of_example,
    example_approved,
    example_claim,
)
from tests.kit.server import free_port

AREA = "/areas/contractor_statement"
HOME = "office@peyman.example"


class Letters:
    """A mail server's end: keeps what it is handed."""

    def __init__(self, answer: str = "250 OK") -> None:
        self.answer = answer
        self.kept: list[Any] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _: Any, __: Any, envelope: Any, address: str, ___: Any
    ) -> str:
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, _: Any, __: Any, envelope: Any) -> str:  # noqa: N802
        self.kept.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture
def letters(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Letters]:
    kept = Letters(getattr(request, "param", "250 OK"))
    port = free_port()
    server = Controller(kept, hostname="127.0.0.1", port=port, ready_timeout=60)
    server.start()
    monkeypatch.setattr(
        SITE,
        "mail",
        MailSettings(host="127.0.0.1", port=port, sender="divan@city.example", tls="none"),
    )
    yield kept
    server.stop()


@pytest.fixture
def contract_id(office: Office) -> UUID:
    return UUID(contract_of_example(office))


def keep(office: Office, contract_id: UUID, address: str, by: str = "contractor") -> None:
    commands.keep_notice_address(
        office.database.unit_of_work(),
        contract_id,
        address,
        actor=office.actor(by),
        at=office.clock(),
    )


def checked(office: Office, contract_id: UUID) -> Case:
    """Walk a statement to where the contractor is told."""
    case = office.start("interim_statement", contract_id=str(contract_id))
    case.do("enter", "submit", **example_claim(1))
    return case.do("measure", lines=example_approved(1)).do("check")


REVIEWS = {"technical_review", "review_deductions", "check_credit"}


@pytest.mark.both_databases
def test_a_letter_goes_to_the_address_of_the_contract(
    office: Office, contract_id: UUID, letters: Letters
):
    keep(office, contract_id, HOME)
    case = checked(office, contract_id)
    [letter] = letters.kept
    assert letter["To"] == HOME
    assert "1404-D07-0123" in letter["Subject"]
    assert "صورت‌وضعیت شمارهٔ 1" in letter.get_content()
    assert "interim statement 1" in letter.get_content()
    assert set(case.waiting) == REVIEWS


def test_the_newest_address_counts_and_the_earlier_ones_are_kept(
    office: Office, contract_id: UUID, letters: Letters
):
    keep(office, contract_id, "old@peyman.example", by="tech_office")
    keep(office, contract_id, HOME)
    checked(office, contract_id)
    assert [each["To"] for each in letters.kept] == [HOME]
    with office.database.reader() as session:
        kept = session.query(NoticeAddress).order_by(NoticeAddress.entered_at).all()
    assert {each.entered_by for each in kept} == {"tech_office", "contractor"}
    assert sum(each.replaced_at is None for each in kept) == 1


def test_without_an_address_the_case_only_records_that_the_contractor_was_told(
    office: Office, contract_id: UUID, letters: Letters
):
    keep(office, contract_id, HOME)
    keep(office, contract_id, " ")
    case = checked(office, contract_id)
    assert letters.kept == []
    assert case.variables["notified_at"]
    assert set(case.waiting) == REVIEWS


def test_without_a_mail_server_nothing_waits_for_one(office: Office, contract_id: UUID):
    keep(office, contract_id, HOME)
    case = checked(office, contract_id)
    assert set(case.waiting) == REVIEWS
    assert (case.variables["notice_to"], case.incidents) == (None, [])


@pytest.mark.parametrize("letters", ["550 no such mailbox"], indirect=True)
def test_a_refused_address_stops_neither_review_nor_payment(
    office: Office, contract_id: UUID, letters: Letters
):
    keep(office, contract_id, HOME)
    case = checked(office, contract_id).review().sign()
    assert letters.kept == []
    assert case.incidents == []
    assert case.instance.state.value == "finished"


@pytest.mark.parametrize("wrong", ["x", "a@b@c", "a b@c.example", "a@", "@b.example"])
def test_what_is_no_address_is_refused_beside_its_field(
    office: Office, contract_id: UUID, wrong: str
):
    with pytest.raises(RulesBroken) as refused:
        keep(office, contract_id, wrong)
    assert [(each.code, each.field) for each in refused.value.problems] == [
        ("GEN-PATTERN", "notice_address")
    ]


def test_who_neither_represents_the_contractor_nor_keeps_the_contract_is_refused(
    office: Office, contract_id: UUID
):
    with pytest.raises(NotAtThisDesk):
        keep(office, contract_id, HOME, by="treasurer")


def test_the_address_is_entered_and_shown_on_the_contract(
    signed_in: Callable[[str], FlaskClient], contract_id: UUID
):
    browser, url = signed_in("contractor"), f"{AREA}/contracts/{contract_id}"
    answer = browser.post(f"{url}/notices", data={"notice_address": HOME})
    assert answer.status_code == 303
    assert HOME in browser.get(f"{url}?tab=security").text
    wrong = browser.post(f"{url}/notices", data={"notice_address": "x"})
    assert (wrong.status_code, 'id="notice_address-problem"' in wrong.text) == (422, True)

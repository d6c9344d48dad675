"""What happens is published in the transaction in which it happens, and never changes."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from engine.errors import RulesBroken
from engine.sdk import announce
from engine.values import Rial, local_date
from engine.values.exact_json import read
from engine.values.facts import Basis
from engine.values.payment import PaymentCleared
from processes.transactions.publication import merging
from processes.transactions.publication.events import (
    Award,
    Category,
    Decided,
    Event,
    Method,
    Noticed,
    Party,
    Signed,
    WindowEnded,
)
from processes.transactions.publication.publishing import process_of, publish
from processes.transactions.queries import published
from processes.transactions.queries.published import releases_of
from processes.transactions.records import PublishedProcess, PublishedRelease, Stage
from processes.transactions.tests.walking import Office

CONTRACT = "1404-D07-0417"
FIRM = Party.of_firm("14012345679", "شرکت نمونه ب")


def tell(office: Office, number: str, *events: Event) -> list[PublishedRelease]:
    """Publish events of a process of the unit."""
    with office.database.unit_of_work() as uow:
        process = process_of(uow.session, number, "D07")
        made = [publish(uow.session, process, each) for each in events]
        uow.commit()
    return made


def to_contract(office: Office, number: str, contract: str = CONTRACT) -> None:
    """Publish a tender up to its contract."""
    at = office.clock()
    tell(
        office,
        number,
        Noticed(
            at=at,
            title="روکش آسفالت",
            description="",
            method=Method.PUBLIC,
            category=Category.WORKS,
            items=(),
            estimate=Rial(100),
        ),
        Decided(at=at, award=Award(1, FIRM, Rial(92))),
        WindowEnded(at=at, award_no=1),
        Signed(at=at, contract_no=contract, award_no=1, title="قرارداد", value=Rial(92)),
    )


@pytest.mark.both_databases
def test_a_request_is_published_once_when_its_credit_is_reserved(office: Office):
    number = str(office.approved(1_500_000_000, purpose="دبستان محله").request.request_no)

    with office.database.reader() as session:
        row = session.scalars(
            select(PublishedProcess).where(PublishedProcess.number == number)
        ).one()
        [told] = releases_of(session, row.ocid)
        [kept] = session.scalars(select(PublishedRelease).where(PublishedRelease.ocid == row.ocid))
    assert (row.stage, row.value, row.releases) == (Stage.PLANNED, Rial(1_500_000_000), 1)
    assert told["ocid"] == f"ocds-xxxxxx-{number}"
    assert told["tag"] == ["planning"]
    assert told["planning"]["rationale"] == "دبستان محله"
    assert told["planning"]["budget"]["amount"] == {"amount": 1_500_000_000, "currency": "IRR"}
    assert told["parties"] == [{**told["buyer"], "roles": ["buyer"]}]
    assert hashlib.sha256(kept.content.encode()).hexdigest() == kept.sha256
    assert read(kept.content) == told


@pytest.mark.both_databases
def test_money_paid_for_a_published_contract_is_published(office: Office):
    to_contract(office, "D07-1404-T-0001")
    for number in (f"{CONTRACT}/INTERIM/3", "other/INTERIM/1"):
        with office.database.unit_of_work() as uow:
            announce(
                uow.session,
                PaymentCleared(
                    unit="D07",
                    basis=Basis("contractor_statement", "statement", uuid4(), number),
                    at=office.clock(),
                    order_no=f"order of {number}",
                    amount=Rial(17),
                    on=local_date(office.clock()),
                    bank_reference="r",
                ),
            )
            uow.commit()

    with office.database.reader() as session:
        now = merging.compiled(releases_of(session, "ocds-xxxxxx-D07-1404-T-0001"))
        [paid] = now["contracts"][0]["implementation"]["transactions"]
        state = published.state(session)
    assert paid["id"] == f"order of {CONTRACT}/INTERIM/3"
    assert paid["value"] == {"amount": 17, "currency": "IRR"}
    assert paid["payee"]["id"] == "IR-NLI-14012345679"
    roles = {each["id"]: each["roles"] for each in now["parties"]}
    assert roles == {"D07": ["buyer", "payer", "procuringEntity"], FIRM.id: ["payee", "supplier"]}
    assert state is not None
    assert state.releases == 5


def test_what_is_told_late_is_not_published_before_what_was(office: Office):
    to_contract(office, "D07-1404-T-0002")
    early = office.clock() - timedelta(days=3)
    [row] = tell(office, "D07-1404-T-0002", WindowEnded(at=early, award_no=1))
    assert row.at == office.clock()
    assert row.no == 5


def test_what_is_refused_publishes_nothing(office: Office):
    case = office.asked(30_000_000_001).do("approve_request")
    with pytest.raises(RulesBroken):
        case.do("reserve_credit", "reserve", line_code=case.request.line_code)
    with office.database.reader() as session:
        assert published.state(session) is None


def test_processes_are_found_by_words_stage_and_method(office: Office):
    to_contract(office, "D07-1404-T-0003", "c3")
    office.approved(1_500_000_000)  # paper, by the office

    def numbers(**asked: object) -> list[str]:
        with office.database.reader() as session:
            rows = published.found(session, published.Asked(**asked))  # type: ignore[arg-type]
        return [each.title for each in rows.processes]

    assert numbers(words="آسفالت نمونه") == ["روکش آسفالت"]
    assert numbers(words="كاغذ") == ["کاغذ و لوازم"]
    assert numbers(words="%") == []
    assert numbers(stage=Stage.PLANNED) == ["کاغذ و لوازم"]
    assert numbers(method="PUBLIC") == ["روکش آسفالت"]
    assert len(numbers()) == 2

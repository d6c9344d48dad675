"""A signed contract is the contract of its statements; payments see the register (§3.14)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from engine.errors import RulesBroken
from engine.model.admin_event import AdminEvent
from engine.model.person import Actor, Representation
from engine.sdk import announce
from engine.storage.database import Database
from engine.values import Percentage, Rial, local_date
from engine.values.contracting import BillLine, GuaranteeKept, WorksContracted
from engine.values.facts import Basis
from processes.contractor_statement.answers.paying import guarantee_terms
from processes.contractor_statement.records import Contract
from processes.contractor_statement.rules import check_guarantees
from processes.contractor_statement.tests.walking import Office as Works
from processes.transactions.commands import guarantees
from processes.transactions.records import Firm
from processes.transactions.tests.awarded import BN, Awarded, Signing, awarded, day, registered
from processes.transactions.tests.waiving import drafted, firm_signed, guaranteed, of_works
from processes.transactions.tests.walking import Office
from tests.kit.walking import WalkedCase

CONTRACTOR = "14007650912"  #: whom the demonstration's contractor acts for


@pytest.fixture
def office(
    database: Database, actor: Callable[[str], Actor], run_jobs: Callable[..., int], clock: Any
) -> Office:
    """The people of the demonstration."""
    return Office(database, actor, run_jobs, clock)


def contract_of(made: Awarded) -> Contract:
    """Return the contract of the statements."""
    with made.office.database.reader() as session:
        found = session.scalars(
            select(Contract).where(Contract.contract_no == made.contract().number)
        ).one()
        _ = found.lines
        session.expunge_all()
        return found


def refused(made: Awarded, advance: int = 0, after: int = 0) -> list[tuple[str, str | None]]:
    """Return what of the guarantees stands in the way of a payment so many days from now."""
    on = local_date(made.office.clock()) + timedelta(days=after)
    with made.office.database.reader() as session:
        terms = guarantee_terms(session, contract_of(made))
    found = check_guarantees(terms, on, Rial(advance))
    return [(each.code, each.severity) for each in found]


@pytest.mark.both_databases
def test_a_signed_contract_for_works_is_opened_for_its_first_statement(office: Office):
    made = awarded(office, first=CONTRACTOR)
    signing: Signing = made.signing().signed()
    assert signing.result == "SIGNED"
    contract = contract_of(made)
    assert (contract.contractor_id, contract.initial_amount, contract.duration_days) == (
        CONTRACTOR, Rial(22 * BN), 120,
    )  # fmt: skip
    assert (str(contract.advance_rate.percent), contract.base_quarter) == ("20", "1405Q1")
    assert [each.code for each in contract.lines] == ["150101", "150102"]
    amounts = [each.contract_quantity * each.unit_price.amount for each in contract.lines]
    assert sum(amounts) == contract.initial_amount.amount, "to the rial"

    values = {"contract_id": str(contract.id)}
    statement = WalkedCase(office, office.begin("interim_statement", "contractor", values))
    assert list(statement.waiting) == ["enter"]
    assert statement.variables["contract_no"] == contract.contract_no


def test_works_of_a_waiver_are_opened_for_their_first_statement_too(office: Office):
    with office.database.reader() as session:
        known = session.scalar(select(Firm.id).where(Firm.identifier == CONTRACTOR))
    firm = office.firm("آبادگران", CONTRACTOR) if known is None else str(known)
    _, buying = of_works(office, firm, emergency_letter="۷/۱")
    firm_signed(drafted(guaranteed(buying))).do("sign_contract", "sign")

    with office.database.reader() as session:
        query = select(Contract).where(Contract.contract_no == buying.purchase.order_no)
        contract = session.scalars(query).one()
        codes = [each.code for each in contract.lines]
    assert (contract.contractor_id, contract.initial_amount, codes) == (
        CONTRACTOR, Rial(28 * BN), ["150101", "150102"],
    )  # fmt: skip
    values = {"contract_id": str(contract.id)}
    statement = WalkedCase(office, office.begin("interim_statement", "contractor", values))
    assert list(statement.waiting) == ["enter"]


def test_payments_see_the_guarantees_as_the_register_has_them(office: Office):
    made = awarded(office, first=CONTRACTOR)
    signing = made.signing()
    performance = signing.guarantee()
    signing.do("take_guarantee", "accept", guarantee_id=performance)
    signing.draft().firm_signed().do("sign_contract", "sign")
    number = made.contract().number

    assert refused(made) == [], "the guarantee of the signing stands"
    assert refused(made, after=190) == [("STM-020", "warning")]
    assert refused(made, after=201) == [("STM-023", "error")]
    typed = {"reference": "ت/۹", "until": day(local_date(office.clock()) + timedelta(days=400))}
    officer, at = office.actor("proc_officer"), office.clock()
    uow = office.database.unit_of_work()
    guarantees.extend(uow, UUID(performance), typed, actor=officer, at=at)
    assert refused(made, after=201) == []
    assert refused(made, advance=1) == [("STM-023", "error")], "an advance needs its own"
    registered(office, kind="ADVANCE", concerns=number, amount="4400000000", in_force=False)
    assert refused(made, advance=1) == [("STM-023", "error")], "not before it is in force"
    registered(office, kind="ADVANCE", concerns=number, amount="4400000000")
    assert refused(made, advance=4_400_000_000) == []
    assert refused(made, advance=4_400_000_001) == [("STM-023", "error")]

    freed = {"event": "PROVISIONAL_ACCEPTANCE", "reference": "ص/۱"}
    guarantees.release(uow, UUID(performance), freed, actor=office.actor("fin_head"), at=at)
    assert ("STM-023", "error") in refused(made)


def test_a_guarantee_of_another_contract_here_cannot_stand_for_this_one(office: Office):
    made = awarded(office, first=CONTRACTOR)
    made.signing().signed()
    number = made.contract().number
    with office.database.unit_of_work() as uow:
        other = WorksContracted(
            unit="D07", basis=Basis("transactions", "contract", UUID(int=1), "C-2"),
            at=office.clock(), contract_no="C-2", contractor_id=CONTRACTOR, contractor_name="x",
            subject="x", on=local_date(office.clock()), starts_on=local_date(office.clock()),
            duration_days=1, price=Rial(1), advance=Percentage(0), base_quarter=None, bill=(),
        )  # fmt: skip
        announce(uow.session, other)
        uow.commit()
    registered(office, number="یکی", concerns="C-2")
    with pytest.raises(RulesBroken) as twice, office.database.unit_of_work() as uow:
        announce(uow.session, other)
    assert [each.code for each in twice.value.problems] == ["CON-014"]
    fact = GuaranteeKept(
        unit="D07", basis=other.basis, at=office.clock(), contract_no=number, kind="PERFORMANCE",
        issuer="بانک نمونه", number="یکی", amount=Rial(1), valid_until=other.on, state="ACTIVE",
    )  # fmt: skip
    with pytest.raises(RulesBroken) as twice, office.database.unit_of_work() as uow:
        announce(uow.session, fact)
    assert [each.code for each in twice.value.problems] == ["GUA-001"]


def test_no_line_of_a_bill_is_lost_whose_place_is_the_code_of_another(office: Office):
    prices = (("000002", 1), (None, 10), (None, 100), ("000003", 1_000))
    on = local_date(office.clock())
    with office.database.unit_of_work() as uow:
        fact = WorksContracted(
            unit="D07", basis=Basis("transactions", "contract", UUID(int=1), "C-3"),
            at=office.clock(), contract_no="C-3", contractor_id=CONTRACTOR, contractor_name="x",
            subject="x", on=on, starts_on=on, duration_days=1, price=Rial(1_111),
            advance=Percentage(0), base_quarter=None,
            bill=tuple(
                BillLine(code, "x", "m", Decimal(1), Rial(price)) for code, price in prices
            ),
        )  # fmt: skip
        announce(uow.session, fact)
        uow.commit()
    with office.database.reader() as session:
        found = session.scalars(select(Contract).where(Contract.contract_no == "C-3")).one()
        lines = {each.code: each.unit_price.amount for each in found.lines}
    assert sorted(lines.values()) == [1, 10, 100, 1_000]
    assert (lines["000002"], lines["000003"]) == (1, 1_000), "codes of the list stay"


def test_one_account_bids_signs_and_sends_the_statements_of_what_its_firm_won(
    office: Office, actor: Callable[[str], Actor], signed_in: Callable[[str], FlaskClient]
):
    """`bidder3` of the demonstration has no role as a contractor before."""
    before = actor("bidder3")
    [firm] = before.parties_as("BIDDER")
    assert before.parties_as("CONTRACTOR") == frozenset()
    until = local_date(office.clock()) + timedelta(days=200)
    with office.database.unit_of_work() as uow:
        of_firm = Representation.party == firm, Representation.role == "BIDDER"
        uow.session.execute(update(Representation).where(*of_firm).values(valid_to=until))
        uow.commit()
    made = awarded(office, first=firm)
    made.signing().signed()

    assert actor("bidder3").parties_as("CONTRACTOR") == {firm}
    assert actor("bidder1").parties_as("CONTRACTOR") == frozenset()
    with office.database.reader() as session:
        given = session.scalars(select(AdminEvent).where(AdminEvent.kind == "role_granted")).all()
    [told] = [each for each in given if each.person == "bidder3"]
    assert (told.facts["role"], told.facts["party"]) == ("CONTRACTOR", firm)
    with office.database.reader() as session:
        of_firm = Representation.party == firm, Representation.role == "CONTRACTOR"
        ends = session.scalars(select(Representation.valid_to).where(*of_firm)).all()
    assert ends == [until], "a mandate for some time stays one"

    contract = contract_of(made)
    browser = signed_in("bidder3")
    at_once = browser.get("/")
    assert at_once.headers["Location"].endswith("/bidding"), "nothing waits yet"
    home = browser.get("/bidding").text
    for page in ("/bidding", "/tender-notices", "/areas/contractor_statement/"):
        assert f'href="{page}' in home, "the rail leads to both sides"
        assert browser.get(page).status_code == 200
    assert contract.contract_no in browser.get("/areas/contractor_statement/").text
    works = Works(office.database, office.actor, office.run_jobs, office.clock)
    office.clock.pass_time(timedelta(days=30))
    browser = signed_in("bidder3")
    assert contract.contract_no in browser.get("/start/interim_statement").text
    case = works.start("interim_statement", by="bidder3", contract_id=str(contract.id))
    assert "enter" in case.waiting
    assert browser.get("/").headers["Location"].endswith("/inbox"), "work waits"
    assert f"/tasks/{case.waiting['enter'].id}" in browser.get("/inbox").text
    assert browser.get(f"/tasks/{case.waiting['enter'].id}").status_code == 200

"""The area's pages through a browser: contracts, import, small forms."""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.sdk import Database
from engine.values import grouped
from processes.contractor_statement.records import (
    ContractAmendment,
    ContractMinute,
    Guarantee,
    PayeeAccount,
)
from processes.contractor_statement.tests.contract_files import changed, contract_file
from processes.contractor_statement.tests.filed import (
    expected,
    file_and_certify,
    sample_contract,
)
from processes.contractor_statement.tests.journal import acts
from tests.kit.sites import Clock

AREA = "/areas/contractor_statement"
SignedIn = Callable[[str], FlaskClient]


@pytest.fixture
def contract_url(database: Database) -> str:
    with database.reader() as session:
        return f"{AREA}/contracts/{sample_contract(session).id}"


def test_the_list_leads_to_the_contract_and_all_its_tabs(
    signed_in: SignedIn, contract_url: str
) -> None:
    browser = signed_in("fin_expert")

    assert contract_url in browser.get(f"{AREA}/").text
    for tab in ("summary", "lines", "statements", "ledger", "security"):
        answer = browser.get(f"{contract_url}?tab={tab}")
        assert answer.status_code == 200
        assert "1404-D07-0417" in answer.text


def test_the_bill_is_shown_by_chapter(signed_in: SignedIn, contract_url: str) -> None:
    page = signed_in("contractor").get(f"{contract_url}?tab=lines&chapter=01").text

    assert "۰۱۰۶۰۴" in page
    assert "۰۲۰۶۰۲" not in page


def test_the_curve_is_drawn_from_certified_and_claimed_values(
    signed_in: SignedIn, contract_url: str, database: Database, clock: Clock
) -> None:
    uow = database.unit_of_work()
    with uow:
        file_and_certify(uow.session, 1, clock())
        uow.commit()

    page = signed_in("unit_head").get(contract_url).text

    assert page.count("<polyline") == 2
    assert grouped(expected(1)["certified"]["gross"]) in page


@pytest.mark.parametrize("username", ["supervisor15", "admin", "bidder1"])
def test_others_are_told_that_there_is_no_such_contract(
    signed_in: SignedIn, contract_url: str, statement_id: UUID, username: str
) -> None:
    browser = signed_in(username)

    for url in (
        contract_url,
        f"{AREA}/statements/{statement_id}",
        f"{AREA}/statements/{statement_id}/certificate.pdf",
    ):
        assert browser.get(url).status_code == 404


@pytest.mark.parametrize("username", ["supervisor15", "admin", "bidder1"])
def test_what_others_send_to_a_contract_tells_no_more_than_looking_at_it(
    signed_in: SignedIn, contract_url: str, username: str
) -> None:
    browser = signed_in(username)

    for what in ("guarantees", "accounts", "credit-lines", "registrations", "clearances"):
        data = {"kind": "PERFORMANCE", "credit_kind": "CAPITAL"}
        answer = browser.post(f"{contract_url}/{what}", data=data)
        nowhere = browser.post(f"{AREA}/contracts/{uuid4()}/{what}", data=data)
        assert (answer.status_code, nowhere.status_code) == (404, 404), what


def test_who_sees_a_contract_and_may_not_keep_it_is_told_so(
    signed_in: SignedIn, contract_url: str
) -> None:
    answer = signed_in("supervisor").post(f"{contract_url}/guarantees", data={"kind": "BID"})

    assert answer.status_code == 403


def test_who_imports_nowhere_is_refused_before_the_file_is_looked_at(
    signed_in: SignedIn,
) -> None:
    for username in ("contractor", "treasurer", "admin"):
        browser = signed_in(username)
        assert browser.post(f"{AREA}/import").status_code == 404
        assert browser.post(f"{AREA}/import", data=_file(b"no sheet")).status_code == 404


def test_an_imported_contract_opens_with_what_a_demonstration_needs(
    signed_in: SignedIn, database: Database
) -> None:
    answer = signed_in("tech_office").post(f"{AREA}/import", data=_file(contract_file()))

    assert answer.status_code == 303
    contract_id = UUID(answer.headers["Location"].rsplit("/", 1)[1])
    with database.reader() as session:
        kinds = {
            each.kind.value for each in session.query(Guarantee).filter_by(contract_id=contract_id)
        }
        assert kinds == {"PERFORMANCE", "ADVANCE"}


def test_a_bad_file_is_answered_with_sheet_row_and_column(signed_in: SignedIn) -> None:
    content = contract_file(lines=changed(1, 6, "12.3456"))

    answer = signed_in("fin_expert").post(f"{AREA}/import", data=_file(content))

    assert answer.status_code == 422
    row = re.sub(r"<[^>]+>|\s+", " ", answer.text)
    assert "فهرست بها ۳ G" in " ".join(row.split())
    assert "STM-004" in answer.text


def test_sending_no_file_asks_for_one(signed_in: SignedIn) -> None:
    answer = signed_in("fin_expert").post(f"{AREA}/import", data={})

    assert (answer.status_code, "GEN-REQUIRED" in answer.text) == (422, True)


def test_only_the_roles_that_import_see_the_page(signed_in: SignedIn) -> None:
    assert signed_in("contractor").get(f"{AREA}/import").status_code == 404
    assert signed_in("fin_expert").get(f"{AREA}/import").status_code == 200


def test_an_account_has_to_check_and_to_be_the_contractors_own(
    signed_in: SignedIn, contract_url: str, database: Database
) -> None:
    browser = signed_in("fin_expert")

    answer = browser.post(
        f"{contract_url}/accounts",
        data={
            "iban": "IR820540102680020817909003",
            "owner_id": "10380284790",
            "owner_name": "دیگری",
        },
    )

    assert answer.status_code == 422
    assert 'id="iban-problem"' in answer.text
    assert 'id="owner_id-problem"' in answer.text
    assert 'value="IR820540102680020817909003"' in answer.text
    with database.reader() as session:
        assert session.query(PayeeAccount).count() == 1


def test_a_guarantee_is_kept_by_finance_only(
    signed_in: SignedIn, contract_url: str, database: Database
) -> None:
    typed = {
        "kind": "PERFORMANCE",
        "number": "۱۲۳۴",
        "issuer": "بانک شهر",
        "amount": "۵٬۰۰۰٬۰۰۰٬۰۰۰",
        "valid_until": "1407/12/29",
    }

    assert signed_in("supervisor").post(f"{contract_url}/guarantees", data=typed).status_code == 403
    assert signed_in("fin_expert").post(f"{contract_url}/guarantees", data=typed).status_code == 303

    with database.reader() as session:
        kept = session.query(Guarantee).filter_by(number="1234").one()
        assert kept.amount.amount == 5_000_000_000


def test_a_credit_line_allocates_no_more_than_approved(
    signed_in: SignedIn, contract_url: str
) -> None:
    answer = signed_in("budget_officer").post(
        f"{contract_url}/credit-lines",
        data={
            "code": "4001",
            "title": "اعتبار",
            "credit_kind": "CAPITAL",
            "approved": "1000",
            "allocated": "2000",
        },
    )

    assert answer.status_code == 422
    assert 'id="allocated-problem"' in answer.text


def test_the_statement_page_sets_claimed_beside_certified(
    signed_in: SignedIn, statement_id: UUID
) -> None:
    page = signed_in("fin_head").get(f"{AREA}/statements/{statement_id}").text

    assert grouped(expected(1)["claimed"]["gross"]) in page
    assert grouped(expected(1)["certified"]["net"]) in page
    assert "شرایط عمومی پیمان، مادهٔ ۳۵" in page, "laws by name, not by their code"
    assert "certificate.pdf" in page


def test_the_samples_of_the_demonstration_can_be_fetched(signed_in: SignedIn) -> None:
    browser = signed_in("contractor")

    assert browser.get(f"{AREA}/samples/statement-01.xlsx").data.startswith(b"PK")
    assert browser.get(f"{AREA}/samples/expected.json").status_code == 404


#: form -> who fills it in on a contract's page, with what
ENTERED: list[tuple[str, str, dict[str, str]]] = [
    ("guarantees", "fin_expert", {
        "kind": "ADVANCE", "number": "ض/۸", "issuer": "بانک نمونه",
        "amount": "۲۲٬۰۹۶٬۰۱۸٬۴۱۰", "valid_until": "1406/01/31",
    }),
    ("accounts", "fin_expert", {
        "iban": "IR16 0120 0000 0000 1234 5678 90",
        "owner_id": "14007650912", "owner_name": "پیمانکار",
    }),
    ("credit-lines", "budget_officer", {
        "code": "ع-۹", "title": "ساختمان", "credit_kind": "CAPITAL",
        "approved": "2000", "allocated": "1000",
    }),
    ("debts", "fin_expert", {"debt_amount": "1000", "debt_reference": "نامهٔ ۱۲"}),
    ("registrations", "fin_expert", {"valid_from": "1403/01/01", "registered_until": "1405/12/29"}),
    ("registrations", "fin_expert", {"valid_from": "1403/01/01", "registered_until": "1406/12/29"}),
    ("registrations", "fin_expert", {"valid_from": "1403/01/01", "registered_until": "1406/12/29"}),
    ("clearances", "fin_expert", {"clearance_no": "م/۱", "issued_on": "1405/04/10"}),
    ("notices", "tech_office", {"notice_address": "home@peyman.example"}),
    ("notices", "tech_office", {"notice_address": "home@peyman.example"}),
    ("notices", "tech_office", {"notice_address": ""}),
    ("supplements", "project_manager", {
        "supplement_no": "۱", "supplement_on": "1405/01/15",
        "amount_change": "−۱٬۰۰۰", "days_added": "۳۰",
    }),
    ("prices", "tech_office", {
        "price_minute_no": "ق/۱", "approved_on": "1405/02/01", "line_code": "089901",
        "line_title": "بتن ویژه", "line_unit": "m3", "line_price": "25000", "line_quantity": "10.5",
    }),
    ("terms", "project_manager", {
        "retention_rate": "5", "terms_paper": "الحاقیهٔ ۲", "terms_because": "توافق",
    }),
    ("minutes", "project_manager", {
        "minute_kind": "SUSPENSION", "minute_no": "ت/۱", "held_on": "1405/04/01",
        "minute_note": "سرما",
    }),
]  # fmt: skip


def test_the_journal_tells_of_everything_entered_on_a_contract(
    signed_in: SignedIn, database: Database
) -> None:
    content = contract_file()
    brought = signed_in("fin_expert").post(f"{AREA}/import", data=_file(content))
    url = brought.headers["Location"]

    for form, who, typed in ENTERED:
        answer = signed_in(who).post(f"{url}/{form}", data=typed)
        assert answer.status_code == 303, (form, answer.text)
    with database.reader() as session:
        proposed = str(session.scalars(select(ContractAmendment.id)).one())
        minute = str(session.scalars(select(ContractMinute.id)).one())
    decided = {"amendment_id": proposed, "decision": "accept"}
    assert signed_in("unit_head").post(f"{url}/decisions", data=decided).status_code == 303
    back = {"minute_id": minute, "withdrawn_because": "اشتباه"}
    assert signed_in("tech_office").post(f"{url}/withdrawals", data=back).status_code == 303

    changes = [{"term": "retention_rate", "before": "10", "after": "5"}]
    home = sha256(b"home@peyman.example").hexdigest()
    suspension = {"minute": "ت/1", "kind": "SUSPENSION", "held_on": "2026-06-22"}
    vat = {"party": "14007650912", "valid_from": "2024-03-20"}
    of_contract = {"number": "1404-D07-0123", "unit": "D07"}
    assert acts(database) == [
        (who, act, of_contract | told)
        for who, act, told in (
            ("fin_expert", "contract_imported", {
                "contractor": "14007650912", "amount": "110480092050", "lines": 5,
                "advance_paid": True, "sha256": sha256(content).hexdigest(),
            }),
            ("fin_expert", "guarantee_added", {
                "guarantee": "ض/8", "issuer": "بانک نمونه", "kind": "ADVANCE",
                "amount": "22096018410", "until": "2027-04-20",
            }),
            ("fin_expert", "payee_account_added", {
                "payee": "14007650912", "iban": "IR160120000000001234567890",
                "valid_from": "2026-07-26T08:30:00+00:00",
            }),
            ("budget_officer", "credit_line_added", {
                "number": "ع-9", "contract": "1404-D07-0123", "year": 1405, "kind": "CAPITAL",
                "approved": "2000", "allocated": "1000",
            }),
            ("fin_expert", "debt_added", {"amount": "1000", "reference": "نامهٔ 12"}),
            ("fin_expert", "vat_registration_kept", vat | {"after": "2027-03-20"}),
            ("fin_expert", "vat_registration_kept", vat | {
                "before": "2027-03-20", "after": "2028-03-19",
            }),
            ("fin_expert", "clearance_added", {"clearance": "م/1", "issued_on": "2026-07-01"}),
            ("tech_office", "notice_address_kept", {"after": home}),
            ("tech_office", "notice_address_kept", {"before": home}),
            ("project_manager", "supplement_added", {
                "supplement": "1", "signed_on": "2026-04-04",
                "amount_change": "-1000", "days_added": 30,
            }),
            ("tech_office", "new_price_added", {
                "line": "089901", "minute": "ق/1", "approved_on": "2026-04-21",
                "unit_price": "25000", "measure": "m3", "quantity": "10.5",
            }),
            ("project_manager", "terms_proposed", {
                "paper": "الحاقیهٔ 2", "changes": changes, "reason": "توافق",
            }),
            ("project_manager", "minute_added", suspension | {
                "note": "سرما", "before": "RUNNING", "after": "SUSPENDED",
            }),
            ("unit_head", "terms_agreed", {
                "paper": "الحاقیهٔ 2", "changes": changes, "proposed_by": "project_manager",
            }),
            ("tech_office", "minute_withdrawn", suspension | {
                "reason": "اشتباه", "before": "SUSPENDED", "after": "RUNNING",
            }),
        )
    ]  # fmt: skip


def _file(content: bytes) -> dict[str, object]:
    return {"file": (BytesIO(content), "contract.xlsx"), "advance_paid": "true"}

"""The area's pages through a browser: contracts, import, small forms, certificates."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from engine.sdk import Database
from engine.values import grouped, in_persian_words
from processes.contractor_statement.records import Guarantee, PayeeAccount
from processes.contractor_statement.tests.contract_files import changed, contract_file
from processes.contractor_statement.tests.filed import (
    expected,
    file_and_certify,
    sample_contract,
)
from tests.kit.sites import Clock

AREA = "/areas/contractor_statement"
SignedIn = Callable[[str], FlaskClient]


@pytest.fixture
def contract_url(database: Database) -> str:
    with database.reader() as session:
        return f"{AREA}/contracts/{sample_contract(session).id}"


@pytest.fixture
def statement_id(database: Database, clock: Clock) -> UUID:
    uow = database.unit_of_work()
    with uow:
        statement = file_and_certify(uow.session, 1, clock())
        uow.commit()
        return statement.id


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
    assert "certificate.pdf" in page


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_certificate_prints_every_amount(
    signed_in: SignedIn, statement_id: UUID, language: str
) -> None:
    url = f"{AREA}/statements/{statement_id}/certificate.pdf?lang={language}"

    answer = signed_in("contractor").get(url)

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    printed = _text_of(answer.data)
    sought = expected(1)["certified"]
    for name in ("gross", "period", "retention", "advance_recovery", "social_security", "net"):
        assert _prints(printed, grouped(sought[name], language)), name
    assert "1404-D07-0417" in printed


def test_the_payment_order_prints_amount_iban_and_words(
    signed_in: SignedIn, statement_id: UUID
) -> None:
    browser = signed_in("treasurer")
    page = browser.get(f"{AREA}/statements/{statement_id}").text
    found = re.search(r"/areas/contractor_statement/payment-orders/[^\"]+\.pdf", page)
    assert found

    printed = _text_of(browser.get(found[0]).data)

    net = expected(1)["certified"]["net"]
    assert _prints(printed, grouped(net))
    assert "IR79 0610 0000 0070 0796 8580 44" in printed
    assert in_persian_words(net).split(" و ")[0].split()[-1] in printed


def test_the_samples_of_the_demonstration_can_be_fetched(signed_in: SignedIn) -> None:
    browser = signed_in("contractor")

    assert browser.get(f"{AREA}/samples/statement-01.xlsx").data.startswith(b"PK")
    assert browser.get(f"{AREA}/samples/expected.json").status_code == 404


def _file(content: bytes) -> dict[str, object]:
    return {"file": (BytesIO(content), "contract.xlsx"), "advance_paid": "true"}


def _text_of(pdf: bytes) -> str:
    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return _digits(text)


def _prints(printed: str, amount: str) -> bool:
    """Tell whether an amount stands there.

    Some of the groups of Persian digits come out of pypdf backwards, because it takes them
    for letters of a right-to-left word; a PDF reader shows and copies them rightly.
    """
    groups = _digits(amount).split(",")
    backwards = ",".join(each[::-1] for each in groups)
    return ",".join(groups) in printed or backwards in printed


def _digits(text: str) -> str:
    return text.translate(str.maketrans("۰۱۲۳۴۵۶۷۸۹٬٫", "0123456789,."))

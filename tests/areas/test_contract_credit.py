"""A contract's commitment goes over to its statements: its money is held once (§2.1, §2.5)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.errors import RulesBroken
from engine.values import JalaliDate, Rial, local_date
from processes.contractor_statement.commands import withdraw_minute
from processes.contractor_statement.records import ContractMinute
from processes.contractor_statement.rules.acceptance import MinuteKind
from processes.financial_documents.records import BudgetLine
from processes.financial_documents.rules.budget import CreditType
from processes.transactions.queries.published import releases_of
from processes.transactions.tests.awarded import BN
from processes.transactions.tests.test_flow_supplement import propose
from processes.transactions.tests.walking import LINE
from tests.areas.contracted import Built
from tests.kit.walking import codes


def test_a_statement_takes_its_contracts_credit_over_and_gives_it_back(built: Built):
    assert built.since == (0, 22_000, 0)
    case = built.reserve(built.statement(10))
    assert built.since == (2_420, 19_580, 0), "a tenth of the works with its tax, held once"
    case.give_back("sign_voucher", "review_deductions", "AMOUNT")
    case.do("review_deductions", penalty=0)
    assert built.since == (2_420, 19_580, 0)
    case.do("sign_voucher").do("approve")
    assert built.since == (0, 22_000, 0)
    case.do("control")
    assert built.since == (0, 19_580, 2_420), case.incidents
    assert built.books == built.since, "and so say the books"

    propose(built.made, -BN).do("firm_agrees", "signed", firm_paper="ق/۲").do(
        "sign_supplement", "sign"
    )
    assert built.since == (0, 18_580, 2_420)
    propose(built.made, 2 * BN).do("firm_agrees", "signed", firm_paper="ق/۳").do(
        "sign_supplement", "sign"
    )
    assert built.since == (0, 20_580, 2_420)
    second = built.reserve(built.statement(20))
    second.do("sign_voucher").do("approve", "reject", reject_note="ناقص است")
    assert built.since == (0, 20_580, 2_420), second.incidents
    assert built.books == built.since


def test_a_contract_that_has_ended_holds_nothing(built: Built):
    made, works = built.made, built.works
    today = str(JalaliDate.of(local_date(works.clock())))
    works.minute(built.contract_id, on=today)
    final = built.reserve(built.measured("final_statement", 80))
    final.do("sign_voucher").do("approve").do("control")
    assert built.since == (0, 2_640, 19_360), final.incidents
    assert made.contract().state.value == "SIGNED", "not before it is accepted at last"
    works.minute(built.contract_id, MinuteKind.FINAL_ACCEPTANCE, today)
    ended = made.contract()
    assert (ended.state.value, ended.ended_at) == ("ENDED", works.clock())
    assert built.since == (0, 0, 19_360)
    assert built.books == built.since
    with works.database.reader() as session:
        minute = session.scalars(
            select(ContractMinute.id).where(ContractMinute.kind == MinuteKind.FINAL_ACCEPTANCE)
        ).one()
        request = made.request.request.request_no
        tags = [each["tag"] for each in releases_of(session, f"ocds-xxxxxx-{request}")]
    assert tags[-1] == ["contractTermination"]
    with pytest.raises(RulesBroken) as refused:
        withdraw_minute(
            works.database.unit_of_work(), UUID(built.contract_id), str(minute),
            because="اشتباه", actor=works.actor("project_manager"), at=works.clock(),
        )  # fmt: skip
    assert codes(refused) == [("CON-040", None)]


def test_a_supplement_takes_the_credit_of_the_year_it_is_signed_in(built: Built):
    case = propose(built.made, 2 * BN).do("firm_agrees", "signed", firm_paper="ق/۲")
    built.works.clock.pass_time(timedelta(days=330))
    with pytest.raises(RulesBroken) as refused:
        case.do("sign_supplement", "sign")
    assert codes(refused) == [("BUD-004", "outcome")], "that year has no such line yet"
    year = JalaliDate.of(local_date(built.works.clock())).year
    built.works.add(
        BudgetLine(
            unit="D07", fiscal_year=year, code=LINE, title="روکش معابر",
            credit_type=CreditType.CURRENT, approved=Rial(3 * BN), allocated=Rial(3 * BN),
        )
    )  # fmt: skip
    case.do("sign_supplement", "sign")
    assert built.made.contract().worth == Rial(24 * BN)
    with built.works.database.reader() as session:
        of_year = BudgetLine.fiscal_year == year
        line = session.scalars(select(BudgetLine).where(of_year)).one()
        assert (line.reserved, line.committed) == (Rial.ZERO, Rial(2_200_000_000)), "with its tax"
    assert built.since == (0, 24_200, 0)

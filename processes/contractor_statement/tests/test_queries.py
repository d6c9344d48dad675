"""What the area reads: certified figures, the ledger, line tables, and who may see what."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from uuid import uuid4

import pytest

from engine.sdk import Actor, Database, new_id
from engine.values import Percentage, Rial
from processes.contractor_statement.queries import (
    line_table,
    next_statement_no,
    quantities_certified,
)
from processes.contractor_statement.queries.contracts import contract_list, contract_page
from processes.contractor_statement.queries.statements import certificate_lines, statement_page
from processes.contractor_statement.records import (
    DeductionType,
    Statement,
    StatementKind,
    StatementLine,
    StatementState,
)
from processes.contractor_statement.terms import write_claim
from processes.contractor_statement.tests.filed import (
    expected,
    file_and_certify,
    sample_contract,
)
from tests.kit.sites import Clock

SIX = range(1, 7)


@pytest.mark.both_databases
def test_six_statements_are_certified_and_kept_to_the_rial(
    database: Database, clock: Clock
) -> None:
    uow = database.unit_of_work()
    with uow:
        for no in SIX:
            file_and_certify(uow.session, no, clock())
        uow.commit()

    with database.reader() as session:
        for statement in session.query(Statement).order_by(Statement.no):
            sought = expected(statement.no)
            figures = statement.figures or {}
            assert {name: figures[name] for name in sought["certified"]} == sought["certified"]
            assert statement.claimed_gross == Rial(sought["claimed"]["gross"])
            assert statement.claimed_lines_total == Rial(sought["claimed"]["lines_total"])


@pytest.mark.both_databases
def test_the_ledger_adds_the_certificates_up(
    database: Database, clock: Clock, actor: Callable[[str], Actor]
) -> None:
    uow = database.unit_of_work()
    with uow:
        for no in SIX:
            file_and_certify(uow.session, no, clock())
        contract_id = sample_contract(uow.session).id
        uow.commit()

    with database.reader() as session:
        page = contract_page(session, actor("fin_head"), contract_id, clock())
    assert page is not None
    ledger = page.ledger

    certified = [expected(no)["certified"] for no in SIX]
    assert ledger.certified == Rial(certified[-1]["gross"])
    assert ledger.certified.share(Percentage("10")) == ledger.retention_held
    assert ledger.insurance_held == Rial(sum(each["social_security"] for each in certified))
    assert ledger.advance_paid - ledger.advance_recovered == ledger.advance_outstanding
    assert ledger.advance_recovered == Rial(sum(each["advance_recovery"] for each in certified))
    assert ledger.totals[DeductionType.PENALTY] == Rial(150_000_000)
    assert ledger.net == Rial(sum(each["net"] for each in certified))
    assert [each.no for each in page.certified_points] == list(SIX)
    assert sum(each.count for each in page.chapters) == 312


def test_a_statement_starts_from_what_was_approved_before(database: Database, clock: Clock) -> None:
    uow = database.unit_of_work()
    with uow:
        first = file_and_certify(uow.session, 1, clock())
        draft = _draft(first, no=2)
        uow.session.add(draft)
        uow.session.flush()

        table = line_table(uow.session, draft, "claimed")

        approved = quantities_certified(uow.session, first)
        assert table.previous_total == first.gross
        assert {row.key: row.cells["previous"] for row in table.rows if row.key in approved} == (
            approved
        )
        assert (table.entry, table.compare, table.reasons) == ("claimed", "previous", {})
        assert next_statement_no(uow.session, first.contract_id, StatementKind.INTERIM) == 3


def test_a_reviewer_compares_with_the_party_before_even_where_that_one_said_nothing(
    database: Database, clock: Clock
) -> None:
    uow = database.unit_of_work()
    with uow:
        contract = sample_contract(uow.session)
        changed, agreed = contract.lines[:2]
        statement = Statement(
            contract=contract,
            kind=StatementKind.INTERIM,
            no=1,
            instance_id=new_id(),
            state=StatementState.CONSULTANT_REVIEW,
            created_at=clock(),
            lines=[
                StatementLine(contract_line=changed, claimed=Decimal(10), supervisor=Decimal(8)),
                StatementLine(contract_line=agreed, claimed=Decimal(5)),
            ],
        )
        uow.session.add(statement)
        uow.session.flush()

        table = line_table(uow.session, statement, "consultant")
        codes = changed.code, agreed.code

    supervised = {row.key: row.cells["supervisor"] for row in table.rows}
    assert [supervised[code] for code in codes] == [Decimal(8), Decimal(5)]
    assert table.compare == "supervisor"
    assert "NOT_DONE" in table.reasons


def test_the_totals_of_a_line_table_are_those_of_the_certificate(
    database: Database, clock: Clock
) -> None:
    uow = database.unit_of_work()
    with uow:
        statement = file_and_certify(uow.session, 1, clock())
        table = line_table(uow.session, statement, None)

    sums: dict[str, int] = {}
    for row in table.rows:
        price, quantity = row.cells["unit_price"], row.cells["consultant"]
        assert isinstance(price, int)
        amount = Rial(price).times(Decimal(quantity or 0)).amount
        factor = str(row.cells["factor"])
        sums[factor] = sums.get(factor, 0) + amount
    works = Rial.total(Rial(total).times(table.factors[key]) for key, total in sums.items())
    assert works + table.fixed == Rial(expected(1)["certified"]["gross"])


def test_the_differences_say_who_changed_what_and_why(
    database: Database, clock: Clock, actor: Callable[[str], Actor]
) -> None:
    uow = database.unit_of_work()
    with uow:
        statement = file_and_certify(uow.session, 1, clock())
        uow.commit()

    with database.reader() as session:
        page = statement_page(session, actor("auditor"), statement.id)
        lines = certificate_lines(session, statement.id)
    assert page is not None

    first = page.differences[0]
    assert (first.code, first.party, first.reason) == ("010604", "supervisor", "NOT_DONE")
    assert (first.before, first.after) == (Decimal("14.584"), Decimal("14.321"))
    certified = expected(1)["certified"]["lines_total"]
    claimed = expected(1)["claimed"]["lines_total"]
    assert Rial.total(each.amount for each in page.differences) == Rial(certified - claimed)
    assert Rial.total(each.amount for each in lines) == Rial(certified)


@pytest.mark.parametrize(
    ("username", "sees"),
    [
        pytest.param("fin_expert", True, id="of the unit"),
        pytest.param("contractor", True, id="the contractor"),
        pytest.param("supervisor15", False, id="of another unit"),
        pytest.param("bidder1", False, id="another organisation"),
        pytest.param("admin", False, id="an administrator has no business powers"),
        pytest.param("citizen", False, id="the public"),
    ],
)
def test_contracts_are_seen_only_where_they_belong(
    database: Database, clock: Clock, actor: Callable[[str], Actor], username: str, sees: bool
) -> None:
    with database.reader() as session:
        contract_id = sample_contract(session).id

        listed = contract_list(session, actor(username)).rows
        page = contract_page(session, actor(username), contract_id, clock())

    assert (bool(listed), page is not None) == (sees, sees)


def test_a_contract_is_found_by_its_number_in_any_digits(
    database: Database, actor: Callable[[str], Actor]
) -> None:
    with database.reader() as session:
        found = contract_list(session, actor("fin_expert"), "۱۴۰۴-D07-۰۴").rows
        none = contract_list(session, actor("fin_expert"), "1404-D07-9%").rows

    assert [each.contract_no for each in found] == ["1404-D07-0417"]
    assert none == ()


def test_an_unknown_contract_or_statement_is_nothing(
    database: Database, clock: Clock, actor: Callable[[str], Actor]
) -> None:
    with database.reader() as session:
        assert contract_page(session, actor("fin_head"), uuid4(), clock()) is None
        assert statement_page(session, actor("fin_head"), uuid4()) is None


def _draft(first: Statement, no: int) -> Statement:
    statement = Statement(
        contract=first.contract,
        kind=StatementKind.INTERIM,
        no=no,
        instance_id=new_id(),
        state=StatementState.DRAFT,
        created_at=first.created_at,
    )
    write_claim(statement)
    return statement

"""The sample contract's six statements, walked through every desk to their payment orders."""

from __future__ import annotations

from sqlalchemy import select

from engine.values import in_persian_words
from processes.contractor_statement.records import Contract, StatementState
from processes.contractor_statement.tests.walking import (
    Office,
    claim_of_sample,
    expected_of_sample,
    review_of_sample,
)


def test_six_statements_come_to_their_payment_orders_with_every_figure(office: Office):
    with office.database.reader() as session:
        contract = session.scalars(select(Contract)).one()
    numbers = []
    for number, expected in enumerate(expected_of_sample(), 1):
        corrections, penalty = review_of_sample(number)
        case = office.start("interim_statement", contract_id=str(contract.id))
        case.do("enter", "submit", **claim_of_sample(number))
        case.do("measure", lines=corrections).do("check").review(penalty).sign()

        statement = office.statement(case)
        assert statement.figures is not None
        assert statement.claimed_lines_total is not None
        assert statement.claimed_gross is not None
        claimed = {
            "lines_total": statement.claimed_lines_total.amount,
            "gross": statement.claimed_gross.amount,
        }
        certified = {name: statement.figures[name] for name in expected["certified"]}
        assert {"claimed": claimed, "certified": certified} == expected
        [order] = office.orders(case)
        assert order.amount.amount == expected["certified"]["net"]
        assert order.amount_in_words == in_persian_words(order.amount.amount)
        assert statement.state is StatementState.PAYMENT_ORDERED
        assert case.instance.end_id == "paid"
        numbers.append((statement.no, order.order_no))
    assert numbers == [(n, f"D07-1405-{n:06d}") for n in range(1, 7)]

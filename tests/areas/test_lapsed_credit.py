"""Credit that has lapsed is reserved anew before the order, or who buys is told why not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.errors import RulesBroken
from engine.values import Rial
from processes.financial_documents.answers.credit import expire
from processes.financial_documents.records import BudgetLine
from processes.transactions.tests.walking import LINE, Buying, Office, offer, priced
from tests.kit.walking import codes

BN, M = 1_000_000_000, 1_000_000


def _lapse(office: Office) -> None:
    """Let ninety days pass, and somebody else take what was reserved on the line."""
    office.clock.pass_time(timedelta(days=91))
    with office.database.unit_of_work() as uow:
        line = _line(uow.session)
        assert expire(uow.session, line.id, office.clock()) == 1
        uow.session.refresh(line)
        line.allocated = line.credit.used
        uow.commit()


def _allocate(office: Office) -> None:
    with office.database.unit_of_work() as uow:
        line = _line(uow.session)
        line.allocated = line.approved
        uow.commit()


def _line(session: Any) -> BudgetLine:
    found: BudgetLine = session.scalars(select(BudgetLine).where(BudgetLine.code == LINE)).one()
    return found


def test_a_buyer_whose_reservation_lapsed_is_told_and_goes_on_when_there_is_credit(office: Office):
    request, firm = office.approved(1_500 * M), office.firm("کاغذ پارس")
    buying = office.buy("direct_purchase", request)
    _lapse(office)

    with pytest.raises(RulesBroken) as refused:
        buying.find(1_200 * M, firm)
    assert codes(refused) == [("BUD-002", "supplier_id")]

    _allocate(office)
    buying.find(1_200 * M, firm)
    assert (buying.state(), buying.incidents) == ("ORDERED", [])
    with office.database.reader() as session:
        line = _line(session)
        assert (line.reserved, line.committed) == (Rial.ZERO, Rial(1_200 * M))


def test_who_approves_a_purchase_is_told_that_its_credit_lapsed_since(office: Office):
    buying: Buying = office.buy("three_quotations", office.approved(5 * BN))
    firms = [office.firm(each) for each in ("آوند", "بهساز", "پیشرو")]
    buying.invite(*firms).until_deadline().record(*(offer(each, 4 * BN) for each in firms))
    buying.do("choose", "submit", supplier_id=firms[0], prices=priced(4 * BN))
    _lapse(office)

    with pytest.raises(RulesBroken) as refused:
        buying.do("approve_purchase")
    assert codes(refused) == [("BUD-002", "outcome")]

    _allocate(office)
    buying.do("approve_purchase")
    assert (buying.state(), buying.incidents) == ("ORDERED", [])

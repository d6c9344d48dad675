"""Receipts of auctions of property: each counts once in its unit, whoever is first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from threading import Barrier

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from engine.errors import RulesBroken
from processes.transactions.commands.auction_admission import admit
from processes.transactions.receipts import take
from processes.transactions.records import (
    AuctionReceipt,
)
from processes.transactions.tests.test_flow_auction import BN, A, Auction, M, line, prepared
from processes.transactions.tests.walking import Office


@pytest.mark.both_databases
def test_of_auctions_that_want_one_receipt_in_the_same_instant_one_has_it(office: Office):
    """One writes down offers on paper, two let somebody into live rounds (AUC-007)."""
    of_paper = [prepared(office).publish().until_deadline()]
    of_rounds = [prepared(office).publish("LIVE") for _ in range(2)]
    deposited = {"deposit": 2_500 * M, "receipt_no": "س/۹"}
    together = Barrier(3)

    def tried(auction: Auction) -> list[tuple[str, str | None]]:
        together.wait()
        try:
            if auction in of_paper:
                auction.do("record_offers", "submit", offers_typed=[line(A, 51 * BN) | deposited])
            else:
                admit(
                    office.database.unit_of_work(),
                    auction.row.number,
                    {"identifier": A[0], "deposit": str(2_500 * M), "receipt_no": "س/9"},
                    actor=office.actor("fin_expert"),
                    at=office.clock(),
                )
        except RulesBroken as refused:
            return [(each.code, each.field) for each in refused.problems]
        return []

    with ThreadPoolExecutor(3) as people:
        told = list(people.map(tried, of_paper + of_rounds))
    beside = [("AUC-007", "offers_typed/0/receipt_no"), *[("AUC-007", "receipt_no")] * 2]
    assert [each for each in told if not each] == [[]]
    assert all(each in ([], [refused]) for each, refused in zip(told, beside, strict=True))
    assert (kept := receipts(office)) != set()
    assert upgraded(office) == kept


def test_a_receipt_that_came_to_count_since_it_was_found_free_is_not_passed_over(office: Office):
    of_one, of_other = (prepared(office).publish("LIVE").row for _ in range(2))
    with office.database.unit_of_work() as uow:
        take(uow.session, of_one, "س/۹", A[0])
        take(uow.session, of_one, "س/9", A[0])  # his own again

        with pytest.raises(IntegrityError):
            take(uow.session, of_other, "س/9", A[0])


def receipts(office: Office) -> set[tuple[object, ...]]:
    """Return what is kept of the receipts that count."""
    with office.database.reader() as session:
        query = select(*AuctionReceipt.__table__.columns)
        return {tuple(each) for each in session.execute(query)}


def upgraded(office: Office) -> set[tuple[object, ...]]:
    """Return what the upgrade makes of the receipts that an older release kept."""
    migration = import_module("processes.transactions.migrations.0034_auction_receipts")
    with office.database.engine.begin() as connection:
        connection.execute(text("DROP TABLE tnd_auction_receipt"))
        with Operations.context(MigrationContext.configure(connection)):
            migration.upgrade()
    return receipts(office)

"""How a notice lets the price of property be paid, and what follows for a price (§3.13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from engine.sdk import Json, Problem, Session, TaskAnswer, working_calendar
from engine.values import Percentage, Rial, local_date
from processes.transactions import registry
from processes.transactions.parameters import instalment_rule
from processes.transactions.records import AuctionKind, PropertyAuction
from processes.transactions.rules.instalments import (
    Instalment,
    InstalmentRule,
    PaymentTerms,
    first_part,
    guaranteed_until,
    instalments,
)

_WHOLE: Final = 100  #: percent


def check_terms(answer: TaskAnswer, auction: PropertyAuction) -> list[Problem]:
    """Return what is wrong with how a notice lets the price be paid.

    ``GEN-REQUIRED`` · ``AUC-040`` too many instalments · ``AUC-041`` nothing is left for them.
    """
    is_lease = auction.kind is AuctionKind.LEASE
    asked = ["lease_months"] if is_lease else []
    if answer.values.get("payment") == "INSTALMENTS":
        asked += ["instalment_count", "interval_months"]
    problems = [Problem("GEN-REQUIRED", each) for each in asked if not answer.values.get(each)]
    if answer.values.get("payment") != "INSTALMENTS":
        return problems
    most = rule_of(auction, local_date(answer.at)).most
    if int(answer.values.get("instalment_count") or 0) > most:
        problems.append(Problem("AUC-040", "instalment_count", {"most": str(most)}))
    if Decimal(str(answer.values.get("first_percent") or 0)) >= _WHOLE:
        problems.append(Problem("AUC-041", "first_percent"))
    return problems


def keep_terms(answer: TaskAnswer, auction: PropertyAuction) -> dict[str, Json]:
    """Keep how the newest notice lets the price be paid, and return it for the case.

    Where nothing is said of the first part it is the pack's share of a sale, and of a lease the
    rent of one period.
    """
    first: Decimal | None = None
    is_parted = answer.values.get("payment") == "INSTALMENTS"
    if is_parted and answer.values.get("first_percent") is not None:
        first = Decimal(str(answer.values["first_percent"]))
    elif is_parted and auction.kind is AuctionKind.SALE:
        first = rule_of(auction, local_date(answer.at)).first.percent
    auction.first_percent = first
    auction.instalment_count = int(answer.values["instalment_count"]) if is_parted else None
    auction.interval_months = int(answer.values["interval_months"]) if is_parted else None
    is_lease = auction.kind is AuctionKind.LEASE
    auction.lease_months = int(answer.values["lease_months"]) if is_lease else None
    return {
        "lease_months": auction.lease_months,
        "payment": "INSTALMENTS" if is_parted else "AT_ONCE",
        "first_percent": None if first is None else str(first),
        "instalment_count": auction.instalment_count,
        "interval_months": auction.interval_months,
    }


def rule_of(auction: PropertyAuction, on: date) -> InstalmentRule:
    """Return what holds of instalments for an auction on a day."""
    return instalment_rule(registry.pack_of(auction.unit, on), on)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is paid at once, and what after it."""

    first: Rial
    rows: list[Instalment]
    guaranteed_until: date | None  #: nothing is to be guaranteed

    @property
    def rest(self) -> Rial:
        """What the instalments are together."""
        return Rial.total(each.amount for each in self.rows)


def planned(session: Session, auction: PropertyAuction, price: Rial, deposit: Rial) -> Plan:
    """Return how a price is paid by the terms of the notice.

    The dates are counted from the last day on which the first part may be paid: so who is named
    knows them, and for how long to have the guarantee made out, before paying.
    """
    if auction.instalment_count is None or auction.interval_months is None:
        return Plan(price, [], None)
    share = None if auction.first_percent is None else Percentage(auction.first_percent)
    terms = PaymentTerms(share, auction.instalment_count, auction.interval_months)
    assert auction.pays_until is not None
    start = local_date(auction.pays_until - timedelta(microseconds=1))
    first = first_part(price, deposit, terms)
    calendar = working_calendar(session, auction.unit)
    rows = instalments(price - first, terms, start, calendar)
    until = guaranteed_until(rows, rule_of(auction, start)) if rows else None
    return Plan(first, rows, until)

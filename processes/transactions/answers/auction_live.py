"""Offers of live rounds that were held on their page, for the step that writes offers down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.sdk import Problem, Session
from processes.transactions.answers.finding import refuse
from processes.transactions.queries.auction_rounds import admitted, events_of, rounds_of
from processes.transactions.records import PropertyAuction, ReverseEventKind


def offers_of_rounds(
    session: Session, auction: PropertyAuction, typed: Sequence[Mapping[str, Any]]
) -> Sequence[Mapping[str, Any]]:
    """Return the offers of the rounds in their order; where none were held, those typed.

    The deposit stands with the first offer of each, as it does where they are typed.

    Raises:
        RulesBroken: ``AUC-026`` the rounds are not over, ``AUC-027`` they were held and something
            is typed.
    """
    found = rounds_of(session, auction)
    if found is None:
        return typed
    if found.closed_at is None:
        refuse([Problem("AUC-026")])
    if typed:
        refuse([Problem("AUC-027", "offers_typed")])
    known = {each.identifier: each for each in admitted(session, auction)}
    rows: list[dict[str, Any]] = []
    for each in events_of(session, found):
        if each.kind is not ReverseEventKind.OFFERED:
            continue
        assert each.bidder is not None
        assert each.price is not None
        who = known[each.bidder]
        is_first = each.bidder not in (row["identifier"] for row in rows)
        rows.append(
            {
                "identifier": who.identifier,
                "bidder": who.name,
                "amount": each.price.amount,
                "deposit": who.deposit.amount if is_first else None,
                "receipt_no": who.receipt_no if is_first else None,
            }
        )
    return rows

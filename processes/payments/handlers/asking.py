"""What the bank is asked about: the order and the account of our records, not of the case.

A case's variables are an administrator's to set; another order must not be asked about, let alone
cancelled, because somebody wrote its number there.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from engine.sdk import Json, Session, call_input
from engine.values import local_date
from processes.payments import registry
from processes.payments.queries.finding import (
    account_of_case,
    message_id,
    order_shown,
    orders_shown,
)


@call_input("inquire_account")
def account_asked(session: Session, instance_id: UUID) -> Mapping[str, Json]:
    """Return where the owner of a proposed account is asked for."""
    return {"path": f"/accounts/{account_of_case(session, instance_id).iban}"}


@call_input("inquire_owner")
def payee_asked(session: Session, instance_id: UUID) -> Mapping[str, Json]:
    """Return where the owner of the account that an order pays to is asked for."""
    return {"path": f"/accounts/{order_shown(session, instance_id).payee_iban}"}


@call_input("inquire_owners")
def payees_asked(session: Session, instance_id: UUID) -> Mapping[str, Json]:
    """Return where the owners of all accounts that a batch pays to are asked for, in parts."""
    orders = orders_shown(session, instance_id)
    accounts = sorted({each.payee_iban for each in orders})
    most = registry.most_of_an_inquiry(local_date(orders[0].made_at))
    parts: dict[str, Json] = {
        "query": "ibans",
        "values": [*accounts],
        "most": most,
        "joins": "accounts",
    }
    return {"path": "/owners", "parts": parts}


@call_input("ask_status")
def status_asked(session: Session, instance_id: UUID) -> Mapping[str, Json]:
    """Return where the bank tells what became of an order, or of all in a file."""
    orders = orders_shown(session, instance_id)
    order = orders[0]
    if order.batch is not None:
        return {"path": f"/files/{message_id(orders)}"}
    is_cheque = order.instrument.is_cheque
    return {"path": f"/cheques/{order.sayad_id}" if is_cheque else f"/orders/{order.order_no}"}


@call_input("call_back")
def order_called_back(session: Session, instance_id: UUID) -> Mapping[str, Json]:
    """Return where an order is called back, or all that a file carried."""
    orders = orders_shown(session, instance_id)
    if orders[0].batch is not None:
        return {"path": f"/files/{message_id(orders)}/cancel"}
    return {"path": f"/orders/{orders[0].order_no}/cancel"}

"""What becomes of a voucher whose case an administrator cancels."""

from __future__ import annotations

from engine.sdk import Problem, Records, RulesBroken, case_cancelled
from processes.financial_documents.answers import advances, claims, holdings
from processes.financial_documents.answers.booking import Stamp
from processes.financial_documents.answers.finding import voucher_of
from processes.financial_documents.records import InvoiceState, VoucherState

_ORDERED = frozenset({VoucherState.ORDERED, VoucherState.PAID, VoucherState.POSTED})


@case_cancelled("payment_voucher")
def give_up(records: Records) -> None:
    """Give the voucher up: its number stays its own, its credit goes back.

    Raises:
        RulesBroken: ``GEN-409`` it was ordered to be paid; only a reversal follows. ``BUD-001``,
            ``BUD-002``, ``FIN-012`` its order's line has not so much any more.
    """
    voucher = voucher_of(records.session, records.instance_id)
    if voucher.state in _ORDERED:
        raise RulesBroken([Problem("GEN-409")])
    holdings.let_go(records.session, voucher.id, Stamp(records.at))
    if voucher.invoice is not None and voucher.invoice.state is InvoiceState.IN_VOUCHER:
        voucher.invoice.state = InvoiceState.ENTERED
    claims.let_go(records.session, voucher)
    advances.let_go(records.session, voucher)
    voucher.state = VoucherState.REJECTED

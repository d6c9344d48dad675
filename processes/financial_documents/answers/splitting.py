"""Commitments of one unit to one payee within the days that count (R-DEL-04)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.values import Rial, local_date
from engine.values.splitting import split_sum
from processes.financial_documents.records import ENDED, PurchaseOrder, Voucher, VoucherState
from processes.financial_documents.registry import registry

_NOT_ASKED = ENDED | {VoucherState.DRAFT, VoucherState.RETURNED}


def split_with(session: Session, voucher: Voucher, limit: Rial | None, at: datetime) -> Rial | None:
    """Return the sum of a voucher and what was promised beside it, where it crosses the limit.

    Instalments of one order are one commitment, whose whole is measured by itself (R-DEL-01). What
    is called off from a framework was decided with the framework's ceiling: it splits nothing, nor
    does it count beside what is measured.
    """
    if voucher.payee_id is None:  # a payroll: nobody is paid twice by it, whose sum is measured
        return None
    if _is_called_off(session, voucher):
        return None
    days = int(registry.value("splitting.days", local_date(at)))
    others = session.scalars(
        select(Voucher).where(
            Voucher.unit == voucher.unit,
            Voucher.payee_id == voucher.payee_id,
            Voucher.id != voucher.id,
            Voucher.submitted_at >= at - timedelta(days=days),
            Voucher.state.not_in(_NOT_ASKED),
        )
    )
    own = None if voucher.invoice is None else voucher.invoice.order_id
    by_order: dict[object, Rial] = {}
    for each in others:
        order_id = None if each.invoice is None else each.invoice.order_id
        if (order_id is None or order_id != own) and not _is_called_off(session, each):
            by_order[order_id or each.id] = each.commitment
    return split_sum(voucher.commitment, by_order.values(), limit)


def _is_called_off(session: Session, voucher: Voucher) -> bool:
    if voucher.invoice is None or voucher.invoice.order_id is None:
        return False
    return session.get_one(PurchaseOrder, voucher.invoice.order_id).framework is not None

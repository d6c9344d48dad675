"""The service task of a settlement: what is to be settled, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from engine.sdk import Answers, Json, Records, record_task
from engine.values.later import opening
from processes.financial_documents.answers.finding import TITLES
from processes.financial_documents.answers.settling import shown
from processes.financial_documents.records import AdvanceSettlement
from processes.financial_documents.registry import registry


@record_task("open_advance_settlement", replaced=True)
def open_advance_settlement(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Join the case to the advance it settles; a deduction is asked for some days after the end."""
    session = records.session
    settlement = session.get_one(AdvanceSettlement, UUID(answers.text("settlement_id")))
    settlement.instance_id = records.instance_id
    advance = settlement.advance
    days = int(registry.value("advance.deduct.days", settlement.settle_by))
    return {
        **shown(settlement),
        "voucher_no": advance.voucher_no,
        "document_type_name": TITLES[advance.document_type.value],
        "payee": advance.payee_name,
        "basis": advance.basis,
        "given": settlement.given.amount,
        "settle_by": settlement.settle_by.isoformat(),
        "overdue_at": opening(settlement.settle_by + timedelta(days=days + 1)).isoformat(),
        "papers": [],
        "settlement_no": settlement.number,
        "returned_by": None,
        "cash_back": 0,
        "excess": 0,
    }

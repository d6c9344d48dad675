"""The line table of a statement: who fills which column at which step, beside the others."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any, Final
from uuid import UUID

from sqlalchemy import RowMapping, Select, select
from sqlalchemy.orm import Session, aliased, joinedload

from engine.sdk import FixedPart, LineRow, LineTable, row_source
from engine.values import Rial
from processes.contractor_statement.queries.certified import last_certified
from processes.contractor_statement.records import (
    ContractLine,
    Statement,
    StatementLine,
)
from processes.contractor_statement.rules import REASONS
from processes.contractor_statement.rules.lines import Coefficient, Coefficients
from processes.contractor_statement.terms import PARTIES, Party, coefficients_of, header_by

#: Which column a step fills; every other step only reads.
ENTRY: Final[dict[str, Party]] = {
    "enter": "claimed",
    "prepare": "claimed",
    "measure": "supervisor",
    "check": "consultant",
    "technical_review": "owner",
    "meeting": "owner",
}
#: Reason codes as reviewers know them (`domain.md` §1.3); English stands in the texts.
REASON_TITLES: Final = {
    "MEASURE": "اندازه‌گیری نادرست",
    "NO_EVIDENCE": "نبود صورت‌مجلس",
    "DUP": "تکراری",
    "OUT_OF_SCOPE": "خارج از پیمان",
    "QUALITY": "عدم تأیید کیفیت",
    "WRONG_LINE": "ردیف نادرست",
    "NOT_DONE": "انجام‌نشده",
    "ARITH": "خطای محاسباتی",
    "OTHER": "سایر",
}
_PARTY_COLUMNS: Final = tuple(
    name for party in PARTIES for name in (party, f"reason_{party}", f"note_{party}")
)


@row_source("statement_lines")
def statement_lines(session: Session, instance_id: UUID, element_id: str) -> LineTable:
    """Return every line of the contract with what each party has said so far."""
    statement = session.scalars(
        select(Statement)
        .where(Statement.instance_id == instance_id)
        .options(joinedload(Statement.contract))
    ).one()
    entry = ENTRY.get(element_id)
    return line_table(session, statement, entry)


def line_table(session: Session, statement: Statement, entry: Party | None) -> LineTable:
    """Return a statement's line table in which ``entry`` is the column to fill.

    Two statements for the lines, however many there are.
    """
    contract = statement.contract
    coefficients = coefficients_of(contract)
    previous = last_certified(session, statement)
    found = session.execute(_lines_with_previous(statement, previous)).mappings().all()
    groups: dict[str, str] = {}
    factors: dict[str, Decimal] = {}
    spoken = _spoken(statement, entry)
    rows = []
    for each in found:
        groups.setdefault(each["chapter"], each["chapter_title"] or each["chapter"])
        rows.append(_row(each, coefficients, factors, spoken))
    progress, materials = header_by(statement, entry or "owner")
    mobilisation = contract.mobilisation_amount.times(coefficients.tender)
    return LineTable(
        rows=tuple(rows),
        groups=groups,
        factors=factors,
        fixed=mobilisation.times(progress) + materials,
        previous_total=Rial.ZERO if previous is None else previous.gross or Rial.ZERO,
        entry=entry,
        compare=None if entry is None else _compared_with(statement, entry),
        reasons={}
        if entry in (None, "claimed")
        else {code: REASON_TITLES[code] for code in REASONS},
        fixed_parts=(
            FixedPart("mobilisation_progress", mobilisation, progress),
            FixedPart("site_materials", Rial(1), Decimal(materials.amount)),
        )
        if entry
        else (),
    )


def _spoken(statement: Statement, entry: Party | None) -> tuple[Party, ...]:
    """Return who has finished looking, in order: where they said nothing, they agreed."""
    acted = {
        "claimed": True,
        "supervisor": statement.supervised_at is not None,
        "consultant": statement.consulted_at is not None,
    }
    before = PARTIES[: PARTIES.index(entry)] if entry else ()
    return tuple(each for each in PARTIES if each in before or (acted.get(each) and each != entry))


def _compared_with(statement: Statement, entry: Party) -> str:
    """Return the column an empty cell accepts: the party before, or what was certified."""
    if entry == "claimed":
        return "previous"
    before = PARTIES[PARTIES.index(entry) - 1]
    return "supervisor" if before == "consultant" and not statement.has_consultant else before


def _lines_with_previous(statement: Statement, previous: Statement | None) -> Select[Any]:
    """Select the contract's lines with this statement's and the last certified quantities."""
    now, before = aliased(StatementLine), aliased(StatementLine)
    applying = [getattr(ContractLine, f"applies_{each.value}") for each in Coefficient]
    return (
        select(
            ContractLine.code,
            ContractLine.chapter,
            ContractLine.chapter_title,
            ContractLine.title,
            ContractLine.unit,
            ContractLine.unit_price,
            ContractLine.contract_quantity,
            *applying,
            *(getattr(now, name) for name in _PARTY_COLUMNS),
            *(getattr(before, party).label(f"previous_{party}") for party in PARTIES),
        )
        .outerjoin(
            now, (now.contract_line_id == ContractLine.id) & (now.statement_id == statement.id)
        )
        .outerjoin(
            before,
            (before.contract_line_id == ContractLine.id)
            & (before.statement_id == (None if previous is None else previous.id)),
        )
        .where(ContractLine.contract_id == statement.contract_id)
        .order_by(ContractLine.position)
    )


def _row(
    found: RowMapping,
    coefficients: Coefficients,
    factors: dict[str, Decimal],
    spoken: tuple[Party, ...],
) -> LineRow:
    applying = [c for c in Coefficient if found[f"applies_{c.value}"]]
    factor = "-".join(c.value for c in applying) or "none"
    if factor not in factors:
        factors[factor] = coefficients.product(applying)
    previous = (found[f"previous_{party}"] for party in reversed(PARTIES))
    cells = {name: found[name] for name in _PARTY_COLUMNS}
    for before, party in pairwise(spoken):
        if cells[party] is None:
            cells[party] = cells[before]
    return LineRow(
        key=found["code"],
        group=found["chapter"],
        cells={
            "code": found["code"],
            "title": found["title"],
            "unit": found["unit"],
            "unit_price": found["unit_price"].amount,
            "contract": found["contract_quantity"],
            "previous": next((said for said in previous if said is not None), None),
            "factor": factor,
            **cells,
        },
    )

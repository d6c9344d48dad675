"""What a party says of the lines: checked against the bill, written into its column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from engine.sdk import Problem
from engine.values import Rial
from processes.contractor_statement.queries import last_certified, quantities_certified
from processes.contractor_statement.records import (
    ContractLine,
    Statement,
    StatementKind,
    StatementLine,
)
from processes.contractor_statement.rules import ReviewedLine, check_claim, check_review
from processes.contractor_statement.terms import PARTIES, Party, bill_of, header_by, quantity_by


def write_claim_lines(session: Session, statement: Statement, lines: Mapping[str, Any]) -> None:
    """Write the claimed quantities.

    A line left out keeps what was claimed on an earlier visit, else the last approved
    quantity; with none of these it is not begun.
    """
    rows = _rows(statement)
    previous = quantities_certified(session, last_certified(session, statement))
    for code, line in _bill(statement).items():
        said = _quantity(lines.get(code))
        row = rows.get(code)
        if said is None and (code in lines or row is None or row.claimed is None):
            said = previous.get(code) or None
        if said is not None:
            (row or _new_row(statement, line)).claimed = said
        elif row is not None and code in lines:
            row.claimed = None


def claim_line_problems(session: Session, statement: Statement) -> list[Problem]:
    """Return what is wrong with the claimed quantities, warnings included."""
    bill = {each.code: each for each in bill_of(statement.contract)}
    claimed = {
        each.contract_line.code: each.claimed
        for each in statement.lines
        if each.claimed is not None
    }
    previous = quantities_certified(session, last_certified(session, statement))
    return [_at_cell(each, "claimed") for each in check_claim(bill, claimed, previous)]


def unknown_lines(statement: Statement, lines: Mapping[str, Any]) -> list[Problem]:
    """Return ``STM-017`` for every line entered that is not in the contract."""
    known = _bill(statement)
    return [
        Problem("STM-017", f"lines/{code}/quantity", {"line": code})
        for code in lines
        if code not in known
    ]


def with_stored(statement: Statement, party: Party, lines: Mapping[str, Any]) -> dict[str, Any]:
    """Return a reviewer's lines with those kept from an earlier visit that are not named."""
    stored = {
        each.contract_line.code: {
            "quantity": getattr(each, party),
            "reason": getattr(each, f"reason_{party}"),
            "note": getattr(each, f"note_{party}"),
        }
        for each in statement.lines
        if getattr(each, party) is not None
    }
    return stored | dict(lines)


def review_problems(
    session: Session, statement: Statement, party: Party, lines: Mapping[str, Any]
) -> list[Problem]:
    """Return what is wrong with a reviewer's changes, warnings included.

    Only changes are checked: a line left as it stood is accepted. The note of a line names
    the evidence for more than the claim.
    """
    rows = _rows(statement)
    before = _standing(rows, _before(party))
    reviewed = {
        code: ReviewedLine(
            quantity,
            str(line.get("reason") or ""),
            str(line.get("note") or ""),
            (str(line["note"]),) if line.get("note") else (),
        )
        for code, line in lines.items()
        if (quantity := _quantity(line)) is not None and quantity != before.get(code, Decimal(0))
    }
    problems = check_review(
        {each.code: each for each in bill_of(statement.contract)},
        reviewed,
        before,
        claimed=_standing(rows, "claimed"),
        previous=quantities_certified(session, last_certified(session, statement)),
        party=party,
    )
    return [_at_cell(each, party) for each in problems]


def write_review_lines(statement: Statement, party: Party, lines: Mapping[str, Any]) -> None:
    """Write a reviewer's column; it stays empty where the party before is accepted."""
    rows, bill = _rows(statement), _bill(statement)
    before = _standing(rows, _before(party))
    for code, line in lines.items():
        quantity = _quantity(line)
        changed = quantity is not None and quantity != before.get(code, Decimal(0))
        row = rows.get(code)
        if row is None and not changed:
            continue
        row = row or _new_row(statement, bill[code])
        setattr(row, party, quantity if changed else None)
        setattr(row, f"reason_{party}", line.get("reason") if changed else None)
        setattr(row, f"note_{party}", line.get("note") if changed else None)
        if changed and quantity is not None and quantity > (row.claimed or Decimal(0)):
            row.evidence = line.get("note")


def write_header(statement: Statement, party: Party, values: Mapping[str, Any]) -> list[Problem]:
    """Write a reviewer's mobilisation and site materials where they differ.

    Returns ``STM-013`` for a change without a reason, ``STM-021`` for materials in a final
    statement.
    """
    progress, materials = header_by(statement, _before(party))
    said_progress, said_materials = (
        values.get("mobilisation_progress"),
        values.get("site_materials"),
    )
    new_progress = None if said_progress is None else Decimal(str(said_progress))
    new_materials = None if said_materials is None else Rial(int(said_materials))
    new_progress = None if new_progress == progress else new_progress
    new_materials = None if new_materials == materials else new_materials
    problems = []
    changed = new_progress is not None or new_materials is not None
    if changed and not str(values.get("correction_note") or "").strip():
        problems.append(Problem("STM-013", "correction_note"))
    if statement.kind is StatementKind.FINAL and new_materials:
        problems.append(Problem("STM-021", "site_materials", {"value": str(new_materials.amount)}))
    setattr(statement, f"mobilisation_progress_{party}", new_progress)
    setattr(statement, f"site_materials_{party}", new_materials)
    return problems


def _before(party: Party) -> Party:
    return PARTIES[PARTIES.index(party) - 1]


def _standing(rows: Mapping[str, StatementLine], party: Party) -> dict[str, Decimal]:
    quantities = ((code, quantity_by(row, party)) for code, row in rows.items())
    return {code: quantity for code, quantity in quantities if quantity is not None}


def _rows(statement: Statement) -> dict[str, StatementLine]:
    return {each.contract_line.code: each for each in statement.lines}


def _bill(statement: Statement) -> dict[str, ContractLine]:
    return {each.code: each for each in statement.contract.lines}


def _new_row(statement: Statement, line: ContractLine) -> StatementLine:
    row = StatementLine(contract_line_id=line.id, contract_line=line)
    statement.lines.append(row)
    return row


def _quantity(line: Any) -> Decimal | None:
    said = line.get("quantity") if isinstance(line, Mapping) else None
    return None if said is None else Decimal(str(said))


def _at_cell(problem: Problem, party: str) -> Problem:
    """Return the problem beside the cell of the form it concerns."""
    field = (problem.field or "").removesuffix(f"/{party}")
    if field == problem.field:
        return replace(problem, field=field.replace("/evidence", "/note"))
    return replace(problem, field=f"{field}/quantity")

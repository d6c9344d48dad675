"""Take a payroll list from a file: all of it, or nothing and a list of what is wrong (§2.2)."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select

from engine.errors import Problem, RulesBroken
from engine.sdk import (
    Actor,
    Entered,
    Session,
    SpreadsheetRefused,
    UnitOfWork,
    cell_problem,
    new_id,
    read_spreadsheet,
    tell_act,
    unit_of,
)
from engine.values import Rial
from processes.financial_documents.answers.credit import AREA
from processes.financial_documents.answers.payroll import same_before
from processes.financial_documents.records import PayrollLine, PayrollList, VerifiedPayee
from processes.financial_documents.rules.payroll import Cell, PayLine, Wrong, read_payroll

PAYROLL_KEEPERS: Final = ("FIN_EXPERT",)
MOST_LINES: Final = 5_000
LARGEST_PAYROLL: Final = 5 * 1024 * 1024  #: bytes
_DELIMITERS: Final = (",", ";", "\t")
_ZIP: Final = b"PK"
_OLE: Final = bytes.fromhex("d0cf11e0")


def enter_payroll(
    uow: UnitOfWork, typed: Mapping[str, str], content: bytes, *, actor: Actor, at: datetime
) -> UUID:
    """Keep a list; accounts that are new are entered with it, for somebody else to verify.

    Raises:
        RulesBroken: ``GEN-REQUIRED``; ``PRL-001`` … ``PRL-006`` and the codes of cells, of which
            nothing is kept then; ``PRL-009`` another list pays the same, and nobody ticked that
            this is another payment; ``XLS-001`` … of a file that cannot be opened.
    """
    entered, unit = Entered(), unit_of(actor, *PAYROLL_KEEPERS, named=typed.get("unit", ""))
    title = entered.text("title", typed.get("title", ""))
    if not content:
        entered.problems.append(Problem("GEN-REQUIRED", "file"))
    entered.must_be_right()
    lines = _lines(content)
    with uow:
        known = select(PayrollList.id).where(PayrollList.unit == unit, PayrollList.title == title)
        if uow.session.scalar(known) is not None:
            raise RulesBroken([Problem("PRL-006", "title")])
        before = same_before(uow.session, unit, lines)
        if before is not None and typed.get("again") != "1":
            raise RulesBroken([Problem("PRL-009", "again", {"number": before.title})])
        kept = PayrollList(
            id=new_id(),
            unit=unit,
            title=title,
            digest=hashlib.sha256(content).hexdigest(),
            entered_by=actor.username,
            entered_at=at,
        )
        kept.lines = [_kept(position, each) for position, each in enumerate(lines, 1)]
        uow.session.add(kept)
        facts = {
            "number": title,
            "unit": unit,
            "sha256": kept.digest,
            "count": len(lines),
            "gross": str(Rial.total(each.gross for each in lines).amount),
            "net": str(Rial.total(each.net for each in lines).amount),
            **({} if before is None else {"same_as": before.title}),
            "new_accounts": _enter_accounts(uow.session, lines, actor, at),
        }
        tell_act(uow.session, AREA, "payroll_entered", facts, actor=actor, at=at)
        uow.commit()
        return kept.id


def _lines(content: bytes) -> list[PayLine]:
    rows, sheet = _rows(content)
    lines, wrong = read_payroll(rows)
    if wrong:
        raise RulesBroken([_problem(each, sheet) for each in wrong])
    return lines


def _problem(wrong: Wrong, sheet: str) -> Problem:
    if not wrong.row:
        return Problem(wrong.code, None, wrong.params)
    return cell_problem(wrong.code, sheet, wrong.row, wrong.column, **wrong.params)


def _rows(content: bytes) -> tuple[Sequence[Sequence[Cell]], str]:
    if len(content) > LARGEST_PAYROLL:
        raise RulesBroken([Problem("XLS-002", "file", {"limit": str(LARGEST_PAYROLL // 2**20)})])
    if content.startswith((_ZIP, _OLE)):
        try:
            sheets = read_spreadsheet(content, max_rows=MOST_LINES)
        except SpreadsheetRefused as refused:
            raise RulesBroken(refused.problems) from refused
        title, rows = next(iter(sheets.items()))
        return rows, title
    try:
        found = _csv_rows(content)
    except UnicodeDecodeError as error:
        raise RulesBroken([Problem("PRL-005", "file")]) from error
    if len(found) > MOST_LINES:
        raise RulesBroken([Problem("XLS-005", "file", {"limit": str(MOST_LINES)})])
    return found, ""


def _csv_rows(content: bytes) -> list[tuple[str, ...]]:
    """Return the rows of a CSV in UTF-8, divided by comma, semicolon or tab.

    Raises:
        UnicodeDecodeError: it is in another encoding.
    """
    text = content.decode("utf-8-sig")
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    return [tuple(row) for row in csv.reader(io.StringIO(text), delimiter=delimiter)]


def _kept(position: int, line: PayLine) -> PayrollLine:
    return PayrollLine(
        position=position,
        payee_id=line.payee_id,
        name=line.name,
        iban=line.iban,
        gross=line.gross,
        insurance=line.insurance,
        tax=line.tax,
        other=line.other,
        net=line.net,
    )


def _enter_accounts(session: Session, lines: Sequence[PayLine], actor: Actor, at: datetime) -> int:
    """Enter the accounts that nobody has entered, and tell how many there were.

    They are paid to once another verified them.
    """
    payees = {each.payee_id for each in lines}
    query = select(VerifiedPayee).where(VerifiedPayee.payee_id.in_(payees))
    known = {(each.payee_id, each.iban) for each in session.scalars(query)}
    new = [
        VerifiedPayee(
            payee_id=each.payee_id,
            name=each.name,
            iban=each.iban,
            entered_by=actor.username,
            entered_at=at,
        )
        for each in lines
        if (each.payee_id, each.iban) not in known
    ]
    session.add_all(new)
    return len(new)

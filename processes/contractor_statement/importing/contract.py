"""A contract file as a whole: both sheets, and that they agree to the rial."""

from __future__ import annotations

from dataclasses import dataclass

from engine.sdk import RulesBroken, read_spreadsheet
from engine.values import InvalidValue, Rial
from processes.contractor_statement.importing.bill import BillLine, read_bill
from processes.contractor_statement.importing.header import Header, read_header
from processes.contractor_statement.importing.sheets import Problems
from processes.contractor_statement.rules.figures import initial_amount
from processes.contractor_statement.rules.lines import Coefficients


@dataclass(frozen=True, slots=True)
class ContractFile:
    """A contract and its bill, complete and consistent."""

    header: Header
    lines: tuple[BillLine, ...]


def read_contract(content: bytes) -> ContractFile:
    """Read a contract spreadsheet.

    Raises:
        RulesBroken: with every problem of the file by sheet, row and column; the codes
            are ``CON-…`` and those of the values (``STM-004``, ``MON-001``, ``CAL-001``,
            ``NUM-001``, ``ID-001``). ``CON-009``: the initial amount is not the sum of
            the lines with their coefficients and the mobilisation, to the rial (§1.3).
    """
    sheets = read_spreadsheet(content)
    problems = Problems()
    header = read_header(sheets, problems)
    lines = read_bill(sheets, problems)
    if header is not None and not problems.found:
        _check_sum(header, lines, problems)
    if header is None or problems.found:
        raise RulesBroken(problems.found)
    return ContractFile(header, tuple(lines))


def coefficients_in(header: Header) -> Coefficients:
    """Return the coefficients a file states."""
    return Coefficients(
        overhead=header.overhead,
        region=header.region,
        floor=header.floor,
        difficulty=header.difficulty,
        tender=header.tender,
    )


def _check_sum(header: Header, lines: list[BillLine], problems: Problems) -> None:
    try:
        computed = initial_amount(
            (each.line for each in lines), coefficients_in(header), header.mobilisation
        )
    except InvalidValue as invalid:
        problems.about(invalid.code, **invalid.params)
        return
    if computed == Rial.ZERO or computed != header.initial_amount:
        problems.about(
            "CON-009",
            stated=str(header.initial_amount.amount),
            computed=str(computed.amount),
        )

"""What is wrong with the head of a statement or of a contract?"""

from __future__ import annotations

import enum
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from engine.errors import Problem
from engine.values import JalaliDate, Percentage, Rial
from processes.contractor_statement.rules.lines import Coefficients


class StatementKind(enum.Enum):
    """What is claimed (`domain.md` §1.1)."""

    ADVANCE = "ADVANCE"
    INTERIM = "INTERIM"
    ADJUSTMENT = "ADJUSTMENT"
    FINAL = "FINAL"
    RELEASE = "RELEASE"


#: While the statement before is in one of these states, the next one cannot be filed.
NOT_REVIEWED = frozenset(
    {"DRAFT", "SUBMITTED", "SUPERVISOR_REVIEW", "CONSULTANT_REVIEW", "RETURNED"}
)
#: Contract states in which work is measured; termination ends interim statements (§1.15).
MEASURED_STATES = frozenset({"RUNNING", "PROVISIONALLY_ACCEPTED"})

#: The most that is paid in advance, a default a city may change (§1.3).
ADVANCE_LIMIT = Percentage("25")


@dataclass(frozen=True, slots=True)
class Header:
    """The head of a statement as the contractor filed it."""

    number: int
    kind: StatementKind
    period_from: date
    period_to: date
    submitted_on: date
    mobilisation_progress: Decimal = Decimal(0)
    site_materials: Rial = Rial.ZERO


@dataclass(frozen=True, slots=True)
class LastStatement:
    """What the next statement has to fit to: the one before of the same kind."""

    number: int
    state: str
    period_to: date


def check_header(
    header: Header,
    last: LastStatement | None,
    *,
    handed_over_on: date,
    contract_state: str = "RUNNING",
) -> list[Problem]:
    """Return all problems of a statement's head, in document order.

    ``STM-008`` the contract is not running · ``STM-002`` number gap · ``STM-001`` the
    statement before has not left consultant review · ``STM-019`` the period overlaps the
    last one, is upside down, starts before site handover or ends after submission ·
    ``STM-007`` progress outside 0…1 · ``MON-002`` negative site materials · ``STM-021`` site
    materials in a final statement.

    >>> day = date(2025, 8, 1)
    >>> [each.code for each in check_header(Header(5, StatementKind.INTERIM, day, day, day),
    ...     LastStatement(3, "PAID", date(2025, 7, 1)), handed_over_on=date(2025, 5, 1))]
    ['STM-002']
    """
    problems = []
    if header.kind is StatementKind.INTERIM and contract_state not in MEASURED_STATES:
        problems.append(Problem("STM-008", None, {"state": contract_state}))
    problems.extend(_check_number(header.number, last))
    problems.extend(_check_period(header, last, handed_over_on))
    if not 0 <= header.mobilisation_progress <= 1:
        progress = f"{header.mobilisation_progress:f}"
        problems.append(Problem("STM-007", "mobilisation_progress", {"value": progress}))
    problems.extend(_check_materials(header))
    return problems


def _check_number(number: int, last: LastStatement | None) -> list[Problem]:
    problems = []
    expected = 1 if last is None else last.number + 1
    if number != expected:
        params = {"number": str(number), "expected": str(expected)}
        problems.append(Problem("STM-002", "number", params))
    if last is not None and last.state in NOT_REVIEWED:
        params = {"previous": str(last.number), "state": last.state}
        problems.append(Problem("STM-001", "number", params))
    return problems


def _check_period(
    header: Header, last: LastStatement | None, handed_over_on: date
) -> list[Problem]:
    def wrong(field: str, bound: date) -> Problem:
        return Problem("STM-019", field, {"bound": str(JalaliDate.of(bound))})

    problems = []
    if last is not None and header.period_from <= last.period_to:
        problems.append(wrong("period_from", last.period_to))
    elif header.period_from < handed_over_on:
        problems.append(wrong("period_from", handed_over_on))
    if header.period_to < header.period_from:
        problems.append(wrong("period_to", header.period_from))
    elif header.period_to > header.submitted_on:
        problems.append(wrong("period_to", header.submitted_on))
    return problems


def _check_materials(header: Header) -> list[Problem]:
    value = {"value": str(header.site_materials.amount)}
    if header.site_materials < Rial.ZERO:
        return [Problem("MON-002", "site_materials", value)]
    if header.kind is StatementKind.FINAL and header.site_materials != Rial.ZERO:
        return [Problem("STM-021", "site_materials", value)]
    return []


@dataclass(frozen=True, slots=True)
class ContractHead:
    """The figures of a contract that must agree with each other (§1.3)."""

    signed_on: date
    starts_on: date
    duration_days: int
    stated_amount: Rial
    coefficients: Coefficients
    advance_rate: Percentage = Percentage.ZERO
    adjustable: bool = False
    base_quarter: str | None = None


def check_contract(
    head: ContractHead, computed_amount: Rial, *, advance_limit: Percentage = ADVANCE_LIMIT
) -> list[Problem]:
    """Return what does not fit together in a contract, in document order.

    ``STM-052`` it starts before it is signed · ``STM-053`` no duration · ``STM-051`` the
    stated amount is not the one of `initial_amount`, tolerance zero · ``STM-054`` a
    coefficient is not positive · ``STM-055`` advance rate out of range · ``STM-056``
    adjustable without a base quarter.

    >>> day = date(2025, 4, 30)
    >>> head = ContractHead(day, day, 540, Rial(99), Coefficients())
    >>> [each.code for each in check_contract(head, Rial(100))]
    ['STM-051']
    """
    problems = []
    if head.starts_on < head.signed_on:
        problems.append(Problem("STM-052", "starts_on", {"signed": head.signed_on.isoformat()}))
    if head.duration_days <= 0:
        problems.append(Problem("STM-053", "duration_days", {"value": str(head.duration_days)}))
    if head.stated_amount != computed_amount:
        amounts = (head.stated_amount.amount, computed_amount.amount)
        params = {"stated": str(amounts[0]), "computed": str(amounts[1])}
        problems.append(Problem("STM-051", "initial_amount", params))
    problems += [
        Problem("STM-054", f"coefficients/{each.name}")
        for each in fields(head.coefficients)
        if getattr(head.coefficients, each.name) <= 0
    ]
    if not Percentage.ZERO <= head.advance_rate <= advance_limit:
        params = {"limit": f"{advance_limit.percent:f}"}
        problems.append(Problem("STM-055", "advance_rate", params))
    if head.adjustable and not head.base_quarter:
        problems.append(Problem("STM-056", "base_quarter"))
    return problems

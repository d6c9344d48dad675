"""What is wrong with the quantities a party entered?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.errors import Problem
from processes.contractor_statement.rules.lines import Line, LineKind

#: Why a reviewer may change a quantity; OTHER needs a note.
REASONS = (
    "MEASURE",
    "NO_EVIDENCE",
    "DUP",
    "OUT_OF_SCOPE",
    "QUALITY",
    "WRONG_LINE",
    "NOT_DONE",
    "ARITH",
    "OTHER",
)
NOTE_LENGTH = 10
#: Quantities are decimal(15,3).
QUANTITY_LIMIT = Decimal(10**12)
#: Lines worth more than this might not fit into money once coefficients are applied.
WORTH_LIMIT = Decimal(10**17)
_ZERO = Decimal(0)
_THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class ReviewedLine:
    """What a reviewer says of one line."""

    quantity: Decimal
    reason: str = ""
    note: str = ""
    evidence: tuple[str, ...] = ()


def check_claim(
    lines: Mapping[str, Line],
    claimed: Mapping[str, Decimal],
    previous: Mapping[str, Decimal],
) -> list[Problem]:
    """Return all problems of the claimed cumulative quantities, in the order entered.

    ``STM-017`` the line is not in the contract, or has a new price without an approved
    minute · ``STM-004`` more than three decimals · ``STM-005`` negative · ``STM-006`` too
    large · warnings ``STM-012`` below the last approved quantity, also when the line is left
    out, and ``STM-015`` above the contract quantity · ``MON-001`` all lines together are
    worth more than money can say.

    >>> from engine.values import Rial
    >>> bill = {"010604": Line("010604", LineKind.LIST, Rial(5), Decimal(10))}
    >>> [(each.code, each.field) for each in check_claim(bill, {"010604": Decimal("12.3456")},
    ...                                                  {})]
    [('STM-004', 'lines/010604/claimed'), ('STM-015', 'lines/010604/claimed')]
    """
    problems: list[Problem] = []
    for code, quantity in claimed.items():
        field = f"lines/{code}/claimed"
        line = lines.get(code)
        problems.extend(_check_known(line, code, field))
        wrong = _check_quantity(quantity, field)
        problems.extend(wrong)
        if not any(each.code == "STM-005" for each in wrong):
            problems.extend(_below(quantity, previous.get(code, _ZERO), field, "claimed"))
        problems.extend(_above_contract(line, quantity, field))
    for code, approved in previous.items():
        if code not in claimed:
            problems.extend(_below(_ZERO, approved, f"lines/{code}/claimed", "claimed"))
    return problems + _check_worth(lines, claimed)


def check_review(
    lines: Mapping[str, Line],
    reviewed: Mapping[str, ReviewedLine],
    before: Mapping[str, Decimal],
    *,
    claimed: Mapping[str, Decimal],
    previous: Mapping[str, Decimal],
    party: str = "approved",
) -> list[Problem]:
    """Return all problems of one reviewer's quantities, in the order entered.

    ``STM-013`` changed without a known reason, or ``OTHER`` with a note under ten characters
    · ``STM-014`` above the claim without evidence · ``STM-012`` below the last approved
    quantity without a reason · ``STM-004/005/006/017`` ``MON-001`` and the warning
    ``STM-015`` as in `check_claim`.

    Args:
        before: the quantity of the party before this reviewer.
        claimed: the contractor's quantity, above which evidence is needed.
        previous: the quantities approved with the last statement.
        party: the last part of the field path, such as ``supervisor``.

    >>> from engine.values import Rial
    >>> bill = {"010604": Line("010604", LineKind.LIST, Rial(5), Decimal(10))}
    >>> claim = {"010604": Decimal(3)}
    >>> [each.code for each in check_review(bill, {"010604": ReviewedLine(Decimal(2))}, claim,
    ...                                     claimed=claim, previous={})]
    ['STM-013']
    """
    problems: list[Problem] = []
    for code, review in reviewed.items():
        field = f"lines/{code}/{party}"
        line = lines.get(code)
        problems.extend(_check_known(line, code, field))
        problems.extend(_check_quantity(review.quantity, field))
        changed = review.quantity != before.get(code, _ZERO)
        problems.extend(_check_reason(review, changed, f"lines/{code}"))
        if not review.reason:
            problems.extend(_below(review.quantity, previous.get(code, _ZERO), field, "reviewed"))
        if review.quantity > claimed.get(code, _ZERO) and not review.evidence:
            problems.append(Problem("STM-014", f"lines/{code}/evidence", {"line": code}))
        problems.extend(_above_contract(line, review.quantity, field))
    return problems + _check_worth(lines, {code: each.quantity for code, each in reviewed.items()})


def _check_known(line: Line | None, code: str, field: str) -> list[Problem]:
    if line is None or (line.kind is LineKind.NEW and not line.price_minute):
        return [Problem("STM-017", field, {"line": code})]
    return []


def _check_worth(lines: Mapping[str, Line], quantities: Mapping[str, Decimal]) -> list[Problem]:
    known = (each for each in quantities if each in lines)
    worth = sum((lines[each].unit_price.amount * quantities[each] for each in known), _ZERO)
    return [Problem("MON-001", "lines")] if abs(worth) >= WORTH_LIMIT else []


def _check_quantity(quantity: Decimal, field: str) -> list[Problem]:
    params = {"value": f"{quantity:f}"}
    if quantity < 0:
        return [Problem("STM-005", field, params)]
    if quantity >= QUANTITY_LIMIT:
        return [Problem("STM-006", field, params)]
    if quantity % _THOUSANDTH:
        return [Problem("STM-004", field, params)]
    return []


def _below(quantity: Decimal, approved: Decimal, field: str, party: str) -> list[Problem]:
    if quantity >= approved:
        return []
    params = {party: f"{quantity:f}", "previous": f"{approved:f}"}
    return [Problem("STM-012", field, params, "warning" if party == "claimed" else "error")]


def _above_contract(line: Line | None, quantity: Decimal, field: str) -> list[Problem]:
    if line is None or line.kind is not LineKind.LIST or quantity <= line.contract_quantity:
        return []
    params = {"value": f"{quantity:f}", "contract": f"{line.contract_quantity:f}"}
    return [Problem("STM-015", field, params, "warning")]


def _check_reason(review: ReviewedLine, changed: bool, path: str) -> list[Problem]:
    if not review.reason:
        return [Problem("STM-013", f"{path}/reason")] if changed else []
    if review.reason not in REASONS:
        return [Problem("STM-013", f"{path}/reason", {"reason": review.reason})]
    if review.reason == "OTHER" and len(review.note.strip()) < NOTE_LENGTH:
        return [Problem("STM-013", f"{path}/note", {"length": str(NOTE_LENGTH)})]
    return []

"""What stands in the way of paying a statement?"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from engine.errors import Problem
from engine.values import JalaliDate, Rial
from processes.contractor_statement.rules.deadlines import (
    IRAN_TIMES,
    ReviewTimes,
    needs_extension,
)


class GuaranteeKind(enum.Enum):
    """What a guarantee stands for."""

    PERFORMANCE = "PERFORMANCE"
    ADVANCE = "ADVANCE"
    RETENTION = "RETENTION"


@dataclass(frozen=True, slots=True)
class Guarantee:
    """A guarantee that has not been freed."""

    number: str
    kind: GuaranteeKind
    amount: Rial
    valid_until: date


@dataclass(frozen=True, slots=True)
class Payment:
    """What is about to be ordered. ``owner_id`` is whose account the money goes to."""

    amount: Rial
    certified: Rial  #: the payable of the certificate
    contractor_id: str
    payee_id: str
    owner_id: str
    pay_on: date
    last: bool = False  #: the last payment of the contract
    clearance: bool = False  #: the social-security clearance is there
    clearance_needed: bool = True
    advance_outstanding: Rial = Rial.ZERO
    invalid_signatures: tuple[str, ...] = ()  #: earlier steps whose signature is invalid


def check_payment(
    payment: Payment, guarantees: Sequence[Guarantee], times: ReviewTimes = IRAN_TIMES
) -> list[Problem]:
    """Return all that stands in the way of a payment, in document order.

    ``PAY-002`` nothing to pay, or not the certified amount · ``PAY-007`` the payee is not the
    contractor, or the account is another's · ``STM-023`` a guarantee has expired on the
    payment day, is missing, or the advance guarantee covers less than is outstanding ·
    ``STM-028`` last payment without clearance · ``STM-027`` an earlier signature is invalid ·
    warning ``STM-020`` a guarantee needs extending.

    >>> day = date(2026, 1, 1)
    >>> order = Payment(Rial(5), Rial(5), "14007650912", "14007650912", "10380284790", day)
    >>> kept = Guarantee("g1", GuaranteeKind.PERFORMANCE, Rial(9), date(2026, 6, 1))
    >>> [each.code for each in check_payment(order, [kept])]
    ['PAY-007']
    """
    problems = []
    if payment.amount <= Rial.ZERO or payment.amount != payment.certified:
        params = {"amount": str(payment.amount.amount), "due": str(payment.certified.amount)}
        problems.append(Problem("PAY-002", "amount", params))
    if payment.payee_id != payment.contractor_id or payment.owner_id != payment.contractor_id:
        params = {"payee": payment.payee_id, "owner": payment.owner_id}
        problems.append(Problem("PAY-007", "account", params))
    problems.extend(
        check_guarantees(guarantees, payment.pay_on, payment.advance_outstanding, times)
    )
    if payment.last and payment.clearance_needed and not payment.clearance:
        problems.append(Problem("STM-028", "clearance"))
    problems.extend(
        Problem("STM-027", f"signatures/{step}", {"step": step})
        for step in payment.invalid_signatures
    )
    return problems


def check_guarantees(
    guarantees: Sequence[Guarantee],
    on: date,
    advance_outstanding: Rial,
    times: ReviewTimes = IRAN_TIMES,
) -> list[Problem]:
    """Return the problems of a contract's guarantees on a payment day (R-STM-20).

    A performance guarantee is always needed. As long as part of the advance is outstanding,
    the valid advance guarantees together must cover it.

    >>> [each.field for each in check_guarantees([], date(2026, 1, 1), Rial(1))]
    ['guarantees/PERFORMANCE', 'guarantees/ADVANCE']
    """
    problems = []
    for each in guarantees:
        has_ended = each.valid_until < on
        if not has_ended and not needs_extension(each.valid_until, on, times):
            continue  # money kept ends on no day of any calendar
        until = str(JalaliDate.of(each.valid_until))
        params = {"number": each.number, "valid_until": until}
        field = f"guarantees/{each.number}"
        if has_ended:
            problems.append(Problem("STM-023", field, params))
        else:
            problems.append(Problem("STM-020", field, params, "warning"))
    if not any(each.kind is GuaranteeKind.PERFORMANCE for each in guarantees):
        problems.append(Problem("STM-023", "guarantees/PERFORMANCE"))
    advance = [each for each in guarantees if each.kind is GuaranteeKind.ADVANCE]
    covered = Rial.total(each.amount for each in advance if each.valid_until >= on)
    expired = any(each.valid_until < on for each in advance)
    if covered < advance_outstanding and not expired:
        params = {"covered": str(covered.amount), "outstanding": str(advance_outstanding.amount)}
        problems.append(Problem("STM-023", "guarantees/ADVANCE", params))
    return problems


def check_recovery(recovery: Rial, outstanding: Rial) -> list[Problem]:
    """Return ``STM-022`` when an entered advance recovery exceeds what is outstanding.

    >>> [each.code for each in check_recovery(Rial(6), Rial(5))]
    ['STM-022']
    """
    if recovery <= outstanding:
        return []
    params = {"recovery": str(recovery.amount), "outstanding": str(outstanding.amount)}
    return [Problem("STM-022", "recovery", params)]


#: Steps of one statement that two different people must do, with the code that says so.
SEPARATE_DUTIES = (("SUPERVISOR", "CONSULTANT", "SOD-003"),)


def check_duties(
    actors: Mapping[str, str], separate: Iterable[tuple[str, str, str]] = SEPARATE_DUTIES
) -> list[Problem]:
    """Return ``SOD-003`` when one person acted in two roles that must be separate.

    >>> [each.code for each in check_duties({"SUPERVISOR": "sara", "CONSULTANT": "sara"})]
    ['SOD-003']
    """
    return [
        Problem(code, f"actors/{second}", {"actor": actors[second], "role": first})
        for first, second, code in separate
        if first in actors and actors.get(second) == actors[first]
    ]

"""Which terms of a contract may be amended, and what does each of them take?

The bill, its prices and its coefficients are not among them: the initial amount was checked
against those to the rial, and what changes them is a supplement or the minute of a new price.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from engine.errors import Problem
from engine.values import InvalidValue, Percentage, decimal_from, normalise
from processes.contractor_statement.rules.advance import PLANS, RecoveryMethod
from processes.contractor_statement.rules.retention import RetentionEvent
from processes.contractor_statement.rules.social_security import SocialSecurityMode

_QUARTER: Final = re.compile(r"1[3-4][0-9]{2}Q[1-4]")
#: Decimals of a rate or factor; more are a slip of the finger.
_FINEST: Final = 4


class TermKind(enum.Enum):
    """What a term takes."""

    RATE = "RATE"  #: percent
    SHARE = "SHARE"  #: percent of the contract amount, kept as a factor
    FACTOR = "FACTOR"  #: above zero, at most one
    CHOICE = "CHOICE"
    YES_NO = "YES_NO"
    QUARTER = "QUARTER"


@dataclass(frozen=True, slots=True)
class Term:
    """One term, by the name of the contract's column."""

    name: str
    kind: TermKind
    required: bool = True
    most: int = 100  #: percent
    codes: type[enum.Enum] | None = None


#: In the order in which people read them.
TERMS: Final = (
    Term("retention_rate", TermKind.RATE),
    Term("retention_limit", TermKind.RATE, required=False),
    Term("reduced_retention_rate", TermKind.RATE, required=False),
    Term("reduced_retention_from", TermKind.RATE, required=False),
    Term("first_release", TermKind.CHOICE, codes=RetentionEvent),
    Term("second_release", TermKind.CHOICE, codes=RetentionEvent),
    Term("insurance_mode", TermKind.CHOICE, codes=SocialSecurityMode),
    Term("insurance_rate", TermKind.RATE),
    Term("advance_rate", TermKind.RATE, most=25),
    Term("advance_method", TermKind.CHOICE, codes=RecoveryMethod),
    Term("recovery_start", TermKind.SHARE, required=False),
    Term("recovery_end", TermKind.SHARE, required=False),
    Term("recovery_rate", TermKind.RATE, required=False),
    Term("variation_limit", TermKind.RATE),
    Term("adjustable", TermKind.YES_NO),
    Term("base_quarter", TermKind.QUARTER, required=False),
    Term("adjustment_factor", TermKind.FACTOR),
    Term("has_consultant", TermKind.YES_NO),
)


def read_term(term: Term, typed: str) -> Any:
    """Return what somebody typed as the value of a term, nothing where it is blank.

    Raises:
        InvalidValue: ``GEN-REQUIRED``, ``NUM-001``, ``GEN-RANGE``, ``GEN-CHOICE``, ``CON-006``.

    >>> read_term(TERMS[0], "۷٫۵٪"), read_term(TERMS[10], "20")
    (Percentage(percent=Decimal('7.5')), Decimal('0.20'))
    """
    said = normalise(typed)
    if not said:
        if term.required:
            raise InvalidValue("GEN-REQUIRED", "blank")
        return None
    if term.kind is TermKind.YES_NO:
        return _one_of({"yes": True, "no": False}, said)
    if term.kind is TermKind.QUARTER:
        return _quarter(said)
    if term.codes is not None:
        return _one_of({each.value: each for each in term.codes}, said)
    return _number(term, said)


def _one_of(codes: Mapping[str, Any], said: str) -> Any:
    if said not in codes:
        raise InvalidValue("GEN-CHOICE", "not one of the choices")
    return codes[said]


def _quarter(said: str) -> str:
    quarter = said.upper().replace(" ", "")
    if _QUARTER.fullmatch(quarter) is None:
        raise InvalidValue("CON-006", "not a quarter", allowed="1404Q1 … 1404Q4")
    return quarter


def _number(term: Term, said: str) -> Percentage | Decimal:
    number = decimal_from(said.strip("%٪ "))
    most = 1 if term.kind is TermKind.FACTOR else term.most
    least = number > 0 if term.kind is TermKind.FACTOR else number >= 0
    if not least or number > most or number != round(number, _FINEST):
        raise InvalidValue("GEN-RANGE", "out of range", min="0", max=str(most))
    if term.kind is TermKind.FACTOR:
        return number
    return Percentage(number) if term.kind is TermKind.RATE else Percentage(number).fraction


def written(value: Any, kind: TermKind = TermKind.RATE) -> str:
    """Return the value of a term as it is kept in the history and stands in its field.

    >>> written(Percentage("10.0")), written(Decimal("0.2"), TermKind.SHARE), written(None)
    ('10', '20', '')
    """
    if value is None:
        return ""
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if isinstance(value, Percentage):
        return _plain(value.percent)
    return _plain(value * 100 if kind is TermKind.SHARE else value)


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


def check_terms(terms: Mapping[str, Any]) -> list[Problem]:
    """Return what does not fit together in terms that are each right.

    ``CON-016`` an adjustable contract has no base quarter · ``CON-038`` a reduced retention
    rate without the share it begins at, or the other way round · ``CON-039`` the recovery of
    the advance ends before it begins.

    >>> [each.code for each in check_terms({"adjustable": True, "base_quarter": None,
    ...     "advance_method": RecoveryMethod.PRORATA})]
    ['CON-016']
    """
    problems = []
    if (terms.get("reduced_retention_rate") is None) != (
        terms.get("reduced_retention_from") is None
    ):
        blank = "rate" if terms.get("reduced_retention_rate") is None else "from"
        problems.append(Problem("CON-038", f"reduced_retention_{blank}"))
    usual = PLANS[terms["advance_method"]]
    start, end = terms.get("recovery_start"), terms.get("recovery_end")
    if (usual.start if start is None else start) >= (usual.end if end is None else end):
        problems.append(Problem("CON-039", "recovery_end"))
    if terms["adjustable"] and terms["base_quarter"] is None:
        problems.append(Problem("CON-016", "base_quarter"))
    return problems

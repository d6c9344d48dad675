"""Which steps have to look (again): what each one saw last, against what stands now.

A step that approved keeps the digest of what it saw. After a return the case goes forward
again and passes every step whose data did not change since (R-BPM-02).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from engine.values import Rial, local_date
from processes.contractor_statement.records import Statement
from processes.contractor_statement.registry import registry
from processes.contractor_statement.terms import PARTIES, Party, header_by, quantity_by

#: Step -> whose view of the quantities it is given.
SEES: Final[Mapping[str, Party]] = {
    "measure": "claimed",
    "check": "supervisor",
    "technical_review": "consultant",
    "review_deductions": "consultant",
    "check_credit": "consultant",
    "meeting": "owner",
}
#: Steps that look at the certificate.
CERTIFICATE_STEPS: Final = ("central_review", "sign_voucher", "approve")


def digest_by(statement: Statement, party: Party) -> str:
    """Return a digest of the quantities as they stand after ``party`` has looked."""
    quantities = (
        (each.contract_line.code, quantity_by(each, party) or Decimal(0))
        for each in statement.lines
    )
    progress, materials = header_by(statement, party)
    return _hash(
        {
            "period": [str(statement.period_from), str(statement.period_to)],
            "progress": _plain(progress),
            "materials": materials.amount,
            "lines": sorted((code, _plain(each)) for code, each in quantities if each),
        }
    )


def certificate_digest(statement: Statement) -> str:
    """Return a digest of everything certified; it changes when any figure does."""
    return _hash({"figures": statement.figures, "lines": digest_by(statement, "owner")})


def needed(statement: Statement, values: Mapping[str, Any], central_above: Rial) -> dict[str, bool]:
    """Return for every step whether it must look, by what it saw last (R-BPM-02).

    Args:
        values: the case's variables, among them ``seen_<step>``.
        central_above: the unit's own limit for a period.
    """
    views = {party: digest_by(statement, party) for party in PARTIES}
    certificate = certificate_digest(statement)
    consulted = statement.has_consultant
    differs = consulted and views["owner"] != views["consultant"]
    above = (statement.period_amount or Rial.ZERO) > central_above

    def new(step: str) -> bool:
        now = certificate if step in CERTIFICATE_STEPS else views[SEES[step]]
        return values.get(f"seen_{step}") != now

    return {
        "measure_needed": new("measure"),
        "check_needed": consulted and new("check"),
        "technical_needed": new("technical_review"),
        "deductions_needed": new("review_deductions"),
        "credit_needed": new("check_credit"),
        "meeting_needed": differs and new("meeting"),
        "central_needed": above and new("central_review"),
        "sign_needed": new("sign_voucher"),
        "approve_needed": new("approve"),
    }


def central_limit(at: datetime) -> Rial:
    """Return the period above which the central technical office looks too."""
    return registry.amount("stm.central.review.limit", local_date(at))


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


def _hash(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()

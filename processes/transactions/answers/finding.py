"""Finding what a case is about, and saying what is wrong with an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from engine.sdk import Json, Problem, RulesBroken, Session
from engine.values.facts import Basis
from processes.transactions.records import PurchaseRequest

AREA: Final = "transactions"
#: the shortest note that explains a reason called *other*
NOTE_LENGTH: Final = 10
#: What a step that goes on takes off the case: the return was heeded.
HEEDED: Final[Mapping[str, Json]] = {
    "returned_reason": None,
    "returned_note": None,
    "returned_by": None,
}


def request_of(session: Session, instance_id: UUID) -> PurchaseRequest:
    """Return the request of a case with its items, held: who buys for it reserves credit, too."""
    return session.scalars(
        select(PurchaseRequest)
        .where(PurchaseRequest.instance_id == instance_id)
        .options(selectinload(PurchaseRequest.items))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def basis_of(request: PurchaseRequest) -> Basis:
    """Return what other areas know a request by."""
    number = request.request_no or str(request.id)
    return Basis(AREA, "purchase_request", request.id, number, request.instance_id)


def refuse(problems: list[Problem]) -> None:
    """Refuse an answer when something is wrong with it.

    Raises:
        RulesBroken: with all of it.
    """
    if problems:
        raise RulesBroken(problems)


def told(problems: list[Problem]) -> list[Json]:
    """Return problems as a case keeps them, for a field of a form that says them in words."""
    return [{"code": each.code, "params": dict(each.params)} for each in problems]


def said(values: Mapping[str, Any], key: str) -> str | None:
    """Return a text somebody typed, nothing where it is blank."""
    return str(values.get(key) or "").strip() or None


def returned(by: str, values: Mapping[str, Any]) -> dict[str, Json]:
    """Return what a return says: from where and why (R-BPM-02).

    Raises:
        RulesBroken: ``GEN-LENGTH``, a reason called *other* without a note.
    """
    reason, note = str(values["return_reason"]), said(values, "return_note")
    if reason == "OTHER" and len(note or "") < NOTE_LENGTH:
        bounds = {"min": str(NOTE_LENGTH), "max": "1000"}
        refuse([Problem("GEN-LENGTH", "return_note", bounds)])
    return {"returned_reason": reason, "returned_note": note, "returned_by": by}

"""Returning a case with a reason, and what stands after it (R-BPM-02, R-STM-27)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine.sdk import Act, Json, Problem, RulesBroken, TaskAnswer, acts_of
from processes.contractor_statement.answers.seen import certificate_digest, digest_by
from processes.contractor_statement.records import Statement, StatementState
from processes.contractor_statement.rules.checks_lines import NOTE_LENGTH

#: Where a statement is while a step looks at it.
STATE_AT: Final[Mapping[str, StatementState]] = {
    "enter": StatementState.RETURNED,
    "measure": StatementState.SUPERVISOR_REVIEW,
    "check": StatementState.CONSULTANT_REVIEW,
    "technical_review": StatementState.OWNER_REVIEW,
    "review_deductions": StatementState.OWNER_REVIEW,
    "check_credit": StatementState.OWNER_REVIEW,
}


#: What a step that approves takes off the case: it has heeded the return.
HEEDED: Final[Mapping[str, Json]] = {
    "returned_reason": None,
    "returned_note": None,
    "returned_lines": None,
}


def returned(answer: TaskAnswer, statement: Statement | None = None) -> dict[str, Json]:
    """Return what a return says: where to, why, which lines.

    Raises:
        RulesBroken: ``GEN-REQUIRED`` no target or reason, ``GEN-LENGTH`` an ``OTHER`` without
            ten characters of note, ``GEN-CHOICE`` a step this case does not have,
            ``STM-017`` a line that is not in the contract.
    """
    values = answer.values
    note = str(values.get("return_note") or "").strip()
    target = str(values.get("return_to") or "enter")
    problems = []
    if not values.get("return_reason"):
        problems.append(Problem("GEN-REQUIRED", "return_reason"))
    if values.get("return_reason") == "OTHER" and len(note) < NOTE_LENGTH:
        bounds = {"min": str(NOTE_LENGTH), "max": "1000"}
        problems.append(Problem("GEN-LENGTH", "return_note", bounds))
    lines = str(values.get("return_lines") or "").replace("،", " ").replace(",", " ").split()
    if statement is not None:
        problems += _wrong_target(target, statement, answer.case_values)
        problems += _unknown_lines(lines, statement)
    if problems:
        raise RulesBroken(problems)
    return {
        "returned_to": target,
        "returned_reason": str(values["return_reason"]),
        "returned_note": note or None,
        "returned_lines": " ".join(lines) or None,
        "returned_by": answer.element_id,
        "rebased": False,
    }


def _wrong_target(target: str, statement: Statement, values: Mapping[str, Any]) -> list[Problem]:
    absent = target == "check" and not statement.has_consultant
    absent = absent or (target == "central_review" and not values.get("seen_central_review"))
    return [Problem("GEN-CHOICE", "return_to")] if absent else []


def _unknown_lines(lines: list[str], statement: Statement) -> list[Problem]:
    known = {each.code for each in statement.contract.lines}
    return [
        Problem("STM-017", "return_lines", {"line": each}) for each in lines if each not in known
    ]


def void_acts(session: Session, statement: Statement, steps: set[str], at: datetime) -> None:
    """Void the standing acts of steps that a return undoes."""
    if statement.instance_id is None:
        return
    for act in acts_of(session, statement.instance_id):
        if act.element_id in steps and act.voided_at is None:
            act.voided_at = at


def restore_acts(session: Session, instance_id: UUID, since: datetime, but: UUID) -> None:
    """Let the acts stand again that were voided by a return given at ``since``, now taken back.

    Args:
        but: the task of the return itself, whose own act goes.
    """
    for act in acts_of(session, instance_id):
        if act.task_id != but and act.voided_at is not None and act.voided_at >= since:
            act.voided_at = None


def broken_acts(session: Session, statement: Statement, *later: str) -> list[Problem]:
    """Return ``STM-027`` for each earlier approval that does not stand (R-STM-27).

    An approval stands when its act is intact and says the digest of what holds now.

    Args:
        later: the steps after the reviewers whose approval is needed too.
    """
    if statement.instance_id is None:
        return []
    acts = _latest(acts_of(session, statement.instance_id))
    expected = _expected(statement, acts, later)
    return [
        Problem("STM-027", None, {"step": step})
        for step, digest in expected.items()
        if not _stands(acts.get(step), digest)
    ]


def _latest(acts: Any) -> dict[str, Act]:
    approving = (each for each in acts if each.outcome != "return" and each.voided_at is None)
    return {each.element_id: each for each in approving}


def _expected(
    statement: Statement, acts: Mapping[str, Act], later: tuple[str, ...]
) -> dict[str, str | None]:
    """Return the steps that must have approved with the digest each must say."""
    owner = digest_by(statement, "owner")
    met = "meeting" in acts and _said(acts["meeting"]) == owner
    expected: dict[str, str | None] = {"measure": digest_by(statement, "supervisor")}
    if statement.has_consultant:
        expected["check"] = digest_by(statement, "consultant")
    expected["technical_review"] = None if met else owner
    if met:
        expected["meeting"] = owner
    certificate = certificate_digest(statement)
    return expected | dict.fromkeys(later, certificate)


def _stands(act: Act | None, digest: str | None) -> bool:
    return act is not None and act.is_intact and digest in (None, _said(act))


def _said(act: Act) -> str | None:
    said = json.loads(act.content).get("answer", {}).get("digest")
    return said if isinstance(said, str) else None

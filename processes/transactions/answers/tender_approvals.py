"""Approval of a tender's documents, and the key that bids are sealed to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.sdk import Json, Problem, TaskAnswer, TaskRecall, task_answer, task_recall
from processes.transactions.answers.finding import HEEDED, refuse, returned, said
from processes.transactions.commands.tenders import NewTender, begin_sealing
from processes.transactions.queries.sealing import is_ready
from processes.transactions.queries.tenders import tender_of_case
from processes.transactions.records import Tender, TenderState


@task_answer("tender", "approve_specification")
def approve_specification(answer: TaskAnswer) -> dict[str, Json]:
    """Let what is asked for technically stand, or send the documents back."""
    if answer.outcome == "return":
        return returned(answer.element_id, answer.values)
    return {**HEEDED, "specification_note": said(answer.values, "note")}


@task_recall("tender", "approve_specification")
def take_back_specification(_: TaskRecall) -> Mapping[str, str]:
    """Nothing of it stands outside the case."""
    return {}


@task_answer("tender", "approve_documents")
def approve_documents(answer: TaskAnswer) -> dict[str, Json]:
    """Approve documents, commission and list (R-TND-15): the ceremony of the key begins.

    The commission is that of the tender's record, and the one that was looked at.

    Raises:
        RulesBroken: ``TND-051`` the deadline is past already; ``TND-142`` the case shows another
            commission than the documents have.
    """
    if answer.outcome == "return":
        return returned(answer.element_id, answer.values)
    found = tender_of_case(answer.session, answer.instance_id)
    found.must_be(TenderState.DRAFT)
    if found.deadline is None or found.deadline <= answer.at:
        refuse([Problem("TND-051", "outcome")])
    assert found.deadline is not None
    members, threshold = _commission(found, answer.case_values)
    new = NewTender(
        found.unit, found.number, found.title, found.deadline, threshold, members,
        found.instance_id,
        dict(found.deputies or {}),
    )  # fmt: skip
    found.sealing = begin_sealing(answer.session, new, actor=answer.actor, at=answer.at)
    return {**HEEDED, "approval_note": said(answer.values, "note")}


def _commission(found: Tender, shown: Mapping[str, Any]) -> tuple[list[str], int]:
    """Return members and threshold of the documents; what was shown has to be the same."""
    if found.members is None or found.threshold is None:
        refuse([Problem("TND-142", "outcome")])
    deputies = {each["member"]: each["deputy"] for each in shown.get("deputies") or []}
    seen = (shown.get("members"), str(shown.get("threshold")), deputies)
    if seen != (found.members, str(found.threshold), found.deputies or {}):
        refuse([Problem("TND-142", "outcome")])
    return list(found.members), int(found.threshold or 0)


@task_answer("tender", "make_key")
def make_key(answer: TaskAnswer) -> dict[str, Json]:
    """Go on once every member has tried the own share: the key stands.

    Raises:
        RulesBroken: ``TND-070`` the ceremony is not over.
    """
    found = tender_of_case(answer.session, answer.instance_id)
    if not is_ready(found):
        refuse([Problem("TND-070", "outcome")])
    return {"fingerprint": found.fingerprint}


@task_recall("tender", "make_key")
def take_back_key(_: TaskRecall) -> Mapping[str, str]:
    """The key stays as it was made."""
    return {}

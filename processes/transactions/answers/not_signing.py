"""Who does not sign: confirmed by another, bids that bind longer, a guarantee called (art. 21)."""

from __future__ import annotations

from datetime import date
from typing import Final

from engine.sdk import Json, Problem, TaskAnswer, task_answer
from engine.values import JalaliDate, local_date
from processes.transactions import registry
from processes.transactions.answers.contracting import guarantee_chosen
from processes.transactions.answers.finding import refuse, said
from processes.transactions.answers.winning import deadlines, winner_of
from processes.transactions.rules.guarantee_register import Kind, State
from processes.transactions.rules.minimum_times import check_extension

PROCESS: Final = "contract_signing"


@task_answer(PROCESS, "confirm_refusal")
@task_answer("waiver", "confirm_refusal")
def confirm_refusal(answer: TaskAnswer) -> dict[str, Json]:
    """Confirm, as a second person, that a firm does not sign; or have it asked again."""
    if answer.outcome == "return":
        return {"refusal": None, "refusal_papers": None}
    return {"refusal_note": said(answer.values, "confirm_note")}


@task_answer(PROCESS, "extend_validity")
def extend_validity(answer: TaskAnswer) -> dict[str, Json]:
    """Let bids stand longer, as often and as long as they may (R-TND-11); or leave it.

    Raises:
        RulesBroken: ``TND-028``, ``TND-029``; ``MON-002`` no day more.
    """
    if answer.outcome == "leave":
        return {}
    tender, on = winner_of(answer.session, answer.instance_id).tender, local_date(answer.at)
    extended_to = date.fromisoformat(str(answer.values["extended_to"]))
    ends = tender.valid_until
    assert ends is not None
    most = registry.pack_of(tender.unit, on).whole("tender.extensions.max", on)
    problems = check_extension(
        ends, extended_to, tender.extensions, tender.validity_days or 0, most
    )
    if extended_to <= ends:
        until = {"until": str(JalaliDate.of(ends))}
        problems.append(Problem("CNT-002", "extended_to", until))
    refuse(problems)
    tender.valid_until, tender.extensions = extended_to, tender.extensions + 1
    return deadlines(tender)


@task_answer(PROCESS, "call_guarantee")
def call_guarantee(answer: TaskAnswer) -> dict[str, Json]:
    """Keep that the guarantee of who did not sign is called, or why it is not (art. 21).

    Raises:
        RulesBroken: ``CNT-003`` the register does not say that it was called for this tender;
            ``CNT-009`` it is another firm's.
    """
    if answer.outcome == "not_called":
        return {"not_called_note": said(answer.values, "not_called_note")}
    found = guarantee_chosen(answer)
    award = winner_of(answer.session, answer.instance_id)
    tender = award.tender
    if (
        found is None
        or found.kind is not Kind.BID
        or found.state is not State.CALLED
        or found.concerns != tender.number
    ):
        refuse([Problem("CNT-003", "guarantee_id", {"tender": tender.number})])
    assert found is not None
    if found.giver not in {None, award.firm.identifier}:  # one from before it was asked says nobody
        refuse([Problem("CNT-009", "guarantee_id", {"firm": award.firm.name})])
    return {"not_called_note": None}

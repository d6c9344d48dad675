"""A medium purchase: at least three suppliers, one text, one deadline, and the lowest (§3.13)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select

from engine.sdk import (
    CaseFacts,
    Json,
    Problem,
    StartRequest,
    TaskAnswer,
    TaskRecall,
    case_start,
    task_answer,
    task_recall,
    working_calendar,
)
from engine.values import JalaliDate, end_of_day, local_date
from processes.transactions import registry
from processes.transactions.answers.credit import secure_offer
from processes.transactions.answers.finding import HEEDED, refuse, returned, said
from processes.transactions.answers.offers import (
    about,
    barred,
    exceeded,
    keep_choice,
    keep_offers,
    must_not_be_barred,
    typed,
)
from processes.transactions.answers.purchases import (
    APPROVES_OWN,
    begin,
    must_not_have_asked,
    purchase_held,
    purchase_of,
    put_aside,
)
from processes.transactions.publication.purchases import (
    publish_answers,
    publish_decision,
    publish_extension,
    publish_invitation,
)
from processes.transactions.records import (
    Firm,
    Invitation,
    Purchase,
    PurchaseKind,
    PurchaseState,
)
from processes.transactions.rules.quotations import check_count


@case_start("three_quotations")
def begin_quotations(request: StartRequest) -> CaseFacts:
    """Begin a medium purchase.

    Raises:
        RulesBroken: ``PRC-001``, ``SOD-005``.
    """
    return begin(request, PurchaseKind.QUOTATIONS)


@task_answer("three_quotations", "invite")
def invite(answer: TaskAnswer) -> dict[str, Json]:
    """Invite suppliers with one text and one deadline; who was invited before stays so.

    Raises:
        RulesBroken: ``PRC-003`` fewer than the least number without a reason, ``PRC-006`` a
            debarred firm, ``PRC-007`` one twice, ``PRC-008`` too short a time, ``SOD-005``.
    """
    purchase = purchase_held(answer.session, answer.instance_id)
    must_not_have_asked(answer, purchase)
    if answer.outcome == "give_up":
        return put_aside(answer.session, purchase, answer.at)
    deadline = date.fromisoformat(str(answer.values["deadline_on"]))
    firms, problems = _invited(answer)
    reason = said(answer.values, "few_invited_reason")
    problems += check_count(len(firms), least_of(purchase, answer), reason, "invited")
    problems += too_soon(answer, purchase, deadline, "deadline_on")
    refuse(problems)
    known = {each.firm_id for each in purchase.invitations}
    purchase.invitations += [
        Invitation(firm_id=each.id, firm=each, invited_at=answer.at)
        for each in firms
        if each.id not in known
    ]
    purchase.state, purchase.buyer = PurchaseState.INVITED, answer.actor.username
    purchase.deadline = end_of_day(deadline)
    answer.session.flush()
    text = said(answer.values, "invitation") or ""
    publish_invitation(answer.session, purchase, text, answer.at)
    offered: list[Json] = [
        {"value": str(each.firm_id), "label": each.firm.name} for each in purchase.invitations
    ]
    return {
        **typed(answer, "invited", "deadline_on", "invitation", "few_invited_reason"),
        "deadline": purchase.deadline.isoformat(),
        "invited_firms": offered,
    }


def _invited(answer: TaskAnswer) -> tuple[list[Firm], list[Problem]]:
    firms: list[Firm] = []
    problems: list[Problem] = []
    for row, each in enumerate(answer.values.get("invited") or []):
        field = f"invited/{row}/firm_id"
        firm = answer.session.scalar(select(Firm).where(Firm.id == UUID(str(each["firm_id"]))))
        if firm is None:
            problems.append(Problem("GEN-CHOICE", field))
        elif firm in firms:
            problems.append(Problem("PRC-007", field))
        else:
            problems += barred(firm, answer, field)
            firms.append(firm)
    return firms, problems


def least_of(purchase: Purchase, answer: TaskAnswer) -> int:
    """Return how many quotations the pack of the unit asks for."""
    on = local_date(answer.at)
    return registry.pack_of(purchase.request.unit, on).whole("quotation.count.min", on)


def too_soon(answer: TaskAnswer, purchase: Purchase, deadline: date, field: str) -> list[Problem]:
    """Return ``PRC-008`` where suppliers have fewer working days than they need."""
    today, unit = local_date(answer.at), purchase.request.unit
    days = registry.pack_of(unit, today).whole("quotation.working.days", today)
    earliest = working_calendar(answer.session, unit).plus_working_days(today, days)
    if deadline >= earliest:
        return []
    params = {"days": str(days), "earliest": str(JalaliDate.of(earliest))}
    return [Problem("PRC-008", field, params)]


@task_answer("three_quotations", "record_quotations")
def record_quotations(answer: TaskAnswer) -> dict[str, Json]:
    """Write down what came until the deadline; the step does not exist before it.

    Raises:
        RulesBroken: ``PRC-006``, ``PRC-007``, ``MON-002``, each beside its row; ``SOD-005``.
    """
    purchase = purchase_held(answer.session, answer.instance_id)
    must_not_have_asked(answer, purchase)
    refuse(keep_offers(answer, purchase))
    least = least_of(purchase, answer)
    is_enough = len(purchase.quotations) >= least
    if is_enough:  # else more may be waited for, and nobody is named before they have come
        publish_answers(answer.session, purchase, answer.at)
    return {
        **typed(answer, "quotations", "attachments"),
        **about(purchase),
        "answers": len(purchase.quotations),
        "least": least,
        "enough": is_enough,
    }


@task_answer("three_quotations", "accept_few")
def accept_few(answer: TaskAnswer) -> dict[str, Json]:
    """Accept fewer answers with a reason, extend the deadline once, or widen the list.

    Raises:
        RulesBroken: ``PRC-003`` accepted without a reason, or with no answer at all;
            ``PRC-012`` it was extended before; ``PRC-008``, ``SOD-001``.
    """
    purchase = purchase_held(answer.session, answer.instance_id)
    must_not_have_asked(answer, purchase, APPROVES_OWN)
    if answer.outcome == "widen":
        return {}
    if answer.outcome == "extend":
        return _extended(answer, purchase)
    reason, found = said(answer.values, "few_reason"), len(purchase.quotations)
    usable = reason if found else None
    refuse(check_count(found, least_of(purchase, answer), usable, "few_reason"))
    purchase.few_reason, purchase.few_by = reason, answer.actor.username
    publish_answers(answer.session, purchase, answer.at)
    return {"few_reason": reason}


def _extended(answer: TaskAnswer, purchase: Purchase) -> dict[str, Json]:
    wanted = date.fromisoformat(str(answer.values["new_deadline_on"]))
    problems = [Problem("PRC-012", "new_deadline_on")] if purchase.is_extended else []
    refuse(problems + too_soon(answer, purchase, wanted, "new_deadline_on"))
    purchase.is_extended, purchase.deadline = True, end_of_day(wanted)
    publish_extension(answer.session, purchase, answer.at)
    return {
        "is_extended": True,
        "deadline_on": wanted.isoformat(),
        "deadline": purchase.deadline.isoformat(),
    }


@task_answer("three_quotations", "choose")
def choose(answer: TaskAnswer) -> dict[str, Json]:
    """Choose a quotation: the lowest, or another with its reason.

    Raises:
        RulesBroken: ``PRC-004``, ``PRC-005``, ``PRC-006``, ``PRC-009``, ``PRC-010``,
            ``SOD-005``; ``PRC-013`` nothing asks for another method.
    """
    purchase = purchase_held(answer.session, answer.instance_id)
    must_not_have_asked(answer, purchase)
    if answer.outcome == "give_up":
        return put_aside(answer.session, purchase, answer.at)
    if answer.outcome == "redecide":
        return {"quoted": exceeded(purchase)}
    refuse(keep_choice(answer, purchase))
    purchase.buyer = answer.actor.username
    return {**HEEDED, **typed(answer, "prices"), **about(purchase)}


@task_recall("three_quotations", "choose")
def take_back(recall: TaskRecall) -> dict[str, str]:
    """Nothing is chosen again."""
    purchase = purchase_of(recall.session, recall.instance_id)
    purchase.state, purchase.chosen_id = PurchaseState.INVITED, None
    purchase.choice_reason = purchase.choice_note = None
    return {}


@task_answer("three_quotations", "approve_purchase")
def approve_purchase(answer: TaskAnswer) -> dict[str, Json]:
    """Approve the choice: the order follows; or send it back.

    Raises:
        RulesBroken: ``BUD-001``, ``BUD-002``: the price is above what is reserved, or that has
            lapsed, and there is no more credit; ``PRC-006`` the firm was debarred meanwhile;
            ``SOD-001``.
    """
    purchase = purchase_held(answer.session, answer.instance_id)
    must_not_have_asked(answer, purchase, APPROVES_OWN)
    if answer.outcome == "return":
        purchase.state, purchase.chosen_id = PurchaseState.INVITED, None
        return returned(answer.element_id, answer.values)
    must_not_be_barred(answer, purchase)
    secure_offer(answer, purchase, "outcome")
    purchase.approved_by, purchase.approved_at = answer.actor.username, answer.at
    publish_decision(answer.session, purchase, answer.at)
    return {**HEEDED, "approval_note": said(answer.values, "note")}

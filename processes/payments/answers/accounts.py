"""A payee's account: one proposes it, the bank says whose it is, another approves it."""

from __future__ import annotations

from engine.sdk import (
    CaseFacts,
    Json,
    Problem,
    RulesBroken,
    StartRequest,
    TaskAnswer,
    case_start,
    new_id,
    task_answer,
    unit_of,
)
from engine.values import is_legal_id, is_national_code, normalise
from processes.payments.answers.finding import iban_in_force
from processes.payments.answers.ordering import must_be_another
from processes.payments.queries.finding import account_of_case, payee_known, told_account
from processes.payments.records import PayeeIban


@case_start("payee_account")
def propose_account(request: StartRequest) -> CaseFacts:
    """Propose an account; nothing is paid to it before another person has approved it.

    Raises:
        RulesBroken: ``PAY-001``, no national code and no legal id; ``GEN-REQUIRED``, he proposes
            for several units and names none.
    """
    session, values = request.session, request.values
    identifier = normalise(str(values["payee_id"]))
    if not (is_national_code(identifier) or is_legal_id(identifier)):
        raise RulesBroken([Problem("PAY-001", "payee_id")])
    unit = unit_of(request.actor, "FIN_EXPERT", named=str(values.get("unit") or ""))
    payee = payee_known(session, identifier, normalise(str(values["payee_name"])))
    now = iban_in_force(session, payee, request.at)
    account = told_account(session, payee, str(values["payee_iban"]))
    if account is None:
        account = PayeeIban(id=new_id(), payee_id=payee.id, iban=str(values["payee_iban"]))
        session.add(account)
    account.instance_id = request.instance_id
    account.proposed_at, account.proposed_by = request.at, request.actor.username
    return CaseFacts(
        business_key=identifier,
        title=payee.name,
        unit=unit,
        values={
            "payee_id": identifier,
            "payee_name": payee.name,
            "payee_iban": account.iban,
            "old_iban": "" if now is None else now.iban,
        },
    )


@task_answer("payee_account", "approve_account")
def approve_account(answer: TaskAnswer) -> dict[str, Json]:
    """Approve an account that somebody else proposed, or decline it.

    Raises:
        RulesBroken: ``SOD-012``, who proposed it.
    """
    account = account_of_case(answer.session, answer.instance_id)
    must_be_another(answer, account.proposed_by, code="SOD-012")
    if answer.outcome == "approve":
        account.approved_at, account.approved_by = answer.at, answer.actor.username
    return {"decline_note": answer.values.get("decline_note")}

"""The signatures of the groups: in any order, nobody twice, void when anybody declines."""

from __future__ import annotations

from engine.sdk import Json, Problem, RulesBroken, TaskAnswer, new_id, task_answer
from engine.values import local_date
from processes.payments import registry
from processes.payments.answers.finding import iban_in_force, refuse
from processes.payments.answers.ordering import must_be_another
from processes.payments.queries.finding import order_of_case
from processes.payments.records import Order, Signature
from processes.payments.rules.signing import Signed, may_sign, needed
from processes.payments.rules.states import OrderState


@task_answer("payment_order", "sign_a")
def sign_a(answer: TaskAnswer) -> dict[str, Json]:
    """Sign for group A."""
    return _sign(answer, "A")


@task_answer("payment_order", "sign_b")
def sign_b(answer: TaskAnswer) -> dict[str, Json]:
    """Sign for group B."""
    return _sign(answer, "B")


@task_answer("payment_order", "sign_c")
def sign_c(answer: TaskAnswer) -> dict[str, Json]:
    """Sign for group C."""
    return _sign(answer, "C")


def _sign(answer: TaskAnswer, code: str) -> dict[str, Json]:
    """Keep a signature of exactly what the signer saw.

    Raises:
        RulesBroken: ``PAY-008``, ``SOD-004``; ``SOD-001`` who made the order; ``SOD-012`` who
            proposed or approved the payee's account; ``PAY-025`` the order is not what was shown.
    """
    order = order_of_case(answer.session, answer.instance_id)
    if answer.outcome == "decline":
        return {"decline_note": answer.values.get("decline_note"), "declined_by": code}
    must_be_another(answer, order.made_by)
    for editor in _editors(answer, order):
        must_be_another(answer, editor, "SOD-012")
    if answer.case_values.get("digest") != order.digest:
        raise RulesBroken([Problem("PAY-025")])
    national_code = answer.actor.national_code or ""
    signer = Signed(code, str(answer.actor.person_id), national_code, order.digest)
    standing = [
        Signed(each.group_code, str(each.person_id), each.national_code) for each in order.standing
    ]
    roles = frozenset(
        role for role in answer.actor.roles if answer.actor.sits_at(f"{role}@{order.unit}")
    )
    refuse(may_sign(registry.group(code, local_date(order.made_at)), roles, signer, standing))
    order.signatures.append(
        Signature(
            id=new_id(),
            order_id=order.id,
            group_code=code,
            person_id=answer.actor.person_id,
            username=answer.actor.username,
            national_code=national_code,
            digest=order.digest,
            signed_at=answer.at,
            voided_at=None,
        )
    )
    order.come_to(OrderState.SIGNED if is_signed(order) else OrderState.PARTLY_SIGNED)
    return {f"signed_{code.lower()}": answer.actor.username}


def _editors(answer: TaskAnswer, order: Order) -> list[str]:
    """Return who proposed and who approved the payee's account in force."""
    account = iban_in_force(answer.session, order.basis.payee, answer.at)
    return [] if account is None else [account.proposed_by, account.approved_by or ""]


def is_signed(order: Order) -> bool:
    """Tell whether every group that has to has signed the order as it is."""
    signed = {each.group_code for each in order.standing if each.digest == order.digest}
    return signing_groups(order) <= signed


def signing_groups(order: Order) -> set[str]:
    """Return the codes of the groups that have to sign an order."""
    groups = registry.groups(local_date(order.made_at))
    return {each.code for each in needed(groups, order.amount)}

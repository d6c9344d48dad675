"""The signatures of the groups: in any order, nobody twice, void when anybody declines."""

from __future__ import annotations

from collections.abc import Sequence

from engine.sdk import Json, Problem, RulesBroken, TaskAnswer, new_id, task_answer
from engine.values import Rial, local_date
from processes.payments import registry
from processes.payments.answers.finding import iban_in_force, refuse
from processes.payments.answers.ordering import must_be_another
from processes.payments.queries.finding import orders_of_case
from processes.payments.records import Order, Signature
from processes.payments.rules.signing import Signed, digest_of, may_sign, needed
from processes.payments.rules.states import OrderState


@task_answer("payment_order", "sign_a")
@task_answer("payment_batch", "sign_a")
def sign_a(answer: TaskAnswer) -> dict[str, Json]:
    """Sign for group A."""
    return _sign(answer, "A")


@task_answer("payment_order", "sign_b")
@task_answer("payment_batch", "sign_b")
def sign_b(answer: TaskAnswer) -> dict[str, Json]:
    """Sign for group B."""
    return _sign(answer, "B")


@task_answer("payment_order", "sign_c")
@task_answer("payment_batch", "sign_c")
def sign_c(answer: TaskAnswer) -> dict[str, Json]:
    """Sign for group C."""
    return _sign(answer, "C")


def _sign(answer: TaskAnswer, code: str) -> dict[str, Json]:
    """Keep a signature of exactly what the signer saw: one for each order (R-SIG-09).

    Raises:
        RulesBroken: ``PAY-008``, ``SOD-004``; ``SOD-001`` who made the order; ``SOD-012`` who
            proposed or approved a payee's account; ``PAY-025`` it is not what was shown.
    """
    if answer.outcome == "decline":
        return {"decline_note": answer.values.get("decline_note"), "declined_by": code}
    orders = orders_of_case(answer.session, answer.instance_id)
    must_be_another(answer, *{each.made_by for each in orders})
    must_be_another(answer, *_editors(answer, orders), code="SOD-012")
    if answer.case_values.get("digest") != digest_of({e.order_no: e.digest for e in orders}):
        raise RulesBroken([Problem("PAY-025")])
    for order in orders:
        order.signatures.append(_signature(answer, order, code))
    state = OrderState.SIGNED if is_signed(orders) else OrderState.PARTLY_SIGNED
    for order in orders:
        order.come_to(state)
    return {f"signed_{code.lower()}": answer.actor.username}


def _signature(answer: TaskAnswer, order: Order, code: str) -> Signature:
    national_code = answer.actor.national_code or ""
    signer = Signed(code, str(answer.actor.person_id), national_code, order.digest)
    standing = [
        Signed(each.group_code, str(each.person_id), each.national_code) for each in order.standing
    ]
    roles = frozenset(
        role for role in answer.actor.roles if answer.actor.sits_at(f"{role}@{order.unit}")
    )
    refuse(may_sign(registry.group(code, local_date(order.made_at)), roles, signer, standing))
    return Signature(
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


def _editors(answer: TaskAnswer, orders: Sequence[Order]) -> set[str]:
    """Return who proposed and who approved the accounts in force of the payees."""
    accounts = [iban_in_force(answer.session, each.basis.payee, answer.at) for each in orders]
    found = [each for each in accounts if each is not None]
    return {each.proposed_by for each in found} | {each.approved_by or "" for each in found}


def is_signed(orders: Sequence[Order]) -> bool:
    """Tell whether every group that has to has signed each order as it is."""
    groups = signing_groups(orders)
    return bool(orders) and all(
        groups <= {each.group_code for each in order.standing if each.digest == order.digest}
        for order in orders
    )


def signing_groups(orders: Sequence[Order]) -> set[str]:
    """Return the codes of the groups that have to sign; of a batch its total counts.

    Many small orders in one file then need the same signatures as one large one.
    """
    total = Rial.total(each.amount for each in orders)
    groups = registry.groups(local_date(orders[0].made_at)) if orders else ()
    return {each.code for each in needed(groups, total)}

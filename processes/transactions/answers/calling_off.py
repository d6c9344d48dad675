"""A call-off from a framework: by rank, or by a competition of its suppliers (§3.13).

What it costs follows from the prices of the framework. Its room is taken when a supplier is
chosen, while the framework is held, and given back where the choice is sent back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from engine.sdk import CaseFacts, Json, Problem, StartRequest, TaskAnswer, case_start, task_answer
from engine.values import Rial, end_of_day, local_date
from processes.transactions.answers.credit import secure
from processes.transactions.answers.finding import HEEDED, refuse, returned, said
from processes.transactions.answers.frameworks import (
    framework_held,
    priced,
    standing,
    standing_problems,
)
from processes.transactions.answers.offers import typed
from processes.transactions.answers.purchases import (
    APPROVES_OWN,
    begin,
    must_not_have_asked,
    purchase_held,
    purchase_of,
    put_aside,
)
from processes.transactions.answers.quoting import too_soon
from processes.transactions.queries.frameworks import room_of
from processes.transactions.records import (
    Framework,
    FrameworkFirm,
    Invitation,
    ItemPrice,
    Purchase,
    PurchaseKind,
    PurchaseState,
    Quotation,
)
from processes.transactions.rules.frameworks import CallOffChoice, check_offers

_PROCESS: Final = "framework_call_off"
_OUT: Final = "outcome"


@dataclass(frozen=True, slots=True)
class _Offer:
    member: FrameworkFirm
    prices: Sequence[Rial]  #: of one, by the items of the request
    total: Rial
    delivery_days: int | None = None


@case_start(_PROCESS)
def begin_call_off(request: StartRequest) -> CaseFacts:
    """Begin to call off what a request asks for.

    Raises:
        RulesBroken: ``PRC-001``, ``SOD-005``; ``FRM-003`` no supplier of the framework is left.
    """
    facts = begin(request, PurchaseKind.CALL_OFF)
    purchase = purchase_of(request.session, request.instance_id)
    framework = _held(request.session, purchase)
    usable = standing(framework, local_date(request.at))
    if not usable:
        refuse([Problem("FRM-003", "request_id")])
    values: dict[str, Json] = {
        **facts.values,
        "framework_no": framework.number,
        "by_competition": framework.choice is CallOffChoice.COMPETITION,
        "framework_until": framework.ends_on.isoformat(),
        "left": room_of(request.session, framework).left.amount,
        "has_supplier": True,
        "declined": None,
        "deadline": None,
        "ranked": [],
    }
    if framework.choice is not CallOffChoice.COMPETITION:
        values |= _asked(purchase, usable[0], request.at)
    return replace(facts, values=values)


def _held(session: Any, purchase: Purchase) -> Framework:
    assert purchase.request.framework_id is not None
    return framework_held(session, purchase.request.framework_id)


def _asked(purchase: Purchase, member: FrameworkFirm, at: Any) -> dict[str, Json]:
    """Let it be a supplier's turn; return what the step shows of the order."""
    firm = member.contract.firm
    purchase.invitations.append(Invitation(firm_id=firm.id, firm=firm, invited_at=at))
    lines, _ = priced(purchase.request.items, member.contract)
    return {
        "supplier_name": firm.name,
        "contract_no": member.contract.number,
        "total": Rial.total(each.amount for each in lines).amount,
        "priced": [
            {
                "description": item.description,
                "amount": f"{item.quantity.normalize():f} {item.measure}",
                "unit_price": line.unit_price.amount,
                "cost": line.amount.amount,
            }
            for item, line in zip(purchase.request.items, lines, strict=True)
        ],
    }


def _turn(purchase: Purchase, framework: Framework) -> FrameworkFirm:
    """Return the supplier who was asked last; of two at one moment, the later in rank."""
    asked = {each.firm_id: each.invited_at for each in purchase.invitations}
    known = [each for each in framework.firms if each.contract.firm_id in asked]
    return max(known, key=lambda each: (asked[each.contract.firm_id], each.rank))


@task_answer(_PROCESS, "ask_supplier")
def ask_supplier(answer: TaskAnswer) -> dict[str, Json]:
    """Take the order's supplier, or that it declines and the next one in rank is asked.

    Raises:
        RulesBroken: ``PRC-001``, ``SOD-005``; ``FRM-001`` to ``FRM-003``, ``PRC-006`` beside the
            outcome; the codes of the budget.
    """
    purchase = purchase_held(answer.session, answer.instance_id)
    must_not_have_asked(answer, purchase)
    if answer.outcome == "give_up":
        return put_aside(answer.session, purchase, answer.at)
    framework = _held(answer.session, purchase)
    member = _turn(purchase, framework)
    if answer.outcome == "declined":
        return _declined(answer, purchase, framework, member)
    lines, problems = priced(purchase.request.items, member.contract)
    refuse(problems)
    offer = _Offer(
        member,
        [each.unit_price for each in lines],
        Rial.total(each.amount for each in lines),
        _days(answer.values.get("delivery_days")),
    )
    _take(answer, purchase, framework, [offer])
    return {**HEEDED, **typed(answer, "delivery_days", "attachments"), "ranked": _ranked([offer])}


def _declined(
    answer: TaskAnswer, purchase: Purchase, framework: Framework, member: FrameworkFirm
) -> dict[str, Json]:
    before = answer.case_values.get("declined")
    line = f"{member.contract.firm.name}: {said(answer.values, 'decline_note')}"
    told: dict[str, Json] = {"declined": f"{before}\n{line}" if before else line}
    were_asked = {each.firm_id for each in purchase.invitations}
    usable = standing(framework, local_date(answer.at))
    left = [each for each in usable if each.contract.firm_id not in were_asked]
    if not left:
        put_aside(answer.session, purchase, answer.at)
        return {**told, "has_supplier": False}
    return {**told, "has_supplier": True, **_asked(purchase, left[0], answer.at)}


def _days(value: Any) -> int | None:
    return None if value is None else int(value)


def _take(
    answer: TaskAnswer, purchase: Purchase, framework: Framework, offers: Sequence[_Offer]
) -> None:
    """Take the first of some offers, with the framework's room and the credit for it."""
    best = offers[0]
    refuse(_unavailable(answer, purchase, framework, best.member, best.total))
    purchase.quotations, purchase.chosen_id = [], None
    answer.session.flush()
    purchase.quotations = [
        Quotation(
            firm=each.member.contract.firm,
            position=number,
            total=each.total,
            delivery_days=each.delivery_days,
            recorded_at=answer.at,
            recorded_by=answer.actor.username,
            prices=[
                ItemPrice(position=position, unit_price=price)
                for position, price in enumerate(each.prices, 1)
            ],
        )
        for number, each in enumerate(offers, 1)
    ]
    answer.session.flush()
    purchase.chosen_id = purchase.quotations[0].id
    purchase.state, purchase.buyer = PurchaseState.CHOSEN, answer.actor.username
    by = answer.actor.username
    secure(answer.session, purchase.request, best.total, answer.at, by, _OUT)


def _unavailable(
    answer: TaskAnswer,
    purchase: Purchase,
    framework: Framework,
    member: FrameworkFirm,
    total: Rial,
) -> list[Problem]:
    room = room_of(answer.session, framework, but=purchase.id)
    wrong = standing_problems(member, local_date(answer.at), _OUT)
    return wrong + room.problems(total, _OUT)


@task_answer(_PROCESS, "invite_offers")
def invite_offers(answer: TaskAnswer) -> dict[str, Json]:
    """Ask every supplier of the framework for lower prices until one deadline.

    Raises:
        RulesBroken: ``PRC-001``, ``SOD-005``; ``PRC-008`` too short a time; ``FRM-003`` none of
            them is left.
    """
    purchase = purchase_held(answer.session, answer.instance_id)
    must_not_have_asked(answer, purchase)
    if answer.outcome == "give_up":
        return put_aside(answer.session, purchase, answer.at)
    framework, on = _held(answer.session, purchase), local_date(answer.at)
    deadline = date.fromisoformat(str(answer.values["deadline_on"]))
    usable = standing(framework, on)
    problems = [] if usable else [Problem("FRM-003", "deadline_on")]
    refuse(problems + too_soon(answer, purchase, deadline, "deadline_on"))
    known = {each.firm_id for each in purchase.invitations}
    for each in usable:
        firm = each.contract.firm
        if firm.id not in known:
            made = Invitation(firm_id=firm.id, firm=firm, invited_at=answer.at)
            purchase.invitations.append(made)
    purchase.state, purchase.deadline = PurchaseState.INVITED, end_of_day(deadline)
    return {
        **typed(answer, "deadline_on", "invitation"),
        "deadline": purchase.deadline.isoformat(),
        "invited_names": "\n".join(each.contract.firm.name for each in usable),
        "offers": [row for each in _invited(purchase, framework) for row in _rows(purchase, each)],
    }


def _invited(purchase: Purchase, framework: Framework) -> list[FrameworkFirm]:
    known = {each.firm_id for each in purchase.invitations}
    return [each for each in framework.firms if each.contract.firm_id in known]


def _rows(purchase: Purchase, member: FrameworkFirm) -> list[dict[str, Json]]:
    """Return a row for each item at the supplier's own price, for the lower one."""
    lines, _ = priced(purchase.request.items, member.contract)
    return [
        {
            "firm": member.contract.firm.name,
            "description": item.description,
            "amount": f"{item.quantity.normalize():f} {item.measure}",
            "most": line.unit_price.amount,
            "unit_price": None,
        }
        for item, line in zip(purchase.request.items, lines, strict=True)
    ]


@task_answer(_PROCESS, "take_prices")
def take_prices(answer: TaskAnswer) -> dict[str, Json]:
    """Write down what came until the deadline: the lowest total is taken, of equal ones by rank.

    Who does not answer stands at the own prices of the framework.

    Raises:
        RulesBroken: ``FRM-005``, ``MON-002`` beside the price; as `ask_supplier`.
    """
    purchase = purchase_held(answer.session, answer.instance_id)
    must_not_have_asked(answer, purchase)
    if answer.outcome == "give_up":
        return put_aside(answer.session, purchase, answer.at)
    framework, on = _held(answer.session, purchase), local_date(answer.at)
    offers = _offers(answer, purchase, _invited(purchase, framework))
    usable = [each for each in offers if not standing_problems(each.member, on, "")]
    refuse([] if usable else [Problem("FRM-003", _OUT)])
    ordered = sorted(usable, key=lambda each: (each.total, each.member.rank))
    _take(answer, purchase, framework, ordered)
    best = ordered[0]
    return {
        **HEEDED,
        **typed(answer, "offers", "attachments", "minute_no"),
        "ranked": _ranked(ordered),
        "supplier_name": best.member.contract.firm.name,
        "contract_no": best.member.contract.number,
        "total": best.total.amount,
    }


def _offers(
    answer: TaskAnswer, purchase: Purchase, members: Sequence[FrameworkFirm]
) -> list[_Offer]:
    rows = answer.values.get("offers") or []
    items = purchase.request.items
    asked = [each for member in members for each in priced(items, member.contract)[0]]
    typed_prices = [each.get("unit_price") for each in rows] + [None] * len(asked)
    prices = [
        line.unit_price if price is None else Rial(int(price))
        for line, price in zip(asked, typed_prices, strict=False)
    ]
    nothing = [
        Problem("MON-002", f"offers/{row}/unit_price", {"value": str(each.amount)})
        for row, each in enumerate(prices)
        if each <= Rial.ZERO
    ]
    refuse(nothing + check_offers([each.unit_price for each in asked], prices))
    size = len(items)
    parts = [slice(at * size, (at + 1) * size) for at in range(len(members))]
    return [
        _Offer(
            member,
            prices[part],
            Rial.total(
                replace(line, unit_price=price).amount
                for line, price in zip(asked[part], prices[part], strict=True)
            ),
        )
        for member, part in zip(members, parts, strict=True)
    ]


def _ranked(offers: Sequence[_Offer]) -> list[Json]:
    return [
        {
            "name": each.member.contract.firm.name,
            "rank": each.member.rank,
            "total": each.total.amount,
        }
        for each in offers
    ]


@task_answer(_PROCESS, "approve_call_off")
def approve_call_off(answer: TaskAnswer) -> dict[str, Json]:
    """Let the order be placed, or send the choice back, which gives its room back.

    Raises:
        RulesBroken: ``SOD-001``, ``PRC-001``; ``FRM-001`` to ``FRM-003``, ``PRC-006`` what has
            changed since the choice.
    """
    purchase = purchase_held(answer.session, answer.instance_id)
    must_not_have_asked(answer, purchase, APPROVES_OWN)
    if answer.outcome == "return":
        purchase.state = PurchaseState.OPEN
        return returned(answer.element_id, answer.values)
    framework, chosen = _held(answer.session, purchase), purchase.chosen
    assert chosen is not None
    member = next(each for each in framework.firms if each.contract.firm_id == chosen.firm_id)
    refuse(_unavailable(answer, purchase, framework, member, chosen.total))
    purchase.approved_by, purchase.approved_at = answer.actor.username, answer.at
    return {**HEEDED, "approval_note": said(answer.values, "note")}

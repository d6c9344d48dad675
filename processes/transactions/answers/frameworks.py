"""A framework that is concluded, and whether something may be called off from it now (§3.13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from engine.sdk import (
    Json,
    Problem,
    Session,
    TaskAnswer,
    next_number,
    send_to_case,
)
from engine.values import JalaliDate, Rial, local_date
from processes.transactions.answers.credit import release
from processes.transactions.queries.frameworks import (
    framework_of_contract,
    framework_of_tender,
    room_of,
)
from processes.transactions.records import (
    Award,
    ContractState,
    Framework,
    FrameworkFirm,
    Ground,
    PublicContract,
    PurchaseRequest,
    RequestItem,
    RequestState,
)
from processes.transactions.rules.contracts import Priced
from processes.transactions.rules.frameworks import (
    Line,
    Wanted,
    check_term,
    price_items,
)


def agree(
    answer: TaskAnswer, award: Award, contract: PublicContract, request: PurchaseRequest
) -> None:
    """Keep a signed contract as a framework's, the first one or one more.

    Nothing is ordered by it: the credit of the request goes back, and each call-off reserves its
    own.
    """
    session, tender = answer.session, award.tender
    found = framework_of_tender(session, tender.id)
    if found is None:
        assert tender.framework is not None
        year = JalaliDate.of(local_date(answer.at)).year
        number = next_number(session, f"framework/{tender.unit}/{year}")
        found = Framework(
            unit=tender.unit,
            number=f"{tender.unit}-{year}-F-{number:04d}",
            subject=tender.title,
            category=contract.category,
            choice=tender.framework,
            concluded_at=answer.at,
        )
        session.add(found)
        release(session, request, request.reserved, answer.at)
        request.state = RequestState.ORDERED
        told: dict[str, Json] = {"order_no": contract.number, "ordered": contract.price.amount}
        key = f"contract/{contract.id}"
        send_to_case(session, request.instance_id, "order_placed", told, key=key, at=answer.at)
    found.firms.append(FrameworkFirm(rank=award.rank, contract=contract))
    session.flush()


def framework_held(session: Session, framework_id: UUID) -> Framework:
    """Return a framework, held: of two call-offs that ask at once, one sees what the other took."""
    return session.get_one(Framework, framework_id, with_for_update=True, populate_existing=True)


def standing_problems(member: FrameworkFirm, on: date, field: str) -> list[Problem]:
    """Return why nothing is called off from a supplier on a day.

    ``FRM-002`` outside the term · ``FRM-003`` the contract has ended or is suspended ·
    ``PRC-006`` debarred.
    """
    contract = member.contract
    if contract.state is not ContractState.SIGNED:
        return [Problem("FRM-003", field)]
    problems = check_term(contract.starts_on, contract.ends_on, on, field)
    barred = contract.firm.debarment_on(on)
    if barred is not None:
        until = "-" if barred.until is None else str(JalaliDate.of(barred.until))
        problems.append(Problem("PRC-006", field, {"firm": contract.firm.name, "until": until}))
    return problems


def supplement_problems(
    session: Session, contract: PublicContract, change: Rial, days: int, fields: tuple[str, str]
) -> list[Problem]:
    """Return why a framework, or what is called off from one, does not change so; it is held.

    ``FRM-007`` the ceiling would be below what is called off · of a call-off ``FRM-001`` above
    what is left of the ceiling, ``FRM-002`` beyond the supplier's term.

    Args:
        fields: beside which the amount and the days are refused.
    """
    framework = framework_of_contract(session, contract, held=True)
    if framework is None:
        return []
    of_amount, of_days = fields
    room = room_of(session, framework)
    if contract.ground is not Ground.CALL_OFF:
        if contract.id != framework.first.id or room.left + change >= Rial.ZERO:
            return []
        return [Problem("FRM-007", of_amount, {"left": str(room.left.amount)})]
    problems = room.problems(change, of_amount) if change > Rial.ZERO else []
    if days > 0:
        own = next(e.contract for e in framework.firms if e.contract.firm_id == contract.firm_id)
        until = contract.ends_on + timedelta(days=days)
        problems += check_term(own.starts_on, own.ends_on, until, of_days)
    return problems


def standing(framework: Framework, on: date) -> list[FrameworkFirm]:
    """Return the suppliers that something may be called off from on a day, by rank."""
    return [each for each in framework.firms if not standing_problems(each, on, "")]


def priced(
    items: Sequence[RequestItem], contract: PublicContract
) -> tuple[list[Priced], list[Problem]]:
    """Return the items of a request at a supplier's prices, and where one has none."""
    wanted = [Wanted(each.code, each.description, Decimal(each.quantity)) for each in items]
    bill = [Line(each.code, each.description, each.unit_price) for each in contract.bill]
    return price_items(wanted, bill)


def request_problems(session: Session, request: PurchaseRequest, on: date) -> list[Problem]:
    """Return why a request cannot be called off from the framework that it names.

    ``GEN-CHOICE`` another unit's · ``FRM-001`` above what is left · ``FRM-002``, ``FRM-003``,
    ``PRC-006`` as `standing_problems`, where it holds of every supplier · ``FRM-004`` an item
    that has no price in it.
    """
    found = session.get(Framework, request.framework_id) if request.framework_id else None
    if found is None or found.unit != request.unit:
        return [Problem("GEN-CHOICE", "framework_id")]
    usable = standing(found, on)
    if not usable:
        return standing_problems(found.firms[0], on, "framework_id")
    lines, problems = priced(request.items, usable[0].contract)
    if problems:
        return problems
    cost = Rial.total(each.amount for each in lines)
    return room_of(session, found).problems(max(request.estimate, cost), "estimate")

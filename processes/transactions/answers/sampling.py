"""Drawing and looking at the sample of a month's small purchases (§3.13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select

from engine.sdk import (
    Actor,
    CaseFacts,
    Json,
    NotAtThisDesk,
    Problem,
    Session,
    StartRequest,
    TaskAnswer,
    Unit,
    case_start,
    option_source,
    task_answer,
)
from engine.values import InvalidValue, JalaliDate, end_of_day, local_date
from processes.transactions import registry
from processes.transactions.answers.finding import refuse, said
from processes.transactions.records import (
    Purchase,
    PurchaseKind,
    PurchaseRequest,
    PurchaseSample,
    PurchaseState,
    SampledPurchase,
)
from processes.transactions.rules.sampling import sample

_PROCESS: Final = "purchase_sample"
_ANYWHERE: Final = "*"
IN_ORDER: Final = "IN_ORDER"


@option_source("units_of_auditor")
def units_of_auditor(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the units whose purchases the actor looks at."""
    mine = set(actor.units_of("AUDITOR"))
    query = select(Unit).order_by(Unit.code)
    if _ANYWHERE not in mine:
        query = query.where(Unit.code.in_(mine))
    return [(each.code, f"{each.code} · {each.title_fa}") for each in session.scalars(query)]


@case_start(_PROCESS)
def draw_sample(request: StartRequest) -> CaseFacts:
    """Draw the sample of a unit's month that is over, once.

    Raises:
        NotAtThisDesk: the actor audits another unit.
        RulesBroken: ``SMP-001`` no month, or one that is not over; ``SMP-002`` it was drawn;
            ``SMP-003`` nothing was bought directly.
    """
    session, values, today = request.session, request.values, local_date(request.at)
    unit = str(values["unit"])
    if not {unit, _ANYWHERE} & set(request.actor.units_of("AUDITOR")):
        raise NotAtThisDesk(f"AUDITOR@{unit}")
    first = _first_of(str(values["month"]))
    if first is None or first.plus_months(1).gregorian() > today:
        refuse([Problem("SMP-001", "month")])
    assert first is not None
    month, seed = f"{first.year}/{first.month:02d}", str(values["seed"]).strip()
    known = select(PurchaseSample.number).where(
        PurchaseSample.unit == unit, PurchaseSample.month == month
    )
    drawn_already = session.scalar(known)
    if drawn_already is not None:
        refuse([Problem("SMP-002", "month", {"number": drawn_already})])
    bought = _bought(session, unit, first)
    if not bought:
        refuse([Problem("SMP-003", "month")])
    share = registry.pack_of(unit, today).rate("audit.sample.share", today)
    drawn = sample(bought, seed, share)
    row = PurchaseSample(
        instance_id=request.instance_id, unit=unit, month=month,
        number=f"{unit}-{month.replace('/', '-')}-N", seed=seed, population=len(bought),
        drawn_at=request.at, drawn_by=request.actor.username,
        items=[
            SampledPurchase(position=position, purchase=bought[each])
            for position, each in enumerate(drawn, 1)
        ],
    )  # fmt: skip
    session.add(row)
    session.flush()
    facts: dict[str, Json] = {
        "sample_no": row.number,
        "month": month,
        "seed": seed,
        "population": row.population,
        "drawn": len(drawn),
        "sampled": [_shown(bought[each]) for each in drawn],
    }
    return CaseFacts(row.number, month, unit, None, facts)


def _first_of(text: str) -> JalaliDate | None:
    try:
        return JalaliDate.parse(f"{text.strip()}/01")
    except InvalidValue:
        return None


def _bought(session: Session, unit: str, first: JalaliDate) -> dict[str, Purchase]:
    """Return the direct purchases that were ordered in a month, by the number of the order."""
    since = end_of_day(first.gregorian() - timedelta(days=1))
    until = end_of_day(first.plus_months(1).gregorian() - timedelta(days=1))
    query = (
        select(Purchase)
        .join(PurchaseRequest)
        .where(
            PurchaseRequest.unit == unit,
            Purchase.kind == PurchaseKind.DIRECT,
            Purchase.state == PurchaseState.ORDERED,
            Purchase.ordered_at > since,
            Purchase.ordered_at <= until,
        )
    )
    return {str(each.order_no): each for each in session.scalars(query)}


def _shown(purchase: Purchase) -> dict[str, Json]:
    chosen = purchase.chosen
    return {
        "order_no": purchase.order_no,
        "subject": purchase.request.subject,
        "supplier": None if chosen is None else chosen.firm.name,
        "total": None if chosen is None else chosen.total.amount,
        "market_check": purchase.market_check,
        "finding": None,
        "note": None,
    }


@task_answer(_PROCESS, "examine")
def examine(answer: TaskAnswer) -> dict[str, Json]:
    """Take what was found of each purchase, and the conclusion.

    Raises:
        RulesBroken: ``SMP-004`` a line is missing; ``SMP-005`` what is wrong is not described.
    """
    query = select(PurchaseSample).where(PurchaseSample.instance_id == answer.instance_id)
    found = answer.session.scalars(query.with_for_update()).one()
    rows: Sequence[Mapping[str, Any]] = answer.values.get("sampled") or []
    if len(rows) != len(found.items):
        refuse([Problem("SMP-004", "sampled")])
    refuse(
        [
            Problem("SMP-005", f"sampled/{row}/note")
            for row, each in enumerate(rows)
            if each["finding"] != IN_ORDER and not said(each, "note")
        ]
    )
    told: list[Json] = []
    for item, each in zip(found.items, rows, strict=True):
        item.finding, item.note = str(each["finding"]), said(each, "note")
        told.append({**_shown(item.purchase), "finding": item.finding, "note": item.note})
    found.conclusion = said(answer.values, "conclusion")
    found.reported_at, found.reported_by = answer.at, answer.actor.username
    return {"sampled": told, "conclusion": found.conclusion}

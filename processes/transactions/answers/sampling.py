"""Drawing and looking at the sample of a month's small purchases (§3.13)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
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
    send_message,
    task_answer,
    tell_act,
)
from engine.values import InvalidValue, JalaliDate, local_date
from processes.transactions import registry
from processes.transactions.answers.finding import AREA, refuse, said
from processes.transactions.records import (
    Purchase,
    PurchaseKind,
    PurchaseRequest,
    PurchaseSample,
    PurchaseState,
    SampledPurchase,
    SampleSeed,
)
from processes.transactions.rules.sampling import bounds, month_after, named, sample, sha256_of

_PROCESS: Final = "purchase_sample"
_ANYWHERE: Final = "*"
IN_ORDER: Final = "IN_ORDER"
OPENED: Final = "sample_month"  #: the message that begins the case of a month
_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


@option_source("units_of_auditor")
def units_of_auditor(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the units whose purchases the actor looks at."""
    mine = set(actor.units_of("AUDITOR"))
    query = select(Unit).order_by(Unit.code)
    if _ANYWHERE not in mine:
        query = query.where(Unit.code.in_(mine))
    return [
        (each.code, f"{each.code} · {each.title(actor.locale)}") for each in session.scalars(query)
    ]


@case_start("sample_following")
def follow_month(request: StartRequest) -> CaseFacts:
    """Begin the sample of a unit's month; those of the months after it begin by themselves.

    Raises:
        NotAtThisDesk: the actor audits another unit.
        RulesBroken: ``SMP-001`` no month, or one after the next; ``SMP-002`` it was begun.
    """
    session, today = request.session, local_date(request.at)
    unit = str(request.values["unit"])
    if not {unit, _ANYWHERE} & set(request.actor.units_of("AUDITOR")):
        raise NotAtThisDesk(f"AUDITOR@{unit}")
    first = _first_of(str(request.values["month"]))
    if first is None or first.gregorian() > month_after(today).gregorian():
        refuse([Problem("SMP-001", "month")])
    assert first is not None
    facts = opened(session, unit, first, request.at)
    if facts is None:
        refuse([Problem("SMP-002", "month")])
    assert facts is not None
    number, month = str(facts["sample_no"]), str(facts["month"])
    send_message(session, OPENED, "", facts, key=number, at=request.at)
    return CaseFacts(number, month, unit, None, {"sample_no": number, "month": month})


def opened(session: Session, unit: str, first: JalaliDate, at: datetime) -> dict[str, Json] | None:
    """Return what a case of a month knows, once; ``None``: it was begun before."""
    month = named(first)
    drawn = select(PurchaseSample.id).where(
        PurchaseSample.unit == unit, PurchaseSample.month == month
    )
    if session.get(SampleSeed, (unit, month)) or session.scalar(drawn.limit(1)):
        return None
    session.add(SampleSeed(unit=unit, month=month, opened_at=at))
    session.flush()
    begins, ends = bounds(first)
    return {
        "unit_code": unit,
        "sample_no": f"{unit}-{month.replace('/', '-')}-N",
        "month": month,
        "month_begins_at": begins.isoformat(),
        "month_ends_at": ends.isoformat(),
        "seed": None,
        "seed_hash": None,
        "population": None,
        "drawn": None,
        "sampled": [],
    }


def follow_by_itself(session: Session, unit: str, at: datetime) -> None:
    """Begin the samples of a unit that buys directly with the next month, where its pack says so.

    Nobody has to remember it; where the month was begun, by hand or before, nothing happens.
    """
    on = local_date(at)
    if not registry.pack_of(unit, on).whole("audit.sample.by.itself", on):
        return
    facts = opened(session, unit, month_after(on), at)
    if facts is not None:
        send_message(session, OPENED, "", facts, key=str(facts["sample_no"]), at=at)


def seed_of(session: Session, values: Mapping[str, Any]) -> SampleSeed:
    """Return what was announced of a case's month."""
    key = str(values["unit_code"]), str(values["month"])
    return session.get_one(SampleSeed, key, with_for_update=True)


@task_answer(_PROCESS, "announce_seed")
def announce_seed(answer: TaskAnswer) -> dict[str, Json]:
    """Keep the hash of the seed before the month begins; the journal has it, too.

    Raises:
        RulesBroken: ``SMP-007`` it is no SHA-256; ``SMP-008`` the month has begun.
    """
    sha256 = str(answer.values["seed_hash"]).strip().lower()
    if not _SHA256.fullmatch(sha256):
        refuse([Problem("SMP-007", "seed_hash")])
    found = seed_of(answer.session, answer.case_values)
    first = _first_of(found.month)
    assert first is not None
    if answer.at >= bounds(first)[0]:
        refuse([Problem("SMP-008", "seed_hash")])
    found.sha256, found.announced_at = sha256, answer.at
    found.announced_by = answer.actor.username
    told: dict[str, Json] = {"unit": found.unit, "month": found.month, "sha256": sha256}
    tell_act(
        answer.session, AREA, "sample_seed_announced", told, actor=answer.actor, at=answer.at,
        case_id=answer.instance_id,
    )  # fmt: skip
    return {"seed_hash": sha256}


@task_answer(_PROCESS, "draw")
def draw_sample(answer: TaskAnswer) -> dict[str, Json]:
    """Draw the sample by the seed, which is the announced one where one was.

    Raises:
        RulesBroken: ``SMP-003`` nothing was bought directly; ``SMP-006`` another seed.
    """
    session, today = answer.session, local_date(answer.at)
    announced, seed = seed_of(session, answer.case_values), str(answer.values["seed"]).strip()
    if announced.sha256 not in {None, sha256_of(seed)}:
        refuse([Problem("SMP-006", "seed")])
    unit, first = announced.unit, _first_of(announced.month)
    assert first is not None
    bought = bought_in(session, unit, first)
    if not bought:
        refuse([Problem("SMP-003", "seed")])
    share = registry.pack_of(unit, today).rate("audit.sample.share", today)
    drawn = sample(bought, seed, share)
    session.add(
        PurchaseSample(
            instance_id=answer.instance_id, unit=unit, month=announced.month,
            number=str(answer.case_values["sample_no"]), seed=seed, population=len(bought),
            drawn_at=answer.at, drawn_by=answer.actor.username,
            items=[
                SampledPurchase(position=position, purchase=bought[each])
                for position, each in enumerate(drawn, 1)
            ],
        )
    )  # fmt: skip
    session.flush()
    return {
        "seed": seed,
        "population": len(bought),
        "drawn": len(drawn),
        "sampled": [_shown(bought[each]) for each in drawn],
    }


def _first_of(text: str) -> JalaliDate | None:
    try:
        return JalaliDate.parse(f"{text.strip()}/01")
    except InvalidValue:
        return None


def bought_in(session: Session, unit: str, first: JalaliDate) -> dict[str, Purchase]:
    """Return the direct purchases that were ordered in a month, by the number of the order."""
    since, until = bounds(first)
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

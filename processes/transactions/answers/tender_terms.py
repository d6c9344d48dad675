"""Quality, commission and invited firms of a tender, as its documents say them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.sdk import Actor, Problem, TaskAnswer, at_work_in
from engine.values import Percentage, local_date
from processes.transactions import registry
from processes.transactions.answers.finding import said
from processes.transactions.answers.offers import barred
from processes.transactions.queries.invitations import last_invited
from processes.transactions.queries.prequalifying import live_prequalification
from processes.transactions.queries.sealing import COMMISSION
from processes.transactions.queries.tenders import pack_of
from processes.transactions.records import (
    ChoiceRule,
    Firm,
    FirmGrade,
    Method,
    Tender,
    TenderCriterion,
    TenderInvitation,
)
from processes.transactions.rules.balanced_price import check_impact
from processes.transactions.rules.rotation import passed_over
from processes.transactions.rules.scoring import Criterion, Scale
from processes.transactions.sealing.dealing import LEAST, MOST


def write_quality(found: Tender, answer: TaskAnswer) -> list[Problem]:
    """Write down how quality is scored; return what is wrong with it.

    A two-stage tender has criteria. ``TND-020`` score or impact out of bounds · ``TND-022``,
    ``TND-023`` weights · ``GEN-REQUIRED``.
    """
    values, on = answer.values, local_date(answer.at)
    pack = pack_of(found, on)
    rows = [
        (str(each["title"]).strip(), Decimal(str(each["weight"])))
        for each in values.get("criteria") or []
    ]
    found.criteria = []
    answer.session.flush()
    found.criteria = [
        TenderCriterion(position=number, title=title, weight=weight)
        for number, (title, weight) in enumerate(rows, 1)
    ]
    found.impact, found.minimum_score = _number(values.get("impact")) or Decimal(0), None
    if not rows:
        problems = [Problem("TND-077", "impact")] if found.impact else []
        if found.method is Method.TWO_STAGE_TENDER:
            problems.append(Problem("GEN-REQUIRED", "criteria"))
        return problems
    minimum = _number(values.get("minimum_score"))
    found.minimum_score = pack.value("quality.minimum", on) if minimum is None else minimum
    criteria = tuple(Criterion(title, title, Percentage(weight)) for title, weight in rows)
    told = Scale(criteria, found.minimum_score).problems()
    lowest, highest = pack.value("quality.impact.min", on), pack.value("quality.impact.max", on)
    return [beside_field(each, [title for title, _ in rows]) for each in told] + impact_problems(
        found.impact, lowest, highest
    )


def impact_problems(impact: Decimal, lowest: Decimal, highest: Decimal) -> list[Problem]:
    """Return ``TND-020`` where an impact is neither zero nor within the pack's bounds (§3.7)."""
    if impact and not lowest <= impact <= highest:
        return [Problem("TND-020", "impact", {"value": str(impact)})]
    return check_impact(None, impact)


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def beside_field(problem: Problem, titles: list[str]) -> Problem:
    """Return a problem of a scale beside the field of the form that it means."""
    if problem.field == "minimum":
        return Problem(problem.code, "minimum_score", problem.params)
    title = (problem.field or "").removeprefix("criteria/")
    if title not in titles:
        return Problem(problem.code, "criteria", problem.params)
    row = len(titles) - 1 - titles[::-1].index(title)
    return Problem(problem.code, f"criteria/{row}/title", problem.params)


def write_list(found: Tender, answer: TaskAnswer) -> list[Problem]:
    """Write down the grade asked for, and whom a limited tender invites (R-TND-15, R-TND-18).

    ``TND-074`` a firm without the grade · ``TND-075`` fewer than the pack asks for · ``PRC-006``
    a debarred firm · ``PRC-007`` one twice · ``GEN-REQUIRED`` no reason, or half a grade ·
    ``TND-145`` not all of the grade are invited, and no rule says how these were chosen ·
    ``TND-146`` by rotation it is another's turn, and no note says why it is passed over. After a
    pre-qualification it is its short list that is invited, as few as that may be: ``PRQ-007`` a
    firm that is not on it · ``PRQ-008`` one of it is left out that is not debarred.
    """
    values = answer.values
    found.work_field = said(values, "work_field")
    grade = said(values, "least_grade")
    found.least_grade = None if grade is None else int(grade)
    problems = []
    if (found.work_field is None) is not (found.least_grade is None):
        missing = "work_field" if found.work_field is None else "least_grade"
        problems.append(Problem("GEN-REQUIRED", missing))
    found.invitations = []
    answer.session.flush()
    if found.method is not Method.LIMITED_TENDER:
        return problems
    found.list_reason = said(values, "list_reason")
    if found.list_reason is None:
        problems.append(Problem("GEN-REQUIRED", "list_reason"))
    if found.work_field is None and found.least_grade is None and not found.is_prequalified:
        problems.append(Problem("GEN-REQUIRED", "work_field"))
    firms, wrong = _invited(found, answer)
    on = local_date(answer.at)
    least = pack_of(found, on).whole("limited.invited.min", on)
    if found.is_prequalified:
        wrong += _not_short_listed(found, answer, firms)
    elif len(firms) < least:
        wrong.append(Problem("TND-075", "invited", {"least": str(least)}))
    else:
        wrong += _write_choice(found, answer, firms)
    found.invitations = [TenderInvitation(firm_id=each.id, firm=each) for each in firms]
    return problems + wrong


def _invited(found: Tender, answer: TaskAnswer) -> tuple[list[Firm], list[Problem]]:
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
            problems += barred(firm, answer, field) + _ungraded(firm, found, answer, field)
            firms.append(firm)
    return firms, problems


def _write_choice(found: Tender, answer: TaskAnswer, firms: Sequence[Firm]) -> list[Problem]:
    """Write down by which rule these firms were chosen where others have the grade, too."""
    on, rule = local_date(answer.at), said(answer.values, "choice_rule")
    found.choice_rule = found.turn_note = None
    if found.work_field is None or found.least_grade is None:
        return []
    graded = answer.session.scalars(
        select(Firm).join(FirmGrade).where(FirmGrade.field == found.work_field).distinct()
    )
    left_out = [
        each
        for each in graded
        if each not in firms
        and each.debarment_on(on) is None
        and not _ungraded(each, found, answer, "invited")
    ]
    if not left_out:
        return []
    if rule is None:
        return [Problem("TND-145", "choice_rule", {"count": str(len(left_out))})]
    found.choice_rule = ChoiceRule(rule)
    if found.choice_rule is not ChoiceRule.ROTATION:
        return []
    found.turn_note = said(answer.values, "turn_note")
    return [] if found.turn_note else _not_by_turn(found, answer, firms, left_out)


def _not_by_turn(
    found: Tender, answer: TaskAnswer, firms: Sequence[Firm], left_out: Sequence[Firm]
) -> list[Problem]:
    """Return ``TND-146`` where a firm that is left out waits longer than one that is invited."""
    on = local_date(answer.at)
    days = pack_of(found, on).whole("limited.rotation.days", on)
    known = last_invited(
        answer.session, found, [each.id for each in (*firms, *left_out)],
        answer.at - timedelta(days=days),
    )  # fmt: skip

    def by_firm(some: Sequence[Firm]) -> dict[str, date | None]:
        return {each.name: _day(known.get(each.id)) for each in some}

    waiting = passed_over(by_firm(firms), by_firm(left_out))
    if not waiting:
        return []
    return [Problem("TND-146", "choice_rule", {"firms": "، ".join(waiting)})]


def _day(at: datetime | None) -> date | None:
    return None if at is None else local_date(at)


def _not_short_listed(found: Tender, answer: TaskAnswer, firms: Sequence[Firm]) -> list[Problem]:
    """Return where those invited are not the short list, but for who was debarred since."""
    listed = live_prequalification(answer.session, found.request_id)
    assert listed is not None
    on, wanted = local_date(answer.at), [each.firm for each in listed.short_list]
    problems = [
        Problem("PRQ-007", f"invited/{row}/firm_id", {"firm": each.name})
        for row, each in enumerate(firms)
        if each not in wanted
    ]
    missing = [e.name for e in wanted if e not in firms and e.debarment_on(on) is None]
    if missing:
        problems.append(Problem("PRQ-008", "invited", {"firm": "، ".join(missing)}))
    return problems


def _ungraded(firm: Firm, found: Tender, answer: TaskAnswer, field: str) -> list[Problem]:
    if found.work_field is None or found.least_grade is None:
        return []
    grade = firm.grade_in(found.work_field, local_date(answer.at))
    if grade is not None and grade <= found.least_grade:  # 1 is the highest
        return []
    told = {"firm": firm.name, "field": found.work_field, "grade": str(found.least_grade)}
    return [Problem("TND-074", field, told)]


@dataclass(frozen=True, slots=True)
class Commission:
    """Who opens and decides what was sealed."""

    members: list[Actor]  #: the chair first
    deputies: Mapping[str, Actor]  #: by the user names of their members


def commission_of(answer: TaskAnswer, unit: str) -> tuple[Commission, list[Problem]]:
    """Return the commission an answer names, and what is wrong with it.

    ``TND-071`` fewer than the pack asks for · ``TND-052`` the threshold · ``GEN-CHOICE`` somebody
    who is no member today, or who writes the documents · ``TND-065`` somebody on two seats.
    """
    named = list(dict.fromkeys(str(each) for each in answer.values.get("members") or []))
    known = {
        each.username: each
        for each in at_work_in(answer.session, unit, answer.at, role=COMMISSION)
        if unit in each.units_of(COMMISSION)
    }
    members = [known[each] for each in named if each in known]
    who = [_person(each) for each in (*members, answer.actor)]
    is_right = len(members) == len(named) and len(set(who)) == len(who)
    problems = [] if is_right else [Problem("GEN-CHOICE", "members")]
    chair = said(answer.values, "chair")
    if chair is not None and chair not in named:
        problems.append(Problem("GEN-CHOICE", "chair"))
    members.sort(key=lambda each: each.username != chair)  # the first seat is the chair's
    on = local_date(answer.at)
    least = registry.pack_of(unit, on).whole("commission.members", on)
    if len(named) < least:
        problems.append(Problem("TND-071", "members", {"least": str(least)}))
    deputies, wrong = _deputies(answer, named, set(who), known)
    if not LEAST <= int(answer.values["threshold"]) <= len(named) <= MOST - len(deputies):
        problems.append(Problem("TND-052", "threshold"))
    return Commission(members, deputies), problems + wrong


def _person(actor: Actor) -> str:
    return actor.national_code or actor.username


def _deputies(
    answer: TaskAnswer, members: Sequence[str], taken: set[str], known: Mapping[str, Actor]
) -> tuple[dict[str, Actor], list[Problem]]:
    """Return the deputy of each member who has one; nobody is two of them.

    Args:
        taken: people who have a seat, or write the documents.
    """
    found: dict[str, Actor] = {}
    problems = []
    for row, each in enumerate(answer.values.get("deputies") or []):
        member, deputy = str(each["member"]), str(each["deputy"])
        if member not in members:
            problems.append(Problem("GEN-CHOICE", f"deputies/{row}/member"))
        elif member in found:
            problems.append(Problem("TND-065", f"deputies/{row}/member"))
        elif deputy not in known:
            problems.append(Problem("GEN-CHOICE", f"deputies/{row}/deputy"))
        elif _person(known[deputy]) in taken | {_person(one) for one in found.values()}:
            problems.append(Problem("TND-065", f"deputies/{row}/deputy"))
        else:
            found[member] = known[deputy]
    return found, problems

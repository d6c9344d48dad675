"""Reads pre-qualifications: for answers and commands, for the public, for those who score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select

from engine.sdk import Actor, NotFound, Problem, Session, holds_contents
from engine.values import JalaliDate, Percentage, local_date
from processes.transactions import registry
from processes.transactions.queries.requests import READERS
from processes.transactions.records import (
    Applicant,
    ApplicantMark,
    ApplicantPaper,
    Firm,
    Prequalification,
    PrequalificationEvaluator,
    PrequalificationState,
)
from processes.transactions.rules.computation import Computed
from processes.transactions.rules.scoring import Criterion, Mark, Scale, Score, score

holds_contents(ApplicantPaper.sha256)

#: Of which nothing more comes.
OVER: Final = frozenset({PrequalificationState.UNSUCCESSFUL, PrequalificationState.CANCELLED})
_ANYWHERE: Final = "*"
_NEWEST: Final = 200  #: shown of a list


def prequalification_of_case(session: Session, instance_id: UUID) -> Prequalification:
    """Return the pre-qualification of a case, held against every other change of it."""
    query = select(Prequalification).where(Prequalification.instance_id == instance_id)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()


def prequalification(session: Session, number: str, *, to_change: bool = False) -> Prequalification:
    """Return a pre-qualification that was published, by its number.

    Raises:
        NotFound: there is none.
    """
    query = select(Prequalification).where(
        Prequalification.number == number, Prequalification.published_at.is_not(None)
    )
    if to_change:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(f"no pre-qualification {number}")
    return found


def live_prequalification(session: Session, request_id: UUID) -> Prequalification | None:
    """Return the pre-qualification of a request that is under way or has its short list."""
    query = select(Prequalification).where(
        Prequalification.request_id == request_id, Prequalification.state.not_in(OVER)
    )
    return session.scalars(query).one_or_none()


def published(session: Session, at: datetime) -> list[Prequalification]:
    """Return what was published: calls that are open by their deadline, then the rest."""
    query = select(Prequalification).where(Prequalification.published_at.is_not(None))
    found = session.scalars(query.order_by(Prequalification.published_at.desc()).limit(_NEWEST))
    return sorted(found, key=lambda each: not takes_papers(each, at))


def takes_papers(found: Prequalification, at: datetime) -> bool:
    """Tell whether papers are taken at a moment; at the very deadline they are in time."""
    is_open = found.state is PrequalificationState.PUBLISHED
    return is_open and found.deadline is not None and at <= found.deadline


def problems_of(
    session: Session, found: Prequalification, bidder: str, at: datetime
) -> list[Problem]:
    """Return why a bidder may not hand papers in now.

    ``TND-110`` not in the register · ``PRC-006`` debarred · ``PRQ-005`` no papers are taken.
    """
    firm = firm_of(session, bidder)
    problems = [] if firm is None else debarred(firm, local_date(at))
    if firm is None:
        problems.append(Problem("TND-110"))
    if not takes_papers(found, at):
        problems.append(Problem("PRQ-005"))
    return problems


def firm_of(session: Session, bidder: str) -> Firm | None:
    """Return a firm of the register by its legal id."""
    return session.scalars(select(Firm).where(Firm.identifier == bidder)).one_or_none()


def debarred(firm: Firm, on: date, field: str | None = None) -> list[Problem]:
    """Return ``PRC-006`` where a firm takes no part on a day."""
    barred = firm.debarment_on(on)
    if barred is None:
        return []
    until = "-" if barred.until is None else str(JalaliDate.of(barred.until))
    return [Problem("PRC-006", field, {"firm": firm.name, "until": until})]


def applicant_of(found: Prequalification, bidder: str | None) -> Applicant | None:
    """Return what a bidder has handed in."""
    return next((each for each in found.applicants if each.firm.identifier == bidder), None)


def least_firms(found: Prequalification, on: date) -> int:
    """Return how many firms a limited tender invites at least (§3.4)."""
    return registry.pack_of(found.unit, on).whole("limited.invited.min", on)


def least_evaluators(found: Prequalification, on: date) -> int:
    """Return how many score at least."""
    return registry.pack_of(found.unit, on).whole("prequalification.evaluators.min", on)


def calls_before_exception(found: Prequalification, on: date) -> int:
    """Return how often firms are called before fewer than the least are taken."""
    return registry.pack_of(found.unit, on).whole("prequalification.calls.min", on)


def scale_of(found: Prequalification, at: datetime) -> Scale:
    """Return how applicants are weighed: as the call says, else as the pack of the unit does."""
    on = local_date(at)
    pack = registry.pack_of(found.unit, on)
    minimum = found.minimum_score
    return Scale(
        tuple(Criterion(str(c.position), c.title, Percentage(c.weight)) for c in found.criteria),
        pack.value("quality.minimum", on) if minimum is None else Decimal(minimum),
        pack.value("quality.spread.wide", on),
        below="score.below_list",  # no price lies here that could stay closed
    )


def counting(found: Prequalification) -> list[PrequalificationEvaluator]:
    """Return whose marks count in the round that is on."""
    return [each for each in found.scoring if each.conflict is None]


def marks_of(session: Session, found: Prequalification) -> list[ApplicantMark]:
    """Return the marks of the round that is on, or of the last one."""
    query = select(ApplicantMark).where(
        ApplicantMark.applicant_id.in_([each.id for each in found.applicants]),
        ApplicantMark.round == found.round,
    )
    return list(session.scalars(query.order_by(ApplicantMark.criterion, ApplicantMark.evaluator)))


def score_of(
    scale: Scale, given: Sequence[ApplicantMark], evaluators: Sequence[PrequalificationEvaluator]
) -> Computed[Score]:
    """Return the score of an applicant by the marks of those who count.

    Raises:
        RulesBroken: as of `rules.scoring.score`.
    """
    names = {each.position: each.username for each in evaluators}
    marks = [
        Mark(names[each.evaluator], str(each.criterion), each.value)
        for each in given
        if each.evaluator in names
    ]
    return score(scale, marks, set(names.values()))


@dataclass(frozen=True, slots=True)
class Scored:
    """An applicant, with everybody's marks once the scores stand."""

    applicant: Applicant
    worked_out: Computed[Score] | None
    marks: Sequence[ApplicantMark]


@dataclass(frozen=True, slots=True)
class OfficePage:
    """A pre-qualification as those who buy, score and decide see it."""

    found: Prequalification
    scale: Scale
    applicants: Sequence[Scored]  #: none before the deadline: nobody is told who has applied
    reads_papers: bool


def office_list(session: Session, actor: Actor) -> list[Prequalification]:
    """Return the newest pre-qualifications of the units the actor reads, or that he scores in."""
    units = {unit for role in READERS & actor.roles for unit in actor.units_of(role)}
    scored = select(PrequalificationEvaluator.prequalification_id).where(
        PrequalificationEvaluator.username == actor.username
    )
    query = select(Prequalification)
    if _ANYWHERE not in units:
        query = query.where(
            or_(Prequalification.unit.in_(sorted(units)), Prequalification.id.in_(scored))
        )
    return list(session.scalars(query.order_by(Prequalification.made_at.desc()).limit(_NEWEST)))


def office_page(session: Session, actor: Actor, number: str, at: datetime) -> OfficePage:
    """Return a pre-qualification of a unit the actor reads, or scores in.

    Papers and applicants are nobody's before the deadline; marks of others are shown when the
    scores stand.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    query = select(Prequalification).where(Prequalification.number == number)
    found = session.scalars(query).one_or_none()
    units = {unit for role in READERS & actor.roles for unit in actor.units_of(role)}
    if found is None:
        raise NotFound(f"no pre-qualification {number}")
    scores = any(each.username == actor.username for each in found.scoring)
    if not scores and not {found.unit, _ANYWHERE} & units:
        raise NotFound(f"no pre-qualification {number}")
    is_past = found.state not in {PrequalificationState.DRAFT, PrequalificationState.PUBLISHED}
    scale, rows = scale_of(found, at), found.applicants if is_past else []
    marks = marks_of(session, found)
    shown = []
    for each in rows:
        own = [mark for mark in marks if mark.applicant_id == each.id]
        stands = each.score is not None
        worked_out = score_of(scale, own, counting(found)) if stands and own else None
        shown.append(Scored(each, worked_out, own if stands else []))
    return OfficePage(found, scale, shown, is_past)


def paper_of(page: OfficePage, applicant_id: UUID, position: int) -> ApplicantPaper:
    """Return a paper of an applicant for those who read them.

    Raises:
        NotFound: there is none.
    """
    for each in page.applicants:
        if each.applicant.id == applicant_id:
            for paper in each.applicant.papers:
                if paper.position == position:
                    return paper
    raise NotFound(f"no paper {position} of {applicant_id}")


def of_bidder(session: Session, bidder: str) -> list[Prequalification]:
    """Return where a firm has handed papers in, the newest first."""
    query = (
        select(Prequalification)
        .join(Applicant, Applicant.prequalification_id == Prequalification.id)
        .join(Firm, Firm.id == Applicant.firm_id)
        .where(Firm.identifier == bidder)
    )
    return list(session.scalars(query.order_by(Prequalification.made_at.desc())))

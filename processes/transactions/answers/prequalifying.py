"""Pre-qualification: the call, who scores, the marks, and what follows from the short list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select

from engine.sdk import (
    Actor,
    CaseFacts,
    Json,
    NotAtThisDesk,
    Problem,
    Records,
    RulesBroken,
    Session,
    StartRequest,
    TaskAnswer,
    TaskRecall,
    at_work_in,
    case_cancelled,
    case_start,
    choice,
    next_number,
    option_source,
    people_choices,
    task_answer,
    task_recall,
    working_calendar,
)
from engine.values import JalaliDate, Percentage, local_date
from processes.transactions.answers.finding import HEEDED, refuse, returned, said
from processes.transactions.answers.offers import typed
from processes.transactions.answers.prequalifying_ends import end
from processes.transactions.answers.purchases import BUYERS, is_requester, request_held
from processes.transactions.answers.requesting import shown
from processes.transactions.answers.tender_dates import deadline_told
from processes.transactions.answers.tender_terms import beside_field
from processes.transactions.parameters import minimum_time
from processes.transactions.publication.prequalifications import publish_call_given_up
from processes.transactions.queries.evaluation import EVALUATOR
from processes.transactions.queries.people import persons
from processes.transactions.queries.prequalifying import (
    calls_before_exception,
    least_evaluators,
    live_prequalification,
    prequalification_of_case,
)
from processes.transactions.queries.tenders import live_tender
from processes.transactions.records import (
    ApplicantMark,
    Method,
    Prequalification,
    PrequalificationCriterion,
    PrequalificationEvaluator,
    PrequalificationState,
    PurchaseRequest,
    RequestState,
)
from processes.transactions.registry import pack_of
from processes.transactions.rules.minimum_times import check_deadline
from processes.transactions.rules.scoring import Criterion, Scale

_PROCESS: Final = "prequalification"
_MANY: Final = 500


@option_source("requests_to_prequalify")
def requests_to_prequalify(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the requests of limited tenders whose firms are to be looked at first."""
    query = select(PurchaseRequest).where(
        PurchaseRequest.unit.in_(actor.units_of(*BUYERS)),
        PurchaseRequest.state == RequestState.RESERVED,
        PurchaseRequest.method == Method.LIMITED_TENDER,
    )
    found = session.scalars(query.order_by(PurchaseRequest.approved_at.desc()).limit(_MANY))
    return [
        choice(actor, each.id, each.request_no, each.subject, each.value)
        for each in found
        if live_prequalification(session, each.id) is None and live_tender(session, each.id) is None
    ]


@option_source("technical_committee")
def technical_committee(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return who may score in the actor's units."""
    return people_choices(session, actor, EVALUATOR)


@case_start(_PROCESS)
def begin_prequalification(request: StartRequest) -> CaseFacts:
    """Begin to look for the firms that a limited tender is to invite.

    Raises:
        RulesBroken: ``PRC-001`` the request is not ready for a limited tender, or one is under
            way; ``SOD-005`` the officer has requested it.
    """
    wanted = request_held(request.session, request.values.get("request_id"))
    if wanted is None or not _is_ready(request, wanted):
        raise RulesBroken([Problem("PRC-001", "request_id")])
    if is_requester(request.session, wanted, request.actor):
        refuse([Problem("SOD-005", "request_id")])
    year = JalaliDate.of(local_date(request.at)).year
    number = next_number(request.session, f"prequalification/{wanted.unit}/{year}")
    made = Prequalification(
        instance_id=request.instance_id,
        request=wanted,
        unit=wanted.unit,
        number=f"{wanted.unit}-{year}-Q-{number:04d}",
        state=PrequalificationState.DRAFT,
        title=wanted.subject,
        call=1,
        round=0,
        made_at=request.at,
        made_by=request.actor.username,
    )
    request.session.add(made)
    request.session.flush()
    facts: dict[str, Json] = {
        **shown(wanted),
        "prequalification_no": made.number,
        "call_title": made.title,
        "subject": made.title,
        "call": 1,
        "returned_by": None,
        "few_told": None,
        "score_again_reason": None,
        "list_told": None,
        "exception_reason": None,
    }
    return CaseFacts(made.number, made.title, made.unit, None, facts)


def _is_ready(request: StartRequest, wanted: PurchaseRequest) -> bool:
    return (
        wanted.state is RequestState.RESERVED
        and wanted.method is Method.LIMITED_TENDER
        and wanted.unit in request.actor.units_of(*BUYERS)
        and live_tender(request.session, wanted.id) is None
        and live_prequalification(request.session, wanted.id) is None
    )


@task_answer(_PROCESS, "draft_call")
def draft_call(answer: TaskAnswer) -> dict[str, Json]:
    """Take the call as sent for approval, or give it up.

    Raises:
        RulesBroken: ``TND-003`` firms have less than the least time; ``TND-020``, ``TND-022``,
            ``TND-023`` of the scale.
    """
    found = _held(answer)
    if answer.outcome == "give_up":
        end(found, PrequalificationState.CANCELLED, said(answer.values, "give_up_note"), answer.at)
        publish_call_given_up(answer.session, found, answer.at)
        return {}
    found.title = str(answer.values["call_title"]).strip()
    found.description = said(answer.values, "call_description")
    found.papers_asked = said(answer.values, "papers_asked")
    found.made_by = answer.actor.username
    problems = _write_scale(found, answer)
    deadline = datetime.fromisoformat(str(answer.values["deadline"])).astimezone(UTC)
    today = local_date(answer.at)
    least = minimum_time(pack_of(found.unit, today), today, is_international=False)
    calendar = working_calendar(answer.session, found.unit)
    refuse(problems + check_deadline(today, local_date(deadline), least, calendar))
    found.deadline = deadline
    return {
        **HEEDED,
        **typed(answer, "call_title", "call_description", "papers_asked", "criteria"),
        "minimum_score": str(found.minimum_score),
        "subject": found.title,
        **deadline_told(deadline),
    }


@task_recall(_PROCESS, "draft_call")
def take_back(_: TaskRecall) -> Mapping[str, str]:
    """The call is a draft until it is published: nothing goes back with the answer."""
    return {}


def _write_scale(found: Prequalification, answer: TaskAnswer) -> list[Problem]:
    rows = [
        (str(each["title"]).strip(), Decimal(str(each["weight"])))
        for each in answer.values.get("criteria") or []
    ]
    on = local_date(answer.at)
    typed_minimum = answer.values.get("minimum_score")
    found.minimum_score = (
        pack_of(found.unit, on).value("quality.minimum", on)
        if typed_minimum is None
        else Decimal(str(typed_minimum))
    )
    found.criteria = []
    answer.session.flush()
    found.criteria = [
        PrequalificationCriterion(position=place, title=title, weight=weight)
        for place, (title, weight) in enumerate(rows, 1)
    ]
    criteria = tuple(Criterion(title, title, Percentage(weight)) for title, weight in rows)
    scale = Scale(criteria, found.minimum_score)
    return [beside_field(each, [title for title, _ in rows]) for each in scale.problems()]


@task_answer(_PROCESS, "approve_call")
def approve_call(answer: TaskAnswer) -> dict[str, Json]:
    """Let the call be published, or send it back."""
    _held(answer)
    if answer.outcome == "return":
        return returned(answer.element_id, answer.values)
    return {**HEEDED}


@task_answer(_PROCESS, "name_evaluators")
def name_evaluators(answer: TaskAnswer) -> dict[str, Json]:
    """Say who scores the papers: each then has the marks in the own inbox.

    Raises:
        RulesBroken: ``PRQ-001`` fewer than the pack asks for; ``GEN-CHOICE`` one who is not of
            the technical committee, twice, or who wrote the call.
    """
    found = _held(answer)
    named = [str(each["username"]) for each in answer.values.get("named") or []]
    known = {
        each.username
        for each in at_work_in(answer.session, found.unit, answer.at, role=EVALUATOR)
        if found.unit in each.units_of(EVALUATOR)
    }
    who = persons(answer.session, [*named, found.made_by])
    problems = [
        Problem("GEN-CHOICE", f"named/{row}/username")
        for row, each in enumerate(named)
        if each not in known or who[each] in {who[other] for other in [*named[:row], found.made_by]}
    ]
    least = least_evaluators(found, local_date(answer.at))
    if len(named) < least:
        problems.append(Problem("PRQ-001", "named", {"least": str(least)}))
    refuse(problems)
    found.round += 1
    answer.session.add_all(
        PrequalificationEvaluator(
            prequalification_id=found.id, round=found.round, position=place, username=each
        )
        for place, each in enumerate(named, 1)
    )
    rows: list[Json] = [
        {
            "applicant_no": each.position,
            "firm": each.firm.name,
            "criterion_no": criterion.position,
            "criterion": criterion.title,
            "mark": None,
            "mark_reason": None,
        }
        for each in found.applicants
        for criterion in found.criteria
    ]
    evaluators: list[Json] = list(named)
    return {"evaluators": evaluators, "named": typed(answer, "named")["named"], "marks": rows}


@task_answer(_PROCESS, "score_papers")
def score_papers(answer: TaskAnswer) -> dict[str, Json]:
    """Keep one evaluator's marks; nobody else reads them before the scores stand.

    Raises:
        NotAtThisDesk: they are another's to give.
        RulesBroken: ``TND-124`` a mark or its reason is missing, ``TND-020`` out of 0 to 100;
            ``PRQ-002`` the lines are not those of the call.
    """
    found = _held(answer)
    member = answer.case_values.get("evaluator")
    mine = next((each for each in found.scoring if each.username == member), None)
    if mine is None or mine.username != answer.actor.username:
        raise NotAtThisDesk(f"{EVALUATOR} of {found.number}")
    if answer.outcome == "interest":
        mine.conflict = said(answer.values, "conflict")
        return {}
    applicants = {each.position: each for each in found.applicants}
    wanted = {(each.position, c.position) for each in found.applicants for c in found.criteria}
    rows: Sequence[Mapping[str, Any]] = answer.values.get("marks") or []
    places = [(int(each["applicant_no"]), int(each["criterion_no"])) for each in rows]
    if len(places) != len(wanted) or set(places) != wanted:
        refuse([Problem("PRQ-002", "marks")])
    problems = [each for row, one in enumerate(rows) for each in _wrong(row, one)]
    refuse(problems)
    answer.session.add_all(
        ApplicantMark(
            applicant_id=applicants[applicant].id,
            round=found.round,
            criterion=criterion,
            evaluator=mine.position,
            value=Decimal(str(each["mark"])),
            reason=str(each["mark_reason"]).strip(),
        )
        for (applicant, criterion), each in zip(places, rows, strict=True)
    )
    mine.finished_at = answer.at
    return {}


def _wrong(row: int, one: Mapping[str, Any]) -> list[Problem]:
    problems, mark = [], one.get("mark")
    if mark is None:
        problems.append(Problem("TND-124", f"marks/{row}/mark"))
    elif not 0 <= Decimal(str(mark)) <= 100:
        problems.append(Problem("TND-020", f"marks/{row}/mark", {"value": str(mark)}))
    if not said(one, "mark_reason"):
        problems.append(Problem("TND-124", f"marks/{row}/mark_reason"))
    return problems


@task_answer(_PROCESS, "decide_shortfall")
def decide_shortfall(answer: TaskAnswer) -> dict[str, Json]:
    """Decide when fewer firms are left than a limited tender invites.

    They are called once more; or, once they were called as often as the pack asks for, those who
    are left are enough, for a reason that stays in the file; or it has come to nothing.

    Raises:
        RulesBroken: ``PRQ-003`` firms are called again first; ``PRQ-004`` nobody is left.
    """
    found, reason = _held(answer), said(answer.values, "shortfall_reason")
    if answer.outcome == "again":
        found.come_to(PrequalificationState.DRAFT)
        found.call += 1
        return {"call": found.call, "shortfall_reason": reason}
    if answer.outcome == "fail":
        end(found, PrequalificationState.UNSUCCESSFUL, reason, answer.at)
        return {"shortfall_reason": reason}
    least = calls_before_exception(found, local_date(answer.at))
    if found.call < least:
        refuse([Problem("PRQ-003", "outcome", {"least": str(least)})])
    if not found.short_list:
        refuse([Problem("PRQ-004", "outcome")])
    found.exception_reason, found.exception_by = reason, answer.actor.username
    return {"shortfall_reason": reason, "exception_reason": reason}


@task_answer(_PROCESS, "approve_list")
def approve_list(answer: TaskAnswer) -> dict[str, Json]:
    """Approve the short list, or have the papers scored anew, with a reason."""
    _held(answer)
    return {"score_again_reason": said(answer.values, "score_again_reason")}


def _held(answer: TaskAnswer) -> Prequalification:
    """Return the pre-qualification of an answer, held.

    Raises:
        RulesBroken: ``PRC-001`` its request was cancelled.
    """
    found = prequalification_of_case(answer.session, answer.instance_id)
    if found.request.state is not RequestState.RESERVED:
        refuse([Problem("PRC-001")])
    return found


@case_cancelled(_PROCESS)
def give_up(records: Records) -> None:
    """End a pre-qualification that an administrator cancels; its list, once announced, stands."""
    found = prequalification_of_case(records.session, records.instance_id)
    if found.state is not PrequalificationState.LISTED:
        end(found, PrequalificationState.CANCELLED, None, records.at)
        publish_call_given_up(records.session, found, records.at)

"""The notice of a tender, and what the commission says to too few bids."""

from __future__ import annotations

from engine.sdk import Json, NotAtThisDesk, Problem, TaskAnswer, send_message, task_answer
from engine.values import local_date
from processes.transactions.answers.finding import refuse, said
from processes.transactions.answers.tender_dates import Dates
from processes.transactions.answers.tender_ends import end_tender
from processes.transactions.publication.tenders import publish_failed, publish_notice_of
from processes.transactions.queries import sealing as rows
from processes.transactions.queries.tenders import sealing_of, tender_of_case
from processes.transactions.records import TenderState


@task_answer("tender", "publish_notice")
def publish_notice(answer: TaskAnswer) -> dict[str, Json]:
    """Publish the notice: from now on bids are taken, and the dates move by amendment only.

    What the approvals took of the time is made good by later dates here.

    Raises:
        RulesBroken: ``TND-003``, ``TND-008``, ``TND-073``, ``PRC-011`` beside the dates;
            ``TND-070`` the key is not ready.
    """
    found = tender_of_case(answer.session, answer.instance_id)
    found.must_be(TenderState.DRAFT)
    sealing = rows.tender(answer.session, sealing_of(found).id, to_change=True)
    if not rows.is_ready(found):
        refuse([Problem("TND-070", "outcome")])
    dates = Dates.read(answer.values)
    refuse(dates.problems(answer.session, found, answer.at))
    dates.write(found)
    sealing.deadline = dates.deadline
    found.come_to(TenderState.PUBLISHED)
    found.published_at = answer.at
    publish_notice_of(answer.session, found, answer.at)
    told = {"tender_id": str(found.id), "tender_no": found.number, "unit_code": found.unit}
    send_message(answer.session, "tender_published", "", told, key=str(found.id), at=answer.at)
    return {**dates.told, "published_on": local_date(answer.at).isoformat()}


@task_answer("tender", "decide_few")
def decide_few(answer: TaskAnswer) -> dict[str, Json]:
    """Go on with fewer bids than needed, or end the tender; a member says why (§3.5).

    Raises:
        NotAtThisDesk: the actor is no member of this tender's commission.
    """
    found = tender_of_case(answer.session, answer.instance_id)
    found.must_be(TenderState.PUBLISHED)
    sealing = rows.tender(answer.session, sealing_of(found).id, to_change=True)
    if rows.seat_of(sealing, answer.actor) is None:
        raise NotAtThisDesk(f"{rows.COMMISSION}@{found.unit}")
    reason = said(answer.values, "few_reason")
    if answer.outcome == "fail":
        end_tender(answer.session, found, TenderState.UNSUCCESSFUL, reason, answer.at)
        publish_failed(answer.session, found, answer.at)
    else:
        found.come_to(TenderState.OPENING)
    return {"few_reason": reason}

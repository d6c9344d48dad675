"""The notice of a tender, and what the commission says to too few bids."""

from __future__ import annotations

from typing import Final

from engine.sdk import (
    Json,
    NotAtThisDesk,
    Problem,
    TaskAnswer,
    send_message,
    task_answer,
    tell_act,
)
from engine.values import local_date
from processes.transactions.answers.finding import AREA, refuse, said
from processes.transactions.answers.tender_dates import Dates
from processes.transactions.publication.tenders import publish_notice_of
from processes.transactions.queries import sealing as rows
from processes.transactions.queries.tenders import sealing_of, tender_of_case
from processes.transactions.records import CommissionVote, TenderState

#: the matter of the votes on too few bids
FEW: Final = "few"


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
    """Keep one member's vote on going on with fewer bids than needed, with its reason (R-TND-05).

    Raises:
        NotAtThisDesk: the vote is another's, or nobody's of this tender's commission.
    """
    found = tender_of_case(answer.session, answer.instance_id)
    found.must_be(TenderState.PUBLISHED)
    sealing = rows.tender(answer.session, sealing_of(found).id, to_change=True)
    seat = rows.seat_of(sealing, answer.actor)
    if seat is None or seat.username != answer.case_values.get("member"):
        raise NotAtThisDesk(f"{rows.COMMISSION}@{found.unit}")
    vote = CommissionVote(
        seal_id=sealing.id,
        matter=FEW,
        position=seat.position,
        is_for=answer.outcome == "go_on",
        reason=said(answer.values, "few_reason") or "",
        seen=str(answer.case_values.get("bids_count")),
        at=answer.at,
    )
    answer.session.add(vote)
    told = {"matter": FEW, "position": seat.position, "for": vote.is_for, "reason": vote.reason}
    tell_act(
        answer.session, AREA, "few_bids_voted", {"tender": found.number, **told},
        actor=answer.actor, at=answer.at, case_id=answer.instance_id,
    )  # fmt: skip
    return {}

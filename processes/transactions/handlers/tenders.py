"""The service tasks of a tender: its deadline, and its cancellation."""

from __future__ import annotations

from collections.abc import Mapping

from engine.sdk import Answers, Json, Records, RulesBroken, record_task
from engine.values import local_date
from processes.transactions.answers.tender_dates import deadline_told
from processes.transactions.answers.tender_ends import end_tender
from processes.transactions.answers.tender_notice import FEW
from processes.transactions.commands.seats import body_of
from processes.transactions.publication.tenders import publish_cancelled, publish_failed
from processes.transactions.queries import sealing as rows
from processes.transactions.queries.tenders import least_bids, sealing_of, tender_of_case
from processes.transactions.queries.winners import as_votes, votes_on
from processes.transactions.records import TenderState
from processes.transactions.rules.voting import Seat, chair_of, check_votes, decision
from processes.transactions.texts import in_each_language


@record_task("close_bidding")
def close_bidding(records: Records, _: Answers) -> Mapping[str, Json]:
    """Count the bids once the deadline is past; without any the tender is unsuccessful.

    A timer that was set before the deadline moved finds it in the future and waits on. The row of
    the sealing is held, so that a bid that is being taken at the deadline is counted.
    """
    found = tender_of_case(records.session, records.instance_id)
    sealing = rows.tender(records.session, sealing_of(found).id, to_change=True)
    if records.at <= sealing.deadline:
        return {"bids_found": "EARLY", **deadline_told(sealing.deadline)}
    count = len(rows.bids(records.session, sealing.id))
    least = least_bids(found, local_date(records.at))
    told: dict[str, Json] = {"bids_count": count, "bids_least": least}
    if not count:
        end_tender(records.session, found, TenderState.UNSUCCESSFUL, None, records.at)
        publish_failed(records.session, found, records.at)
        return {"bids_found": "NONE", **told}
    if count < least:
        return {"bids_found": "FEW", **told}
    found.come_to(TenderState.OPENING)
    return {"bids_found": "ENOUGH", **told}


@record_task("count_few")
def count_few(records: Records, _: Answers) -> Mapping[str, Json]:
    """Count the commission's votes on too few bids: the majority goes on or ends it (R-TND-05).

    Raises:
        RulesBroken: ``TND-032`` somebody of the commission has not voted.
    """
    found = tender_of_case(records.session, records.instance_id)
    sealing = rows.tender(records.session, sealing_of(found).id, to_change=True)
    seats = [Seat(str(each.position), each.username) for each in sealing.voting]
    votes = as_votes(
        votes_on(records.session, found, FEW), str(len(rows.bids(records.session, sealing.id)))
    )
    body = body_of(found.unit, records.at)
    if problems := check_votes(seats, votes, body.tie):
        raise RulesBroken(problems)
    counted = decision(body, votes, chair_of(seats))
    [step] = counted.steps
    told: dict[str, Json] = {"few_told": in_each_language("computation", step.code, **step.facts)}
    if counted.result:
        found.come_to(TenderState.OPENING)
        return {"few_found": "GO_ON", **told}
    reason = "; ".join(dict.fromkeys(each.reason for each in votes if not each.is_for))
    end_tender(records.session, found, TenderState.UNSUCCESSFUL, reason, records.at)
    publish_failed(records.session, found, records.at)
    return {"few_found": "FAIL", **told}


@record_task("cancel_tender")
def cancel_tender(records: Records, answers: Answers) -> Mapping[str, Json]:
    """End the tender for the reason its cancellation was asked for with; the credit stays reserved.

    Raises:
        NotNow: its contract is signed.
    """
    found = tender_of_case(records.session, records.instance_id)
    reason = str(answers.get("reason") or "").strip() or None
    end_tender(records.session, found, TenderState.CANCELLED, reason, records.at)
    publish_cancelled(records.session, found, records.at)
    return {}

"""The service tasks of a waiver: counting the board's votes, telling that it said no."""

from __future__ import annotations

from collections.abc import Mapping

from engine.sdk import Answers, Json, Person, Records, record_task, send_to_case
from engine.values import local_date
from processes.transactions import registry
from processes.transactions.answers.purchases import purchase_of
from processes.transactions.answers.waivers import waiver_held, waiver_of
from processes.transactions.parameters import waiver_rule
from processes.transactions.records import PurchaseState, WaiverState, WaiverVote
from processes.transactions.rules.voting import Body, Vote, decision
from processes.transactions.texts import in_each_language


@record_task("count_votes", replaced=True)
def count_votes(records: Records, _: Answers) -> Mapping[str, Json]:
    """Count the votes of a session: unanimity or majority by the value of the request (R-TND-14).

    Where a member declared an interest the board is convened again, with another in that seat.
    """
    waiver = waiver_held(records.session, records.instance_id)
    seats, request = waiver.seats, waiver.purchase.request
    told: dict[str, Json] = {"votes": [_told(records, each) for each in seats]}
    if any(each.vote == "interest" for each in seats):
        return {**told, "board_result": "again", "count_told": _said("vote.again")}
    on = local_date(records.at)
    rule = waiver_rule(registry.pack_of(request.unit, on), on)
    body = Body(rule.members, is_unanimous=request.value > rule.majority_to)
    votes = [Vote(each.member, each.vote == "for", each.reason or "") for each in seats]
    counted = decision(body, votes)
    waiver.state = WaiverState.DECIDED if counted.result else WaiverState.REFUSED
    waiver.decided_at = records.at
    [step] = counted.steps
    result = "approve" if counted.result else "refuse"
    return {**told, "board_result": result, "count_told": _said(step.code, **step.facts)}


def _told(records: Records, seat: WaiverVote) -> Json:
    person = records.session.query(Person).filter_by(username=seat.member).one()
    return {
        "name": dict(person.names),
        "vote": _said(f"vote.{seat.vote}"),
        "reason": seat.reason,
    }


def _said(code: str, **values: object) -> dict[str, Json]:
    """Say a sentence as the minutes do."""
    return in_each_language("computation", code, **values)


@record_task("tell_waiver_refused")
def tell_waiver_refused(records: Records, _: Answers) -> Mapping[str, Json]:
    """End the purchase and let the request's method be decided again, without a waiver."""
    purchase = purchase_of(records.session, records.instance_id)
    purchase.state = PurchaseState.REDECIDED
    waiver_of(records.session, purchase).state = WaiverState.REFUSED
    case, key = purchase.request.instance_id, f"waiver_refused/{purchase.id}"
    send_to_case(records.session, case, "waiver_refused", {}, key=key, at=records.at)
    return {}

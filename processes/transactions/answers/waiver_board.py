"""The waiver board: who is convened, how each member votes, and what the higher authority says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from engine.sdk import Json, Problem, TaskAnswer, task_answer
from engine.values import local_date
from processes.transactions import registry
from processes.transactions.answers.finding import refuse, said
from processes.transactions.answers.offers import typed
from processes.transactions.answers.waivers import waiver_held
from processes.transactions.parameters import waiver_rule
from processes.transactions.queries.people import persons
from processes.transactions.records import Waiver, WaiverState, WaiverVote


@task_answer("waiver", "convene")
def convene(answer: TaskAnswer) -> dict[str, Json]:
    """Convene the board to a session: each member then has the vote in the own inbox.

    Raises:
        RulesBroken: ``WVR-001`` too few or many, ``WVR-002`` one twice, ``WVR-003`` one who has
            to do with the purchase, ``PRC-001``.
    """
    waiver = waiver_held(answer.session, answer.instance_id)
    rows = answer.values.get("invited_members") or []
    members = [str(each["username"]) for each in rows]
    on = local_date(answer.at)
    unit = waiver.purchase.request.unit
    rule = waiver_rule(registry.pack_of(unit, on), on)
    refuse(_problems(answer, waiver, members, rule.members))
    waiver.session += 1
    waiver.session_no = said(answer.values, "session_no")
    waiver.session_on = date.fromisoformat(str(answer.values["session_on"]))
    waiver.session_place = said(answer.values, "session_place")
    waiver.votes += [
        WaiverVote(session=waiver.session, position=position, member=member)
        for position, member in enumerate(members, 1)
    ]
    value = waiver.purchase.request.value
    board: list[Json] = list(members)
    return {
        **typed(answer, "session_no", "session_on", "session_place"),
        "board": board,
        "needed_votes": _needed(rule.members, is_unanimous=value > rule.majority_to),
        "board_limit": rule.board_to.amount,
        "above_limit": value > rule.board_to,
    }


def _problems(
    answer: TaskAnswer, waiver: Waiver, members: Sequence[str], wanted: int
) -> list[Problem]:
    apart = [
        waiver.purchase.request.requested_by,
        waiver.purchase.buyer,
        waiver.reasoned_by,
        waiver.legal_by,
        answer.actor.username,
    ]
    known = [each for each in apart if each is not None]
    who = persons(answer.session, [*members, *known])
    seats, involved = [who[each] for each in members], {who[each] for each in known}
    problems = [
        Problem("WVR-002", f"invited_members/{row}/username")
        for row, each in enumerate(seats)
        if each in seats[:row]
    ]
    problems += [
        Problem("WVR-003", f"invited_members/{row}/username")
        for row, each in enumerate(seats)
        if each in involved
    ]
    if len(members) != wanted:
        told = {"members": str(wanted), "named": str(len(members))}
        problems.append(Problem("WVR-001", "invited_members", told))
    return problems


def _needed(members: int, *, is_unanimous: bool) -> str:
    return f"{members} / {members}" if is_unanimous else f"{members // 2 + 1} / {members}"


@task_answer("waiver", "vote")
def vote(answer: TaskAnswer) -> dict[str, Json]:
    """Take the vote of the member it belongs to, with its reason.

    Raises:
        RulesBroken: ``WVR-005`` it belongs to another, or to nobody of the board, ``PRC-001``.
    """
    waiver = waiver_held(answer.session, answer.instance_id)
    member = answer.case_values.get("member")
    seat = next((each for each in waiver.seats if each.member == member), None)
    if seat is None or seat.member != answer.actor.username:
        refuse([Problem("WVR-005")])
    assert seat is not None
    seat.vote, seat.reason = answer.outcome, said(answer.values, "vote_reason")
    seat.voted_at = answer.at
    return {}


@task_answer("waiver", "approve_higher")
def approve_higher(answer: TaskAnswer) -> dict[str, Json]:
    """Take what the authority above the board decides (§3.4).

    Raises:
        RulesBroken: ``PRC-001``.
    """
    waiver = waiver_held(answer.session, answer.instance_id)
    waiver.higher_by, waiver.higher_at = answer.actor.username, answer.at
    waiver.higher_note = said(answer.values, "higher_note")
    if answer.outcome == "reject":
        waiver.state = WaiverState.REFUSED
    return {"higher_note": waiver.higher_note}

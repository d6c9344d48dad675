"""The service tasks of a complaint: silence goes to the board, and what came of it is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.sdk import Answers, Json, Records, record_task, send_to_case
from engine.values import local_date
from processes.transactions.answers.complaining import complaint_of, to_board
from processes.transactions.answers.winning import undo_awards
from processes.transactions.records import TenderComplaint, TenderState
from processes.transactions.rules.complaint_windows import Outcome

#: what takes the named winners away
_UNDOING: Final = frozenset({Outcome.STEP_REPEATED, Outcome.CANCELLED})


@record_task("keep_silence")
def keep_silence(records: Records, _: Answers) -> Mapping[str, Json]:
    """Give what nobody answered in time to the board; silence is never taken for a yes."""
    found = complaint_of(records.session, records.instance_id)
    return to_board(records.session, found, local_date(records.at))


@record_task("carry_out_complaint")
def carry_out_complaint(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Do what was decided: winners it undoes are none, and the tender goes back or is cancelled.

    A tender waits for ``award_undone`` and ``cancel_tender``. ``complaint_decided`` with
    ``complaint_no``, ``complaint_outcome`` and ``repeated_step`` is kept for its case beside
    them; no diagram of ours waits for it.
    """
    session = records.session
    found = complaint_of(session, records.instance_id)
    assert found.outcome is not None
    told: dict[str, Json] = {
        "complaint_no": found.number,
        "complaint_outcome": found.outcome.value,
        "repeated_step": answers.get("repeated_step"),
    }
    if found.outcome in _UNDOING:
        was_awarded = found.tender.state is TenderState.AWARDED
        undo_awards(session, found.tender_id, found.number, records.at)
        _tell_tender(records, found, told, was_awarded=was_awarded)
    if found.outcome is not Outcome.REJECTED:
        key, case = f"complaint/{found.id}", found.tender.instance_id
        send_to_case(session, case, "complaint_decided", told, key=key, at=records.at)
    return {"complaint_outcome": found.outcome.value}


def _tell_tender(
    records: Records, found: TenderComplaint, told: dict[str, Json], *, was_awarded: bool
) -> None:
    """Have the tender cancelled, or the step repeated where winners were named of it."""
    case, key = found.tender.instance_id, f"complaint/{found.id}"
    if found.outcome is Outcome.CANCELLED:
        reason = {"reason": found.number}
        send_to_case(records.session, case, "cancel_tender", reason, key=key, at=records.at)
    elif was_awarded:
        send_to_case(records.session, case, "award_undone", told, key=key, at=records.at)

"""The service tasks of a complaint: silence goes to the board, and its tender hears what came."""

from __future__ import annotations

from collections.abc import Mapping

from engine.sdk import Answers, Json, Records, record_task, send_to_case
from engine.values import local_date
from processes.transactions.answers.complaining import complaint_of, to_board
from processes.transactions.records import TenderState
from processes.transactions.rules.complaint_windows import Outcome


@record_task("keep_silence")
def keep_silence(records: Records, _: Answers) -> Mapping[str, Json]:
    """Give what nobody answered in time to the board; silence is never taken for a yes."""
    found = complaint_of(records.session, records.instance_id)
    return to_board(records.session, found, local_date(records.at))


@record_task("carry_out_complaint")
def carry_out_complaint(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Have the tender go back or be cancelled; its winners were taken away with the decision."""
    found = complaint_of(records.session, records.instance_id)
    assert found.outcome is not None
    case, key = found.tender.instance_id, f"complaint/{found.id}"
    if found.outcome is Outcome.CANCELLED:
        told: dict[str, Json] = {"reason": found.number}
        send_to_case(records.session, case, "cancel_tender", told, key=key, at=records.at)
    elif found.outcome is Outcome.STEP_REPEATED and found.tender.state is TenderState.AWARDED:
        told = {"complaint_no": found.number, "repeated_step": answers.get("repeated_step")}
        send_to_case(records.session, case, "award_undone", told, key=key, at=records.at)
    return {"complaint_outcome": found.outcome.value}

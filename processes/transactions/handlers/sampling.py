"""The service tasks of the auditor's sample: the next month follows, what was bought is counted."""

from __future__ import annotations

from collections.abc import Mapping

from engine.sdk import Answers, Json, Records, record_task, send_message
from engine.values import JalaliDate, local_date
from processes.transactions.answers.sampling import OPENED, bought_in, opened
from processes.transactions.rules.sampling import month_after


@record_task("open_next_sample_month")
def open_next_sample_month(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Let the case of the month after this one begin, so that its seed is told in time."""
    unit, first = answers.text("unit_code"), month_after(local_date(records.at))
    facts = opened(records.session, unit, first, records.at)
    if facts is not None:
        key = str(facts["sample_no"])
        send_message(records.session, OPENED, "", facts, key=key, at=records.at)
    return {}


@record_task("count_sample_month")
def count_sample_month(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Say how many direct purchases were ordered in the month that is over."""
    first = JalaliDate.parse(f"{answers.text('month')}/01")
    return {"population": len(bought_in(records.session, answers.text("unit_code"), first))}

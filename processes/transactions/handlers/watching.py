"""The service task of a guarantee's watch: what its end calls for on the day it is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from engine.sdk import Answers, Json, Records, record_task
from engine.values import local_date
from engine.values.later import opening
from processes.transactions.answers.watching import guarantee_of
from processes.transactions.parameters import watch
from processes.transactions.rules.guarantee_register import HELD, Due, Timers, due, timers

_ASKS: Final = {
    Due.NOTHING: "WAIT",
    Due.FIRST: "REMIND",
    Due.SECOND: "REMIND",
    Due.CALL: "ACT",
    Due.ENDED: "ENDED",
}


@record_task("look_at_guarantee", replaced=True)
def look_at_guarantee(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Say what a guarantee calls for today, and when it is to be looked at again (§3.14).

    ``action`` is ``REMIND`` once for each of the two reminders of one end, ``ACT`` from the day
    on which it is extended or called, ``ENDED`` after it, ``OVER`` when it is held no longer, and
    else ``WAIT``.
    """
    found = guarantee_of(records.session, answers.text("guarantee_id"))
    today, until = local_date(records.at), found.valid_until
    calls = due(found.state, until, today, watch(today))
    action = "OVER" if found.state not in HELD else _ASKS[calls]
    mark = f"{calls.value}/{until.isoformat()}"
    if action == "REMIND" and answers.get("reminded") == mark:
        action = "WAIT"
    told: dict[str, Json] = {
        "action": action,
        "next_at": opening(_next(timers(until, watch(today)), today)).isoformat(),
        "guarantee_no": found.number,
        "guarantee_kind": found.kind.value,
        "concerns": found.concerns,
        "guarantee_amount": found.amount.amount,
        "valid_until": until.isoformat(),
        "days_left": (until - today).days,
    }
    return told | ({"reminded": mark} if action == "REMIND" else {})


def _next(days: Timers, today: date) -> date:
    """Return the next day on which the guarantee calls for something else."""
    marks = (days.first_reminder, days.second_reminder, days.call, days.ends + timedelta(days=1))
    return next((each for each in marks if each > today), today + timedelta(days=1))

"""What follows when winners are named: the results, the window of complaints, contract or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.sdk import Answers, Json, Records, record_task, working_calendar
from engine.values import end_of_day, local_date
from processes.transactions.answers.tender_ends import end_tender
from processes.transactions.answers.tender_repeats import price_anew
from processes.transactions.answers.winning import next_winner
from processes.transactions.publication.tenders import (
    publish_decision,
    publish_failed,
    publish_window_over,
)
from processes.transactions.queries.tenders import pack_of, tender_of_case
from processes.transactions.records import AwardState, TenderState
from processes.transactions.telling_bidders import tell_bidders

#: What may be repeated with the bids as they are; before the prices nothing can be again.
_PRICES: Final = "PRICES"
_WINNERS: Final = "WINNERS"
_NOTHING: Final = "NOTHING"


@record_task("announce_results")
def announce_results(records: Records, _: Answers) -> Mapping[str, Json]:
    """Publish whom the commission named: bidders may complain of it for a while (§3.9)."""
    session, found = records.session, tender_of_case(records.session, records.instance_id)
    first = next_winner(session, found.id)
    assert first is not None
    found.come_to(TenderState.AWARDED)
    publish_decision(session, found, first, records.at)
    tell_bidders(session, found, "results_announced", records.at)
    today = local_date(records.at)
    days = pack_of(found, today).whole("complaint.window.working.days", today)
    last = working_calendar(session, found.unit).plus_working_days(today, days)
    found.complaints_until = end_of_day(last)
    return {
        "window_ends_at": found.complaints_until.isoformat(),
        "window_ends_on": last.isoformat(),
        "supplier_name": first.firm.name,
        "awarded": first.price.amount,
    }


@record_task("close_window")
def close_window(records: Records, _: Answers) -> Mapping[str, Json]:
    """Let the award stand: nobody has complained with success while there was time."""
    session, found = records.session, tender_of_case(records.session, records.instance_id)
    first = next_winner(session, found.id)
    assert first is not None
    first.state = AwardState.ACTIVE
    publish_window_over(session, found, first, records.at)
    return {}


@record_task("conclude_tender")
def conclude_tender(records: Records, _: Answers) -> Mapping[str, Json]:
    """Go on to the end of a tender whose contract is signed, as its record says.

    Raises:
        NotNow: it is not, whatever the case was told.
    """
    tender_of_case(records.session, records.instance_id).must_be(TenderState.CONTRACTED)
    return {}


@record_task("fail_signing")
def fail_signing(records: Records, _: Answers) -> Mapping[str, Json]:
    """End a tender whose winners have not signed; its request may be tendered again (art. 21)."""
    found = tender_of_case(records.session, records.instance_id)
    end_tender(records.session, found, TenderState.UNSUCCESSFUL, None, records.at)
    publish_failed(records.session, found, records.at, none_left=True)
    return {}


@record_task("repeat_step")
def repeat_step(records: Records, answers: Answers) -> Mapping[str, Json]:
    """Go back to prices or winners, as a complaint had it decided; its awards are taken away.

    What comes before the prices cannot be done again with the same bids, for their prices are
    known: the tender ends, and its request may be tendered again.
    """
    session, found = records.session, tender_of_case(records.session, records.instance_id)
    step = str(answers.get("repeated_step") or _WINNERS)
    if step not in {_PRICES, _WINNERS}:
        end_tender(session, found, TenderState.UNSUCCESSFUL, None, records.at)
        publish_failed(session, found, records.at, none_left=True)
        return {"repeat_at": _NOTHING}
    found.come_to(TenderState.OPENING)
    if step == _PRICES:
        price_anew(session, found)
    return {"repeat_at": step}

"""The report of how long cases took."""

from __future__ import annotations

from typing import Any, Final

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from engine.queries import rest_durations as queries
from engine.queries.rest_durations import FILTERS, Durations, Unit
from webapp.engine_rest.criteria import Listing
from webapp.engine_rest.refusals import invalid
from webapp.engine_rest.registry import does
from webapp.request import current_actor, reader

_LISTING: Final = Listing(FILTERS, {})
_TAKEN: Final = frozenset({"reportType", "periodUnit", *FILTERS})


@does("getHistoricProcessInstanceDurationReport", query=_TAKEN)
def report_durations() -> ResponseReturnValue:
    """Report how long cases took, by the month or quarter they began in."""
    if request.args.get("reportType") != "duration":
        raise invalid("reportType has to be 'duration'.")
    unit = _unit(request.args.get("periodUnit", ""))
    given = {name: value for name, value in request.args.items() if name in FILTERS}
    with reader() as session:
        found = queries.durations(session, current_actor(), _LISTING.read(given), unit)
    return jsonify([_reported(each, unit) for each in found])


def _unit(text: str) -> Unit:
    units: dict[str, Unit] = {"month": "month", "quarter": "quarter"}
    if text.lower() not in units:
        raise invalid("periodUnit has to be 'month' or 'quarter'.")
    return units[text.lower()]


def _reported(each: Durations, unit: Unit) -> dict[str, Any]:
    return {
        "period": each.period,
        "periodUnit": unit.upper(),
        "minimum": each.least,
        "maximum": each.greatest,
        "average": each.mean,
    }

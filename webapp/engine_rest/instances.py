"""Process instances, and the messages people send to them."""

from __future__ import annotations

from typing import Final

from flask import jsonify
from flask.typing import ResponseReturnValue

from engine.queries import rest
from engine.queries.rest import CaseValues
from engine.queries.rest_filters import CASE_FILTERS, CASE_ORDER
from webapp.engine_rest import shapes
from webapp.engine_rest.criteria import Listing
from webapp.engine_rest.registry import does
from webapp.engine_rest.routing import identity
from webapp.request import current_actor, reader

REASON: Final = "reason"
_CASES: Final = Listing(CASE_FILTERS, CASE_ORDER)


@does("getProcessInstances", "queryProcessInstances", listing=_CASES)
def list_cases() -> ResponseReturnValue:
    """List running cases."""
    asked = _CASES.wanted()
    with reader() as session:
        rows = rest.cases(session, current_actor(), asked)
    return jsonify([shapes.case(each) for each in rows])


@does("getProcessInstancesCount", "queryProcessInstancesCount", listing=_CASES)
def count_cases() -> ResponseReturnValue:
    """Count running cases."""
    asked = _CASES.wanted()
    with reader() as session:
        return jsonify(count=rest.count_cases(session, current_actor(), asked))


@does("getProcessInstance")
def show_case(instance_id: str) -> ResponseReturnValue:
    """Show a case, also one that has ended."""
    return jsonify(shapes.case(_case(instance_id).row))


def _case(instance_id: str) -> CaseValues:
    with reader() as session:
        return rest.one_case(session, identity(instance_id, "process instance"), current_actor())

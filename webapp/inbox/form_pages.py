"""What a form asks the server while it is filled in: choices by their name, and how it stands."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from engine.queries import tasks as queries
from engine.values import fold
from webapp.inbox.browser_form import for_browser
from webapp.inbox.posted import posted_on
from webapp.inbox.step_form import StepForm, step_of
from webapp.inbox.task_pages import bp
from webapp.request import current_actor, reader

MOST_FOUND: Final = 30


@bp.get("/choices")
def choices(task_id: UUID) -> ResponseReturnValue:
    """Find the choices of one field whose name holds what was typed."""
    return found_choices(_step(task_id))


@bp.post("/form")
def stands(task_id: UUID) -> ResponseReturnValue:
    """Say how the form stands with what is typed in it now; nothing is kept."""
    return standing(posted_on(_step(task_id), request.form.to_dict(flat=False)))


def found_choices(step: StepForm) -> ResponseReturnValue:
    """Return the choices that were asked for: ``[{"value": …, "label": …}]``."""
    place, sought = step.sheet.at(request.args.get("path", "")), fold(request.args.get("q", ""))
    offered = place.choices if place is not None and not place.readonly else ()
    found = [each for each in offered if sought in fold(each.label) or each.value == sought]
    found.sort(key=lambda each: not fold(each.label).startswith(sought))
    return jsonify([{"value": each.value, "label": each.label} for each in found[:MOST_FOUND]])


def standing(step: StepForm) -> ResponseReturnValue:
    """Return what a form hides, shows only, needs and works out, by path."""
    places: dict[str, dict[str, Any]] = {}
    for path, place in step.sheet.places.items():
        if not place.of.expressions:
            continue
        places[path] = {"hidden": place.hidden, "readonly": place.readonly}
        places[path] |= {"required": place.required, "value": for_browser(place.value)}
        if getattr(place.of, "choices_from", None) is not None:
            places[path]["choices"] = [[each.value, each.label] for each in place.choices[:200]]
    return jsonify(places)


def _step(task_id: UUID) -> StepForm:
    with reader() as session:
        task = queries.page(session, task_id, current_actor())
        return step_of(session, task, with_lines=False)

"""A version of a process as it lives: tokens on its drawing, heat, slow steps, other versions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final, NamedTuple

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import DefinitionNotFound
from engine.queries.analytics.sample import Asked, take
from engine.queries.analytics.spread import Spread
from engine.queries.analytics.steps import durations
from engine.queries.tallies import Standing, at_elements, overview
from engine.queries.watched import must_watch
from engine.storage import held_steps
from engine.storage.bundles import Deployed, all_latest, version
from engine.storage.database import Session
from webapp.cases.drawing import answer_with, drawing_of
from webapp.cases.map import viewer_texts
from webapp.formatting import digits
from webapp.monitoring.analytics.words import worked
from webapp.monitoring.filters import stops
from webapp.request import current_actor, now, reader
from webapp.wording import words_of

bp = Blueprint("definitions", __name__, url_prefix="/monitoring/definitions")

PERIOD: Final = timedelta(days=90)  #: whose cases the heat is made of
HEATS: Final = 5  #: strengths of the heat
SHOWN: Final = ("now", "visits", "time")
SLOWEST: Final = 3


class Line(NamedTuple):
    """One step of the version."""

    element_id: str
    name: str
    now: Standing
    visits: int
    took: Spread | None  #: working time from when it opened to its answer


@bp.get("")
def index() -> ResponseReturnValue:
    """Lead to the process that most cases run by."""
    with reader() as session:
        found = overview(session, current_actor(), now())
        newest = {each.process_id: each.version for each in all_latest(session)}
    if not newest:
        raise DefinitionNotFound("none")
    first = max(found.versions, key=lambda each: each.now.running)
    return redirect(url_for(".show", process_id=first.process_id, number=newest[first.process_id]))


@bp.get("/<process_id>/<int:number>")
def show(process_id: str, number: int) -> ResponseReturnValue:
    """Show one version."""
    asked = request.args.get("show", "now")
    shown = asked if asked in SHOWN else "now"
    with reader() as session:
        must_watch(current_actor())
        definition = version(session, process_id, number)
        lines, count = _lines(session, definition)
        counted = overview(session, current_actor(), now())
        definitions = all_latest(session)
        held = held_steps.held(session, [definition.id])
    words = words_of(definition)
    return render_template(
        "monitoring/definition.html",
        definition=definition,
        lines=lines,
        slowest=_slowest(lines),
        versions=[each for each in counted.versions if each.process_id == process_id],
        counted_at=counted.counted_at,
        definitions=definitions,
        held=held,
        sampled=count,
        days=PERIOD.days,
        shown=shown,
        drawing=drawing_of(definition).hash,
        marks=_marks(lines, shown),
        badges=_badges(lines),
        labels=json.dumps(dict(words.overlay), ensure_ascii=False),
        worked=worked,
        texts=viewer_texts(words.language),
        nav="monitoring",
        room="definitions",
    )


@bp.get("/<process_id>/<int:number>.bpmn")
def diagram(process_id: str, number: int) -> ResponseReturnValue:
    """Give the drawing of one version."""
    with reader() as session:
        must_watch(current_actor())
        return answer_with(drawing_of(version(session, process_id, number)))


def _lines(session: Session, definition: Deployed) -> tuple[list[Line], int]:
    """Return the steps in the order of the model, and how many cases the heat is made of."""
    actor, at = current_actor(), now()
    standing = at_elements(session, actor, definition.id)
    until = at + timedelta(seconds=1)
    asked = Asked(definition.process_id, at - PERIOD, until, definition_id=definition.id)
    sample = take(session, actor, asked, at)
    steps = {each.key: each for each in durations(sample).steps}
    words = words_of(definition)
    lines = []
    for each in stops(definition):
        step = steps.get(each.id)
        lines.append(
            Line(
                each.id,
                words.element(each.id, each.name),
                standing.get(each.id, Standing()),
                step.visits if step else 0,
                step.whole if step else None,
            )
        )
    return lines, len(sample.cases)


def _slowest(lines: Iterable[Line]) -> list[Line]:
    measured = [each for each in lines if each.took is not None]
    return sorted(measured, key=_median, reverse=True)[:SLOWEST]


def _median(line: Line) -> timedelta:
    return line.took.median if line.took else timedelta()


def _marks(lines: Iterable[Line], shown: str) -> str:
    """Return the heat of each element as the viewer marks it; what stands now has badges."""
    if shown == "now":
        return "{}"
    amounts = {
        each.element_id: each.visits if shown == "visits" else _median(each).total_seconds()
        for each in lines
    }
    most = max(amounts.values(), default=0)
    return json.dumps(
        {key: f"heat-{_heat(each, most)}" for key, each in amounts.items() if each and most}
    )


def _heat(amount: float, most: float) -> int:
    return max(1, min(HEATS, int(amount * HEATS / most + 0.999)))


def _badges(lines: Iterable[Line]) -> str:
    """Return what stands at each element: how many tokens, and how many incidents."""
    found: Mapping[str, list[list[str]]] = {
        each.element_id: [
            *([["tokens", digits(each.now.waiting)]] if each.now.waiting else []),
            *([["incidents", digits(each.now.stopped)]] if each.now.stopped else []),
        ]
        for each in lines
    }
    return json.dumps({key: each for key, each in found.items() if each}, ensure_ascii=False)

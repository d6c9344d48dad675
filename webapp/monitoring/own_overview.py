"""The overview as its reader wants it: which parts it has, in which order, kept for the person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine.commands import preferences
from engine.queries import case_list
from engine.queries import incidents as causes
from engine.queries.batches import may_read
from engine.queries.incidents import CaredGroup
from engine.storage.database import Session
from webapp.monitoring.asking import question
from webapp.ordering import moved
from webapp.request import current_actor, now, unit_of_work

bp = Blueprint("own_overview", __name__, url_prefix="/monitoring/overview/parts")

KEPT: Final = "overview.parts"
#: every part: its template in ``monitoring/overview/``, and what it is called
PARTS: Final[Mapping[str, LazyString]] = {
    "figures": _l("Figures of all cases"),
    "views": _l("My views of cases, counted"),
    "causes": _l("What stops most"),
    "health": _l("Health of the site"),
    "new": _l("New since yesterday"),
    "throughput": _l("Throughput"),
    "processes": _l("By process and version"),
    "units": _l("By unit"),
}
#: …and those of who has chosen none
USUAL: Final = ("figures", "health", "new", "throughput", "processes", "units")
CHART: Final = "chart:"  #: before the name of a chart that the reader keeps: a part too
_MOST: Final = 5  #: causes


@dataclass(frozen=True, slots=True)
class CountedView:
    """A view of cases that the reader keeps, and how many it finds now."""

    name: str
    address: str
    count: int | None  #: ``None``: what it asks cannot be read any more
    is_more: bool  #: there are more than are counted


@dataclass(frozen=True, slots=True)
class PinnedChart:
    """A chart that the reader keeps, as a part: an open page asks for its drawing afterwards."""

    name: str
    address: str  #: the chart's own page
    drawing: str  #: what is put into the part


def chosen() -> tuple[str, ...]:
    """Return the parts that the reader is shown, in order."""
    kept = [each for each in current_actor().preferences[KEPT] if each in _open_to_reader()]
    return tuple(kept) or USUAL


def choices(shown: Sequence[str]) -> list[tuple[str, str, bool]]:
    """Return every part with its name and whether it is shown; those that are come first."""
    named = _open_to_reader()
    others = (each for each in named if each not in shown)
    return [(each, str(named[each]), each in shown) for each in (*shown, *others)]


def charts(shown: Sequence[str]) -> Mapping[str, PinnedChart]:
    """Return the charts among parts, by key; nothing of them is worked out for the page itself."""
    kept = current_actor().preferences["analytics.charts"]
    page, drawing = url_for("analytics.chart"), url_for("analytics.drawn_chart")
    asked = {each: kept[each.removeprefix(CHART)] for each in shown if each.startswith(CHART)}
    return {
        key: PinnedChart(key.removeprefix(CHART), f"{page}?{query}", f"{drawing}?{query}")
        for key, query in asked.items()
    }


def pin(name: str) -> None:
    """Put a chart that the reader keeps behind the other parts, unless it is one already."""
    shown, key = chosen(), CHART + name
    if key not in shown:
        wanted = [*shown, key]
        preferences.keep(unit_of_work(), KEPT, wanted, actor=current_actor(), at=now())


def worst(session: Session) -> list[CaredGroup]:
    """Return the causes that stop most and are not put off.

    Raises:
        Forbidden: the reader reads no incidents.
    """
    return causes.causes(session, current_actor(), now(), snoozed=False)[:_MOST]


def counted_views(session: Session) -> list[CountedView]:
    """Return the reader's views of cases, each counted as its list would be."""
    kept, base = current_actor().preferences["cases.views"], url_for("all_cases.index")
    return [_counted(session, name, query, base) for name, query in sorted(kept.items())]


def _open_to_reader() -> Mapping[str, LazyString | str]:
    kept = sorted(current_actor().preferences["analytics.charts"])
    named: dict[str, LazyString | str] = dict(PARTS)
    named |= {CHART + each: _("Chart: %(name)s", name=each) for each in kept}
    if not may_read(current_actor()):
        del named["causes"]
    return named


def _counted(session: Session, name: str, query: str, base: str) -> CountedView:
    wanted = question(session, parse_qs(query)).wanted
    if wanted is None:
        return CountedView(name, f"{base}?{query}", None, is_more=False)
    count = case_list.count(session, current_actor(), wanted)
    most = case_list.MOST_SHOWN
    return CountedView(name, f"{base}?{query}", min(count, most), is_more=count > most)


@bp.post("")
def keep() -> ResponseReturnValue:
    """Keep which parts are shown and in which order; or move one; or have the usual ones."""
    ordered = moved(request.form.getlist("key"), request.form.get("move", ""))
    ticked = set(request.form.getlist("shown"))
    wanted = [each for each in ordered if each in ticked and each in _open_to_reader()]
    if request.form.get("usual") or tuple(wanted) == USUAL:
        wanted = []
    preferences.keep(unit_of_work(), KEPT, wanted, actor=current_actor(), at=now())
    again = 1 if request.form.get("move") else None
    return redirect(url_for("overview.index", choose=again), 303)

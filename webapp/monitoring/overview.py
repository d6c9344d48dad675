"""The overview: whether the cases move, since yesterday, by process and unit, and what is ill."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.commands import tallying
from engine.errors import Forbidden
from engine.queries import tallies
from engine.queries.case_list import may_watch
from engine.queries.tallies import Happened, OfVersion, Overview, Standing
from engine.storage.bundles import Deployed, all_latest
from webapp.monitoring import own_overview as own
from webapp.monitoring.batch_words import cause_text, is_told_whole
from webapp.monitoring.health import parts
from webapp.request import current_actor, locale, now, reader, services
from webapp.units import name_of
from webapp.wording import words_of

bp = Blueprint("overview", __name__, url_prefix="/monitoring/overview")

#: figures older than this are said to be old: workers count each minute
STALE: Final = timedelta(minutes=5)
DRAWN: Final = 14  #: days that the chart shows
RECENT: Final = timedelta(days=1)
_HEIGHT: Final = 100  #: of the chart, in its own units


class Bar(NamedTuple):
    """One day of the chart."""

    day: date
    happened: Happened
    started: int  #: heights out of `_HEIGHT`
    finished: int


@dataclass(frozen=True, slots=True)
class ProcessLine:
    """One process with its versions."""

    process_id: str
    title: str
    versions: tuple[OfVersion, ...]  #: newest first; only those with something to tell, or newest

    @property
    def now(self) -> Standing:
        """What stands in all versions."""
        return Standing(*(sum(each) for each in zip(*map(_numbers, self.versions), strict=True)))

    @property
    def lately(self) -> Happened:
        """What happened in all versions."""
        of_all = (_happened(each.lately) for each in self.versions)
        return Happened(*(sum(each) for each in zip(*of_all, strict=True)))

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing runs or has happened lately."""
        return self.now == Standing() and self.lately == Happened()


@bp.get("")
def index() -> ResponseReturnValue:
    """Show how the cases move."""
    with reader() as session:
        found = tallies.overview(session, current_actor(), now())
        definitions = all_latest(session)
        health = parts(session, now())
        shown = own.chosen()
        causes = own.worst(session) if "causes" in shown else []
        views = own.counted_views(session) if "views" in shown else []
    return render_template(
        "monitoring/overview.html",
        overview=found,
        is_stale=found.counted_at is None or now() - found.counted_at > STALE,
        bars=_bars(found),
        processes=_processes(found, definitions),
        units=[(name_of(each.unit, locale()), each) for each in found.units],
        deployed=_newly(found.versions),
        titles={each.process_id: words_of(each).process for each in definitions},
        health=health,
        shown=shown,
        charts=own.charts(shown),
        causes=causes,
        views=views,
        cause_text=cause_text,
        is_told_whole=is_told_whole,
        choices=own.choices(shown) if "choose" in request.args else [],
        tag=_tag(found.counted_at, health),
        nav="monitoring",
        room="overview",
    )


@bp.get("/now")
def live() -> ResponseReturnValue:
    """Tell an open page whether there is something new: nothing but a status where there is not."""
    _must_watch()
    with reader() as session:
        counted, health = tallies.counted_at(session), parts(session, now())
    answer = jsonify(counted_at=counted and counted.isoformat())
    answer.set_etag(_tag(counted, health))
    return answer.make_conditional(request)


@bp.post("/count")
def count() -> ResponseReturnValue:
    """Count now: for a site whose workers are away, or who does not want to wait a minute."""
    _must_watch()
    tallying.count(services().database, now(), every=timedelta(seconds=1))
    return redirect(url_for("overview.index"), 303)


def _must_watch() -> None:
    if not may_watch(current_actor()):
        raise Forbidden("who watches no cases has no overview of them")


def _tag(counted_at: datetime | None, health: Iterable[tuple[str, str, str]]) -> str:
    """Return what is another one as soon as the figures, or the health of a part, are others."""
    marks = "".join(mark[0] for _, mark, _ in health)
    return f"{counted_at.timestamp() if counted_at else 0:.0f}-{marks}"


def _bars(found: Overview) -> list[Bar]:
    days = found.days[-DRAWN:]
    most = max([1, *(max(each.started, each.finished) for _, each in days)])
    return [
        Bar(day, each, each.started * _HEIGHT // most, each.finished * _HEIGHT // most)
        for day, each in days
    ]


def _processes(found: Overview, definitions: Iterable[Deployed]) -> list[ProcessLine]:
    lines = []
    for each in definitions:
        versions = [one for one in found.versions if one.process_id == each.process_id]
        told = [one for one in versions if one.now != Standing() or one.lately != Happened()]
        lines.append(
            ProcessLine(each.process_id, words_of(each).process, tuple(told or versions[:1]))
        )
    return sorted(lines, key=lambda line: (-line.now.running, line.title))


def _newly(versions: Iterable[OfVersion]) -> list[OfVersion]:
    """Return what was deployed since yesterday, the newest first."""
    since = now() - RECENT
    found = (each for each in versions if each.deployed_at >= since)
    return sorted(found, key=lambda each: each.deployed_at, reverse=True)


def _numbers(of: OfVersion) -> tuple[int, ...]:
    return (of.now.running, of.now.waiting, of.now.overdue, of.now.stopped)


def _happened(of: Happened) -> tuple[int, ...]:
    return (of.started, of.finished, of.cancelled, of.stopped, of.mended)

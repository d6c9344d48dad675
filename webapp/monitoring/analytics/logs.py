"""The event log of the cases asked for, as a file for tools of process mining."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from flask import Response, abort

from engine.commands.exporting import tell_of_export
from engine.queries.analytics.sample import Asked
from engine.queries.event_log.ocel import ocel
from engine.queries.event_log.portions import LoggedCase, cases
from engine.queries.event_log.xes import xes
from webapp.monitoring.analytics.asking import question
from webapp.monitoring.analytics.pages import bp
from webapp.request import current_actor, now, reader, services, unit_of_work

Write = Callable[[str, Iterable[LoggedCase]], Iterator[str]]
#: what a file is called at its end, its type, and what writes it
KINDS: Final[dict[str, tuple[str, Write]]] = {
    "xes": ("application/xml", xes),
    "jsonocel": ("application/json", lambda _process, some: ocel(some)),
}


@bp.get("/log.<kind>")
def log(kind: str) -> Response:
    """Send the journal of all cases of the period, a case at a time; that it was sent is kept.

    Raises:
        Forbidden: the reader watches no cases.
    """
    if kind not in KINDS:
        abort(404)
    with reader() as session:
        about = question(session).asked
    if about is None:
        abort(404)
    actor = current_actor()
    facts = {"process": about.process_id, "unit": about.unit, "format": kind}
    tell_of_export(unit_of_work(), facts, actor=actor, at=now())
    name = f"{about.process_id}-{now():%Y%m%d}.{kind}"
    return Response(
        _pieces(about, kind),
        mimetype=KINDS[kind][0],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _pieces(about: Asked, kind: str) -> Iterator[str]:
    """Yield the file over a connection of its own: the request's is given back before."""
    database, actor = services().database, current_actor()

    def pieces() -> Iterator[str]:
        with database.reader() as session:
            yield from KINDS[kind][1](about.process_id, cases(session, actor, about))

    return pieces()

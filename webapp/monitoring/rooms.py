"""The rooms of the bridge: one line here adds one to the navigation above all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from engine.errors import Forbidden
from engine.model.person import Actor
from engine.queries.batches import may_read
from engine.queries.case_list import may_watch
from engine.queries.keeping import may_read as keeps
from engine.queries.originals import may_read as reads_paper
from engine.queries.webhooks import administers
from webapp.request import current_actor
from webapp.texts import N_

bp = Blueprint("monitoring", __name__, url_prefix="/monitoring")


@dataclass(frozen=True, slots=True)
class Room:
    """One room: its pages extend ``monitoring/room.html``, with its key as ``room``."""

    key: str
    label: str
    endpoint: str  #: its first page
    is_for: Callable[[Actor], bool] = may_watch


#: in the order of the navigation
ROOMS: Final = (
    Room("overview", N_("Overview"), "overview.index"),
    Room("definitions", N_("Processes"), "definitions.index"),
    Room("cases", N_("Cases"), "all_cases.index"),
    Room("analytics", N_("Analytics"), "analytics.index"),
    Room("incidents", N_("Incidents"), "incidents.index", may_read),
    Room("batches", N_("Batches"), "batches.index", may_read),
    Room("repairs", N_("Repairs"), "repairs.index", administers),
    Room("paper", N_("Share of paper"), "paper.index", reads_paper),
    Room("retention", N_("Keeping and erasing"), "keeping.index", keeps),
    Room("webhooks", N_("Webhooks"), "webhooks.index", administers),
    Room("connections", N_("Connections"), "connections.index", administers),
)


def open_rooms() -> tuple[Room, ...]:
    """Return the rooms that are open to who reads the page."""
    actor = current_actor()
    return tuple(each for each in ROOMS if each.is_for(actor))


@bp.get("/")
def first() -> ResponseReturnValue:
    """Lead to the first room that is open to who asks."""
    rooms = open_rooms()
    if not rooms:
        raise Forbidden("who watches no cases has no room here")
    return redirect(url_for(rooms[0].endpoint))

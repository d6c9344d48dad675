"""What a case waits for and what went wrong in it; what was done to it by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import request
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine.model.job import JobKind, JobState
from engine.model.repair_request import RepairRequest
from engine.queries.instance_page import (
    NearMiss,
    WatchedCase,
    acts_on,
    incidents_of,
    near_misses,
    requests_of,
)
from engine.queries.people import names
from engine.storage.database import Session
from webapp import second_person
from webapp.cases.trail import SHOWN, trail_of
from webapp.monitoring.batch_words import cause_text, is_told_whole
from webapp.monitoring.repair_forms import offered
from webapp.monitoring.repair_words import repair_name
from webapp.people.log import lines_of
from webapp.request import current_actor, locale

JOBS: Final[Mapping[JobKind, LazyString]] = {
    JobKind.SERVICE: _l("service"),
    JobKind.TIMER: _l("timer"),
    JobKind.NOTICE: _l("reminder"),
    JobKind.EXTERNAL: _l("worker outside"),
    JobKind.MESSAGE: _l("message to it"),
    JobKind.SIGNAL: _l("signal to it"),
    JobKind.SEND: _l("message of it"),
    JobKind.CALL: _l("call of a case"),
    JobKind.PAPER: _l("paper to be printed"),
    JobKind.RETURN: _l("end of a called case"),
}
#: by what tells a task's deadline; see `engine.commands.deadlines.NOTICES`
REMINDERS: Final[Mapping[str, LazyString]] = {
    "remind": _l("before the deadline"),
    "escalate": _l("at the deadline"),
    "escalate_again": _l("once more after the deadline"),
}
STATES: Final[Mapping[JobState, LazyString]] = {
    JobState.READY: _l("waits"),
    JobState.LEASED: _l("a worker is at it"),
    JobState.INCIDENT: _l("gave up"),
    JobState.SUSPENDED: _l("held with its case or its step"),
    JobState.HELD: _l("held by itself"),
}


@dataclass(frozen=True, slots=True)
class NearMissLine:
    """A message that the case has not taken, and why, in words."""

    message: NearMiss
    why: str


def work_tab(session: Session, case: WatchedCase) -> Mapping[str, Any]:
    """Return what the tab shows."""
    misses = near_misses(session, case.now.listens)
    return {
        "job_kinds": {kind.value: str(label) for kind, label in JOBS.items()},
        "reminders": REMINDERS,
        "job_states": {state.value: str(label) for state, label in STATES.items()},
        "misses": [NearMissLine(each, _why(each, case)) for each in misses],
        "incidents": incidents_of(session, case.id),
        "cause_text": cause_text,
        "is_told_whole": is_told_whole,
    }


def journal_tab(session: Session, case: WatchedCase) -> Mapping[str, Any]:
    """Return what the tab shows: the whole history, and what administrators did."""
    asked = request.args.get("show", "everything")
    shown = asked if asked in SHOWN else "everything"
    return {
        "trail": trail_of(case.progress, case.definition, case.unit, shown),
        "trail_shown": shown,
        "trail_filters": SHOWN,
        "acts": lines_of(session, acts_on(session, case.id)),
    }


def repair_tab(session: Session, case: WatchedCase) -> Mapping[str, Any]:
    """Return what the tab shows: what can be done now, and what waits for a second person."""
    requests = requests_of(session, case.id)
    return {
        "offers": offered(case) if current_actor().is_admin else (),
        "requests": requests,
        "request_names": {each.id: repair_name(each.repair["do"]) for each in requests},
        "people": _named(session, requests),
        "needs_second": second_person.is_wanted(),
    }


def _named(session: Session, requests: Iterable[RepairRequest]) -> dict[str, str]:
    """Return what those are called who asked, and who decided."""
    everybody = {name for each in requests for name in (each.asked_by, each.decided_by)}
    return {username: both[locale()] for username, both in names(session, everybody).items()}


def _why(miss: NearMiss, case: WatchedCase) -> str:
    if miss.taken_by == case.id:
        return _("This case took it.")
    if miss.taken_by is not None:
        return _("Another case took it, or was started by it.")
    if miss.is_before:
        return _("Its time had ended before the case began to wait.")
    if miss.came_with not in miss.waited_for:
        waited = ", ".join(each or _("none") for each in miss.waited_for)
        return _(
            "It came with the key “%(came)s”; the case waits for “%(waited)s”.",
            came=miss.came_with or _("none"),
            waited=waited,
        )
    if miss.state.value == "expired":
        return _("Its time ended before anybody took it.")
    return _("It matches and is on its way, or the case is suspended.")

"""What people and administrators did to accounts, roles, units and calendars, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine.model.admin_event import AdminEvent, AdminEventKind
from engine.queries import admin_log as queries
from engine.queries.directory import must_read
from engine.queries.people import names
from engine.storage.database import Session
from webapp.request import current_actor, locale, reader
from webapp.sdk import AREAS
from webapp.wording import role_name

bp = Blueprint("admin_log", __name__)

SAID: Final[Mapping[AdminEventKind, LazyString]] = {
    AdminEventKind.PERSON_ADDED: _l("Account added"),
    AdminEventKind.PERSON_DISABLED: _l("Shut out"),
    AdminEventKind.PERSON_ENABLED: _l("Let in again"),
    AdminEventKind.ROLE_GRANTED: _l("Role given"),
    AdminEventKind.ROLE_ENDED: _l("Role ended"),
    AdminEventKind.UNIT_ADDED: _l("Unit added"),
    AdminEventKind.UNIT_RENAMED: _l("Unit renamed"),
    AdminEventKind.UNIT_MOVED: _l("Unit moved to another"),
    AdminEventKind.UNIT_CLOSED: _l("Unit closed"),
    AdminEventKind.CALENDAR_CHANGED: _l("Calendar changed"),
    AdminEventKind.SUBSTITUTION_ENTERED: _l("Substitute entered"),
    AdminEventKind.SUBSTITUTION_ENDED: _l("Substitute ended"),
    AdminEventKind.EXCEPTION_ASKED: _l("Exception from four-eyes asked for"),
    AdminEventKind.EXCEPTION_GRANTED: _l("Exception from four-eyes granted"),
    AdminEventKind.EXCEPTION_REFUSED: _l("Exception from four-eyes refused"),
    AdminEventKind.DEPLOYMENT_ASKED: _l("Deployment asked for"),
    AdminEventKind.DEPLOYMENT_APPROVED: _l("Deployment approved"),
    AdminEventKind.DEPLOYMENT_REFUSED: _l("Deployment refused"),
    AdminEventKind.DEPLOYMENT_WITHDRAWN: _l("Deployment withdrawn"),
    AdminEventKind.DEPLOYMENT_FAILED: _l("Not deployed: something stood against it"),
    AdminEventKind.DEPLOYED: _l("Deployed"),
    AdminEventKind.AREA_PUBLISHED: _l("Published to the git repository"),
    AdminEventKind.PROCESS_SUSPENDED: _l("No new cases of a process"),
    AdminEventKind.PROCESS_ACTIVATED: _l("New cases of a process again"),
    AdminEventKind.STEP_HELD: _l("Work at a step held"),
    AdminEventKind.STEP_LET_GO: _l("Work at a step goes on"),
    AdminEventKind.STEP_PREFERRED: _l("Priority of the work at a step"),
    AdminEventKind.WORK_CHANGED: _l("Work of no case changed by hand"),
    AdminEventKind.INCIDENT_ASSIGNED: _l("Somebody looks after an incident"),
    AdminEventKind.INCIDENT_NOTED: _l("Note on an incident"),
    AdminEventKind.INCIDENT_SNOOZED: _l("Incident put off"),
    AdminEventKind.BATCH_BEGUN: _l("Batch begun"),
    AdminEventKind.BATCH_PAUSED: _l("Batch paused"),
    AdminEventKind.BATCH_RESUMED: _l("Batch taken up again"),
    AdminEventKind.BATCH_CANCELLED: _l("Batch cancelled"),
    AdminEventKind.BATCH_ENDED: _l("Batch done"),
    AdminEventKind.CASE_REPAIRED: _l("Case repaired"),
    AdminEventKind.REPAIR_ASKED: _l("Repair asked for"),
    AdminEventKind.REPAIR_REFUSED: _l("Repair refused"),
    AdminEventKind.CASE_LOOKED_INTO: _l("Looked at the values of a case"),
    AdminEventKind.HOLD_LAID: _l("Legal hold on a case"),
    AdminEventKind.HOLD_LIFTED: _l("Legal hold lifted"),
    AdminEventKind.ERASURE_ASKED: _l("Erasure asked for"),
    AdminEventKind.ERASURE_CONFIRMED: _l("Erasure confirmed"),
    AdminEventKind.ERASURE_REFUSED: _l("Erasure refused"),
    AdminEventKind.CASE_PURGED: _l("Case purged"),
    AdminEventKind.PERSON_ANONYMISED: _l("Person made anonymous"),
    AdminEventKind.DUTIES_HELD_APART: _l("Kept from a step by a four-eyes rule"),
    AdminEventKind.AREA_ACT: _l("Done on a page of an area"),
    AdminEventKind.WEBHOOK_ADDED: _l("Webhook subscribed"),
    AdminEventKind.WEBHOOK_CHANGED: _l("Webhook changed"),
    AdminEventKind.WEBHOOK_REMOVED: _l("Webhook removed"),
    AdminEventKind.HOOK_ADDED: _l("Incoming hook set up"),
    AdminEventKind.HOOK_REMOVED: _l("Incoming hook removed"),
    AdminEventKind.SECRET_KEPT: _l("Secret kept"),
    AdminEventKind.SECRET_REMOVED: _l("Secret removed"),
    AdminEventKind.EVENT_LOG_TAKEN: _l("Event log taken as a file"),
    AdminEventKind.SIGNED_IN: _l("Signed in"),
    AdminEventKind.SIGNED_OUT_ELSEWHERE: _l("Other browsers signed out"),
    AdminEventKind.PASSWORD_CHANGED: _l("Password changed"),
    AdminEventKind.PASSWORD_GIVEN: _l("Password given"),
    AdminEventKind.TOKEN_MADE: _l("Token for programs made"),
    AdminEventKind.TOKEN_REVOKED: _l("Token for programs revoked"),
    AdminEventKind.CERTIFICATE_GIVEN: _l("Signing certificate given"),
    AdminEventKind.AUTHORITY_RENEWED: _l("The site's authority for certificates renewed"),
    AdminEventKind.CERTIFICATE_REVOKED: _l("Signing certificate revoked"),
    AdminEventKind.FACTOR_ADDED: _l("Second factor added"),
    AdminEventKind.FACTOR_REMOVED: _l("Second factor removed"),
    AdminEventKind.RECOVERY_CODE_USED: _l("Recovery code used"),
}
_OF_AREA: Final = AdminEventKind.AREA_ACT.value  #: named in the area's own words
_SHORT: Final = 10  #: letters by which people know a commit
_BY: Final[Mapping[str, LazyString]] = {
    "password": _l("password"),
    "directory": _l("password of the directory"),
    "provider": _l("sign-in service"),
    "passkey": _l("passkey"),
    "totp": _l("code of a device"),
    "recovery": _l("recovery codes"),
    "all": _l("all of them"),
}


@dataclass(frozen=True, slots=True)
class LogLine:
    """One act, as the page prints it."""

    at: datetime
    what: str
    who: str
    whom: str | None  #: where it is somebody else
    unit: str | None
    more: str  #: role, reason, by what


@bp.get("/access/log")
def index() -> ResponseReturnValue:
    """Show what was done, the newest first; auditors and administrators read it."""
    must_read(current_actor())
    kind, person = request.args.get("kind"), request.args.get("person", "").strip().lower()
    before = request.args.get("before", "")
    asked = kind if kind in {each.value for each in AdminEventKind} else None
    with reader() as session:
        found = queries.newest(
            session, person or None, asked, int(before) if before.isdecimal() else None
        )
        lines = lines_of(session, found.events)
    return render_template(
        "people/log.html",
        lines=lines,
        following=found.following,
        kinds=[(each.value, str(SAID[each])) for each in AdminEventKind],
        kind=asked,
        person=person,
        nav="log",
    )


def lines_of(session: Session, events: tuple[AdminEvent, ...]) -> tuple[LogLine, ...]:
    """Return acts in sentences, the names of all people read at once."""
    known = names(session, [name for each in events for name in (each.actor, each.person)])

    def named(username: str) -> str:
        if not username:  # the clock's
            return _("by itself")
        return known[username][locale()] if username in known else username

    return tuple(
        LogLine(
            each.at,
            _what(each),
            named(each.actor),
            named(each.person) if each.person and each.person != each.actor else None,
            each.unit,
            _more(each),
        )
        for each in events
    )


def _what(event: AdminEvent) -> str:
    """Return what was done, in an area's own words where it is one of its acts."""
    kind, facts = AdminEventKind(event.kind), event.facts
    named = AREAS.acts.get(str(facts.get("area")), {}) if kind is AdminEventKind.AREA_ACT else {}
    return str(named.get(str(facts.get("act")), SAID[kind]))


def _more(event: AdminEvent) -> str:
    facts = event.facts
    told = facts.get("told") or {}
    by = facts.get("by") or facts.get("factor")
    said = [
        role_name(facts["role"], locale()) if facts.get("role") else "",
        str(_BY.get(by, by)) if by else "",
        "" if event.kind == _OF_AREA else str(facts.get("area") or facts.get("process") or ""),
        str(told.get("number") or ""),
        str(facts.get("element") or ""),
        str(facts.get("job") or ""),
        str(facts.get("commit") or "")[:_SHORT],
        str(facts.get("reason") or ""),
    ]
    return _("; ").join(each for each in said if each)

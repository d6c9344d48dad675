"""The page of one case for those who keep it going: all that is open of it, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, render_template, request, session
from flask.typing import ResponseReturnValue

from engine.commands import looking
from engine.queries.instance_page import WatchedCase, watched_case
from engine.queries.keeping import hold_on
from engine.storage.database import Session
from webapp.cases.drawing import answer_with, drawing_of
from webapp.cases.people import name_of
from webapp.monitoring.instance_now import now_tab
from webapp.monitoring.instance_past import past_tab, values_tab
from webapp.monitoring.instance_work import journal_tab, repair_tab, work_tab
from webapp.request import current_actor, now, reader, unit_of_work
from webapp.texts import N_
from webapp.wording import words_of

bp = Blueprint("instance", __name__, url_prefix="/monitoring/cases/<uuid:instance_id>")

_LOOKED: Final = "looked_into"  #: of the sign-in: cases whose values this browser was shown
_MOST_LOOKED: Final = 50

Facts = Callable[[Session, WatchedCase], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: what it is called, the template that draws it and what that needs to know."""

    key: str
    label: str
    template: str
    facts: Facts
    shows_values: bool = False  #: what people answered stands in it


TABS: Final = (
    Tab("now", N_("Where it stands"), "monitoring/_instance_now.html", now_tab),
    Tab("work", N_("Tasks, jobs, messages"), "monitoring/_instance_work.html", work_tab),
    Tab(
        "values",
        N_("Values"),
        "monitoring/_instance_values.html",
        values_tab,
        shows_values=True,
    ),
    Tab("past", N_("Past states"), "monitoring/_instance_past.html", past_tab, shows_values=True),
    Tab(
        "journal",
        N_("Journal"),
        "monitoring/_instance_journal.html",
        journal_tab,
        shows_values=True,
    ),
    Tab("repair", N_("Repair"), "monitoring/_instance_repair.html", repair_tab),
)


@bp.get("")
def show(instance_id: UUID) -> ResponseReturnValue:
    """Show one tab of a case."""
    tab = next((each for each in TABS if each.key == request.args.get("tab")), TABS[0])
    with reader() as found:
        case = watched_case(found, instance_id, current_actor())
        shown = tab.facts(found, case)
        hold = hold_on(found, instance_id)
    if tab.shows_values and not case.is_own:
        _note_look(instance_id)
    return render_template(
        "monitoring/instance.html",
        room="cases",
        nav="cases",
        case=case,
        hold=hold,
        words=words_of(case.definition),
        tabs=TABS,
        tab=tab,
        name_of=lambda username: name_of(username, case.progress),
        **shown,
    )


@bp.get("/diagram.bpmn")
def diagram(instance_id: UUID) -> ResponseReturnValue:
    """Give the diagram the case runs on."""
    with reader() as found:
        case = watched_case(found, instance_id, current_actor())
    return answer_with(drawing_of(case.definition))


def _note_look(instance_id: UUID) -> None:
    """Note that somebody saw values that are his to see only as an administrator: once a case."""
    seen: list[str] = session.get(_LOOKED, [])
    if str(instance_id) not in seen:
        looking.note(unit_of_work(), instance_id, actor=current_actor(), at=now())
        session[_LOOKED] = [*seen, str(instance_id)][-_MOST_LOOKED:]

"""The task page: what the step is about, its tabs, and what may be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine.queries import tasks as queries
from engine.queries.tasks import TaskPage
from webapp.cases import tabs
from webapp.cases.tabs import FORM, Around, Tab
from webapp.inbox.form_tab import form_tab
from webapp.inbox.offered import offered
from webapp.request import current_actor, reader
from webapp.wording import words_of

#: answering, taking and drafts add their addresses to it
bp = Blueprint("tasks", __name__, url_prefix="/tasks/<uuid:task_id>")


@bp.get("")
def show(task_id: UUID) -> ResponseReturnValue:
    """Show one step: its form, or what lies around it."""
    tab = tabs.chosen(tabs.OF_TASK, request.args.get("tab"))
    with reader() as session:
        task = queries.page(session, task_id, current_actor(), drafts=tab is FORM)
        if tab is FORM:
            return task_page(task, form_tab(session, task))
        return task_page(task, tab.facts(session, Around.of_task(task)), tab)


def task_page(task: TaskPage, shown: Mapping[str, Any], tab: Tab = FORM) -> str:
    """Return the page of a task with one of its tabs.

    Args:
        shown: what the tab's template shows.
    """
    return render_template(
        "inbox/task.html",
        task=task,
        words=words_of(task.definition),
        config=task.definition.bundle.process(task.process_id),
        tabs=tabs.OF_TASK,
        tab=tab,
        acts=offered(task, current_actor()),
        nav="inbox",
        **shown,
    )

"""A step that cannot be done as it was meant: its page asks what happened, and says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import bpmn
from engine.commands import reporting
from engine.queries.tasks import TaskPage
from engine.storage.database import Session
from forms import Choice, Field, Form
from webapp.inbox.act_pages import Ask, ask_first
from webapp.inbox.task_pages import bp
from webapp.request import current_actor, now, unit_of_work
from webapp.wording import words_of


@bp.route("/report", methods=["GET", "POST"])
def report(task_id: UUID) -> ResponseReturnValue:
    """Report what stands in the way of the task, where the diagram goes on from that."""

    def do(answer: Mapping[str, Any]) -> str:
        said, _sign, code = str(answer["what"]).partition(":")
        kind: bpmn.Kind = "escalation" if said == "escalation" else "error"
        reporting.report(
            unit_of_work(),
            task_id,
            kind,
            code,
            answer["message"],
            actor=current_actor(),
            at=now(),
        )
        return _("Reported; the case goes on from that.")

    return ask_first(task_id, _what_happened, do)


def _what_happened(_session: Session, task: TaskPage) -> Ask:
    words = words_of(task.definition)
    choices = tuple(
        Choice(_key(each), words.element(each.element_id, each.name) or each.code or each.kind)
        for each in reporting.reportable(unit_of_work(), task.id)
    )
    fields = (
        Field("radio", "what", _("What happened"), required=True, choices=choices),
        Field("textarea", "message", _("Reason"), required=True, longest=reporting.LONGEST),
    )
    return Ask(
        _("Report a problem"),
        _("Report"),
        Form("report", fields, fields=fields),
        _("The case goes on as its diagram says for this. What you typed in the form is not sent."),
    )


def _key(what: bpmn.Reportable) -> str:
    return f"{what.kind}:{what.code or ''}"

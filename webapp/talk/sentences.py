"""What a notice says, in one sentence of a language, and where it leads; pages and letters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from engine.model.notice import Notice, NoticeKind
from engine.queries.notices import Told
from webapp.cases.meanings import bare
from webapp.formatting import jalali
from webapp.texts import N_, texts_in

#: what somebody did
_SAID: Final[Mapping[NoticeKind, str]] = {
    NoticeKind.MENTIONED: N_("%(name)s named you in a comment."),
    NoticeKind.COMMENTED: N_("%(name)s wrote a comment."),
    NoticeKind.ASSIGNED: N_("%(name)s gave you this task."),
    NoticeKind.DELEGATED: N_("%(name)s asks you to work on this task."),
    NoticeKind.HANDED_BACK: N_("%(name)s has handed this task back to you."),
    NoticeKind.RETURNED: N_("%(name)s sent this step back to you."),
    NoticeKind.REMINDED: N_("%(name)s asks you to go on with this task."),
    NoticeKind.INCIDENT: N_("%(name)s gave you an incident to look after."),
    NoticeKind.RECALLED: N_("%(name)s took an answer back; this task is gone with it."),
}


#: …in a few words and without names
_SHORT: Final[Mapping[NoticeKind, str]] = {
    NoticeKind.MENTIONED: N_("you were named in a comment."),
    NoticeKind.COMMENTED: N_("somebody wrote a comment."),
    NoticeKind.ASSIGNED: N_("a task was given to you."),
    NoticeKind.DELEGATED: N_("you are asked to work on a task."),
    NoticeKind.HANDED_BACK: N_("a task was handed back."),
    NoticeKind.RETURNED: N_("a step was sent back to you."),
    NoticeKind.REMINDED: N_("a task waits for you."),
    NoticeKind.LATE: N_("a task is late."),
    NoticeKind.CERTIFICATE_ENDS: N_("your signing certificate ends soon."),
    NoticeKind.SUBSTITUTING: N_("you are to stand in for somebody."),
    NoticeKind.RECALLED: N_("a task of yours is gone."),
    NoticeKind.INCIDENT: N_("something stops cases."),
    NoticeKind.DEPLOYMENT_ASKED: N_("a deployment waits for approval."),
    NoticeKind.DEPLOYMENT_DECIDED: N_("a deployment was decided on."),
    NoticeKind.PROCESS_CHANGED: N_("a process you work in has changed."),
}


_OF_DEPLOYMENTS: Final = frozenset(
    {NoticeKind.DEPLOYMENT_ASKED, NoticeKind.DEPLOYMENT_DECIDED, NoticeKind.PROCESS_CHANGED}
)
#: by the state of the request
_DECIDED: Final[Mapping[str, str]] = {
    "planned": N_("%(name)s approved the deployment of “%(area)s” for its moment."),
    "done": N_("The deployment of “%(area)s” was approved and done."),
    "refused": N_("%(name)s refused the deployment of “%(area)s”."),
    "withdrawn": N_("%(name)s withdrew the deployment of “%(area)s”."),
    "failed": N_("“%(area)s” was not deployed: something stood against it. Nothing was changed."),
}


def sentence(told: Told, language: str) -> str:
    """Return what somebody is told, without the case it is about."""
    if told.kind is NoticeKind.PUBLISHED:
        return str(told.facts["said"][language])
    if told.kind is NoticeKind.CERTIFICATE_ENDS:
        last = datetime.fromisoformat(told.facts["last"])
        text = N_("Your signing certificate is valid until %(day)s; renew it.")
        return texts_in(language).gettext(text) % {"day": bare(jalali(last, language))}
    return _of_work(told, language)


def _of_work(told: Told, language: str) -> str:
    texts = texts_in(language)
    if told.kind is NoticeKind.SUBSTITUTING:
        text = texts.gettext(N_("You stand in for %(name)s from %(first)s to %(last)s."))
        days = {key: bare(jalali(told.facts[key], language)) for key in ("first", "last")}
        return text % {"name": told.facts["away"][language], **days}
    if told.kind is NoticeKind.INCIDENT and told.by is None:
        return texts.gettext(N_("Something that was not known stops work of the site."))
    if told.kind in _OF_DEPLOYMENTS:
        return _of_deployment(told, language)
    if told.by is None:
        is_late = told.kind is NoticeKind.LATE
        late, early = N_("This task is late."), N_("Little time is left for this task.")
        return texts.gettext(late if is_late else early)
    name = told.by_names[language] if told.by_names else told.by
    if told.kind is NoticeKind.HANDED_BACK and told.facts.get("owner") == told.by:
        return texts.gettext(N_("%(name)s has taken this task back.")) % {"name": name}
    return texts.gettext(_SAID[told.kind]) % {"name": name}


def _of_deployment(told: Told, language: str) -> str:
    texts, facts = texts_in(language), told.facts
    name = told.by_names[language] if told.by_names else told.by or ""
    said = {"name": name, "area": str(facts.get("area", ""))}
    if told.kind is NoticeKind.DEPLOYMENT_ASKED:
        return texts.gettext(N_("%(name)s asks to deploy “%(area)s”; somebody approves it.")) % said
    if told.kind is NoticeKind.DEPLOYMENT_DECIDED:
        decided = _DECIDED[str(facts["state"])]
        return texts.gettext(decided) % said
    listed = texts.gettext(N_(", ")).join(each[language] for each in facts["processes"])
    said |= {"processes": listed, "message": str(facts["message"])}
    return texts.gettext(N_("A new version for new cases: %(processes)s. %(message)s")) % said


def short(told: Told, language: str) -> str:
    """Return what fits into one short message: what it is, and the number of the case below."""
    texts = texts_in(language)
    said = texts.gettext(N_("Divan: %(said)s")) % {"said": texts.gettext(_SHORT[told.kind])}
    return f"{said}\n{told.business_key}" if told.business_key else said


def path_of(told: Notice | Told) -> str:
    """Return the address of what a notice is about, within the site."""
    if told.instance_id is None or "draft" in told.facts:
        return _path_beside_cases(told)
    page = f"/tasks/{told.task_id}" if told.task_id else f"/cases/{told.instance_id}"
    if not told.comment_id:
        return page
    asked = {"tab": "talk"}
    if told.facts.get("line"):
        asked["line"] = str(told.facts["line"])
    return f"{page}?{urlencode(asked)}#comment-{told.comment_id}"


def _path_beside_cases(told: Notice | Told) -> str:
    if "draft" in told.facts:
        return f"/studio/drafts/{told.facts['draft']}/comments#comment-{told.comment_id}"
    if "path" in told.facts:
        return str(told.facts["path"])
    if "fingerprint" in told.facts:
        return f"/monitoring/incidents/{told.facts['fingerprint']}"
    if told.facts.get("request"):
        return f"/studio/deployments/{told.facts['request']}"
    is_of_process = told.kind in (NoticeKind.PROCESS_CHANGED, NoticeKind.PROCESS_CHANGED.value)
    return "/notices" if is_of_process else "/substitutes"

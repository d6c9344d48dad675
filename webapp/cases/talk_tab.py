"""What the Talk tab shows: comments on a case, or on one line of it, and the way to add one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import g, request, url_for

from engine.errors import RulesBroken
from engine.model.talk import EDITABLE, LONGEST, LONGEST_LINE, Comment, pieces
from engine.queries import talk as queries
from engine.storage.database import Session
from webapp.problems import text_of
from webapp.request import current_actor, locale, now
from webapp.texts import N_, texts_in


@dataclass(frozen=True, slots=True)
class Refused:
    """What was typed and not taken, to be shown again beside the reasons."""

    text: str
    problems: tuple[str, ...]
    comment_id: UUID | None  #: the one that was to be changed; ``None``: a new one


@dataclass(frozen=True, slots=True)
class Shown:
    """One comment as the tab shows it."""

    comment: Comment
    author: str
    pieces: tuple[tuple[str, str], ...]  #: text, and who is named after it
    before: tuple[Any, ...]
    is_own: bool
    may_change: bool
    refused: Refused | None


def talk_tab(session: Session, instance_id: UUID, task_id: UUID | None) -> Mapping[str, Any]:
    """Return what the tab needs to know of a case the actor may see."""
    line = request.args.get("line", "")[:LONGEST_LINE] or None
    found = queries.talk(session, instance_id, line=line, until=_uuid(request.args.get("until")))
    refused: Refused | None = g.get("talk_refused")
    return {
        "talk_case": instance_id,
        "talk_task": task_id or _uuid(request.args.get("task")),
        "comments": [_shown(each, found, refused) for each in found.comments],
        "talk_has_more": found.has_more,
        "talk_line": line,
        "talk_lines": queries.lines_talked(session, instance_id),
        "talk_refused": refused if refused and refused.comment_id is None else None,
        "talk_longest": LONGEST,
        "talk_minutes": int(EDITABLE.total_seconds() // 60),
        "talk_texts": _texts(),
        "talk_link": _link,
    }


def not_taken(broken: RulesBroken, text: str, comment_id: UUID | None = None) -> None:
    """Have the tab show what was typed again, with the reasons beside it."""
    g.talk_refused = Refused(text, tuple(text_of(each) for each in broken.problems), comment_id)


def _shown(comment: Comment, found: queries.Talk, refused: Refused | None) -> Shown:
    is_own = comment.author == current_actor().username
    is_refused = refused is not None and refused.comment_id == comment.id
    return Shown(
        comment,
        _name(comment.author, found.names),
        tuple(_pieces(comment.text, found.names)),
        found.before.get(comment.id, ()),
        is_own and comment.withdrawn_at is None,
        comment.may_change(current_actor().username, now()),
        refused if is_refused else None,
    )


def _pieces(text: str, names: queries.Names) -> list[tuple[str, str]]:
    """Return a text as pieces, each with the name of who is mentioned after it."""
    cut = [*pieces(text), ""]
    return [
        (cut[place], _name(cut[place + 1], names) if cut[place + 1] else "")
        for place in range(0, len(cut), 2)
    ]


def _name(username: str, names: queries.Names) -> str:
    known = names.get(username)
    return known[locale()] if known else username


def _link(**asked: str | UUID | None) -> str:
    """Return the address of this tab with something else asked for."""
    given = {**(request.view_args or {}), "tab": "talk", **asked}
    place = "tasks.show" if "task_id" in given and request.blueprint == "tasks" else "cases.show"
    return url_for(place, **given)


def _texts() -> Mapping[str, str]:
    texts = texts_in(locale())
    said = {
        "people": N_("People who may see this case"),
        "found": N_("{count} people; choose with the arrows, take with Enter"),
        "none": N_("Nobody of this name may see this case"),
        "kept": N_("What you had typed is here again."),
    }
    return {key: texts.gettext(text) for key, text in said.items()}


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None

"""What analysts say about the elements of a diagram: a page of it, and what the designer asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commands import model_talk
from engine.errors import RulesBroken
from engine.model.model_comment import ModelComment
from engine.model.talk import LONGEST, pieces
from engine.queries import model_talk as queries
from engine.queries import studio
from engine.scenarios import names_of
from webapp.errors import wants_json
from webapp.formatting import moment_text
from webapp.problems import text_of
from webapp.request import current_actor, locale, now, reader, unit_of_work

bp = Blueprint("model_talk", __name__, url_prefix="/studio/drafts/<uuid:draft_id>/comments")

#: characters of a name that is looked for
LONGEST_QUESTION = 60


@bp.get("")
def show(draft_id: UUID) -> ResponseReturnValue:
    """Show everything that was said about the diagrams of a draft's area."""
    return _page(draft_id)


@bp.get("/of/<path:name>")
def of_file(draft_id: UUID, name: str) -> ResponseReturnValue:
    """Give the designer what was said about its diagram."""
    return _told(draft_id, name)


@bp.post("/of/<path:name>")
def say(draft_id: UUID, name: str) -> ResponseReturnValue:
    """Begin a thread at an element."""
    text, element = request.form.get("text", ""), request.form.get("element", "")
    actor = current_actor()
    said = model_talk.say(unit_of_work(), draft_id, name, element, text, actor=actor, at=now())
    return _done(draft_id, said)


@bp.post("/<uuid:comment_id>/answer")
def answer(draft_id: UUID, comment_id: UUID) -> ResponseReturnValue:
    """Say something in a thread."""
    text, actor = request.form.get("text", ""), current_actor()
    try:
        model_talk.answer(unit_of_work(), draft_id, comment_id, text, actor=actor, at=now())
    except RulesBroken as broken:
        if wants_json():
            raise
        problems = [text_of(each) for each in broken.problems]
        return _page(draft_id, {"thread": comment_id, "text": text, "problems": problems}), 422
    return _done(draft_id, comment_id)


@bp.post("/<uuid:comment_id>/settle")
def settle(draft_id: UUID, comment_id: UUID) -> ResponseReturnValue:
    """Call a thread done with, or go on with it."""
    is_open = request.form.get("open") == "1"
    actor = current_actor()
    model_talk.settle(unit_of_work(), draft_id, comment_id, actor=actor, at=now(), is_open=is_open)
    return _done(draft_id, comment_id)


@bp.post("/<uuid:comment_id>/withdraw")
def withdraw(draft_id: UUID, comment_id: UUID) -> ResponseReturnValue:
    """Take a comment of one's own back."""
    model_talk.withdraw(unit_of_work(), draft_id, comment_id, actor=current_actor(), at=now())
    return _done(draft_id, comment_id)


@bp.get("/people")
def people(draft_id: UUID) -> ResponseReturnValue:
    """Tell a script of the page which analysts have a name."""
    text = request.args.get("q", "")[:LONGEST_QUESTION]
    with reader() as session:
        found = queries.offered(session, draft_id, current_actor(), text, now())
    return jsonify(people=[{"name": each.username, "says": each.names[locale()]} for each in found])


def _done(draft_id: UUID, comment_id: UUID) -> ResponseReturnValue:
    if wants_json():
        return jsonify({})
    flash(_("Kept."), "done")
    page = url_for("model_talk.show", draft_id=draft_id, _anchor=f"comment-{comment_id}")
    return redirect(page, 303)


def _page(draft_id: UUID, refused: Mapping[str, Any] | None = None) -> str:
    with reader() as session:
        draft = studio.draft(session, draft_id, current_actor(), now())
        found = queries.talk(session, draft_id, current_actor())
        called = names_of(studio.bundle(session, draft_id, current_actor()), locale())
    return render_template(
        "studio/designer/comments.html",
        draft=draft,
        threads=[_thread(each, found.names, draft_id) for each in found.threads],
        standing={each.name for each in draft.files},
        called=called,
        refused=refused,
        longest=LONGEST,
        may_change=current_actor().is_analyst,
        nav="studio",
    )


def _told(draft_id: UUID, name: str) -> ResponseReturnValue:
    with reader() as session:
        found = queries.talk(session, draft_id, current_actor(), name)
    return jsonify(threads=[_thread(each, found.names, draft_id) for each in found.threads])


def _thread(
    thread: queries.Thread, names: Mapping[str, Mapping[str, str]], draft_id: UUID
) -> dict[str, Any]:
    """Return a thread as the page and the designer tell it."""
    head = thread.head
    return {
        "id": str(head.id),
        "file": head.file,
        "element": head.element_id,
        "is_open": thread.is_open,
        "settled_by": _name(head.settled_by, names) if head.settled_by else None,
        "comments": [_comment(each, names) for each in (head, *thread.answers)],
        "address": url_for(".answer", draft_id=draft_id, comment_id=head.id).rpartition("/")[0],
    }


def _comment(comment: ModelComment, names: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    cut = [*pieces(comment.text), ""] if comment.withdrawn_at is None else []
    return {
        "id": str(comment.id),
        "by": _name(comment.author, names),
        "at": moment_text(comment.at),
        "is_own": comment.author == current_actor().username and comment.withdrawn_at is None,
        "withdrawn": comment.withdrawn_at is not None,
        "pieces": [
            [text, _name(name, names) if name else ""]
            for text, name in zip(cut[::2], cut[1::2], strict=True)
        ],
    }


def _name(username: str, names: Mapping[str, Mapping[str, str]]) -> str:
    known = names.get(username)
    return known[locale()] if known else username

"""What is said beside a task or a case, and the documents of its case's file."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any, Final
from uuid import UUID

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from engine.commands import documents as filing
from engine.commands import talking
from engine.model.talk import Comment
from engine.queries import documents, rest
from engine.queries import talk as queries
from engine.queries.documents import Filed
from engine.queries.rest import TaskRow
from webapp.engine_rest.body import json_object, text_of
from webapp.engine_rest.modifying import reason
from webapp.engine_rest.moments import written as moment
from webapp.engine_rest.refusals import invalid, not_found
from webapp.engine_rest.registry import does
from webapp.engine_rest.routing import identity
from webapp.files.pages import content_answer
from webapp.receiving import received
from webapp.request import current_actor, now, reader, services, unit_of_work

_COMMENT: Final = frozenset({"message", "processInstanceId"})
#: what a document is, its content tells; Camunda's type is heard and says nothing here
_ATTACHED: Final = frozenset(
    {"attachment-name", "attachment-description", "attachment-type", "url", "content"}
)


@does("getComments")
def list_comments(task_id: str) -> ResponseReturnValue:
    """Give what was said about a task."""
    return jsonify([_said(each) for each in _comments(_row(task_id))])


@does("getProcessInstanceComments")
def list_comments_of_case(case_id: str) -> ResponseReturnValue:
    """Give what was said about a case and its tasks."""
    case = identity(case_id, "process instance")
    with reader() as session:
        rest.one_case(session, case, current_actor())  # it has to be the caller's to see
        said = queries.talk(session, case).comments
    return jsonify([_said(each) for each in said if each.withdrawn_at is None])


@does("getComment")
def show_comment(task_id: str, comment_id: str) -> ResponseReturnValue:
    """Give one thing that was said about a task."""
    for each in _comments(_row(task_id)):
        if str(each.id) == comment_id:
            return jsonify(_said(each))
    raise not_found(f"Task comment with id {comment_id} does not exist for task id '{task_id}'.")


@does("createComment", body=_COMMENT)
def add_comment(task_id: str) -> ResponseReturnValue:
    """Say something about a task, and tell whom it concerns."""
    said, row = text_of(json_object(_COMMENT), "message"), _row(task_id)
    if not said:
        raise invalid("message is missing.")
    comment_id = talking.say(
        unit_of_work(), row.instance_id, said, actor=current_actor(), at=now(), task_id=row.id
    )
    return show_comment(task_id, str(comment_id))


@does("getAttachments")
def list_attachments(task_id: str) -> ResponseReturnValue:
    """List the documents of the case a task stands in."""
    row = _row(task_id)
    with reader() as session:
        filed = documents.of_case(session, row.instance_id, current_actor())
    return jsonify([_attached(each, row) for each in filed if each.counts])


@does("getAttachment")
def show_attachment(task_id: str, document_id: str) -> ResponseReturnValue:
    """Show a document of the case a task stands in."""
    row = _row(task_id)
    return jsonify(_attached(_document(row, document_id), row))


@does("getAttachmentData")
def give_attachment(task_id: str, document_id: str) -> ResponseReturnValue:
    """Give the newest version of a document of the case a task stands in."""
    return content_answer(_document(_row(task_id), document_id).newest)


@does("addAttachment", form=_ATTACHED)
def add_attachment(task_id: str) -> ResponseReturnValue:
    """Put a document into the case's file with a task one has."""
    row, sent = _row(task_id), request.files.get("content")
    if request.form.get("url") or sent is None:
        raise invalid("Send the document as the part 'content' of the body; links are not kept.")
    if request.form.get("attachment-description"):
        raise invalid("A document has a name and no description: say it in a comment of the task.")
    sent.filename = _called(request.form.get("attachment-name", ""), sent.filename or "")
    [document_id] = filing.attach(
        unit_of_work(),
        row.instance_id,
        received("content"),
        actor=current_actor(),
        at=now(),
        limits=services().settings.documents,
        task_id=row.id,
    )
    return show_attachment(task_id, str(document_id))


@does("deleteAttachment")
def withdraw_attachment(task_id: str, document_id: str) -> ResponseReturnValue:
    """Let a document of the case a task stands in count no more; a header may say why."""
    filed = _document(_row(task_id), document_id)
    filing.withdraw(unit_of_work(), filed.id, reason(), actor=current_actor(), at=now())
    return "", 204


def _row(task_id: str) -> TaskRow:
    with reader() as session:
        return rest.one_task(session, identity(task_id, "task"), current_actor())


def _called(name: str, file: str) -> str:
    """Return the name a document is given, with the ending of its file where it has none."""
    if not name.strip():
        return file
    return name if PurePath(name).suffix else name + PurePath(file).suffix


def _comments(row: TaskRow) -> list[Comment]:
    with reader() as session:
        said = queries.talk(session, row.instance_id).comments
    return [each for each in said if each.task_id == row.id and each.withdrawn_at is None]


def _document(row: TaskRow, document_id: str) -> Filed:
    asked = identity(document_id, "attachment")
    with reader() as session:
        return documents.of_one(session, row.instance_id, asked, current_actor())


def _said(comment: Comment) -> dict[str, Any]:
    return {
        "id": str(comment.id),
        "userId": comment.author,
        "taskId": _text(comment.task_id),
        "processInstanceId": str(comment.instance_id),
        "time": moment(comment.at),
        "message": comment.text,
        "removalTime": None,
        "rootProcessInstanceId": str(comment.instance_id),
        "links": [],
    }


def _attached(filed: Filed, row: TaskRow) -> dict[str, Any]:
    address = f"{request.host_url}engine-rest/task/{row.id}/attachment/{filed.id}/data"
    return {
        "id": str(filed.id),
        "name": filed.newest.name,
        "description": None,
        "taskId": _text(filed.task_id),
        "type": filed.newest.kind.name,
        "url": address,
        "createTime": moment(filed.versions[-1].added_at),
        "removalTime": None,
        "rootProcessInstanceId": str(filed.instance_id),
        "links": [],
    }


def _text(found: UUID | None) -> str | None:
    return None if found is None else str(found)

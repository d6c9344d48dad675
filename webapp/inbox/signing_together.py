"""Several steps signed in one act: first the list of what is signed, then one signing password.

Each answer is signed for itself, as the list showed its case (R-SIG-09), and each is a
transaction of its own: what is refused at one keeps no other from being signed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.catalogue.config import ProcessConfig
from engine.commands import signing, tasks
from engine.errors import EngineError, Problem, RulesBroken
from engine.model.document import DocumentVersion
from engine.model.paper import Paper
from engine.queries import tasks as queries
from engine.queries.tasks import OpenStep
from engine.signing import errors
from engine.signing.errors import SigningRefused
from engine.storage.database import Session
from forms import FormErrors, read_submission
from forms.paths import parted
from webapp.errors import problems_of, text_and_code, wants_json
from webapp.inbox.several import Done, case_of, said, taken
from webapp.inbox.signed import papers_signed_at, signed_besides
from webapp.inbox.step_form import step_to_answer
from webapp.inbox.ticking import MOST
from webapp.inbox.together import bp
from webapp.problems import as_json
from webapp.request import current_actor, now, reader, unit_of_work
from webapp.signing.pens import OWN, pen
from webapp.wording import words_of

if TYPE_CHECKING:
    from pyhanko.sign.signers import Signer

_SEEN: Final = "seen-"  #: before the id of a task: the hash of what the list showed of its case


@dataclass(frozen=True, slots=True)
class ToSign:
    """One step as the list shows it."""

    task_id: UUID
    title: str
    case: str
    instance_id: UUID
    amount: int | None  #: rials
    seen: str  #: hash of what its case holds
    papers: Sequence[tuple[Paper, DocumentVersion]]
    outcomes: dict[str, str]


@bp.post("/sign")
def ask_to_sign() -> ResponseReturnValue:
    """List what would be signed of the tasks that are ticked, with hashes, count and total."""
    ids = list(_ids())[:MOST]
    if not wants_json():
        return _page(ids)
    keys = ("case", "title", "amount", "seen", "outcomes")
    listed = [
        {"task": str(each.task_id)} | {key: getattr(each, key) for key in keys}
        for each in _to_sign(ids)
    ]
    return {"listed": listed}


@bp.post("/signed")
def sign() -> ResponseReturnValue:
    """Sign each step that is ticked, with a signature of its own, by one password."""
    ids = list(_ids())[:MOST]
    if not ids:
        if wants_json():
            raise RulesBroken([Problem("GEN-NOTHING-CHOSEN")])
        return _page(ids, problem=_("Tick at least one task.")), 422
    try:
        done = _all_signed(ids)
    except SigningRefused as refused:
        if wants_json():
            raise
        told = " ".join(text_and_code(each) for each in problems_of(refused))
        listed = list(_ids("listed"))[:MOST]
        return _page(listed, ticked=ids, problem=told), 422
    return _result(done)


def _result(done: Sequence[Done]) -> ResponseReturnValue:
    signed = [each for each in done if not each.refused]
    refused = [each for each in done if each.refused]
    if wants_json():
        return {
            "signed": [{"task": str(each.task_id)} for each in signed],
            "refused": [
                {"task": str(each.task_id), "problems": [as_json(told) for told in each.problems]}
                for each in refused
            ],
        }
    return render_template(
        "inbox/together_done.html",
        done=signed,
        refused=refused,
        act="sign",
        is_undo=False,
        undo=None,
        nav="inbox",
    )


def _all_signed(ids: Sequence[UUID]) -> list[Done]:
    if not request.form.get("password"):
        raise SigningRefused(errors.UNSIGNED)
    with reader() as session, pen(session, OWN) as signer:
        return [_signed(each, signer) for each in ids]


def _signed(task_id: UUID, signer: Signer) -> Done:
    with reader() as session:
        try:
            page = queries.page(session, task_id, current_actor(), drafts=False)
        except EngineError as refused:
            return Done(task_id, "", "", said(refused), problems=problems_of(refused))
    name = words_of(page.definition).element(page.element_id, page.name)
    try:
        _complete(task_id, signer)
    except (EngineError, FormErrors) as refused:
        return Done(task_id, name, case_of(page), said(refused), problems=problems_of(refused))
    return Done(task_id, name, case_of(page))


def _complete(task_id: UUID, signer: Signer) -> None:
    with reader() as session:
        asked = queries.to_change(session, task_id, current_actor(), drafts=True)
        step = step_to_answer(session, asked)
        if not _may_be_signed(_config(asked), asked.task.element_id, step.variables or {}):
            raise RulesBroken([Problem("GEN-BULK")])
    values = read_submission(
        step.form,
        {path: parted(typed) for path, typed in asked.drafts.items()},
        outcome=request.form.get("outcome") or None,
        draft=asked.drafts,
        table=step.table,
        variables=step.variables,
        now=now(),
    )
    with taken(asked.task):
        shown = request.form.get(f"{_SEEN}{task_id}", "-")
        signature = signed_besides(asked, values, shown, signer)
        uow, actor = unit_of_work(), current_actor()
        tasks.complete(uow, task_id, values, actor=actor, at=now(), signed=signature)


def _config(asked: OpenStep) -> ProcessConfig:
    return asked.definition.bundle.process(asked.read.instance.process_id)


def _may_be_signed(config: ProcessConfig, element_id: str, values: Mapping[str, Any]) -> bool:
    """Tell whether a step is signed with others: its case is of no larger amount than may be."""
    step = config.step(element_id)
    is_signed = step.sign is not None and step.sign.needs_certificate
    return is_signed and step.joins(config.amount_of(values))


def _page(ids: Sequence[UUID], *, ticked: Sequence[UUID] | None = None, problem: str = "") -> str:
    listed = _to_sign(ids)
    amounts = [each.amount for each in listed if each.amount is not None]
    outcomes = {value: label for each in listed for value, label in each.outcomes.items()}
    return render_template(
        "inbox/sign_together.html",
        listed=listed,
        left_out=len(ids) - len(listed),
        ticked=[each.task_id for each in listed] if ticked is None else ticked,
        total=sum(amounts) if amounts else None,
        outcomes=outcomes,
        problem=problem,
        nav="inbox",
    )


def _to_sign(ids: Sequence[UUID]) -> list[ToSign]:
    with reader() as session:
        return [each for task_id in ids for each in _listed(session, task_id)]


def _listed(session: Session, task_id: UUID) -> Iterator[ToSign]:
    """Yield a task as it is listed; nothing where it is not one to be signed with others."""
    try:
        page = queries.page(session, task_id, current_actor(), drafts=False)
        asked = queries.to_change(session, task_id, current_actor())
    except EngineError:
        return
    config = _config(asked)
    if page.is_closed or not _may_be_signed(config, page.element_id, page.variables):
        return
    words, form = words_of(page.definition), step_to_answer(session, asked).form
    yield ToSign(
        task_id,
        words.element(page.element_id, page.name),
        case_of(page),
        page.instance_id,
        config.amount_of(page.variables),
        signing.seen(session, page.instance_id, page.variables),
        papers_signed_at(session, page, config),
        {each.value: each.label for each in form.outcomes if each.kind == "primary"},
    )


def _ids(name: str = "task") -> Iterator[UUID]:
    """Yield the tasks named; what names none is passed over."""
    for each in request.form.getlist(name):
        with suppress(ValueError):
            yield UUID(each)

"""A person is made anonymous: case by case, then everywhere else, then the account.

Money and acts stay: who did something becomes an alias, the same everywhere. Documents stay under
the rule of their case. The journal keeps its commitments to what was erased.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.commands.retried import retried
from engine.errors import CaseNotFound
from engine.model.admin_event import AdminEventKind
from engine.model.instance import InstanceState
from engine.model.person import Person
from engine.model.retention import (
    CaseHeld,
    CaseNotOver,
    CasesRemain,
    ErasureRequest,
    ErasureState,
    NotDue,
    NotSealed,
)
from engine.storage import journal, personal
from engine.storage import retention as rows
from engine.storage.admin_events import tell
from engine.storage.batches import are_others_done
from engine.storage.bundles import latest
from engine.storage.database import Session, UnitOfWork
from engine.storage.retention import Member
from engine.values.likeness import Likeness

_OVER = frozenset({InstanceState.FINISHED.value, InstanceState.CANCELLED.value})


def likeness_of(facts: Mapping[str, Any]) -> Likeness:
    """Return what the person of a request is known by."""
    texts, accounts = (tuple(facts.get(each, ())) for each in ("texts", "accounts"))
    return Likeness(facts["alias"], facts.get("username"), texts, accounts)


@retried
def anonymise(uow: UnitOfWork, target: UUID, request_id: UUID, *, at: datetime) -> None:
    """Take a person out of one case; out of everything else when it is the request's own turn.

    Raises:
        CaseNotFound: there is no such case.
        NotDue: the request was not confirmed.
        CaseNotOver, CaseHeld, NotSealed: the case has to stay as it is, or to wait.
        CasesRemain: the person stands in cases still.
    """
    with uow:
        request = rows.request(uow.session, request_id, to_change=target == request_id)
        if request.state != ErasureState.CONFIRMED.value:
            raise NotDue(str(request_id))
        like = likeness_of(request.facts)
        if target == request_id:
            _everywhere_else(uow.session, request, like, at)
        else:
            _in_case(uow.session, target, like, at)
        uow.commit()


def _in_case(session: Session, case: UUID, like: Likeness, at: datetime) -> None:
    found = rows.family(session, case)[:1]
    if not found:
        raise CaseNotFound(case)
    [member] = found
    if member.state not in _OVER:
        raise CaseNotOver(str(case))
    if rows.open_hold(session, case) is not None:
        raise CaseHeld(str(case))
    if not journal.is_sealed(session, case, member.event_count):
        raise NotSealed(str(case))
    acts = journal.acts_of_case(session, case)
    whole = like.and_of(_personal(session, member, like))
    replaced = personal.replaced_acts(session, case, whole)
    if replaced:
        journal.erase(session, case, replaced.keys(), acts)
        session.flush()
        personal.write_acts(session, case, replaced)
    personal.replace_in_case(session, case, whole, at)


def _personal(session: Session, member: Member, like: Likeness) -> list[str]:
    """Return what the case holds of the person beside what was known, if it is about the person."""
    declared = latest(session, member.process_id).bundle.process(member.process_id).personal
    if not declared:
        return []
    told = [member.variables, *personal.facts_of(session, member.id)]
    values = [text for each in told for text in _values(each, declared)]
    is_named = any(like.in_text(each) != each for each in values)
    return values if is_named or member.started_by == like.username else []


def _values(told: Any, names: Iterable[str]) -> Iterator[str]:
    """Yield the texts that stand under some names anywhere in what was told."""
    if isinstance(told, Mapping):
        for name, value in told.items():
            if name in names and isinstance(value, str):
                yield value
            else:
                yield from _values(value, names)
    elif isinstance(told, list):
        for each in told:
            yield from _values(each, names)


def _everywhere_else(
    session: Session, request: ErasureRequest, like: Likeness, at: datetime
) -> None:
    if request.batch_id is None or not are_others_done(session, request.batch_id, request.id):
        raise CasesRemain(str(request.id))
    numbers = personal.admin_acts_with(session, like)
    if not journal.are_sealed(session, numbers):
        raise NotSealed(str(request.id))
    person = session.get(Person, UUID(request.facts["person"])) if request.facts["person"] else None
    count = request.facts["cases"]
    request.facts = {"alias": like.alias, "cases": count}
    session.flush()
    journal.erase_admin_acts(session, numbers)
    personal.replace_elsewhere(session, like)
    if person is not None:
        personal.forget_person(session, person, like)
    kind, by = AdminEventKind.PERSON_ANONYMISED, request.decided_by or ""
    tell(session, kind, actor=by, at=at, person=like.alias, count=count, asked_by=request.asked_by)

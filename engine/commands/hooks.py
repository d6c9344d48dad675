"""Incoming hooks: a system outside posts what happened there, and a case goes on or begins.

What is posted keeps the shape its sender gives it; FEEL says what of it is the key of the message
and which values it brings. The sender signs as Standard Webhooks has it, and its id makes the
message unique for ever: posted again, it changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from engine import feel
from engine.catalogue.calls import evaluated
from engine.commands import messages
from engine.commands.admins import must_be_admin
from engine.commands.messages import Published
from engine.commands.retried import retried
from engine.errors import MessageRefused, Problem, RulesBroken
from engine.model.admin_event import AdminEventKind
from engine.model.base import new_id
from engine.model.hook import Hook
from engine.model.message import must_be_label
from engine.model.person import Actor
from engine.storage import hooks
from engine.storage.admin_events import tell
from engine.storage.database import UnitOfWork
from engine.storage.vault import Vault

LONGEST_NAME: Final = 200  #: letters
MOST_VALUES: Final = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an administrator says of a sender outside."""

    name: str
    message: str
    correlation: str = ""  #: FEEL over ``body``
    values: Mapping[str, str] = field(default_factory=dict)  #: variable -> FEEL over ``body``


@retried
def add(
    uow: UnitOfWork, wanted: Wanted, secret: str, vault: Vault, *, actor: Actor, at: datetime
) -> UUID:
    """Let a sender outside tell cases a message; return the hook's id.

    Args:
        secret: with which the sender signs; see `engine.connectors.signing.new_secret`.

    Raises:
        NotAtThisDesk: the actor is no administrator.
        RulesBroken: ``GEN-HOOK-NAME``, ``GEN-HOOK-MESSAGE`` or ``GEN-HOOK-FEEL``, by field.
    """
    must_be_admin(actor)
    with uow:
        _check(wanted, is_taken=hooks.is_taken(uow.session, wanted.name.strip()))
        row = Hook(
            id=new_id(),
            name=wanted.name.strip(),
            message=wanted.message.strip(),
            correlation=wanted.correlation.strip(),
            values=dict(wanted.values),
            sealed=vault.seal(secret),
            created_by=actor.username,
            created_at=at,
            heard_at=None,
        )
        uow.session.add(row)
        tell(uow.session, AdminEventKind.HOOK_ADDED, actor=actor.username, at=at, reason=row.name)
        uow.commit()
        return row.id


@retried
def remove(uow: UnitOfWork, hook_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Hear a sender no more.

    Raises:
        NotAtThisDesk, HookMissing: nothing was changed.
    """
    must_be_admin(actor)
    with uow:
        row = hooks.hook(uow.session, hook_id)
        name = row.name
        uow.session.delete(row)
        tell(uow.session, AdminEventKind.HOOK_REMOVED, actor=actor.username, at=at, reason=name)
        uow.commit()


def receive(
    uow: UnitOfWork, hook_id: UUID, message_id: str, body: Any, *, at: datetime
) -> Published:
    """Tell cases what a sender posted; posted again under its id, it changes nothing.

    The signature was checked before.

    Raises:
        HookMissing: there is no such hook.
        RulesBroken: ``GEN-HOOK-BODY``, nothing can be made of what was posted.
        MessageRefused, MessageIdTaken, MessageAmbiguous: as `engine.commands.messages.publish`.
    """
    name, key, values = _heard(uow, hook_id, body, at)
    return messages.publish(uow, name, key, values, message_id=f"{hook_id}/{message_id}", at=at)


@retried
def _heard(
    uow: UnitOfWork, hook_id: UUID, body: Any, at: datetime
) -> tuple[str, object, dict[str, Any]]:
    with uow:
        row = hooks.hook(uow.session, hook_id)
        row.heard_at = at
        scope = {"body": body}
        try:
            key = evaluated(f"={row.correlation}", scope, at) if row.correlation else None
            values = {each: evaluated(f"={says}", scope, at) for each, says in row.values.items()}
        except (ValueError, TypeError) as error:
            raise RulesBroken([Problem("GEN-HOOK-BODY", None, {"why": str(error)})]) from error
        if row.correlation and key is None:
            raise RulesBroken([Problem("GEN-HOOK-BODY", None, {"why": row.correlation})])
        uow.commit()
        return row.message, key, values


def _check(wanted: Wanted, *, is_taken: bool) -> None:
    problems = []
    name = wanted.name.strip()
    if not name or len(name) > LONGEST_NAME or is_taken:
        problems.append(Problem("GEN-HOOK-NAME", "name"))
    try:
        must_be_label("name", wanted.message.strip())
    except MessageRefused:
        problems.append(Problem("GEN-HOOK-MESSAGE", "message"))
    if wanted.correlation.strip():
        problems += _wrong("correlation", wanted.correlation)
    for key, says in wanted.values.items():
        problems += _wrong("values", says if key.isidentifier() else "")
    if len(wanted.values) > MOST_VALUES:
        problems.append(Problem("GEN-HOOK-FEEL", "values", {"why": f"> {MOST_VALUES}"}))
    if problems:
        raise RulesBroken(problems)


def _wrong(path: str, expression: str) -> list[Problem]:
    try:
        feel.compile_expression(expression.strip())
    except feel.FeelSyntaxError as error:
        return [Problem("GEN-HOOK-FEEL", path, {"why": str(error)})]
    return []

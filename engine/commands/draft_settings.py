"""What the designer writes beside its diagram: the desk of a lane, the name of a step in English.

Both stand in text files of the draft, whose other lines stay as somebody wrote them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from engine.catalogue.config import Lane
from engine.catalogue.desks import PARTY
from engine.catalogue.folder import must_be_files
from engine.catalogue.toml_lines import NotPlain, put
from engine.commands.analysts import must_be_analyst
from engine.commands.retried import retried
from engine.commands.saying import may_say
from engine.errors import Problem, RulesBroken
from engine.model.area_draft import SaveKind
from engine.model.person import Actor, Unit
from engine.storage import area_drafts as rows
from engine.storage.database import Session, UnitOfWork

CONFIG: Final = "process.toml"
LONGEST_NAME: Final = 2_000  #: characters
PLACES: Final = ("case", "ancestor", "anywhere")
_ROLE: Final = re.compile(r"[A-Z][A-Z0-9_]{0,59}")
_VARIABLE: Final = re.compile(r"[A-Za-z_]\w{0,99}")
_ID: Final = re.compile(r"[A-Za-z_][\w.-]{0,199}")


@retried
def give_desk(
    uow: UnitOfWork,
    draft_id: UUID,
    process_id: str,
    lane_id: str,
    desk: Lane | None,
    *,
    actor: Actor,
    at: datetime,
) -> int:
    """Say in ``process.toml`` which desk a lane is, ``None`` for none; return the file's version.

    Raises:
        DraftNotFound: there is no such draft.
        RulesBroken: the role or place is none, or the file has to be changed by hand.
    """
    _must_be_ids(process_id, lane_id)
    told = None
    if desk is not None:
        head = {} if desk.head is None else {"head": desk.head}
        told = {"role": desk.role, "in": desk.place, **head}

    def change(text: str, session: Session) -> str:
        if desk is not None:
            _must_be_desk(session, desk)
        return put(text, [process_id, "lanes"], lane_id, told)

    return _amend(uow, draft_id, CONFIG, change, actor=actor, at=at)


@retried
def give_name(
    uow: UnitOfWork,
    draft_id: UUID,
    language: str,
    process_id: str,
    element_id: str,
    name: str,
    *,
    actor: Actor,
    at: datetime,
) -> int:
    """Say what an element is called in a language the model is not in; return the file's version.

    Raises:
        DraftNotFound: there is no such draft.
        RulesBroken: it is too long, or the file has to be changed by hand.
    """
    _must_be_ids(process_id, element_id)
    said = may_say(" ".join(name.split()), LONGEST_NAME, "name")

    def change(text: str, _: Session) -> str:
        return put(text, [process_id], element_id, said or None)

    return _amend(uow, draft_id, f"texts.{language}.toml", change, actor=actor, at=at)


def _amend(
    uow: UnitOfWork,
    draft_id: UUID,
    name: str,
    change: Callable[[str, Session], str],
    *,
    actor: Actor,
    at: datetime,
) -> int:
    must_be_analyst(actor)
    with uow:
        draft = rows.open_draft(uow.session, draft_id, to_change=True)
        stands = rows.standing(uow.session, draft_id).get(name)
        before = _text(uow.session, draft_id, name, stands)
        try:
            after = change(before, uow.session)
        except NotPlain as reason:
            facts = {"name": name, "why": str(reason)}
            raise RulesBroken([Problem("STU-021", "name", facts)]) from reason
        if after == before:
            return stands.number if stands else 0
        files = {name: after.encode()}
        must_be_files(files)
        by, version = actor.username, stands.number if stands else 0
        since = rows.let_go(uow.session, draft, name, version, by, at)
        number = rows.add_save(
            uow.session, draft, files, SaveKind.EDITED, by=by, at=at, since=since
        )
        uow.commit()
        return number


def _text(session: Session, draft_id: UUID, name: str, stands: rows.Standing | None) -> str:
    if stands is None:
        return ""
    content = rows.change(session, draft_id, stands.number, name).content
    return (content or b"").decode(errors="replace")


def _must_be_ids(*ids: str) -> None:
    if not all(_ID.fullmatch(each) for each in ids):
        raise RulesBroken([Problem("STU-020", "id")])


def _must_be_desk(session: Session, desk: Lane) -> None:
    is_place = desk.place in PLACES or session.get(Unit, desk.place) is not None
    if desk.place.startswith(PARTY):
        is_place = _VARIABLE.fullmatch(desk.place.removeprefix(PARTY)) is not None
    roles = [desk.role] if desk.head is None else [desk.role, desk.head]
    problems = [] if is_place else [Problem("STU-022", "place", {"name": desk.place[:80]})]
    problems += [
        Problem("STU-023", "role", {"name": each[:80]})
        for each in roles
        if not _ROLE.fullmatch(each)
    ]
    if problems:
        raise RulesBroken(problems)

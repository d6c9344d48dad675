"""Where a person stands in the tables, and the rows without the person.

Every table that is declared is looked at, in whatever room it is kept: texts, JSON, and columns
of user names. What the journal has sealed is left to `engine.storage.journal`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple
from uuid import UUID

import simplejson
from sqlalchemy import (
    Column,
    ColumnElement,
    Table,
    Text,
    delete,
    false,
    func,
    inspect,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import Session

from engine.model.act import Act, canonical
from engine.model.admin_event import AdminEvent
from engine.model.base import Base, JsonText
from engine.model.document import Document, DocumentVersion
from engine.model.event import event_table as event
from engine.model.instance import instance_table as instance
from engine.model.person import Person
from engine.model.signature import KeptSignature, SignatureRequest
from engine.storage.retention import owned
from engine.values.likeness import Likeness, holds_username

#: what a person alone has, by the column that names the person
_OWN: Final = (
    ("identity", "person_id"),
    ("passkey", "person_id"),
    ("recovery_code", "person_id"),
    ("totp", "person_id"),
    ("sign_in", "person_id"),
    ("api_token", "person_id"),
    ("answered_request", "person_id"),
    ("saved_filter", "person_id"),
    ("kept_answer", "person_id"),
    ("presence", "person_id"),
    ("snooze", "person_id"),
    ("notice", "person_id"),
    ("report", "person_id"),
    ("draft_presence", "person_id"),
    ("signature_request", "person_id"),
)
#: files of processes, secrets and proofs: no person is kept there, or not as text; a signature
#: says who signed or it is none, so it stays under the rule of its case, as documents do;
#: the answer that was signed goes where it names the person, and its hash stays
_AS_IT_IS: Final = frozenset(
    {
        "bundle",
        "secret",
        "journal_batch",
        "journal_chain",
        "journal_salt",
        "journal_admin",
        "signature",
        "signing_authority",
        "signing_certificate",
    }
)
#: what an answer that was signed says of its signer, as the signature itself does
_SIGNER: Final = frozenset({"actor", "nationalCode"})
#: of a history, the chain holds what the other columns say
_ERASABLE: Final = {"event": frozenset({"actor", "facts"})}
_ACT: Final = Base.metadata.tables[Act.__tablename__]
_VERSION: Final = Base.metadata.tables[DocumentVersion.__tablename__]
_ADMIN: Final = Base.metadata.tables[AdminEvent.__tablename__]


class Found(NamedTuple):
    """How many rows of a table name the person."""

    table: str
    rows: int


class Named(NamedTuple):
    """A document that the person brought, or that is named after the person."""

    instance_id: UUID
    name: str
    size: int


def cases_with(session: Session, like: Likeness) -> set[UUID]:
    """Return the cases in which a person stands."""
    found: set[UUID] = set()
    for table, case_of in _of_cases():
        condition = _names(table, like)
        asked = select(case_of).select_from(table).where(condition).distinct()
        found |= {each for each in session.scalars(asked) if each is not None}
    return found


def counted(session: Session, like: Likeness) -> list[Found]:
    """Return in which tables a person stands, and how often."""
    counts = [
        Found(each.name, session.scalar(select(func.count()).where(_names(each, like))) or 0)
        for each in _tables(session)
    ]
    return [each for each in counts if each.rows]


def documents_with(session: Session, like: Likeness, limit: int) -> list[Named]:
    """Return documents of the person; their contents stay under their own rule."""
    asked = (
        select(Document.instance_id, DocumentVersion.name, DocumentVersion.size)
        .join(Document, Document.id == DocumentVersion.document_id)
        .where(_names(_VERSION, like))
        .order_by(DocumentVersion.added_at.desc())
        .limit(limit)
    )
    return [Named(*each) for each in session.execute(asked)]


def facts_of(session: Session, case: UUID) -> list[Any]:
    """Return what was told of the acts of a case."""
    return list(session.scalars(select(event.c.facts).where(event.c.instance_id == case)))


def replace_in_case(session: Session, case: UUID, like: Likeness, at: datetime) -> None:
    """Write the alias wherever a person stands in a case that is over, its history apart.

    What the engine would go on with goes, too: it holds the values once more.
    """
    _forget_signed(session, case, like)
    for table, belongs in owned().items():
        if table is _ACT:
            _replace_acts(session, belongs(case), like, at)
        elif table is not event and table.name not in _AS_IT_IS:
            _replace(session, table, like, belongs(case))
            if "snapshot" in table.columns:
                session.execute(update(table).where(belongs(case)).values(snapshot=b""))
    _replace(session, instance, like, instance.c.id == case)
    session.execute(update(instance).where(instance.c.id == case).values(snapshot=b""))


def _forget_signed(session: Session, case: UUID, like: Likeness) -> None:
    """Take away answers that name a person: those that were signed, and those that wait for it."""
    session.execute(delete(SignatureRequest).where(SignatureRequest.instance_id == case))
    asked = select(KeptSignature).where(
        KeptSignature.instance_id == case, KeptSignature.content.is_not(None)
    )
    for each in session.scalars(asked):
        said = simplejson.loads(each.content or b"", use_decimal=True)
        told = {name: value for name, value in said.items() if name not in _SIGNER}
        if like.in_json(told) != told:
            each.content = None
    session.flush()


def _replace_acts(session: Session, of: ColumnElement[bool], like: Likeness, at: datetime) -> None:
    """Take a person out of what was confirmed; the hash of what it said stays."""
    for act in session.scalars(select(Act).where(of)):
        content = canonical(like.in_json(simplejson.loads(act.content, use_decimal=True)))
        if content != act.content:
            act.content, act.erased_at = content, at
    session.flush()
    _replace(session, _ACT, like, of)


def replaced_acts(session: Session, case: UUID, like: Likeness) -> dict[int, Mapping[str, Any]]:
    """Return the acts of a history in which a person stands, by number, as they will read."""
    asked = select(event.c.seq, event.c.actor, event.c.facts).where(event.c.instance_id == case)
    found: dict[int, Mapping[str, Any]] = {}
    for seq, actor, facts in session.execute(asked):
        new = {"actor": actor and like.in_column("actor", actor), "facts": like.in_json(facts)}
        if new != {"actor": actor, "facts": facts}:
            found[seq] = new
    return found


def write_acts(session: Session, case: UUID, acts: Mapping[int, Mapping[str, Any]]) -> None:
    """Let acts of a history read so; the journal has kept what it sealed of them."""
    for seq, values in acts.items():
        of_it = (event.c.instance_id == case) & (event.c.seq == seq)
        session.execute(update(event).where(of_it).values(dict(values)))


def admin_acts_with(session: Session, like: Likeness) -> list[int]:
    """Return the numbers of acts of administrators in which a person stands."""
    asked = select(AdminEvent.number).where(_names(_ADMIN, like))
    return list(session.scalars(asked))


def replace_elsewhere(session: Session, like: Likeness) -> None:
    """Write the alias wherever a person stands outside of cases."""
    of_cases = {table for table, _ in _of_cases()}
    for table in _tables(session):
        if table not in of_cases and table is not Person.__table__:
            _replace(session, table, like, None)


def forget_person(session: Session, person: Person, like: Likeness) -> None:
    """Delete what a person alone has, and leave of the account that there was one."""
    for name, column in _OWN:
        table = Base.metadata.tables[name]
        session.execute(delete(table).where(table.c[column] == person.id))
    attempts = Base.metadata.tables["sign_in_attempt"]
    session.execute(delete(attempts).where(attempts.c.username == person.username))
    person.username = person.name_fa = person.name_en = like.alias
    person.national_code = person.email = person.mobile = None
    person.password_hash = person.preferences = None
    person.disabled = True
    session.flush()


def _replace(
    session: Session, table: Table, like: Likeness, of: ColumnElement[bool] | None
) -> None:
    keys = list(table.primary_key.columns)
    columns = said(table)
    if not columns:
        return
    asked = select(*keys, *columns).where(_names(table, like) if of is None else of)
    for row in session.execute(asked).all():
        before = dict(zip((each.name for each in columns), row[len(keys) :], strict=True))
        after = {name: _replaced(like, name, before[name]) for name in before}
        changed = {name: value for name, value in after.items() if value != before[name]}
        if changed:
            of_it = [key == value for key, value in zip(keys, row[: len(keys)], strict=True)]
            session.execute(update(table).where(*of_it).values(changed))


def _replaced(like: Likeness, name: str, value: Any) -> Any:
    if isinstance(value, str):
        return like.in_column(name, value)
    return value if value is None else like.in_json(value, name)


def _names(table: Table, like: Likeness) -> ColumnElement[bool]:
    """Return the condition that a row names the person."""
    ways: list[ColumnElement[bool]] = []
    spellings = list(dict.fromkeys(like.spellings()))
    for column in said(table):
        text = func.lower(type_coerce(column, Text))
        ways += [text.contains(each, autoescape=True) for each in spellings]
        if like.username and holds_username(column.name) and not isinstance(column.type, JsonText):
            ways.append(column == like.username)
        if like.username and isinstance(column.type, JsonText):
            ways.append(text.contains(f'"{like.username.lower()}"', autoescape=True))
    return or_(*ways) if ways else false()


def _tables(session: Session) -> list[Table]:
    there = set(inspect(session.connection()).get_table_names())
    known = (each for each in Base.metadata.sorted_tables if each.name in there)
    return [each for each in known if not is_kept_as_it_is(each)]


def is_kept_as_it_is(table: Table) -> bool:
    """Tell whether a person stays in a table; books that are only added to say so themselves."""
    return table.name in _AS_IT_IS or bool(table.info.get("append_only"))


def said(table: Table) -> list[Column[Any]]:
    """Return the columns of a table that are looked through: not its key, nor what is hashed."""
    allowed = _ERASABLE.get(table.name)
    return [
        each
        for each in table.columns
        if isinstance(each.type, (Text, JsonText))
        and not each.primary_key
        and not each.foreign_keys
        and (allowed is None or each.name in allowed)
    ]


@cache
def _of_cases() -> tuple[tuple[Table, Any], ...]:
    """Return the tables whose rows are of a case, each with what says of which."""
    texts = [each for each in owned() if each.name not in _AS_IT_IS]
    return (instance, instance.c.id), *((each, _case_of(each)) for each in texts)


def _case_of(table: Table) -> Any:
    if "instance_id" in table.columns:
        return table.c.instance_id
    for column in table.columns:
        for key in column.foreign_keys:
            parent = key.column.table
            if parent in owned():
                above = _case_of(parent)
                return select(above).where(key.column == column).correlate(table).scalar_subquery()
    raise LookupError(table.name)

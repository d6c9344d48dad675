"""People from outside who were let in: an account that acts for an organisation, and no role here.

Called in the transaction of the decision that lets them in; the caller commits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from engine.commands.people import UsernameTaken
from engine.model.admin_event import AdminEventKind
from engine.model.base import new_id
from engine.model.person import Person, Representation
from engine.storage.admin_events import tell
from engine.storage.database import Session
from engine.storage.people import acting_as, acting_only, is_taken
from engine.values import local_date


@dataclass(frozen=True, slots=True)
class Outsider:
    """Who is let in, and for whom he acts."""

    username: str
    name: str  #: as the person writes it, in whichever language
    national_code: str
    password_hash: str = field(repr=False)
    role: str
    party: str  #: national or legal id of the organisation
    locale: str = "fa"
    email: str | None = None  #: only one that was confirmed
    mobile: str | None = None


def let_in(session: Session, who: Outsider, *, by: str, at: datetime) -> UUID:
    """Make the account of somebody who acts for an organisation, with the password he chose.

    Args:
        by: user name of who decided it.

    Raises:
        UsernameTaken: somebody has this user name; nothing was added.
    """
    if is_taken(session, who.username):
        raise UsernameTaken(who.username)
    person = Person(
        id=new_id(),
        username=who.username,
        name_fa=who.name,
        name_en=who.name,
        national_code=who.national_code,
        password_hash=who.password_hash,
        locale=who.locale,
        email=who.email,
        mobile=who.mobile,
    )
    session.add(person)
    session.flush()  # no relationship tells the order of the two
    today = local_date(at)
    session.add(
        Representation(
            person_id=person.id, role=who.role, party=who.party, valid_from=today, valid_to=None
        )
    )
    facts = {"role": who.role, "party": who.party}
    tell(session, AdminEventKind.PERSON_ADDED, actor=by, at=at, person=who.username, **facts)
    return person.id


def takes_on(
    session: Session, username: str, party: str, *, of: str, role: str, by: str, at: datetime
) -> None:
    """Let the account of somebody act for an organisation in one more role from today on.

    Args:
        of: the role in which it acts for it today; the other ends with that.
        by: user name of who decided it.
    """
    person, known = acting_as(session, username, role, party)
    own = acting_as(session, username, of, party)[1]
    if known is None:
        known = Representation(person_id=person.id, role=role, party=party)
        session.add(known)
    known.valid_from, known.valid_to = local_date(at), None if own is None else own.valid_to
    kind, facts = AdminEventKind.ROLE_GRANTED, {"role": role, "party": party}
    tell(session, kind, actor=by, at=at, person=username, **facts)


def also_acts(session: Session, party: str, *, of: str, role: str, by: str, at: datetime) -> None:
    """Let whoever acts for an organisation in one role act for it in another from today on, too.

    A mandate that ends, ends in both. Who does already, or did and was ended, stays as he is.

    Args:
        of: the role in which they act for it today.
        by: user name of who brought it about, or the area in which it followed.
    """
    today = local_date(at)
    for each, until in acting_only(session, party, of, role, today).items():
        session.add(
            Representation(
                person_id=each.id, role=role, party=party, valid_from=today, valid_to=until
            )
        )
        kind, facts = AdminEventKind.ROLE_GRANTED, {"role": role, "party": party}
        tell(session, kind, actor=by, at=at, person=each.username, **facts)

"""Units, people, the roles they hold in a unit, and whom they represent.

A *desk* is where work arrives: a role in a unit (``SUPERVISOR@D07``) or a role for an
outside organisation (``CONTRACTOR@party:14007650912``). A task lies on one desk; an
actor may sit at many.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, new_id
from engine.model.desks import ANYWHERE, desk_of, is_among, place_of, role_of, roles_at
from engine.model.preferences import DEFAULTS
from engine.model.substitution import StandIn

__all__ = [
    "ANYWHERE",
    "Actor",
    "Grant",
    "Person",
    "Representation",
    "Unit",
    "desk_of",
    "place_of",
    "role_of",
]


_SEE_ALL: Final = frozenset({desk_of("AUDITOR", ANYWHERE), desk_of("COMMITTEE", ANYWHERE)})


class Unit(Base):
    """An executive unit (واحد اجرایی) in the tree of units."""

    __tablename__ = "unit"

    code: Mapped[str] = mapped_column(primary_key=True)
    title_fa: Mapped[str]
    title_en: Mapped[str]
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("unit.code"))
    closed_on: Mapped[date | None]  #: from this day on nobody is given a role in it

    def title(self, locale: str) -> str:
        """Return what it is called in ``locale``."""
        return self.title_fa if locale == "fa" else self.title_en


class Person(Base):
    """A human user; ``national_code`` tells two accounts of one person (`domain.md` §12)."""

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    username: Mapped[str] = mapped_column(unique=True)
    name_fa: Mapped[str]
    name_en: Mapped[str]
    national_code: Mapped[str | None]
    password_hash: Mapped[str | None]
    locale: Mapped[str] = mapped_column(default="fa")
    disabled: Mapped[bool] = mapped_column(default=False)
    preferences: Mapped[str | None]  #: JSON; what it may hold: `engine.model.preferences`
    email: Mapped[str | None]  #: confirmed by a letter sent to it
    mobile: Mapped[str | None]  #: for short messages; ``+98`` and ten digits
    #: somebody else made the password: its owner changes it before anything else
    password_given: Mapped[bool] = mapped_column(default=False)
    #: a program's account: HTTP Basic opens its door and nothing else, no second factor is asked
    is_machine: Mapped[bool] = mapped_column(default=False)

    @property
    def names(self) -> Mapping[str, str]:
        """The person's name by language."""
        return {"fa": self.name_fa, "en": self.name_en}


class Grant(Base):
    """A role held by a person in a unit, from a day to a day; never deleted, only ended."""

    __tablename__ = "role_grant"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str]
    unit_code: Mapped[str]  #: a unit, or ``*`` for roles without one (ADMIN)
    with_children: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    acting: Mapped[bool] = mapped_column(default=False)  #: until the post is filled (سرپرست)
    given_by: Mapped[str | None]  #: user name; ``None``: it came with the site
    given_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]


class Representation(Base):
    """A person acts for an outside organisation in a role (contractor, bidder)."""

    __tablename__ = "representation"
    __table_args__ = (UniqueConstraint("person_id", "role", "party"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str]
    party: Mapped[str]  #: national or legal id of the organisation
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, with every desk he may act at, read once per request.

    ``desks`` are his own; those he works at for others are in ``stands_in``.
    """

    person_id: UUID
    username: str
    name_fa: str
    name_en: str
    national_code: str | None = None
    locale: str = "fa"
    desks: frozenset[str] = field(default_factory=frozenset)
    #: every preference, its default where nothing was chosen
    preferences: Mapping[str, Any] = field(default_factory=lambda: DEFAULTS, hash=False)
    stands_in: tuple[StandIn, ...] = ()  #: for whom he works today, by user name
    password_given: bool = False  #: somebody else made it, and it has to be changed first
    is_machine: bool = False

    @property
    def names(self) -> Mapping[str, str]:
        """The person's name by language."""
        return {"fa": self.name_fa, "en": self.name_en}

    def name(self, locale: str) -> str:
        """Return the person's name in ``locale``."""
        return self.name_fa if locale == "fa" else self.name_en

    def sits_at(self, desk: str) -> bool:
        """Tell whether work on ``desk`` is this actor's to do."""
        return is_among(desk, self.desks)

    def may_work_at(self, desk: str, process_id: str, amount: int | None = None) -> bool:
        """Tell whether the actor may do a case's work on ``desk``, himself or for another."""
        return self.sits_at(desk) or self.stands_at(desk, process_id, amount) is not None

    def stands_at(
        self,
        desk: str,
        process_id: str,
        amount: int | None = None,
        *,
        prefer: str | None = None,
    ) -> StandIn | None:
        """Return for whom the actor does work on ``desk`` that is not his own; ``None``: nobody.

        Args:
            amount: of the case, in rials.
            prefer: the user name to take where several would do.
        """
        if not self.stands_in or self.sits_at(desk):
            return None
        covering = [each for each in self.stands_in if each.covers(desk, process_id, amount)]
        preferred = (each for each in covering if each.username == prefer)
        return next(preferred, covering[0] if covering else None)

    @property
    def sees_all(self) -> bool:
        """Tell whether every case is open to the actor: auditors and the council everywhere."""
        return not _SEE_ALL.isdisjoint(self.desks)

    @property
    def is_analyst(self) -> bool:
        """Tell whether the actor draws processes: in an own role, never for somebody else."""
        return "ANALYST" in self.roles

    @property
    def is_admin(self) -> bool:
        """Tell whether the actor runs the site: in an own role, never for somebody else."""
        return "ADMIN" in self.roles

    def units_of(self, role: str) -> frozenset[str]:
        """Return the unit codes in which the actor holds ``role``."""
        return frozenset(place_of(desk) for desk in self.desks if role_of(desk) == role)

    def parties_as(self, role: str) -> frozenset[str]:
        """Return the outside organisations for which the actor holds ``role``."""
        places = self.units_of(role)
        return frozenset(
            each.removeprefix("party:") for each in places if each.startswith("party:")
        )

    @property
    def roles(self) -> frozenset[str]:
        """Every role held anywhere."""
        return roles_at(self.desks)

    @property
    def units(self) -> frozenset[str]:
        """Every unit in which the actor holds any role."""
        return frozenset(
            place for place in map(place_of, self.desks) if not place.startswith("party:")
        )

    @property
    def parties(self) -> frozenset[str]:
        """The outside organisations the actor represents."""
        return frozenset(
            place.removeprefix("party:")
            for place in map(place_of, self.desks)
            if place.startswith("party:")
        )

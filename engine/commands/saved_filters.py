"""Filters of the list of work that people keep: save, share with a desk, forget."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from engine.commands.retried import retried
from engine.commands.saying import must_say
from engine.errors import Forbidden, NotFound, Problem, RulesBroken
from engine.model.person import ANYWHERE, Actor, desk_of
from engine.model.saved_filter import LONGEST_NAME, LONGEST_QUERY, SavedFilter
from engine.storage import saved_filters
from engine.storage.bundles import Deployed, all_latest
from engine.storage.database import UnitOfWork
from engine.values import normalise

_HEAD_OF_UNIT: Final = "UNIT_HEAD"


class FilterNotYours(Forbidden):
    """Only who saved a filter, or an administrator, takes it away."""

    code = "GEN-403"


class NotHead(Forbidden):
    """Only who heads a desk, or an administrator, shares a filter with it."""

    code = "GEN-SHARE"


@retried
def save(
    uow: UnitOfWork,
    name: str,
    query: str,
    *,
    desk: str | None = None,
    actor: Actor,
    at: datetime,
) -> UUID:
    """Keep a filter under a name; one of the actor's of that name becomes this one.

    Args:
        query: what is asked, as the address of the list has it.
        desk: everybody there sees it too; only a desk the actor heads.

    Raises:
        RulesBroken: ``GEN-REQUIRED`` without a name, ``GEN-LENGTH`` with too long a one.
        NotHead: the actor does not head the desk.
    """
    called = _must_fit(name, query)
    with uow:
        _must_share(uow, desk, actor)
        kept = saved_filters.of_name(uow.session, actor.person_id, called)
        if kept is None:
            kept = SavedFilter(person_id=actor.person_id, name=called)
            uow.session.add(kept)
        kept.query, kept.desk, kept.kept_at = query, desk, at
        uow.session.flush()
        uow.commit()
        return kept.id


@retried
def change(
    uow: UnitOfWork,
    filter_id: UUID,
    name: str,
    query: str,
    *,
    desk: str | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Let a filter of the actor's be called and ask otherwise.

    Raises:
        NotFound: there is none.
        FilterNotYours: somebody else saved it.
        RulesBroken: ``GEN-REQUIRED``, ``GEN-LENGTH``, or ``GEN-FILTER``: another is called so.
        NotHead: the actor does not head the desk.
    """
    called = _must_fit(name, query)
    with uow:
        kept = uow.session.get(SavedFilter, filter_id)
        if kept is None:
            raise NotFound(f"no saved filter {filter_id}")
        if kept.person_id != actor.person_id:
            raise FilterNotYours(f"filter {filter_id} is not {actor.username}'s")
        if desk != kept.desk:
            _must_share(uow, desk, actor)
        other = saved_filters.of_name(uow.session, actor.person_id, called)
        if other is not None and other.id != filter_id:
            raise RulesBroken([Problem("GEN-FILTER", "name")])
        kept.name, kept.query, kept.desk, kept.kept_at = called, query, desk, at
        uow.commit()


def may_share(definitions: Iterable[Deployed], desk: str, actor: Actor) -> bool:
    """Tell whether the actor says what everybody at a desk finds above the list."""
    return actor.is_admin or desk in desks_headed(definitions, actor)


def desks_headed(definitions: Iterable[Deployed], actor: Actor) -> list[str]:
    """Return the desks of these processes that the actor heads.

    Those of the units one is the head of, and those whose head ``process.toml`` names.
    """
    found = set()
    for each in definitions:
        for lane in each.bundle.process(each.process_id).lanes.values():
            heads = {_HEAD_OF_UNIT, *filter(None, [lane.head])}
            places = {place for role in heads for place in actor.units_of(role)}
            found |= {desk_of(lane.role, place) for place in places - {ANYWHERE}}
    return sorted(found)


def _must_fit(name: str, query: str) -> str:
    called = must_say(normalise(name), LONGEST_NAME, "name")
    if len(query) > LONGEST_QUERY:
        raise RulesBroken([Problem("GEN-LENGTH", "name", {"min": "1", "max": str(LONGEST_NAME)})])
    return called


def _must_share(uow: UnitOfWork, desk: str | None, actor: Actor) -> None:
    if desk is not None and not may_share(all_latest(uow.session), desk, actor):
        raise NotHead(f"{actor.username} shares nothing with {desk}")


@retried
def forget(
    uow: UnitOfWork,
    filter_id: UUID,
    *,
    actor: Actor,
    at: datetime,  # noqa: ARG001 - all commands are called alike
) -> None:
    """Take a filter away, from everybody it was shared with too.

    Raises:
        NotFound: there is none.
        FilterNotYours: somebody else saved it.
    """
    with uow:
        kept = uow.session.get(SavedFilter, filter_id)
        if kept is None:
            raise NotFound(f"no saved filter {filter_id}")
        if kept.person_id != actor.person_id and not actor.is_admin:
            raise FilterNotYours(f"filter {filter_id} is not {actor.username}'s")
        saved_filters.forget(uow.session, filter_id)
        uow.commit()

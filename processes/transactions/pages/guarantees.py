"""The register of guarantees: the list with its report, and one guarantee with its acts."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue

from engine.errors import Problem, RulesBroken
from engine.sdk import Actor, units_of
from engine.values import local_date
from processes.transactions.commands import guarantees as commands
from processes.transactions.pages.blueprint import bp, by_field, reads_transactions
from processes.transactions.queries.guarantees import (
    Asked,
    every_unit,
    guarantee_list,
    guarantee_of,
    units_read,
)
from processes.transactions.queries.people import names_of
from processes.transactions.records import Form, Guarantee
from processes.transactions.rules.guarantee_register import NEXT, Kind, State, releasing
from webapp.sdk import (
    current_actor,
    gettext,
    lazy_gettext,
    locale,
    not_found,
    now,
    reader,
    render,
    see_other,
    unit_of_work,
)

_l = lazy_gettext
_E = TypeVar("_E", bound=enum.Enum)

KINDS: Final[Mapping[str, Any]] = {
    "BID": _l("Of a bid"),
    "PERFORMANCE": _l("Of performance"),
    "ADVANCE": _l("Of an advance"),
    "RETENTION": _l("In place of retention"),
    "PAYMENT": _l("Of instalments"),
}
FORMS: Final[Mapping[str, Any]] = {
    "BANK": _l("Bank guarantee"),
    "CASH": _l("Cash deposit"),
    "NOTE": _l("Promissory note"),
    "INSURANCE": _l("Insurance"),
    "BONDS": _l("Bonds"),
}
STATES: Final[Mapping[str, Any]] = {
    "RECEIVED": _l("Taken in"),
    "VERIFIED": _l("Confirmed by the issuer"),
    "ACTIVE": _l("Standing, in force"),
    "EXTENDED": _l("Extended"),
    "REDUCED": _l("Reduced"),
    "RELEASED": _l("Given back"),
    "CALLED": _l("Called"),
    "EXPIRED": _l("Over"),
}
DONE: Final[Mapping[str, Any]] = {
    **STATES,
    "ACTIVE": _l("Accepted in force"),
    "CALL_ASKED": _l("Call signed by the first"),
    "CALL_DROPPED": _l("Call dropped"),
}
DUES: Final[Mapping[str, Any]] = {
    "FIRST": _l("Ends soon"),
    "SECOND": _l("Ends soon: ask for the extension"),
    "CALL": _l("To be extended or called"),
    "ENDED": _l("Ended, and not given back"),
}
EVENTS: Final[Mapping[str, Any]] = {
    "AWARDED_TO_OTHERS": _l("Awarded to others"),
    "CONTRACT_SIGNED": _l("Contract signed"),
    "CANCELLED": _l("Transaction cancelled"),
    "REJECTED": _l("Bid rejected"),
    "PROVISIONAL_ACCEPTANCE": _l("Provisional acceptance"),
    "ADVANCE_RECOVERED": _l("Advance recovered"),
    "FINAL_ACCEPTANCE": _l("Final acceptance"),
    "INSTALMENTS_PAID": _l("Instalments paid"),
    "NOT_ACCEPTED": _l("Not accepted"),
}


@dataclass(frozen=True, slots=True)
class _Way:
    """Something to do to a guarantee: by whom, and while it may become what."""

    command: Callable[..., None]
    roles: tuple[str, ...]
    becomes: State


_WAYS: Final[Mapping[str, _Way]] = {
    "verified": _Way(commands.verify, commands.VERIFIERS, State.VERIFIED),
    "active": _Way(commands.put_in_force, commands.VERIFIERS, State.ACTIVE),
    "extended": _Way(commands.extend, commands.KEEPERS, State.EXTENDED),
    "reduced": _Way(commands.reduce, commands.KEEPERS, State.REDUCED),
    "released": _Way(commands.release, commands.RELEASERS, State.RELEASED),
    "called": _Way(commands.call, commands.SIGNERS, State.CALLED),
    "dropped": _Way(commands.drop_call, commands.SIGNERS, State.CALLED),
    "expired": _Way(commands.expire, commands.KEEPERS, State.EXPIRED),
}


def _open_ways(found: Guarantee, actor: Actor, *, is_over: bool) -> list[str]:
    """Return what the actor may do to a guarantee as it stands."""
    mine = [
        name
        for name, way in _WAYS.items()
        if way.becomes in NEXT.get(found.state, ())
        and any(found.unit in actor.units_of(role) for role in way.roles)
    ]
    hidden = {
        "reduced": found.kind is not Kind.ADVANCE,
        "expired": not is_over,
        "dropped": found.call_asked_by is None,
    }
    return [each for each in mine if not hidden.get(each)]


@bp.get("/guarantees")
def guarantees() -> ResponseReturnValue:
    """Show the register."""
    return _page()


def _page(problems: Sequence[Problem] = ()) -> ResponseReturnValue:
    actor, given = current_actor(), request.args
    if not reads_transactions(actor):
        return not_found()
    asked = Asked(
        given.get("q", ""),
        given.get("unit", ""),
        _chosen(Kind, given.get("kind")),
        _chosen(State, given.get("state")),
        is_expiring=bool(given.get("expiring")),
        page=max(1, min(given.get("page", 1, type=int), 10_000)),
    )
    with reader() as session:
        every = every_unit(session, locale())
        html = render(
            "transactions/guarantees.html",
            page=guarantee_list(session, actor, asked, local_date(now())),
            asked=asked,
            units=units_read(session, actor, locale()),
            my_units=[each for each in every if each[0] in units_of(actor, *commands.KEEPERS)],
            every_unit=every,
            typed=request.form,
            wrong=by_field(problems),
            **_names(),
        )
    return html, 422 if problems else 200


@bp.post("/guarantees")
def receive_guarantee() -> ResponseReturnValue:
    """Take a guarantee in, or say beside each field what is wrong with it."""
    try:
        made = commands.receive(unit_of_work(), request.form, actor=current_actor(), at=now())
    except RulesBroken as refused:
        return _page(refused.problems)
    flash(gettext("Kept."), "done")
    return see_other("transactions.guarantee", guarantee_id=made)


@bp.get("/guarantees/<uuid:guarantee_id>")
def guarantee(guarantee_id: UUID) -> ResponseReturnValue:
    """Show one guarantee, what was done to it and what may be."""
    return _one(guarantee_id)


def _one(
    guarantee_id: UUID, problems: Sequence[Problem] = (), tried: str = ""
) -> ResponseReturnValue:
    actor, today = current_actor(), local_date(now())
    if not reads_transactions(actor):
        return not_found()
    with reader() as session:
        row = guarantee_of(session, actor, guarantee_id, today)
        found = row.guarantee
        events = sorted(releasing(found.kind, found.state))
        html = render(
            "transactions/guarantee.html",
            row=row,
            found=found,
            people=names_of(session, {each.by for each in found.acts}),
            ways=_open_ways(found, actor, is_over=found.valid_until < today),
            event_choices=[("", "—"), *((each, EVENTS[each]) for each in events)],
            typed=request.form,
            wrong=by_field(problems),
            tried=tried,
            **_names(),
        )
    return html, 422 if problems else 200


@bp.post("/guarantees/<uuid:guarantee_id>/<what>")
def change_guarantee(guarantee_id: UUID, what: str) -> ResponseReturnValue:
    """Verify, extend, reduce, give back or call a guarantee."""
    way = _WAYS.get(what)
    if way is None:
        return not_found()
    try:
        way.command(unit_of_work(), guarantee_id, request.form, actor=current_actor(), at=now())
    except RulesBroken as refused:
        return _one(guarantee_id, refused.problems, what)
    flash(gettext("Kept."), "done")
    return see_other("transactions.guarantee", guarantee_id=guarantee_id)


def _names() -> dict[str, Any]:
    return {
        "kinds": KINDS,
        "forms": {each.value: FORMS[each.value] for each in Form},
        "states": STATES,
        "done": DONE,
        "dues": DUES,
        "events": EVENTS,
    }


def _chosen(kinds: type[_E], text: str | None) -> _E | None:
    return next((each for each in kinds if each.value == text), None)

"""Does one thing outside as safely as the other side allows.

The intent is committed before the call. A later attempt that finds it asks, calls again or
gives the question to a person, by what the connector promises; confirmed is never called
again (`docs/reference/connectors.md`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from engine import watch
from engine.commands import effects
from engine.connectors.connector import (
    CallRefused,
    Connector,
    NoOutcome,
    NotSent,
    Request,
    Response,
)
from engine.errors import OutcomeUnknown
from engine.model.effect import EffectState, Guarantee, Intent
from engine.storage.database import Database

Clock = Callable[[], datetime]


def perform(database: Database, connector: Connector, intent: Intent, clock: Clock) -> Response:
    """Do what is intended, or return how it was answered before.

    Raises:
        NotSent, NoOutcome: not now; another attempt may follow.
        CallRefused: the other side said no.
        OutcomeUnknown: it may have been done and nobody can be asked: no attempt may follow.
        LeaseLost: another worker has the job and does it.
    """
    uow = database.unit_of_work()
    known = effects.intend(uow, intent)
    if known is None:
        return call(database, connector, Request(intent.key, intent.request, intent.at), clock)
    if known.state is EffectState.CONFIRMED:
        return known.response or {}
    request = Request(intent.key, known.request, known.at)
    match connector.guarantee(request):
        case Guarantee.IDEMPOTENT:
            return call(database, connector, request, clock)
        case Guarantee.QUERYABLE:
            with watch.work("connector", connector.name):
                response = connector.ask(request)
            if response is None:
                return call(database, connector, request, clock)
            effects.confirm(uow, intent.key, response, clock())
            return response
        case Guarantee.NEITHER:
            raise _unknown(database, connector, request)


def call(database: Database, connector: Connector, request: Request, clock: Clock) -> Response:
    """Call and record what came of it; see `perform`."""
    uow = database.unit_of_work()
    is_blind = connector.guarantee(request) is Guarantee.NEITHER
    try:
        with watch.work("connector", connector.name):
            response = connector.call(request)
    except NotSent:
        if is_blind:  # else another worker's call under this key may still be on its way
            effects.withdraw(uow, request.key)
        raise
    except CallRefused:
        effects.withdraw(uow, request.key)
        raise
    except NoOutcome as lost:
        if is_blind:
            raise _unknown(database, connector, request) from lost
        effects.doubt(uow, request.key, EffectState.SENT)
        raise
    effects.confirm(uow, request.key, response, clock())
    return response


def _unknown(database: Database, connector: Connector, request: Request) -> OutcomeUnknown:
    effects.doubt(database.unit_of_work(), request.key, EffectState.UNKNOWN)
    return OutcomeUnknown(request.key, connector.name)

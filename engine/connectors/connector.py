"""What every connector is: one call outside, under a key, with a promise about repeats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from engine.errors import EngineError, RuleBroken
from engine.model.effect import Guarantee

Response: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """One thing to do outside; the same at every attempt."""

    key: str  #: idempotency key: of the step's visit, whatever the attempt
    inputs: Mapping[str, Any] = field(repr=False)  #: may tell of people: stays out of logs
    at: datetime  #: when it was first meant


class Connector(Protocol):
    """One system outside, ready to be called."""

    @property
    def name(self) -> str:
        """What models call it."""

    @property
    def kind(self) -> str:
        """``http`` or ``mail``."""

    def guarantee(self, request: Request, /) -> Guarantee:
        """Return what the other side promises about this request coming twice."""

    def call(self, request: Request, /) -> Response:
        """Do it and return the answer.

        Raises:
            NotSent: nothing was done; it may be tried again.
            NoOutcome: it may have been done.
            CallRefused: the other side said no; nothing was done.
        """

    def ask(self, request: Request, /) -> Response | None:
        """Return what a call under this key was answered, ``None`` when it never came.

        Raises:
            NotSent, NoOutcome: it could not be found out now.
        """


class NotSent(EngineError):
    """The call did not take place: nobody answers there, or they ask to come again later."""

    code = "GEN-NOT-SENT"


class NoOutcome(EngineError):
    """The call left and no answer tells what came of it."""

    code = "GEN-NO-OUTCOME"


class CallRefused(RuleBroken):
    """The other side said no: it did nothing, and would do nothing the next time.

    A boundary error event may catch it by its code, such as ``HTTP-404``.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

"""Webhooks: what happened in a case, told to a receiver that the site knows."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from engine.connectors.addresses import Resolve, resolve
from engine.connectors.connector import NotSent
from engine.connectors.line import TIMEOUT, Line
from engine.model.base import json_text
from engine.model.connection import WebhookSettings

SIGNATURE: Final = "Divan-Signature"


@dataclass(frozen=True, slots=True)
class Webhook:
    """One receiver. It may be told the same twice, and later before earlier."""

    name: str
    settings: WebhookSettings = field(repr=False)
    key: str = field(repr=False)  #: signs what is told
    resolve: Resolve = field(default=resolve, repr=False)
    timeout: float = TIMEOUT

    def tell(self, delivery: str, told: Mapping[str, Any], at: datetime) -> None:
        """Post what happened, signed; anything but success is tried again later.

        Args:
            delivery: the same each time this is told, so that the receiver can drop repeats.

        Raises:
            AddressForbidden: the receiver's name leads into a network not allowed.
            NotSent, NoOutcome: the receiver did not say that it has it.
        """
        body = json_text(dict(told)).encode()
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": delivery,
            SIGNATURE: signature(self.key, body, at),
        }
        line = Line(self.settings.url, self.settings.networks, self.resolve, self.timeout)
        answer = line.exchange("POST", "", headers, body)
        if not 200 <= answer.status < 300:
            raise NotSent(f"{self.name} answered {answer.status}")


def signature(key: str, body: bytes, at: datetime) -> str:
    """Return ``t=<seconds>,v1=<HMAC-SHA256 of "<seconds>.<body>" in hexadecimal>``.

    A receiver that also looks at the time refuses what somebody recorded and sends again.
    """
    seconds = int(at.timestamp())
    signed = hmac.new(key.encode(), f"{seconds}.".encode() + body, hashlib.sha256)
    return f"t={seconds},v1={signed.hexdigest()}"

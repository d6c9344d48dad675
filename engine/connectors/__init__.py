"""Connectors: how cases reach systems outside, and what is certain about it afterwards."""

from engine.connectors.connector import (
    CallRefused,
    Connector,
    NoOutcome,
    NotSent,
    Request,
    Response,
)
from engine.connectors.deliveries import deliver
from engine.connectors.letters import send_letter
from engine.connectors.messages import send_message
from engine.connectors.papers import make_paper
from engine.connectors.performing import perform
from engine.connectors.site import SITE, Press, Printed
from engine.connectors.tasks import run_call, tell_receiver

__all__ = [
    "SITE",
    "CallRefused",
    "Connector",
    "NoOutcome",
    "NotSent",
    "Press",
    "Printed",
    "Request",
    "Response",
    "deliver",
    "make_paper",
    "perform",
    "run_call",
    "send_letter",
    "send_message",
    "tell_receiver",
]

"""Pools that talk with each other: their files, deployed and run."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from uuid import UUID

from engine.catalogue.bundle import Bundle
from engine.commands import deployments, messages
from engine.jobs import run_due
from engine.storage.database import Database
from tests.storage.events import NOON, anyone_starts

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="urn:divan">'
)
_CARRIES = '<messageEventDefinition><extensionElements><camunda:in source="{0}" target="{0}"/>'
_CARRIES += "</extensionElements></messageEventDefinition>"
AWAITS = "<messageEventDefinition/>"


def carrying(variable: str) -> str:
    """Return a message definition that carries a variable."""
    return _CARRIES.format(variable)


def pool(process_id: str, *elements: str, more: str = "") -> str:
    """Return a process whose elements follow one another."""
    ids = [each.split('id="', 1)[1].split('"', 1)[0] for each in elements]
    flows = "".join(
        f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'
        for source, target in pairwise(ids)
    )
    return (
        f'<process id="{process_id}" isExecutable="true">{"".join(elements)}{flows}{more}</process>'
    )


def collaboration(pools: dict[str, str | None], *flows: tuple[str, str]) -> str:
    """Return pools, some without a process, and the message flows between them."""
    participants = "".join(
        f'<participant id="{each}"' + (f' processRef="{process}"/>' if process else "/>")
        for each, process in pools.items()
    )
    arrows = "".join(
        f'<messageFlow id="m{number}" sourceRef="{source}" targetRef="{target}"/>'
        for number, (source, target) in enumerate(flows)
    )
    return f'<collaboration id="c">{participants}{arrows}</collaboration>'


def deploy(database: Database, content: str | bytes, *started_by_hand: str) -> None:
    """Deploy one file with several pools."""
    if isinstance(content, str):
        content = f"{HEAD}{content}</definitions>".encode()
    settings = '[area]\nid = "pools"\n' + "".join(map(anyone_starts, started_by_hand))
    bundle = Bundle({"pools.bpmn": content, "process.toml": settings.encode()})
    deployments.deploy(database.unit_of_work(), bundle, at=NOON)


def run(database: Database, *, hours: float = 0) -> int:
    """Do all that is due."""
    return run_due(database, lambda: NOON + timedelta(hours=hours))


def event(kind: str, element_id: str, definition: str) -> str:
    """Return an event."""
    return f'<{kind} id="{element_id}">{definition}</{kind}>'


ASKING = pool(
    "asker",
    '<startEvent id="a_start"/>',
    event("intermediateThrowEvent", "ask", carrying("question")),
    event("intermediateCatchEvent", "await", AWAITS),
    '<endEvent id="a_end"/>',
)
ANSWERING = pool(
    "answerer",
    '<startEvent id="b_start"/>',
    event("intermediateCatchEvent", "think", '<messageEventDefinition messageRef="thought"/>'),
    event("endEvent", "reply", carrying("answer")),
)
PAIR = (
    '<message id="thought" name="thought"><extensionElements>'
    '<zeebe:subscription correlationKey="=question"/></extensionElements></message>'
    + collaboration({"pa": "asker", "pb": "answerer"}, ("ask", "b_start"), ("reply", "await"))
    + ASKING
    + ANSWERING
)


def think(database: Database, question: str, answer: str) -> UUID:
    """Let the case that was asked a question go on, and return it."""
    told = messages.publish(
        database.unit_of_work(), "thought", question, {"answer": answer}, at=NOON
    )
    assert told.instance_id is not None
    return told.instance_id

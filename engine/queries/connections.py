"""The systems outside: connections with the steps that use them, secrets by name, hooks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engine.catalogue.calls import INPUTS
from engine.model.connection import ConnectionRefused, HttpSettings, read_settings
from engine.model.hook import Hook
from engine.model.person import Actor
from engine.queries.webhooks import must_administer
from engine.storage.bundles import Deployed, all_latest
from engine.storage.connections import all_connections, all_secrets
from engine.storage.hooks import every_hook


@dataclass(frozen=True, slots=True)
class Use:
    """A step, or a list of receivers, that names a connection."""

    definition: Deployed
    element_id: str | None  #: ``None``: the process tells it what happens in its cases


@dataclass(frozen=True, slots=True)
class ConnectionLine:
    """One system that cases reach."""

    name: str
    kind: str
    url: str
    methods: tuple[str, ...]
    guarantee: str
    missing: tuple[str, ...]  #: secrets it needs and nobody has set
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class SecretLine:
    """One secret: its name, never its text."""

    name: str
    changed_at: datetime
    used_by: tuple[str, ...]  #: connections


@dataclass(frozen=True, slots=True)
class ConnectorLine:
    """One connector that a model may use: what it needs, what it takes, who uses it."""

    name: str
    needs: tuple[str, ...]
    takes: tuple[str, ...]
    uses: int  #: steps of the newest versions


@dataclass(frozen=True, slots=True)
class Outside:
    """All of it."""

    connectors: tuple[ConnectorLine, ...]
    connections: tuple[ConnectionLine, ...]
    unknown: Mapping[str, tuple[Use, ...]]  #: named by a model, and nobody has set it up
    secrets: tuple[SecretLine, ...]
    hooks: Sequence[Hook]


def outside(session: Session, actor: Actor) -> Outside:
    """Return what this site speaks with, by name.

    Raises:
        NotAtThisDesk: the actor is no administrator.
    """
    must_administer(actor)
    uses, steps = _uses(session)
    secrets = all_secrets(session)
    known = frozenset(each.name for each in secrets)
    lines, needed = [], defaultdict[str, list[str]](list)
    for each in all_connections(session):
        try:
            kept = read_settings(each.name, each.kind, each.settings)
        except ConnectionRefused:  # of another release: it is shown, and fails where it is used
            lines.append(ConnectionLine(each.name, each.kind, "", (), "", (), ()))
            continue
        for secret in kept.secrets:
            needed[secret].append(each.name)
        http = kept if isinstance(kept, HttpSettings) else None
        lines.append(
            ConnectionLine(
                each.name,
                each.kind,
                kept.url,
                http.methods if http else ("POST",),
                http.guarantee.value if http else "idempotent",
                tuple(sorted(kept.secrets - known)),
                tuple(uses.get(each.name, ())),
            )
        )
    there = {each.name for each in lines} | {"mail"}
    return Outside(
        tuple(
            ConnectorLine(name, tuple(sorted(needs)), tuple(sorted(takes)), steps[name])
            for name, (needs, takes) in INPUTS.items()
        ),
        tuple(lines),
        {name: tuple(found) for name, found in sorted(uses.items()) if name not in there},
        tuple(
            SecretLine(each.name, each.changed_at, tuple(sorted(needed[each.name])))
            for each in secrets
        ),
        every_hook(session),
    )


def _uses(session: Session) -> tuple[dict[str, list[Use]], dict[str, int]]:
    """Return what names each connection, and how many steps use each connector."""
    uses, steps = defaultdict[str, list[Use]](list), defaultdict[str, int](int)
    for definition in all_latest(session):
        config = definition.bundle.process(definition.process_id)
        for element_id, step in config.steps.items():
            if step.call is not None:
                uses[step.call.connection].append(Use(definition, element_id))
                steps[step.call.connector] += 1
        for receiver in config.webhooks:
            uses[receiver].append(Use(definition, None))
    return uses, steps

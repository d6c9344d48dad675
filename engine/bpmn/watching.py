"""Conditional events: each change of the variables looks at every condition that waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn import events, exchange

if TYPE_CHECKING:
    from engine.bpmn.walk import Walk


def look(walk: Walk) -> None:
    """Let happen whose condition holds now; one that does not interrupt, when it begins to."""
    walk.changed = False
    for token in list(walk.state.tokens.values()):
        if token.id not in walk.state.tokens:
            continue
        if token.phase:
            exchange.look(walk, token)
            continue
        node = walk.node(token)
        if token.items is not None:
            continue
        if node.trigger is None or node.trigger.condition is None:
            continue
        seen = walk.see(walk.state.scopes[token.scope])
        before, token.met = token.met, node.trigger.condition.holds(node.id, seen, walk.at)
        if not token.met or before:
            continue
        if node.interrupting:
            events.happen(walk, token)
        else:
            events.beside(walk, token)

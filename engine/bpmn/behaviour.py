"""What a multi-instance activity throws when one of its items is done (BPMN 2.0.2, 13.3.7).

``behavior`` says it: an event for each item (None), for the first one (One), for none (All), or
for those after which a condition holds (Complex). What stands on the boundary of the activity
may catch it, and ends the activity if it interrupts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn import events, loops
from engine.bpmn.graph import Node
from engine.bpmn.state import Scope, Token

if TYPE_CHECKING:
    from engine.bpmn.walk import Walk


def item_done(walk: Walk, owner: Token, node: Node, item: Scope) -> bool:
    """Throw what is thrown when ``item`` is done; tell whether the activity is still there."""
    items, loop = owner.items, node.loop
    assert items is not None
    assert loop is not None
    seen = {**walk.see(item), **loops.attributes(items, items.done + 1)}
    for each in loop.throws:
        if each.only_first and items.done:
            continue
        if each.condition is not None and not each.condition.holds(node.id, seen, walk.at):
            continue
        events.emit(walk, each.event, item)
        if owner.id not in walk.state.tokens:
            return False
    return True

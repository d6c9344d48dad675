"""Ad-hoc sub-processes: what is inside is done in any order, and as often as wanted (13.3.5).

On entry everything begins that no flow leads to, or just what the model says
(``activeElementsCollection``): all at once, or one after the other when ``ordering`` is
Sequential. As long as the sub-process is open, a person may have any of these done again. It
ends when ``completionCondition`` holds after an activity inside; without one, when nothing is
left to do.

An open ad-hoc sub-process has a token at itself inside its scope: the *choice*. It holds what is
still to begin, and keeps the sub-process open when a condition has to end it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from engine.bpmn import awaiting, endings
from engine.bpmn.conditions import as_plain
from engine.bpmn.errors import ExpressionFailed
from engine.bpmn.graph import ACTIVITIES, AdHoc, Graph, Node
from engine.bpmn.state import LISTENS, Items, Scope, Token
from engine.findings import detail

if TYPE_CHECKING:
    from engine.bpmn.walk import Walk


def enter(walk: Walk, node: Node, inner: Scope) -> None:
    """Begin what is inside ``node``, or the first of it, and listen for its events."""
    graph = walk.graph(inner)
    chosen = _chosen(walk, node, inner)
    awaiting.listen(walk, inner)
    for each in (graph.nodes[one] for one in graph.starts[node.id]):
        if each.kind == "intermediateCatchEvent":
            awaiting.wait_at(walk, each, inner, LISTENS)
        elif each.kind not in ACTIVITIES:
            walk.arrivals.append((each, inner.id, None))
    if offered(graph, node):
        _begin(walk, offer(walk, node, inner), inner, chosen)


def offer(walk: Walk, node: Node, inner: Scope) -> Token:
    """Open the choice of what is done inside ``node``; it keeps nothing open by itself."""
    host = LISTENS if _of(node).completion is None else None
    choice = walk.state.new_token(node.id, inner.id, host)
    choice.items = Items([])
    return choice


def enable(walk: Walk, choice: Token, element_id: str) -> None:
    """Have an activity done, when its turn comes if one is done after the other."""
    _begin(walk, choice, walk.state.scopes[choice.scope], [element_id])


def offered(graph: Graph, node: Node) -> tuple[str, ...]:
    """Return the activities that may be chosen inside ``node``."""
    begins = graph.starts[node.id]
    return tuple(each for each in begins if graph.nodes[each].kind in ACTIVITIES)


def is_choice(node: Node, scope: Scope) -> bool:
    """Tell whether a token at ``node`` in ``scope`` is the choice of what is done inside it."""
    return node.ad_hoc is not None and scope.kind == "part" and scope.node == node.id


def choices(walk: Walk) -> Iterator[tuple[Token, Node]]:
    """Yield what is open to be chosen in a case."""
    for token in walk.state.tokens.values():
        node = walk.node(token)
        if is_choice(node, walk.state.scopes[token.scope]):
            yield token, node


def has_to_wait(walk: Walk, node: Node, scope: Scope) -> bool:
    """Keep an activity for later while another runs, where one is done after the other."""
    around = walk.graph(scope).nodes[node.parent or ""]
    if not _of(around).sequential or scope.kind != "part" or node.kind not in ACTIVITIES:
        return False
    if not _is_busy(walk, scope):
        return False
    choice = _choice_in(walk, scope)
    if choice is not None and choice.items is not None:
        choice.items.items.append(node.id)
    return True


def settle(walk: Walk) -> bool:
    """When nothing moves, begin what comes next inside one of them; tell whether any did."""
    for token in list(walk.state.tokens.values()):
        scope = walk.state.scopes[token.scope]
        if token.items is None or not is_choice(walk.node(token), scope):
            continue
        if token.items.items and not _is_busy(walk, scope):
            following = walk.graph(scope).nodes.get(str(token.items.items.pop(0)))
            if following is not None:
                walk.arrivals.append((following, scope.id, None))
                return True
    return False


def is_over(walk: Walk, node: Node, scope: Scope) -> bool:
    """Tell whether no flow is taken after ``node``, for the sub-process around it is over."""
    around = walk.graph(scope).nodes[node.parent or ""]
    ad_hoc = _of(around)
    if ad_hoc.completion is None or scope.kind != "part":
        return False
    choice = _choice_in(walk, scope)
    if choice is None:
        return True
    if node.kind not in ACTIVITIES:
        return False
    if not ad_hoc.completion.holds(around.id, walk.see(scope), walk.at):
        return False
    if ad_hoc.cancels:
        endings.clear(walk, scope)
    else:
        _let_run_out(walk, scope)
    return True


def _chosen(walk: Walk, node: Node, inner: Scope) -> list[str]:
    """Return what begins on entry, in its order.

    Raises:
        ExpressionFailed: the model names what is no activity to choose here.
    """
    known, active = offered(walk.graph(inner), node), _of(node).active
    if active is None:
        return list(known)
    value = as_plain(active.value(walk.see(inner), walk.at), node.id)
    if value is None:
        raise ExpressionFailed(node.id, detail("STEP-025", text=active.text))
    named = value if isinstance(value, list) else [value]
    for each in named:
        if each not in known:
            raise ExpressionFailed(node.id, detail("STEP-026", text=active.text, value=repr(each)))
    return [str(each) for each in named]


def _begin(walk: Walk, choice: Token, inner: Scope, chosen: Iterable[str]) -> None:
    graph = walk.graph(inner)
    if _of(graph.nodes[choice.node]).sequential:
        assert choice.items is not None
        choice.items.items.extend(chosen)
    else:
        walk.arrivals.extend((graph.nodes[each], inner.id, None) for each in chosen)


def _let_run_out(walk: Walk, scope: Scope) -> None:
    """Begin nothing more in ``scope``: only activities that run go on to their ends."""
    running = [
        each
        for each in walk.state.tokens.values()
        if each.scope == scope.id and _is_visit(walk, each, scope)
    ]
    kept = {each.id for each in running}
    rest = [
        each
        for each in walk.state.tokens.values()
        if each.scope == scope.id and each.id not in kept and each.host not in kept
    ]
    endings.halt(walk, scope)
    endings.drop(walk, rest)


def _is_busy(walk: Walk, scope: Scope) -> bool:
    return any(
        each.scope == scope.id and _is_visit(walk, each, scope)
        for each in walk.state.tokens.values()
    )


def _is_visit(walk: Walk, token: Token, scope: Scope) -> bool:
    node = walk.node(token)
    return token.host is None and node.kind in ACTIVITIES and not is_choice(node, scope)


def _choice_in(walk: Walk, scope: Scope) -> Token | None:
    for each in walk.state.tokens.values():
        if each.scope == scope.id and is_choice(walk.node(each), scope):
            return each
    return None


def _of(node: Node) -> AdHoc:
    assert node.ad_hoc is not None
    return node.ad_hoc

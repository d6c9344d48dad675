"""What the call activities of a deployment call.

A process of the same files, a global task, or a process that is found when a case comes there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from lxml import etree

from engine.bpmn import vendor
from engine.bpmn.conditions import Expression, compile_feel
from engine.bpmn.graph import Call, Graph, Node
from engine.bpmn.source import Source, children, id_of, processes, tag

#: what a global task is when it is called
GLOBAL_TASKS: Final = {
    "globalTask": "task",
    "globalManualTask": "manualTask",
    "globalUserTask": "userTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}
#: a process of the same files runs inside its caller's case, unless the call asks otherwise
_TOGETHER = (None, "deployment")


def global_tasks(sources: Iterable[Source]) -> dict[str, etree._Element]:
    """Return the global tasks of a deployment, by id."""
    return {
        id_of(each): each for source in sources for each in children(source.root, *GLOBAL_TASKS)
    }


class Callees:
    """What may be called in one deployment."""

    def __init__(self, sources: Iterable[Source]) -> None:
        together = list(sources)
        self._processes = {id_of(each) for source in together for each in processes(source)}
        self._tasks = global_tasks(together)

    def joined(self, graph: Graph, process: etree._Element) -> Graph:
        """Return a graph whose call activities know what they call."""
        found = {id_of(each): each for each in process.iter(tag("callActivity"))}
        if not found:
            return graph
        nodes = {key: self._joined(graph.nodes[key], each) for key, each in found.items()}
        return replace(graph, nodes={**graph.nodes, **nodes})

    def _joined(self, node: Node, element: etree._Element) -> Node:
        said = vendor.said_of(element).called
        if said is None:
            return node
        if said.process in self._tasks:
            return _as_task(node, self._tasks[said.process])
        call = _call(said)
        is_inside = said.process in self._processes and said.binding in _TOGETHER
        return replace(
            node,
            called=said.process if is_inside else None,
            call=None if is_inside and call.is_plain else call,
        )


def _call(said: vendor.Called) -> Call:
    is_asked = said.process.startswith("=")
    tagged = said.version is not None and said.version.startswith("=")
    return Call(
        process=None if is_asked else said.process,
        asked=compile_feel(said.process) if is_asked else None,
        binding=said.binding,
        version=None if tagged else said.version,
        version_asked=compile_feel(said.version) if tagged and said.version else None,
        business_key=compile_feel(said.business_key) if said.business_key else None,
        keeps_key=said.keeps_key,
        everything_in=said.everything_in,
        everything_out=said.everything_out,
        inputs=_mapped(said.inputs),
        outputs=_mapped(said.outputs),
    )


def _mapped(told: Iterable[vendor.Mapped]) -> tuple[tuple[tuple[str, ...], Expression], ...]:
    return tuple((tuple(each.target.split(".")), compile_feel(each.value)) for each in told)


def _as_task(node: Node, task: etree._Element) -> Node:
    """Return the call of a global task: the task itself, drawn where it is called."""
    said = vendor.said_of(task)
    kind = GLOBAL_TASKS[etree.QName(task).localname]
    decides = kind == "businessRuleTask"
    script = vendor.script_of(task) if kind == "scriptTask" else None
    return replace(
        node,
        kind=kind,
        called=None,
        form_id=vendor.form_of(task) if kind == "userTask" else None,
        topic=vendor.topic_of(task) if decides else None,
        retries=node.retries or said.retries,
        decision=vendor.decision_of(task) if decides else None,
        script=compile_feel(script[0]) if script else None,
        result_variable=script[1] if script else None,
    )

"""Where a case stands: the tree of its activity instances, as Camunda tells it.

An activity instance is a visit of an element, named ``element:token``. What waits beside an
activity, and the start of an event sub-process that has not begun, is no instance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue

from engine import bpmn
from engine.commands.models import model_of
from engine.queries import rest
from engine.queries.rest import CaseValues
from engine.queries.rest_places import open_incidents
from engine.storage.bundles import Deployed, deployed
from webapp.engine_rest.refusals import not_found
from webapp.engine_rest.registry import does
from webapp.engine_rest.routing import identity
from webapp.request import current_actor, reader


@does("getActivityInstanceTree")
def show_tree(instance_id: str) -> ResponseReturnValue:
    """Tell where a running case stands."""
    case, definition = running_case(instance_id)
    with reader() as session:
        incidents = open_incidents(session, case.row.id)
    return jsonify(_Tree(case, definition, incidents).told())


def running_case(instance_id: str) -> tuple[CaseValues, Deployed]:
    """Return a case that runs, with its definition.

    Raises:
        Refused: 404, there is none, or it has ended.
    """
    with reader() as session:
        case = rest.one_case(session, identity(instance_id, "process instance"), current_actor())
        if not case.row.is_running:
            raise not_found(f"Process instance with id {instance_id} does not exist: it has ended")
        return case, deployed(session, case.row.definition_id)


def waits_of(case: CaseValues, definition: Deployed) -> tuple[bpmn.Wait, ...]:
    """Return what a case waits for."""
    stored = bpmn.Stored(case.snapshot, case.variables)
    return bpmn.waiting(model_of(definition.bundle), case.row.process_id, stored)


class _Tree:
    def __init__(
        self, case: CaseValues, definition: Deployed, incidents: Mapping[str, Iterable[str]]
    ) -> None:
        self.case = case
        self.definition = definition
        self.incidents = incidents
        self.model = model_of(definition.bundle)
        self.root = self._node(
            str(case.row.id), case.row.process_id, definition.name, "processDefinition", None
        )
        self.nodes = {str(case.row.id): self.root}

    def told(self) -> dict[str, Any]:
        """Return the tree from its root."""
        for wait in waits_of(self.case, self.definition):
            element = self._element(wait.process_id, wait.element_id)
            if element.attached_to is None and element.kind != "startEvent":
                parent = self._around(wait.process_id, element)
                self._add(parent, f"{element.id}:{wait.token}", element, wait.token)
        return self.root

    def _around(self, process_id: str, element: bpmn.Element) -> dict[str, Any]:
        """Return the node of the sub-process, or the called process, an element stands in."""
        if element.parent is None:
            return self._called(process_id)
        key = f"{element.parent}:{self.case.row.id}"
        if key not in self.nodes:
            around = self._element(process_id, element.parent)
            self._add(self._around(process_id, around), key, around, str(self.case.row.id))
        return self.nodes[key]

    def _called(self, process_id: str) -> dict[str, Any]:
        """Return the node of a process of the same files that runs inside the case."""
        if process_id == self.case.row.process_id:
            return self.root
        key = f"{process_id}:{self.case.row.id}"
        if key not in self.nodes:
            name = self.model.processes[process_id].name
            node = self._node(key, process_id, name, "processDefinition", self.root["id"])
            self._hang(self.root, node)
        return self.nodes[key]

    def _add(self, parent: dict[str, Any], key: str, element: bpmn.Element, token: str) -> None:
        node = self._node(key, element.id, element.name, element.kind, parent["id"])
        node["executionIds"] = [token]
        self._hang(parent, node)

    def _hang(self, parent: dict[str, Any], node: dict[str, Any]) -> None:
        self.nodes[node["id"]] = node
        parent["childActivityInstances"].append(node)

    def _node(
        self, key: str, element_id: str, name: str | None, kind: str, parent: str | None
    ) -> dict[str, Any]:
        incidents = list(self.incidents.get(element_id, ()))
        return {
            "id": key,
            "parentActivityInstanceId": parent,
            "activityId": element_id,
            "activityName": name,
            "name": name,
            "activityType": kind,
            "processInstanceId": str(self.case.row.id),
            "processDefinitionId": str(self.definition.id),
            "childActivityInstances": [],
            "childTransitionInstances": [],
            "executionIds": [str(self.case.row.id)],
            "incidentIds": incidents,
            "incidents": [{"id": each, "activityId": element_id} for each in incidents],
        }

    def _element(self, process_id: str, element_id: str) -> bpmn.Element:
        return self.model.processes[process_id].element(element_id)

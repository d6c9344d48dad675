"""A model under examination, with what the rules of lint ask about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from engine.dmn.boxes import Box
from engine.dmn.links import Links
from engine.dmn.model import Decision, Definitions, Knowledge, Node
from engine.dmn.names import boxes_in, names_inside
from engine.dmn.type_table import TypeTable, component_names
from engine.findings import Detail, Finding


class Checked:
    """One model among those it may import."""

    def __init__(self, model: Definitions, models: Sequence[Definitions]) -> None:
        self.model = model
        self.links = Links(models)
        tables: dict[str, TypeTable] = {}
        for each in models:
            tables[each.namespace] = TypeTable(each, tables)
        self.types = tables[model.namespace]
        self._models = models

    @cached_property
    def paths(self) -> frozenset[str]:
        """The names that paths into values may use, in any of the models."""
        return frozenset(
            name for each in self._models for name in component_names(each) | names_inside(each)
        )

    def around(self, node: Decision | Knowledge) -> frozenset[str]:
        """Return the names the logic of ``node`` may use, those of its boxes left aside."""
        requires = node.requires if isinstance(node, Decision) else ()
        found = {node.name}
        for target in self.links.targets(self.model, (*requires, *node.knowledge)):
            found.add(target.node.name)
            if target.through:
                found.add(target.through)
        if isinstance(node, Knowledge) and node.logic is not None:
            found.update(each.name for each in node.logic.parameters)
        return frozenset(found)

    def names(self, node: Decision | Knowledge) -> frozenset[str]:
        """Return all names that expressions of ``node`` may use, entries of values included."""
        return self.around(node) | self.paths

    def logics(self) -> Iterator[tuple[Decision | Knowledge, Box]]:
        """Yield the decisions and functions with their logic."""
        for node in self.model.nodes:
            if isinstance(node, Decision | Knowledge) and node.logic is not None:
                yield node, node.logic

    def boxes(self) -> Iterator[tuple[Decision | Knowledge, Box]]:
        """Yield every boxed expression with the node it belongs to."""
        for node, logic in self.logics():
            for box in boxes_in(logic):
                yield node, box

    def found(
        self,
        rule: str,
        node: Node | None,
        told: Detail,
        *,
        box: Box | None = None,
        refuses: bool = True,
        **params: str,
    ) -> Finding:
        """Return a finding about an element of the model."""
        element = (box.id if box else None) or (node.id if node else None) or self.model.id or None
        name = node.name if node else self.model.name
        return Finding(rule, self.model.file, element, name, told, params, refuses)

"""Which element a reference means, across the imports of models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.dmn.model import Definitions, Import, Node, Reference


@dataclass(frozen=True, slots=True)
class Target:
    """What a reference leads to, and the import it leads through."""

    through: str | None  #: name of the import, perhaps empty; None: the same model
    model: Definitions
    node: Node


class Links:
    """The models of a deployment by namespace, and their elements by id."""

    def __init__(self, models: Sequence[Definitions]) -> None:
        self._models = {each.namespace: each for each in models}
        self._nodes = {model.namespace: {node.id: node for node in model.nodes} for model in models}

    def imported(self, each: Import) -> Definitions | None:
        """Return the model an import names; ``None`` when it is not among the files."""
        return self._models.get(each.namespace)

    def target(self, model: Definitions, reference: Reference) -> Target | None:
        """Return what a reference of ``model`` leads to; ``None`` when there is no such thing."""
        namespace = reference.namespace
        if namespace is None or namespace == model.namespace:
            node = self._nodes[model.namespace].get(reference.id)
            return None if node is None else Target(None, model, node)
        for each in model.imports:
            other = self.imported(each)
            if each.namespace == namespace and other is not None:
                node = self._nodes[namespace].get(reference.id)
                return None if node is None else Target(each.name, other, node)
        return None

    def targets(self, model: Definitions, references: Sequence[Reference]) -> Iterator[Target]:
        """Yield what references lead to; those that lead nowhere are left out."""
        for each in references:
            found = self.target(model, each)
            if found is not None:
                yield found

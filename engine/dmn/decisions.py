"""The door of the room: models compiled together, and the decisions asked of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from engine.dmn.boxes import TableBox
from engine.dmn.errors import DecisionNotFound
from engine.dmn.explanation import Evaluation
from engine.dmn.graph import Graph
from engine.dmn.model import Decision, Definitions, InputData, Node
from engine.dmn.run import Run, Stopped
from engine.dmn.trial import Trial
from engine.dmn.types import restored


class Decisions:
    """The models of one deployment, ready to be asked. It holds no state between questions."""

    def __init__(self, models: tuple[Definitions, ...], version: str) -> None:
        self.models = models
        self.version = version  #: SHA-256 of the files
        self._graph = Graph(models)

    def evaluate(
        self,
        asked: str,
        inputs: Mapping[str, object],
        *,
        now: datetime | None = None,
        namespace: str | None = None,
        all_see_inputs: bool = False,
    ) -> Evaluation:
        """Make a decision, or call a decision service or business knowledge model.

        Args:
            asked: its id or name; of several with one name, the first model's.
            inputs: values by the names of the input data; those of an imported model lie in
                a context under the import's name, or bare. What is missing is null.
            now: an aware moment; without it ``now()`` and ``today()`` are null.
            namespace: of the model to look in; without it in all.
            all_see_inputs: whether logic sees inputs that its decision does not require, as
                tables drawn for Camunda 7 expect; the standard says it does not.

        What the model cannot answer is null, with the reasons among the warnings; what it
        forbids (two rules of a unique table) is null too, and among the violations.

        Raises:
            DecisionNotFound: no model has it.
            TypeError: an input is of a type FEEL does not know, such as a ``float``.
        """
        model, node = self._find(asked, namespace)
        run = Run(inputs, now, all_see_inputs=all_see_inputs)
        try:
            value = self._graph.ask(run, model, node)
        except Stopped as limit:
            value = None
            run.violated(str(limit))
        except RecursionError:
            value = None
            run.violated("calls too deep inside one another")
        return Evaluation(
            value,
            tuple(run.made),
            tuple(dict.fromkeys(run.warnings)),
            tuple(dict.fromkeys(run.violations)),
            model.name,
            self.version,
        )

    def restored(
        self, asked: str, values: Mapping[str, Any], *, namespace: str | None = None
    ) -> dict[str, object]:
        """Return JSON values as the inputs of a decision: texts become dates where it wants them.

        Raises:
            DecisionNotFound: no model has it.
        """
        model, node = self._find(asked, namespace)
        given: dict[str, object] = dict(values)
        for name, wanted in self._graph.inputs_of(model, node):
            if name in given:
                given[name] = restored(given[name], wanted)
        return given

    def output_name(self, asked: str) -> str:
        """Return what the one output of a decision is called.

        Raises:
            DecisionNotFound: no model has it.
        """
        return self._graph.output_name(self._find(asked, None)[1])

    def has(self, asked: str) -> bool:
        """Tell whether a decision, service or knowledge model has this id or name."""
        return self._look_up(asked, None) is not None

    def table(self, decision_id: str, table_id: str | None) -> TableBox | None:
        """Return a table as it is drawn: that of a decision, or one inside its logic by id."""
        logics = (
            getattr(node, "logic", None)
            for model in self.models
            for node in model.nodes
            if node.id == decision_id
        )
        for each in logics:
            if isinstance(each, TableBox) and table_id in (None, each.id):
                return each
        return None

    def trial(self, decision_id: str) -> Trial:
        """Return the table of a decision, to be tried on values of its columns.

        Raises:
            DecisionNotFound: no model has a table of this decision.
        """
        nodes = ((model, node) for model in self.models for node in model.nodes)
        for model, node in nodes:
            box = node.logic if isinstance(node, Decision) else None
            if node.id == decision_id and isinstance(node, Decision) and isinstance(box, TableBox):
                return Trial(self._graph, model, node, box)
        raise DecisionNotFound(decision_id)

    def _find(self, asked: str, namespace: str | None) -> tuple[Definitions, Node]:
        found = self._look_up(asked, namespace)
        if found is None:
            raise DecisionNotFound(asked)
        return found

    def _look_up(self, asked: str, namespace: str | None) -> tuple[Definitions, Node] | None:
        by_name = None
        for model, node in self._askable(namespace):
            if node.id == asked:
                return model, node
            if node.name == asked and by_name is None:
                by_name = model, node
        return by_name

    def _askable(self, namespace: str | None) -> Iterator[tuple[Definitions, Node]]:
        for model in self.models:
            if namespace in (None, model.namespace):
                for node in model.nodes:
                    if not isinstance(node, InputData):
                        yield model, node

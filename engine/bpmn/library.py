"""SpiffWorkflow's parser, made to read a process without walking it.

The library parses a node by first parsing all nodes behind it, so a long process ends in a
``RecursionError``. Here every node of a process is parsed where it stands and the flows
are connected afterwards; ids that the library wants for itself are set apart.
"""

from __future__ import annotations

from typing import Any, ClassVar

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import BoundaryEventParser, SendTaskParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.defaults import ServiceTask, SubWorkflowTask
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition

from engine.bpmn.graph import EMBEDDED
from engine.bpmn.source import Source, child, children, flow_nodes, id_of, tag

PREFIX = "of."  #: before every element id, for the library's own are Start, End and Root


class Unparsed(ValueError):
    """The library refused a process of the file."""

    def __init__(self, element_id: str | None, message: str) -> None:
        super().__init__(message)
        self.element_id = element_id


class StandingTaskParser(TaskParser):
    """Parses one node and leaves those behind it alone."""

    @property
    def bpmn_id(self) -> str:
        return PREFIX + str(self.node.get("id"))

    def parse_node(self) -> Any:
        self.task = self.create_task()
        self.task.extensions = {}
        return self.task

    def handles_multiple_outgoing(self) -> bool:
        return True

    def get_script(self) -> str:
        return ""

    def parse_documentation(self, *_: Any) -> None:
        return None

    def parse_incoming_data_references(self) -> list[Any]:
        return []  # data is `engine.bpmn.associations`'s

    def parse_outgoing_data_references(self) -> list[Any]:
        return []

    def parse_io_spec(self) -> None:
        return None


class StandingBoundaryParser(StandingTaskParser, BoundaryEventParser):
    """Lets compensation boundary events through, which the library does not know."""

    def create_task(self) -> Any:
        if child(self.node, "compensateEventDefinition") is None:
            return super().create_task()
        return self._create_task(NoneEventDefinition(), cancel_activity=False)


class StandingCallParser(StandingTaskParser):
    """Lets call activities through, whatever they call and wherever that is said."""

    def create_task(self) -> Any:
        return self.spec_class(self.spec, self.bpmn_id, subworkflow_spec="", **self.bpmn_attributes)


class StandingSubParser(StandingTaskParser):
    """Lets sub-processes through as they are drawn: the library counts their start events."""

    def create_task(self) -> Any:
        sub_id = str(self.node.get("id"))
        parser = self.process_parser.parser
        parser.create_parser(self.node, filename=self.filename, lane=self.lane)
        parser.process_parsers[sub_id].parent = self.process_parser
        return self.spec_class(
            self.spec, self.bpmn_id, subworkflow_spec=sub_id, **self.bpmn_attributes
        )


class StandingProcessParser(ProcessParser):
    """Parses all nodes of a process one by one, then connects their flows."""

    parser: ModelParser

    def _index_process_nodes(self) -> None:
        """Leave it: nobody asks, and it would walk what is nested once for each level."""

    def parse_io_spec(self) -> None:
        return None

    def add_tasks(self) -> None:
        parsers: dict[str, Any] = {}
        for node in flow_nodes(self.node):
            known, spec_class = self.parser.classes_of(node.tag)
            if known is None:
                raise ValidationException("There is no support for this element.", node=node)
            parser = known(self, spec_class, node, self.nsmap)
            parser.parse_node()
            parsers[id_of(node)] = parser
        for flow in children(self.node, "sequenceFlow"):
            source = parsers[str(flow.get("sourceRef"))]
            target = parsers[str(flow.get("targetRef"))]
            source.connect_outgoing(target.task, flow, _is_default(flow, source.node))


def _is_default(flow: Any, source: Any) -> bool:
    if source.get("default"):
        return bool(source.get("default") == flow.get("id"))
    return child(flow, "conditionExpression") is None


def _standing(parser_class: type) -> type:
    return type(f"Standing{parser_class.__name__}", (StandingTaskParser, parser_class), {})


class ModelParser(BpmnParser):
    """The library's parser with every node parser replaced by its standing kind."""

    PROCESS_PARSER_CLASS = StandingProcessParser

    def _add_data_stores(self, bpmn: Any) -> None:
        """Leave them alone: the library wants a class for each."""

    def _add_diagram_indexes(self, bpmn: Any) -> None:
        """Leave the drawing alone, and lanes, which `engine.bpmn.outline` reads."""

    def _add_correlations(self, bpmn: Any) -> None:
        """Leave them alone: keys are `engine.bpmn.correlation`'s."""

    def classes_of(self, tag: str) -> tuple[Any, type | None]:
        """Return the parser and the spec class of an element, ``None`` twice when unknown."""
        return self._get_parser_class(tag)

    OVERRIDE_PARSER_CLASSES: ClassVar[dict[str, tuple[type, type]]] = {
        **{
            name: (_standing(parser), spec)
            for name, (parser, spec) in BpmnParser.PARSER_CLASSES.items()
        },
        tag("boundaryEvent"): (
            StandingBoundaryParser,
            BpmnParser.PARSER_CLASSES[tag("boundaryEvent")][1],
        ),
        **{tag(name): (StandingSubParser, SubWorkflowTask) for name in EMBEDDED},
        tag("complexGateway"): (
            _standing(BpmnParser.PARSER_CLASSES[tag("parallelGateway")][0]),
            BpmnParser.PARSER_CLASSES[tag("parallelGateway")][1],
        ),
        tag("callActivity"): (
            StandingCallParser,
            BpmnParser.PARSER_CLASSES[tag("callActivity")][1],
        ),
        tag("businessRuleTask"): (_standing(TaskParser), ServiceTask),
        tag("sendTask"): (_standing(TaskParser), ServiceTask),
        tag("receiveTask"): (
            _standing(SendTaskParser),
            BpmnParser.PARSER_CLASSES[tag("receiveTask")][1],
        ),
    }


def parse(source: Source) -> None:
    """Let the library read every process and sub-process of a file.

    Raises:
        Unparsed: the library refuses something that our own rules let through.
    """
    parser = ModelParser()
    try:
        parser.add_bpmn_xml(source.root, source.file)
        found: set[str] = set()
        todo = parser.get_process_ids()
        while todo:
            for scope_id in todo:
                parser.get_process_parser(scope_id).get_spec()
                found.add(scope_id)
            todo = [each for each in parser.get_process_ids() if each not in found]
    except ValidationException as failure:
        raise Unparsed(failure.id or None, str(failure)) from failure
    except (KeyError, AttributeError, TypeError, ValueError, NotImplementedError) as failure:
        raise Unparsed(None, f"{type(failure).__name__}: {failure}") from failure

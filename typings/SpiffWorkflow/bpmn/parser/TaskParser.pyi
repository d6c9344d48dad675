from typing import Any

from lxml import etree

class TaskParser:
    node: etree._Element
    task: Any
    spec: Any
    spec_class: type[Any]
    process_parser: Any
    filename: str | None
    lane: str | None
    bpmn_attributes: dict[str, Any]
    @property
    def bpmn_id(self) -> str: ...
    def create_task(self) -> Any: ...
    def parse_node(self) -> Any: ...
    def connect_outgoing(
        self, outgoing_task: Any, sequence_flow_node: etree._Element, is_default: bool
    ) -> None: ...
    def handles_multiple_outgoing(self) -> bool: ...

from typing import Any

from lxml import etree

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser

class ProcessParser:
    parser: BpmnParser
    node: etree._Element
    nsmap: dict[str, str]
    def get_spec(self) -> Any: ...

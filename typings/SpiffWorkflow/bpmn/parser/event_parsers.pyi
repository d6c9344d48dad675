from typing import Any

from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser

class SendTaskParser(TaskParser): ...

class BoundaryEventParser(TaskParser):
    def _create_task(self, event_definition: Any, cancel_activity: bool | None = None) -> Any: ...

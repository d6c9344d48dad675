"""The floor of B13: SpiffWorkflow alone, the case a living object, nothing stored."""

from __future__ import annotations

import itertools
import time
from pathlib import Path
from statistics import median
from typing import Any

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState


def mixed_chain(length: int = 30) -> str:
    """Return the chain of `benchmarks.diagrams.mixed_chain` as the library reads it."""
    nodes = ["start", *(f"n{n}" for n in range(length)), "done"]
    body, flows = [], []
    for at, (one, other) in enumerate(itertools.pairwise(nodes)):
        number = at - 1
        if at and number % 3 == 2:
            flows += [(f"{one}_yes", one, other, "amount &gt; 100"), (f"{one}_no", one, "out", "")]
        else:
            flows.append((f"f{at}", one, other, ""))
    for each in [*nodes, "out"]:
        ends = "".join(f"<incoming>{f[0]}</incoming>" for f in flows if f[2] == each)
        ends += "".join(f"<outgoing>{f[0]}</outgoing>" for f in flows if f[1] == each)
        body.append(_element(each, ends))
    for name, one, other, condition in flows:
        inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
        ends = f'sourceRef="{one}" targetRef="{other}"'
        body.append(f'<sequenceFlow id="{name}" {ends}>{inner}</sequenceFlow>')
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"'
        ' targetNamespace="bare"><process id="mixed" isExecutable="true">'
        f"{''.join(body)}</process></definitions>"
    )


def _element(name: str, ends: str) -> str:
    if name == "start":
        return f'<startEvent id="start">{ends}</startEvent>'
    if name in {"done", "out"}:
        return f'<endEvent id="{name}">{ends}</endEvent>'
    kind = int(name[1:]) % 3
    if kind == 0:
        return f'<userTask id="{name}">{ends}</userTask>'
    if kind == 1:
        return f'<scriptTask id="{name}">{ends}<script>total = amount * 2</script></scriptTask>'
    return f'<exclusiveGateway id="{name}" default="{name}_no">{ends}</exclusiveGateway>'


class Bare:
    """The library with the parsed chain."""

    def __init__(self, folder: Path) -> None:
        parser = BpmnParser()
        path = folder / "mixed.bpmn"
        path.write_text(mixed_chain(), encoding="utf-8")
        parser.add_bpmn_file(str(path))
        self._spec = parser.get_spec("mixed")

    def steps(self, cases: int) -> float:
        """Walk cases from end to end; return the median milliseconds of one answer."""
        took = []
        for _ in range(cases):
            case: Any = BpmnWorkflow(self._spec)
            case.task_tree.data.update({"amount": 150, "note": "in order"})
            case.do_engine_steps()
            while waiting := case.get_tasks(state=TaskState.READY, manual=True):
                began = time.perf_counter()
                waiting[0].data.update({"approved": True})
                waiting[0].run()
                case.do_engine_steps()
                took.append((time.perf_counter() - began) * 1000)
            assert case.is_completed()
        return median(took)

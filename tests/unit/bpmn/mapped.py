"""Input and output mappings and listeners, written as both vendors write them."""

from __future__ import annotations

from engine import bpmn
from tests.unit.bpmn.diagrams import Case


def ext(*marks: str) -> str:
    return f"<extensionElements>{''.join(marks)}</extensionElements>"


def camunda(*, takes: str = "", gives: str = "") -> str:
    """Return Camunda 7's mapping of ``name: text`` pairs, with ``;`` between them."""
    return (
        f"<camunda:inputOutput>{_in7(takes, 'input')}{_in7(gives, 'output')}</camunda:inputOutput>"
    )


def _in7(pairs: str, way: str) -> str:
    return "".join(
        f'<camunda:{way}Parameter name="{name.strip()}">{text.strip()}</camunda:{way}Parameter>'
        for name, text in _pairs(pairs)
    )


def zeebe(*, takes: str = "", gives: str = "") -> str:
    """Return Camunda 8's mapping."""
    return f"<zeebe:ioMapping>{_in8(takes, 'input')}{_in8(gives, 'output')}</zeebe:ioMapping>"


def _in8(pairs: str, way: str) -> str:
    return "".join(
        f'<zeebe:{way} target="{name.strip()}" source="={text.strip()}"/>'
        for name, text in _pairs(pairs)
    )


def _pairs(text: str) -> list[list[str]]:
    return [each.split(":", 1) for each in text.split(";") if each.strip()]


def hears(event: str, text: str, *, kind: str = "executionListener") -> str:
    """Return a listener in FEEL."""
    script = f'<camunda:script scriptFormat="feel">{text}</camunda:script>'
    return f'<camunda:{kind} event="{event}">{script}</camunda:{kind}>'


def job(event: str, *, kind: str = "execution", job_type: str = "x", more: str = "") -> str:
    """Return a listener of Camunda 8: a job."""
    mark = f'<zeebe:{kind}Listener eventType="{event}" type="{job_type}" {more}/>'
    return f"<zeebe:{kind}Listeners>{mark}</zeebe:{kind}Listeners>"


def task(*marks: str, task_id: str = "t", kind: str = "userTask", inner: str = "") -> str:
    return f'<{kind} id="{task_id}">{ext(*marks)}{inner}</{kind}>'


def local(case: Case, element_id: str = "t") -> dict[str, object]:
    wait = case.wait(element_id)
    assert isinstance(wait, (bpmn.HumanWait, bpmn.ServiceWait))
    return dict(wait.local)

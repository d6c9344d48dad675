"""What is wrong with a file of a deployment, one finding for each place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.findings.detail import Detail


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why files cannot be run, or something an analyst should look at."""

    rule: str  #: stable id, such as BPMN-010; docs/reference lists them
    file: str
    element_id: str | None
    name: str | None
    detail: Detail  #: what stands against it at this place
    params: Mapping[str, str] = field(default_factory=dict)  #: what the text of ``rule`` tells
    refuses: bool = True  #: False: worth knowing, but the files run

    @property
    def message(self) -> str:
        """What stands against it, in English, as logs, commands and programs read it."""
        return str(self.detail)

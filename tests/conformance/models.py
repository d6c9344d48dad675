"""Diagrams of other tools: each compiles, or is refused by rule, element and message."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine import bpmn


def models(root: Path) -> Iterator[Path]:
    """Yield the diagrams below ``root`` that no other suite asks."""
    for path in sorted(root.rglob("*.bpmn*")):
        named = path.name.endswith((".bpmn", ".bpmn2", ".bpmn20.xml"))
        if named and path.is_file() and not (path.parent / "cases.json").exists():
            yield path


def difference(path: Path) -> str | None:
    """Return what keeps a diagram from being read or plainly refused; nothing when it is."""
    files = {path.name: path.read_bytes()}
    findings = bpmn.lint(files)
    for each in findings:
        if each.rule in ("BPMN-001", "BPMN-090"):
            return f"not read: {each.rule} {each.message}"
        if not each.message or not (each.element_id or each.rule == "BPMN-002"):
            return f"{each.rule} does not say which element"
    if not findings and not bpmn.compile_model(files).processes:
        return "no process in it"
    return None

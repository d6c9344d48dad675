"""Diagrams of other tools: in and out without loss, and compiled or refused plainly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine import bpmn
from engine.bpmn import interchange


def models(root: Path) -> Iterator[Path]:
    """Yield the diagrams below ``root`` that no other suite asks."""
    for path in sorted(root.rglob("*.bpmn*")):
        named = path.name.endswith((".bpmn", ".bpmn2", ".bpmn20.xml"))
        if named and path.is_file() and not (path.parent / "cases.json").exists():
            yield path


def difference(path: Path) -> str | None:
    """Return what is lost of a diagram, or keeps it from being read or plainly refused."""
    files = {path.name: path.read_bytes()}
    try:
        lost = interchange.lost(files[path.name])
    except (interchange.Unreadable, interchange.NotBpmn) as failure:
        return f"not read: {failure}"
    if lost:
        return f"lost: {'; '.join(map(str, lost[:5]))}"
    findings = bpmn.lint(files)
    for each in findings:
        if each.rule in ("BPMN-001", "BPMN-090"):
            return f"not read: {each.rule} {each.message}"
        if not each.message or not (each.element_id or each.rule == "BPMN-002"):
            return f"{each.rule} does not say which element"
    if not findings and not bpmn.compile_model(files).processes:
        return "no process in it"
    return None

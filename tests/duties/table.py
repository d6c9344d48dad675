"""The table of who may do what, as `processes/duties.toml` declares it, and its page."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from engine.catalogue.bundle import Bundle
from engine.catalogue.config import ProcessConfig
from engine.catalogue.find import find_areas
from engine.commands.models import model_of

ROOT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = ROOT / "docs" / "reference" / "separation-of-duties.md"


@dataclass(frozen=True, slots=True)
class Cell:
    """One mark of the matrix: may a role do an action, or never."""

    action: str
    role: str
    may: bool
    steps: tuple[tuple[str, str], ...]  #: process and step
    unused: str | None  #: why a role that may has no step of it

    @property
    def named(self) -> str:
        """How the test of it is called."""
        return f"{self.action}: {self.role} {'may' if self.may else 'never'}"


@dataclass(frozen=True, slots=True)
class Kept:
    """Two steps that a rule of a process keeps apart."""

    process: str
    code: str
    one: str
    other: str

    @property
    def named(self) -> str:
        """How the test of it is called."""
        return f"{self.code} {self.process}: {self.one} - {self.other}"


@cache
def table() -> dict[str, Any]:
    """Return the table as it is declared."""
    return tomllib.loads((ROOT / "processes" / "duties.toml").read_text(encoding="utf-8"))


@cache
def configs() -> dict[str, tuple[ProcessConfig, dict[str, str]]]:
    """Return every process of the release with the roles of its steps."""
    found = {}
    for area in find_areas():
        bundle = Bundle.read(area.folder)
        if not bundle.diagrams:
            continue
        for process in model_of(bundle).processes.values():
            config = bundle.process(process.id)
            tasks = [each for each in process.elements if each.kind == "userTask"]
            roles = {each.id: config.lanes[each.lane_id or ""].role for each in tasks}
            found[process.id] = config, roles
    return found


def cells() -> Iterator[Cell]:
    """Yield every mark of an action that has steps today."""
    for action in table()["action"]:
        steps = tuple((p, s) for p, names in action.get("steps", {}).items() for s in names)
        for mark in ("may", "never"):
            for role in action[mark] if steps else ():
                why = action.get("unused", {}).get(role)
                yield Cell(action["title"], role, mark == "may", steps, why)


def kept_apart() -> Iterator[Kept]:
    """Yield every two steps that a process keeps apart, in both orders."""
    for process, (config, _) in sorted(configs().items()):
        for rule in config.separations:
            for one in sorted(rule.steps):
                for other in sorted(rule.steps - {one}):
                    yield Kept(process, rule.code, one, other)


def page() -> str:
    """Return the page of the reference."""
    roles = table()["roles"]
    lines = [
        "# Separation of duties",
        "",
        "Who may do what, and which two things one person never does on the same case.",
        "Written by `make duties` from [`processes/duties.toml`](../../processes/duties.toml);",
        "`tests/duties` tries every mark of an action that has steps, and every pair that a",
        "process declares, by user name and by national code: two accounts of one person are one.",
        "A conflict refuses claiming already; who stands in for another inherits his conflicts; an",
        "exception is asked for with a reason, granted by a second person for one task and listed",
        "to the auditors. Whoever administers the site gives no approval (SOD-014).",
        "",
        "✔ may, ✘ never. What has no step yet says so.",
        "",
        "| Action | " + " | ".join(roles) + " | Where |",
        "|---" * (len(roles) + 2) + "|",
    ]
    lines += [_row(each, roles) for each in table()["action"]]
    lines += ["", "## Pairs", "", "| Code | Pair | Where |", "|---|---|---|"]
    lines += [
        f"| {each['code']} | {each['title']} | "
        + (", ".join(f"`{p}`" for p in each.get("processes", ())) or each["missing"])
        + " |"
        for each in table()["pair"]
    ]
    return "\n".join(lines) + "\n"


def _row(action: dict[str, Any], roles: list[str]) -> str:
    marks = {**dict.fromkeys(action["may"], "✔"), **dict.fromkeys(action["never"], "✘")}
    where = ", ".join(f"`{each}`" for each in action.get("steps", {})) or action["missing"]
    return f"| {action['title']} | " + " | ".join(marks.get(r, "") for r in roles) + f" | {where} |"

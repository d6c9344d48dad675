"""Results as files, and the tables people read made of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.bench import Size
from benchmarks.figures import Figure, Limit, NotRun

FOLDER: Final = Path(__file__).parent / "results"
QUIET: Final = 0.06  #: above this share of the machine used by others a figure is marked
_HEAD: Final = (
    "| | what | Divan | floor | ratio | must | aim |",
    "|---|---|---|---|---|---|---|",
)


@dataclass(frozen=True, slots=True)
class Part:
    """What one scenario gave, and how busy the machine was meanwhile."""

    scenario: str
    load_before: float  #: of the last minute
    others: float  #: share of all cores that others used
    found: Sequence[Figure | NotRun]


def keep(machine: Mapping[str, Any], size: Size, parts: Iterable[Part]) -> Path:
    """Write a result and the page of it; return the JSON."""
    FOLDER.mkdir(exist_ok=True)
    told = {"machine": machine, "size": asdict(size), "parts": [_part(each) for each in parts]}
    began = datetime.fromisoformat(machine["measured_at"])
    stamp = began.strftime("%Y-%m-%d-%H%M%S")  # two runs of one minute are two results
    path = FOLDER / f"{stamp}-{machine['commit']}.json"
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    path.with_suffix(".md").write_text("\n".join(page(path)) + "\n", encoding="utf-8")
    return path


def page(path: Path) -> list[str]:
    """Return the page of one result."""
    told = json.loads(path.read_text(encoding="utf-8"))
    return [
        f"# Figures of {told['machine']['measured_at'][:16]}, commit {told['machine']['commit']}",
        "",
        machine_line(told),
        "",
        *table(told["parts"]),
    ]


def machine_line(told: Mapping[str, Any]) -> str:
    """Return what a reader has to know of the machine and the run."""
    machine = told["machine"]
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB, "
        f"{machine['system']}, Python {machine['python']}, PostgreSQL {machine['postgresql']}; "
        f"one flush {machine['flush_ms']} ms; size {told['size']['name']}. Clients, servers and "
        "database share the cores."
    )


def table(parts: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the lines of a table of scenarios' figures."""
    lines = list(_HEAD)
    for part in parts:
        share = part["others"]
        noise = f" (others used {share:.0%} of the machine)" if share > QUIET else ""
        for at, each in enumerate(part["found"]):
            name = f"**{part['scenario']}**{noise}" if at == 0 else ""
            lines.append(_why(name, each) if "why" in each else _line(name, each))
    return lines


def _part(part: Part) -> dict[str, Any]:
    told = asdict(part)
    told["found"] = [
        asdict(each) | ({"holds": each.holds} if isinstance(each, Figure) else {})
        for each in part.found
    ]
    return told


def _why(name: str, each: Mapping[str, Any]) -> str:
    return f"| {name} | {each['what']}: not run, {each['why']} | | | | | |"


def _line(name: str, each: Mapping[str, Any]) -> str:
    ratio = "" if each["ratio"] is None else f"{each['ratio']:.2f}×"
    floor = "" if each["floor"] is None else _number(each["floor"])
    if each["floor_is"] and floor:
        floor += f" ({each['floor_is']})"
    must = _limit(each["must"])
    if each["holds"] is not None:
        must += " ✓" if each["holds"] else " **✗**"
    cells = (
        name,
        each["what"],
        f"{_number(each['product'])} {each['unit']}",
        floor,
        ratio,
        must,
        _limit(each["aim"]),
    )
    return f"| {' | '.join(cells)} |"


def _limit(given: Mapping[str, Any] | None) -> str:
    return str(Limit(given["of"], given["bound"], given["is_least"])) if given else ""


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value >= 1 else f"{value:.3f}"

"""Writes the table of `docs/reference/performance.md` from the newest results.

``python -m benchmarks.reference``; of every scenario the newest run of the largest size counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from benchmarks import machine, results
from benchmarks.scenarios import ALL

PAGE: Final = machine.ROOT / "docs" / "reference" / "performance.md"
_BEGIN: Final = "<!-- made by: python -m benchmarks.reference -->"
_END: Final = "<!-- end -->"
_RANK: Final = {"small": 0, "full": 1}


def main() -> None:
    """Write the table anew."""
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(machine.ROOT)}")


def with_table(page: str) -> str:
    """Return the page with the table of the results that lie there."""
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n\n{chr(10).join(_told())}\n\n{_END}{after}"


def _told() -> list[str]:
    newest = _newest()
    if not newest:
        return ["Nothing has been measured yet: `make bench`."]
    runs = dict(newest.values())
    lines = results.table(_part(told, name) for name, (_, told) in newest.items())
    lines += ["", "Measured on:", ""]
    for path, told in sorted(runs.items()):
        names = ", ".join(name for name, (other, _) in newest.items() if other == path)
        lines.append(f"- {names}: `benchmarks/results/{path.name}`. {results.machine_line(told)}")
    return lines


def _newest() -> dict[str, tuple[Path, Mapping[str, Any]]]:
    """Return, in the order of the scenarios, the run that tells most of each."""
    found: dict[str, tuple[tuple[int, str], Path, Mapping[str, Any]]] = {}
    for path in results.FOLDER.glob("*.json"):
        told = json.loads(path.read_text(encoding="utf-8"))
        for part in told.get("parts", ()):
            rank = (_RANK[told["size"]["name"]], told["machine"]["measured_at"])
            name = part["scenario"]
            if name not in found or found[name][0] < rank:
                found[name] = (rank, path, told)
    return {name: found[name][1:] for name in ALL if name in found}


def _part(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    [part] = (each for each in told["parts"] if each["scenario"] == name)
    if told["size"]["name"] == "full":
        return part  # type: ignore[no-any-return]
    return {**part, "scenario": f"{name}, size {told['size']['name']}"}


if __name__ == "__main__":
    main()

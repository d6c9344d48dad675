"""Medians, ratios and the page people read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.clients import Measured

RESULTS = Path(__file__).parent / "results"


def summary(rounds: Sequence[Mapping[str, Measured]]) -> dict[str, Any]:
    """Return the medians of product and floor over all rounds, and of their ratios."""
    told: dict[str, Any] = {}
    for side in ("product", "floor"):
        each = [asdict(one[side]) for one in rounds]
        told[side] = {key: round(median(one[key] for one in each), 3) for key in each[0]}
    ratios = [one["product"].p50 / one["floor"].p50 for one in rounds]
    rates = [one["product"].per_second / one["floor"].per_second for one in rounds]
    told["p50_ratio"] = round(median(ratios), 2)
    told["throughput_ratio"] = round(median(rates), 2)
    told["rounds"] = len(rounds)
    return told


def write(result: Mapping[str, Any]) -> Path:
    """Keep a result as JSON and as a page; return the page."""
    RESULTS.mkdir(exist_ok=True)
    name = f"{datetime.now(UTC):%Y-%m-%d}-{result['machine']['commit']}"
    text = json.dumps(result, indent=2, ensure_ascii=False) + "\n"
    (RESULTS / f"{name}.json").write_text(text, encoding="utf-8")
    page = RESULTS / f"{name}.md"
    page.write_text("\n".join(_page(result)) + "\n", encoding="utf-8")
    return page


def _page(result: Mapping[str, Any]) -> list[str]:
    machine = result["machine"]
    lines = [
        f"# Figures of {machine['measured_at'][:10]}, commit {machine['commit']}",
        "",
        (
            f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB, "
            f"{machine['system']}, Python {machine['python']}; one flush {machine['flush_ms']} ms; "
            f"load before: {machine['load_before']}. Clients, server and database share the cores."
        ),
        "",
        "## Completing one task over HTTP, all included, beside the floor in the same run",
        "",
        "| database | clients | ms (p50 / p95) | floor ms | ratio | per s | floor per s | ratio |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for backend, figures in result["complete_http"].items():
        for clients, each in figures.items():
            ours, floor = each["product"], each["floor"]
            lines.append(
                f"| {backend} | {clients} | {ours['p50']} / {ours['p95']} | {floor['p50']} / "
                f"{floor['p95']} | **{each['p50_ratio']}** | {ours['per_second']} | "
                f"{floor['per_second']} | **{each['throughput_ratio']}** |"
            )
    lines += ["", "## Completing one task in process, beside bare SpiffWorkflow", ""]
    lines += ["| what | ms |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in result["complete_in_process_ms"].items()]
    lines += ["", "SQL statements of one completion: " + _counts(result), ""]
    lines += ["## The sample's first statement, 312 lines, filing to payment order", ""]
    lines += ["| how | whole s | page of all lines ms (kB) | save one cell ms | file ms |"]
    lines += ["|---|---|---|---|---|"]
    for how, each in result["whole_statement"].items():
        lines.append(
            f"| {how} | {each['whole_s']} | {each['page_ms']} ({each['page_kb']}) | "
            f"{each['save_cell_ms']} | {each['file_ms']} |"
        )
    return lines


def _counts(result: Mapping[str, Any]) -> str:
    return "; ".join(
        f"{backend}: " + ", ".join(f"{number} {name}" for name, number in counts.items())
        for backend, counts in result["statements_per_completion"].items()
    )

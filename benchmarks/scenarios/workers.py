"""B9: what a second serving process brings, beside what it brings the floor."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.figures import Figure, NotRun, beside, times
from benchmarks.scenarios.approve import both
from benchmarks.turns import turn_about

CLIENTS = 8


def measure(bench: Bench) -> list[Figure | NotRun]:
    """Measure B1 at eight clients with one process, then with two."""
    rates = {}
    for processes in (1, 2):
        with both(bench, "postgresql", processes) as (_, sides):
            rounds = turn_about(sides, CLIENTS, 2 * bench.size.completions, bench.size.rounds)
        rates[processes] = {
            name: [each.per_second for each in found] for name, found in rounds.items()
        }
    scaling = {
        name: [two / one for one, two in zip(rates[1][name], rates[2][name], strict=True)]
        for name in ("product", "floor")
    }
    return [
        beside("B9", "1 process, 8 clients", "per s", rates[1]["product"], rates[1]["floor"]),
        beside("B9", "2 processes, 8 clients", "per s", rates[2]["product"], rates[2]["floor"]),
        beside(
            "B9",
            "2 processes beside 1",
            "times",
            scaling["product"],
            scaling["floor"],
            must=times(0.9, at_least=True),
        ),
        NotRun("B9", "two hosts", "one machine; its cores would be the same two"),
    ]

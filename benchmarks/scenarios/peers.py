"""Other engines beside the product on the work of B1, turn about, on the same PostgreSQL."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager

from benchmarks.bench import Bench, say
from benchmarks.figures import Figure, NotRun, beside
from benchmarks.peers import PeerAbsent, bare_spiff, bpmn_engine, operaton_site, viewflow_site
from benchmarks.scenarios.approve import both
from benchmarks.turns import Side, turn_about, warm

_PEERS: tuple[tuple[str, Callable[[Bench], AbstractContextManager[Side]]], ...] = (
    (bare_spiff.NAME, bare_spiff.served),
    (viewflow_site.NAME, viewflow_site.served),
    (bpmn_engine.NAME, bpmn_engine.served),
    (operaton_site.NAME, operaton_site.served),
)
#: completions before the clock: a virtual machine compiles what it runs often
_WARM = 1_000


def measure(bench: Bench) -> list[Figure | NotRun]:
    """Measure the product beside each peer that can be had."""
    found: list[Figure | NotRun] = []
    for name, served in _PEERS:
        say(name)
        try:
            found += _beside(bench, name, served)
        except PeerAbsent as absent:
            found.append(NotRun("peers", name, str(absent)))
        except Exception as failure:  # noqa: BLE001 - one peer does not stop the others
            traceback.print_exc()
            why = " ".join(f"{type(failure).__name__}: {failure}".split())[:300]
            found.append(NotRun("peers", name, why))
    return found


def _beside(
    bench: Bench, name: str, served: Callable[[Bench], AbstractContextManager[Side]]
) -> list[Figure]:
    size = bench.size
    with both(bench, "postgresql") as (_, ours), served(bench) as peer:
        sides = {"product": ours["product"], "peer": peer}
        warm({name: peer}, min(_WARM, 5 * size.completions))
        alone = turn_about(sides, 1, size.completions, size.rounds)
        four = turn_about(sides, 4, size.completions, size.rounds)
    return [
        beside(
            "peers",
            f"{name}: {where}",
            unit,
            [getattr(each, key) for each in rounds["product"]],
            [getattr(each, key) for each in rounds["peer"]],
            floor_is="peer",
        )
        for where, unit, key, rounds in (
            ("p50, 1 client", "ms", "p50", alone),
            ("throughput, 4 clients", "per s", "per_second", four),
            ("processor time with the database, 4 clients", "ms each", "cpu_ms", four),
        )
    ]

"""`make bench`: Divan and its floors in one run, turn about, and the results kept.

``ONLY=B1,B13`` runs those scenarios, ``SIZE=small`` less of everything.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence

from benchmarks import machine, reference, results
from benchmarks.bench import SIZES, Bench, say
from benchmarks.figures import NotRun
from benchmarks.scenarios import ALL, Found


def main(arguments: Sequence[str]) -> int:
    """Measure what is asked for and say where the results are; 1 when a scenario failed."""
    asked = _parser().parse_args(arguments)
    only = [each for each in asked.only.split(",") if each] or list(ALL)
    if unknown := sorted(set(only) - set(ALL)):
        print(f"no scenario {', '.join(unknown)}; there are {', '.join(ALL)}", file=sys.stderr)
        return 2
    facts = machine.facts()
    parts = []
    bench = Bench(SIZES[asked.size])
    try:
        for name in only:
            say(name)
            others, load = bench.others(), os.getloadavg()[0]
            found = _measure(bench, name)
            parts.append(results.Part(name, load, others.share(), found))
            path = results.keep(facts, bench.size, parts)  # a run that is stopped keeps these
    finally:
        bench.close()
    print("\n".join(results.page(path)))
    print(f"kept in {path.relative_to(machine.ROOT)}")
    reference.main()
    return 1 if any(_failed(part.found) for part in parts) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", default="", help="scenarios with commas between; all without")
    parser.add_argument("--size", default="full", choices=SIZES)
    return parser


def _measure(bench: Bench, name: str) -> Found:
    """Run one scenario; what stops it does not stop the others."""
    try:
        return ALL[name](bench)
    except Exception as failure:  # noqa: BLE001 - here a scenario ends
        traceback.print_exc()
        return [
            NotRun(name, "failed", " ".join(f"{type(failure).__name__}: {failure}"[:300].split()))
        ]


def _failed(found: Found) -> bool:
    return any(isinstance(each, NotRun) and each.what == "failed" for each in found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`make exact`: ten million amounts beside exact fractions, on every processor.

``EXACT="--count 100000 --seed 7"`` asks for others; what differs is named by seed and number.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tests.exact.checking import SEED, Differs, check

FULL = 10_000_000
PORTION = 100_000  #: of one seed


def main(arguments: list[str]) -> int:
    """Check and print how many of each kind agree; 1 when one does not."""
    parser = argparse.ArgumentParser(prog="make exact", description=__doc__)
    parser.add_argument("--count", type=int, default=FULL)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args(arguments)
    portions = [PORTION] * (asked.count // PORTION) + [asked.count % PORTION]
    seeds = range(asked.seed, asked.seed + len(portions))
    began, done = time.monotonic(), Counter[str]()
    try:
        with ProcessPoolExecutor(asked.workers) as pool:
            for each in pool.map(check, portions, seeds):
                done.update(each)
    except Differs as found:
        print(f"differs: {found}")
        return 1
    for kind, count in sorted(done.items()):
        print(f"{kind:<10} {count:>12,} agree")
    took = time.monotonic() - began
    print(f"{'together':<10} {done.total():>12,} agree, in {took:.0f} s, from seed {asked.seed}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`make fuzz`: mutated inputs to every door, each for itself reproducible by its seed and number.

``FUZZ="--kind bpmn --seed 7 --count 100000"`` asks more; ``--only 412`` asks one again, and shows
what breaks. An input may take two seconds of processor time, all together half a GB of memory.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from random import Random

from tests.fuzz import doors, memory

KINDS: Mapping[str, Callable[[Random], bool]] = {
    "feel": doors.feel_text,
    "dmn": doors.decisions,
    "bpmn": doors.diagram,
}
SEED = 20_261_121
LONGEST = 2.0  #: seconds of processor time of one input


@dataclass(slots=True)
class Found:
    """What came of the inputs of one kind."""

    kind: str
    seed: int
    inputs: int = 0
    accepted: int = 0
    slowest: float = 0.0
    peak_mb: float = 0.0
    broken: dict[int, str] = field(default_factory=dict)  #: by number: what no door declares


class TookTooLong(BaseException):
    """An input used up its processor time; not caught by whoever catches errors."""


def main(arguments: Sequence[str]) -> int:
    """Ask and tell; 1 when an input broke something."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--kind", choices=KINDS, action="append", default=[])
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--count", type=int, default=2_000, help="inputs of each kind")
    parser.add_argument("--first", type=int, default=0, help="number to begin with")
    parser.add_argument("--only", type=int, help="one number")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    numbers = range(asked.first, asked.first + asked.count)
    if asked.only is not None:
        numbers = range(asked.only, asked.only + 1)
    memory.bound()
    signal.signal(signal.SIGPROF, _too_long)
    broken = False
    for kind in asked.kind or KINDS:
        found = ask(kind, asked.seed, numbers)
        broken |= bool(found.broken)
        print(json.dumps(asdict(found)) if asked.json else told(found), flush=True)
    return 1 if broken else 0


def ask(kind: str, seed: int, numbers: range) -> Found:
    """Give a door the inputs of these numbers."""
    found = Found(kind, seed)
    for number in numbers:
        began = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, LONGEST)
        try:
            found.accepted += KINDS[kind](Random(f"{seed}/{kind}/{number}"))
        except (Exception, TookTooLong):  # noqa: BLE001 - here an input ends
            found.broken[number] = "".join(traceback.format_exc(limit=-4))[-1_500:]
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        found.inputs += 1
        took = time.process_time() - began
        found.slowest = max(found.slowest, took)
        if took > LONGEST:
            found.broken.setdefault(number, f"{took:.1f} s")
    found.peak_mb = memory.peak() / 1024**2
    return found


def _too_long(*_: object) -> None:
    raise TookTooLong(f"more than {LONGEST} s of processor time")


def told(found: Found) -> str:
    """Return what people read of it."""
    head = (
        f"{found.kind}: {found.inputs:,} inputs, {found.accepted:,} accepted,"
        f" {len(found.broken)} broke something; slowest {found.slowest * 1000:.0f} ms,"
        f" peak {found.peak_mb:.0f} MB; seed {found.seed}"
    )
    lines = [head]
    for number, what in found.broken.items():
        again = f"--kind {found.kind} --seed {found.seed} --only {number}"
        lines.append(f"--- make fuzz FUZZ='{again}'\n{what}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

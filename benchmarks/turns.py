"""Product and floor, turn about, so that both meet the same noise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from benchmarks.clients import GOOD, Measured, ask_all
from benchmarks.processor import Meter

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the compared: where it listens, what is asked of it, whose processor time counts."""

    port: int
    meter: Meter
    following: Callable[[int], Sequence[bytes]]  #: prepares so many requests, outside the clock
    good: frozenset[int] = GOOD

    def measure(self, count: int, clients: int) -> Measured:
        """Ask so many times and measure."""
        requests = self.following(count)
        began = self.meter.seconds()
        measured = ask_all(self.port, requests, clients, self.good)
        used = self.meter.seconds() - began
        return replace(measured, cpu_ms=used * 1000 / len(requests))


def turn_about(
    sides: Mapping[str, Side], clients: int, count: int, rounds: int
) -> dict[str, list[Measured]]:
    """Measure every side in every round, in the other order each second round."""
    found: dict[str, list[Measured]] = {name: [] for name in sides}
    for number in range(rounds):
        order = list(sides) if number % 2 == 0 else list(reversed(tuple(sides)))
        for name in order:
            found[name].append(sides[name].measure(count, clients))
    return found


def same(request: bytes) -> Callable[[int], Sequence[bytes]]:
    """Return what asks the same every time."""
    return lambda count: [request] * count


def warm(sides: Mapping[str, Side], count: int) -> None:
    """Let every side do what it does only once."""
    for each in sides.values():
        each.measure(count, 2)


def timed_about(rounds: int, acts: Mapping[str, Callable[[], _T]]) -> dict[str, list[_T]]:
    """Do acts in turn, in the other order each second round, and return what each gave."""
    found: dict[str, list[_T]] = {name: [] for name in acts}
    for number in range(rounds):
        order = list(acts) if number % 2 == 0 else list(reversed(tuple(acts)))
        for name in order:
            found[name].append(acts[name]())
    return found

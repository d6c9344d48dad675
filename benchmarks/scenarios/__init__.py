"""The scenarios, one module each: `measure` takes a `Bench` and gives its figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from benchmarks.bench import Bench
from benchmarks.figures import Figure, NotRun
from benchmarks.scenarios import (
    approve,
    big_model,
    cold_start,
    crossing,
    decision_table,
    designer,
    diagram,
    due,
    feel_conditions,
    feel_mix,
    few_and_many,
    filtered,
    forms,
    importing,
    inbox,
    long_life,
    long_polls,
    one_instance,
    overview,
    peers,
    search,
    signing,
    start,
    statements,
    step,
    weight,
    workers,
)

Found: TypeAlias = Sequence[Figure | NotRun]

ALL: Final[Mapping[str, Callable[[Bench], Found]]] = {
    "B1": approve.measure,
    "B1s": statements.measure,
    "B2": inbox.measure,
    "B3": due.measure,
    "B4": search.measure,
    "B5": diagram.measure,
    "B6": cold_start.measure,
    "B7": weight.measure,
    "B8": big_model.measure,
    "B9": workers.measure,
    "B10": start.measure,
    "B11": long_life.measure,
    "B12": one_instance.measure,
    "B13": step.measure,
    "B14": filtered.measure,
    "A1": overview.measure,
    "A2": few_and_many.measure,
    "C1": crossing.measure,
    "D1": decision_table.measure,
    "F1": feel_conditions.measure,
    "F2": feel_mix.measure,
    "G1": signing.measure,
    "M1": importing.measure,
    "R1": long_polls.measure,
    "S1": designer.measure,
    "W1": forms.measure,
    "peers": peers.measure,
}

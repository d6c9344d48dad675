"""A2: the page of all cases by each filter, among a million cases beside a thousand."""

from __future__ import annotations

from benchmarks.bench import Bench, say
from benchmarks.figures import Figure, beside, times
from benchmarks.population import archive
from benchmarks.product import Product, served
from benchmarks.scenarios.search import filters, side_of
from benchmarks.turns import turn_about, warm

FEW = 1_000


def measure(bench: Bench) -> list[Figure]:
    """Measure every filter, both sizes turn about."""
    many = bench.size.cases[1]
    say(f"A2: {many:,} cases beside {FEW:,}")
    few_cases, many_cases = (_prepared(bench, each) for each in (FEW, many))
    figures = []
    with served(few_cases, who="auditor") as few, served(many_cases, who="auditor") as lot:
        for named, asked in filters().items():
            sides = {"few": side_of(few, asked), "many": side_of(lot, asked)}
            warm(sides, 8)
            rounds = turn_about(sides, 1, max(20, bench.size.completions // 4), bench.size.rounds)
            figures.append(
                beside(
                    "A2",
                    f"{many:,} cases, {named}: p50",
                    "ms",
                    [each.p50 for each in rounds["many"]],
                    [each.p50 for each in rounds["few"]],
                    floor_is=f"{FEW:,}",
                    must=times(2.0),
                )
            )
    for each in (few_cases, many_cases):
        each.close()
    return figures


def _prepared(bench: Bench, number: int) -> Product:
    product = Product.prepare(bench.home(), bench.database("postgresql"))
    archive(product, number)
    return product

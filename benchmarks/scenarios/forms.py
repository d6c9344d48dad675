"""W1: the page of a task whose form has 40 fields and a list of 20 rows, conditions and sums."""

from __future__ import annotations

import json
from statistics import median
from typing import Any

from benchmarks import diagrams
from benchmarks.bench import Bench
from benchmarks.clients import written
from benchmarks.figures import Figure, beside, most
from benchmarks.floors import serving
from benchmarks.processor import Meter
from benchmarks.product import Product, served
from benchmarks.turns import Side, same, turn_about, warm
from engine.catalogue.bundle import Bundle

FIELDS, ROWS = 40, 20
_KINDS = ("textfield", "rial", "number", "jalaliDate", "select", "textarea", "checkbox", "iban")


def measure(bench: Bench) -> list[Figure]:
    """Measure the page beside a static file, one client."""
    product = Product.prepare(bench.home(), bench.database("postgresql"), _bundle())
    items = [{"title": f"row {n}", "number": n, "price": 1000} for n in range(ROWS)]
    _, (task,) = product.start("filled", {"items": items, "f1": 1_250_000})
    product.claim(task)
    with served(product) as ours, serving.served("benchmarks.floors.static", product.url) as floor:
        port, pid = floor
        sides = {
            "product": Side(ours.port, Meter([ours.pid]), same(ours.page(f"/tasks/{task}"))),
            "floor": Side(port, Meter([pid]), same(written("GET", "/static/dist/style.css", {}))),
        }
        warm(sides, 4)
        rounds = turn_about(sides, 1, 20, bench.size.rounds)
    product.close()
    return [
        beside(
            "W1",
            f"the page of a form, {FIELDS} fields and {ROWS} rows: p50",
            "ms",
            [each.p50 for each in rounds["product"]],
            [each.p50 for each in rounds["floor"]],
            floor_is="static file",
            must=most(50),
            aim=most(25),
        ),
        Figure(
            "W1",
            "the same page: processor time of the server",
            "ms",
            median(each.cpu_ms for each in rounds["product"]),
            must=most(50),
        ),
    ]


def _bundle() -> Bundle:
    body = (
        '<startEvent id="start"/><endEvent id="done"/>'
        '<userTask id="fill" name="Fill" camunda:formRef="long" camunda:formRefBinding="latest"/>'
        '<sequenceFlow id="a" sourceRef="start" targetRef="fill"/>'
        '<sequenceFlow id="b" sourceRef="fill" targetRef="done"/>'
    )
    bundle = diagrams.deployable("filled", ["fill"], body)
    return Bundle({**bundle.files, "forms/long.form": json.dumps(long_form()).encode()})


def long_form() -> dict[str, Any]:
    """Return a form as long as the figure asks, every fourth field with a condition."""
    choices = [{"value": str(n), "label": f"Choice {n}"} for n in range(10)]
    fields: list[dict[str, Any]] = []
    for number in range(FIELDS):
        kind = _KINDS[number % len(_KINDS)]
        field: dict[str, Any] = {"type": kind, "key": f"f{number}", "label": f"Field {number}"}
        if kind == "select":
            field["values"] = choices
        if number % 4 == 3:
            field["conditional"] = {"hide": f'=f{number - 1} = "hide"'}
        fields.append(field)
    row = [
        {"type": "textfield", "key": "title", "label": "Title", "validate": {"required": True}},
        {"type": "quantity", "key": "number", "label": "Number"},
        {"type": "rial", "key": "price", "label": "Price"},
        {"type": "rial", "key": "sum", "label": "Sum", "divan": {"value": "=number * price"}},
    ]
    items = {"type": "dynamiclist", "path": "items", "label": "Items", "components": row}
    total = {
        "type": "rial",
        "key": "total",
        "label": "Total",
        "divan": {"value": "=sum(items.sum)"},
    }
    return {"id": "long", "type": "default", "components": [*fields, items, total]}

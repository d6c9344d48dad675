"""FEEL as people write it: conditions beside the same in Python, and fifty expressions.

The fifty use nothing but what the standard has and both engines know, and values that JSON has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SCOPE: Final[Mapping[str, object]] = {
    "amount": 250_000,
    "limit": 1_000_000,
    "rate": 9,
    "kind": "final",
    "approved": False,
    "note": "very urgent",
    "order": {"total": 300, "kind": "a"},
    "lines": [
        {"price": 10 * number, "quantity": number % 4 + 1, "name": f"item {number}"}
        for number in range(1, 9)
    ],
}

#: FEEL, and the same in Python; ``d5`` is ``Decimal(5)``
CONDITIONS: Final = (
    ("amount > limit", "amount > limit"),
    ('amount > 100000 and kind = "final"', 'amount > d100000 and kind == "final"'),
    ("amount * rate / 100 <= limit", "amount * rate / d100 <= limit"),
    (
        'amount * rate / 100 <= limit and (kind = "final" or kind = "interim")',
        'amount * rate / d100 <= limit and (kind == "final" or kind == "interim")',
    ),
    ("order.total between 100 and 100000", 'd100 <= order["total"] <= d100000'),
    ('order.total > 100 and order.kind = "a"', 'order["total"] > d100 and order["kind"] == "a"'),
    (
        'kind in ("final", "interim") or amount > limit',
        'kind in ("final", "interim") or amount > limit',
    ),
    ("not(approved) and amount > 5", "not approved and amount > d5"),
    ("note != null and rate != amount", "note is not None and rate != amount"),
    ('if amount > limit then "chief" else "clerk"', '"chief" if amount > limit else "clerk"'),
    ("if amount > limit then amount - limit else 0", "amount - limit if amount > limit else d0"),
)

MIX: Final = (
    *(each for each, _ in CONDITIONS),
    "amount in [1..1000000]",
    'contains(lower case(note), "urgent")',
    "count(lines) > 2",
    "amount * rate / 100",
    "(amount - limit) * 0.1 + 5",
    "amount ** 2",
    "decimal(amount / 3, 2)",
    "round half up(amount / 7, 0)",
    "floor(1.5) + ceiling(2.1)",
    "modulo(amount, 7)",
    "abs(-5) + sqrt(16)",
    "max(1, 5, 3) - min([4, 2, 9])",
    "sum([1, 2, 3]) / count([1, 2, 3])",
    '"a" + "b" + kind',
    "upper case(kind)",
    "substring(note, 1, 5)",
    "string length(note)",
    'starts with(note, "very")',
    'replace(note, "urgent", "late")',
    'split("a;b;c", ";")',
    'string join(["a", "b", "c"], ", ")',
    'matches(note, "^v.*t$")',
    'substring before(note, " ")',
    "lines[1]",
    "lines[-1].price",
    "lines[price > 10]",
    "for l in lines return l.price * l.quantity",
    "sum(for l in lines return l.price * l.quantity)",
    "some l in lines satisfies l.price > 100",
    "every l in lines satisfies l.quantity > 0",
    "lines.price",
    "for i in 1..10 return i * i",
    "distinct values([1, 2, 2, 3])",
    "{a: 1, b: a + 1}.b",
    'string(date("2026-11-21") + duration("P5D"))',
    'date("2026-11-21") > date("2026-01-01")',
    'date("2026-11-21").year',
    'duration("P1Y6M").months',
    "reverse([1, 2, 3])",
)

"""Line tables of any length for tests: the shape of a statement under review."""

from __future__ import annotations

from decimal import Decimal

from engine.catalogue.lines import LineRow, LineTable
from engine.values import Rial

REASONS = {"MEASURE": "اندازه‌گیری نادرست", "NOT_DONE": "انجام‌نشده", "OTHER": "سایر"}
FACTORS = {"LIST": Decimal("1.34316"), "STAR": Decimal("1.2792"), "LUMP": Decimal("0.984")}


def line_table(count: int, *, entry: str | None = "supervisor", per_chapter: int = 40) -> LineTable:
    """Return a table of ``count`` lines: claimed by the contractor, reviewed at ``entry``.

    Line *n* (from 0) has the code ``CCNN00``, the price 1,000 × (n + 1), and claims n + 0.125.
    """
    rows = []
    kinds = tuple(FACTORS)
    for number in range(count):
        chapter, within = divmod(number, per_chapter)
        code = f"{chapter + 1:02}{within:02}00"
        claimed = Decimal(number) + Decimal("0.125")
        cells: dict[str, str | int | Decimal | None] = {
            "code": code,
            "title": f"تخریب بتن غیرمسلح با هر وسیله و حمل مواد - ردیف {code}",
            "unit": "m3",
            "unit_price": 1000 * (number + 1),
            "contract": Decimal(number + 100),
            "previous": Decimal(number // 2),
            "claimed": None if entry == "claimed" else claimed,
            "factor": kinds[number % 3],
        }
        rows.append(LineRow(code, f"{chapter + 1:02}", cells))
    return LineTable(
        rows=tuple(rows),
        groups={row.group: f"فصل {row.group}" for row in rows},
        factors=FACTORS,
        fixed=Rial(1_000_000),
        previous_total=Rial(500_000),
        entry=entry,
        compare="previous" if entry == "claimed" else "claimed",
        reasons={} if entry in (None, "claimed") else REASONS,
    )

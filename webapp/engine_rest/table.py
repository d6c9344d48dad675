"""The table of all published operations in ``docs/reference/rest.md``: done or not, and why.

``python -m webapp.engine_rest.table`` writes it anew; a guard refuses one that is not true.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from webapp.engine_rest.not_offered import reason
from webapp.engine_rest.published import OPERATIONS, Operation, models
from webapp.engine_rest.registry import DONE, Done, by_group

BEGIN: Final = "<!-- written by webapp.engine_rest.table: begin -->\n"
END: Final = "<!-- end -->\n"


def table() -> str:
    """Return the sums and a table for each group of operations."""
    return BEGIN + "\n".join(_lines()) + END


def put_into(page: str) -> str:
    """Return a page with its table written anew."""
    before, _, rest = page.partition(BEGIN)
    return before + table() + rest.partition(END)[2]


def _lines() -> Iterator[str]:
    done = [each for each in OPERATIONS if each in DONE]
    yield f"Of {len(OPERATIONS)} operations {len(done)} are done, {len(OPERATIONS) - len(done)}"
    yield "answer 501.\n"
    for group, operations in sorted(by_group().items()):
        count = sum(each.id in DONE for each in operations)
        yield f"### {group.capitalize()}: {count} of {len(operations)}\n"
        yield "| operation | address | answered | not taken, or why not |"
        yield "|---|---|---|---|"
        yield from map(_row, operations)
        yield ""


def _row(operation: Operation) -> str:
    done = DONE.get(operation.id)
    answered = "done" if done else "501"
    said = _not_taken(done) if done else reason(operation)
    return f"| {operation.id} | `{operation.method} {operation.path}` | {answered} | {said} |"


def _not_taken(done: Done) -> str:
    """Return the parameters and properties clients may send that are refused (400)."""
    operation = done.operation
    body = models().get(operation.body or "", {})
    left = [*operation.query.keys() - done.query, *operation.form.keys() - done.form]
    left += body.keys() - done.body
    return ", ".join(f"`{each}`" for each in sorted(left))


if __name__ == "__main__":
    import webapp.engine_rest  # noqa: F401 - its views register themselves

    _PAGE = Path(__file__).parents[2] / "docs" / "reference" / "rest.md"
    _PAGE.write_text(put_into(_PAGE.read_text(encoding="utf-8")), encoding="utf-8")

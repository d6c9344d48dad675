"""The table of ``docs/reference/rest.md`` says what is done of the published operations."""

from __future__ import annotations

import webapp.engine_rest  # noqa: F401 - its views register themselves
from tests.guards.tree import ROOT
from webapp.engine_rest.published import OPERATIONS
from webapp.engine_rest.reasons import REASONS
from webapp.engine_rest.registry import DONE
from webapp.engine_rest.table import put_into


def test_the_table_of_operations_is_true():
    page = (ROOT / "docs" / "reference" / "rest.md").read_text(encoding="utf-8")

    assert put_into(page) == page, "write it anew: python -m webapp.engine_rest.table"


def test_what_is_refused_is_known_and_nothing_that_is_done_is_refused():
    assert OPERATIONS.keys() >= REASONS.keys()
    assert not DONE.keys() & REASONS.keys()

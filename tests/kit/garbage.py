"""Looking for garbage: not among what was loaded, and less often, in runs of thousands of tests.

A whole look goes over every module, table and template there is, and a new application is enough
to bring one about: a seventh of the time of a run.
"""

from __future__ import annotations

import gc

#: objects made since the last look that bring about the next, and looks before a wider one
_SELDOM = (5_000, 20, 20)


def pytest_collection_finish() -> None:
    """Leave out what stays until the end: everything that was loaded to collect the tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_SELDOM)

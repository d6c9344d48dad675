"""Looking for garbage: not among what was loaded, and less often, in runs of thousands of tests.

A look goes over all that is alive, and what an application of a test is made of is enough to bring
one about: half of the time of the tests of the web went into it.
"""

from __future__ import annotations

import gc

#: objects made since the last look that bring about the next, and looks before a wider one
_SELDOM = (100_000, 10, 10)

gc.set_threshold(*_SELDOM)  # while all is loaded, too


def pytest_collection_finish() -> None:
    """Leave out what stays until the end: everything that was loaded to collect the tests."""
    gc.collect()
    gc.freeze()

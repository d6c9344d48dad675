"""The tests of a bundle are run beside the requests that ask for them, once for each bundle."""

from __future__ import annotations

import threading
from typing import Final

from engine import bpmn
from engine.catalogue.bundle import Bundle
from engine.catalogue.config import ConfigRefused
from engine.errors import NotFound
from engine.findings import Detail, Finding, detail
from engine.scenarios import Outcome, run_all
from forms.given import read_given
from webapp.studio.stage import STAGE

BROKEN: Final = "DEP-030"  #: a test beside the model is not green
_MOST: Final = 16  #: bundles whose outcome is remembered
_GUARD: Final = threading.Lock()
_TURN: Final = threading.Lock()  #: one bundle is tested at a time


class _Run:
    """The tests of one bundle, being run or over."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.over = threading.Event()
        self.found: tuple[Finding, ...] = ()
        self.failure: BaseException | None = None

    def go(self) -> None:
        """Run them; what goes wrong is told to who asks."""
        try:
            with _TURN:
                self.found = _found(self.bundle)
        except BaseException as failure:  # noqa: BLE001 - raised again where it is asked for
            self.failure = failure
        finally:
            self.over.set()


#: by the id of the bundle, whose files never change
_RUNS: Final[dict[str, _Run]] = {}


def tested(bundle: Bundle, *, within: float | None) -> tuple[Finding, ...] | None:
    """Return what the tests of a bundle found.

    Args:
        within: seconds to wait; ``None``: until they are over.

    Returns:
        ``None`` when they are still being run.
    """
    run = _run_of(bundle)
    if not run.over.wait(within):
        return None
    if run.failure is not None:
        with _GUARD:
            _RUNS.pop(bundle.id, None)  # who asks again has them run again
        raise run.failure
    return run.found


def is_over(bundle_id: str) -> bool:
    """Tell whether the tests of a bundle are over that are run in this process.

    Raises:
        NotFound: nobody asked for them here.
    """
    run = _RUNS.get(bundle_id)
    if run is None:
        raise NotFound(f"no tests of {bundle_id} are run")
    return run.over.is_set()


def _run_of(bundle: Bundle) -> _Run:
    with _GUARD:
        known = _RUNS.get(bundle.id)
        if known is not None:
            return known
        over = [key for key, each in _RUNS.items() if each.over.is_set()]
        for key in over[: max(0, len(_RUNS) - _MOST + 1)]:
            del _RUNS[key]
        run = _RUNS[bundle.id] = _Run(bundle)
    threading.Thread(target=run.go, name="tests-of-models", daemon=True).start()
    return run


def _found(bundle: Bundle) -> tuple[Finding, ...]:
    try:
        broken = run_all(STAGE, bundle, reader=read_given).broken
    except (bpmn.ModelRefused, ConfigRefused):  # other checks tell why
        return ()
    return tuple(
        Finding(BROKEN, each.name, None, None, why)
        for each, why in ((each, _why(each)) for each in broken)
    )


def _why(outcome: Outcome) -> Detail:
    steps = ", ".join(str(each.number) for each in outcome.broken)
    return detail("TRY-001", steps=steps) if steps else detail("TRY-002")

"""Two steps that write down that they ran, and one that takes its worker with it."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.sdk import Answers, service_task


@service_task("errand_first")
def first(answers: Answers) -> Mapping[str, Any]:
    """Run the first step, for as long as the case says; held, until somebody lets go."""
    _note("first", answers)
    time.sleep(answers.integer("milliseconds") / 1000)
    while "ERRAND_HELD" in os.environ and Path(os.environ["ERRAND_HELD"]).exists():
        time.sleep(0.02)
    return {"first": True}


@service_task("errand_second")
def second(answers: Answers) -> Mapping[str, Any]:
    """Run the second step."""
    _note("second", answers)
    return {"second": True}


@service_task("errand_poison")
def poison(answers: Answers) -> Mapping[str, Any]:
    """End the whole process, as a fault in a library of C would."""
    _note("poison", answers)
    os._exit(9)


def _note(step: str, answers: Answers) -> None:
    if "ERRAND_LEDGER" not in os.environ:
        return
    with Path(os.environ["ERRAND_LEDGER"]).open("a", encoding="utf-8") as ledger:
        ledger.write(f"{step} {answers.integer('number')}\n")

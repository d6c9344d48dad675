"""Tests that analysts keep beside the model: given, when, expected; read, written and run.

Whoever wants to know whether an area's tests are green asks `run_all(stage, bundle, reader=…)`:
its `Results` say ``are_green`` and which are ``broken``; `forms.given.read_given` reads what is
given to forms as their pages would.

A test is a file ``tests/<name>.test.toml`` of an area's folder, so it lies in a draft with the
diagrams, is compared, given out and deployed with them. `docs/how-to/test-a-process.md` has the
format. What is done in it are the acts of `engine.play`, with expectations in between.
"""

from engine.scenarios.checks import Check
from engine.scenarios.coverage import Coverage, Part, coverage, forms_of, names_of
from engine.scenarios.moments import (
    day_from,
    day_text,
    moment_from,
    moment_text,
    span_from,
    span_text,
)
from engine.scenarios.plain import NotPlain, plain
from engine.scenarios.reading import ScenarioRefused, read, scenario_of
from engine.scenarios.recorded import done_outside, of_case, of_run
from engine.scenarios.running import (
    Outcome,
    Results,
    StepResult,
    run_all,
    run_file,
    run_scenario,
)
from engine.scenarios.scenario import (
    NOTHING,
    Deed,
    Expectation,
    Scenario,
    Step,
    Wait,
    element_of,
    values_of,
)
from engine.scenarios.writing import written

__all__ = [
    "NOTHING",
    "Check",
    "Coverage",
    "Deed",
    "Expectation",
    "NotPlain",
    "Outcome",
    "Part",
    "Results",
    "Scenario",
    "ScenarioRefused",
    "Step",
    "StepResult",
    "Wait",
    "coverage",
    "day_from",
    "day_text",
    "done_outside",
    "element_of",
    "forms_of",
    "moment_from",
    "moment_text",
    "names_of",
    "of_case",
    "of_run",
    "plain",
    "read",
    "run_all",
    "run_file",
    "run_scenario",
    "scenario_of",
    "span_from",
    "span_text",
    "values_of",
    "written",
]

"""Says how long each part of the tests took, and how hypothesis behaves in all of them."""

from __future__ import annotations

import os
import resource
from collections import Counter

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "divan",
    deadline=None,  # the machine may be busy with the other half of the tests
    # a change is judged by what it changes: whoever runs the tests by hand looks further each time
    derandomize="CI" in os.environ,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("divan")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print seconds by part: the checks made before, then the tests by folder."""
    _tell_fuzzed(terminalreporter)
    told = os.environ.get("DIVAN_PARTS")
    if told is None:
        return
    seconds, tests = _by_part(terminalreporter)
    terminalreporter.section("time by part")
    for part in told.split(";"):
        name, _, took = part.partition("=")
        terminalreporter.write_line(f"{float(took):8.1f} s  {name}")
    for name, spent in sorted(seconds.items()):
        terminalreporter.write_line(
            f"{spent:8.1f} s  {name} ({tests[name]} tests, summed over workers)"
        )
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    terminalreporter.write_line(
        f"{used.ru_utime + used.ru_stime:8.1f} s  of processors for the tests, their servers too"
    )
    failed = os.environ.get("DIVAN_PARTS_FAILED")
    if failed:
        terminalreporter.write_line(f"failed before the tests: {failed}", red=True)


def _tell_fuzzed(reporter: pytest.TerminalReporter) -> None:
    """Print how many mutated inputs were given to the doors (`tests.fuzz`)."""
    shares = [
        found
        for report in reporter.stats.get("passed", ())
        for name, found in getattr(report, "user_properties", ())
        if name == "fuzzed"
    ]
    if not shares:
        return
    reporter.section(f"{sum(each['inputs'] for each in shares):,} mutated inputs")
    for each in shares:
        reporter.write_line(
            f"{each['inputs']:8,} {each['kind']}: {each['accepted']:,} accepted and run, slowest"
            f" {each['slowest']:.2f} s, peak {each['peak_mb']:.0f} MB, seed {each['seed']}"
        )


def _by_part(reporter: pytest.TerminalReporter) -> tuple[Counter[str], Counter[str]]:
    seconds: Counter[str] = Counter()
    tests: Counter[str] = Counter()
    for reports in reporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                part = "/".join(report.nodeid.split("/")[:2])
                seconds[part] += report.duration  # type: ignore[assignment]
                tests[part] += report.when == "call"
    return seconds, tests

"""`make conformance`: run the suites below a folder and print what they find.

``DIR=<folder>`` runs any folder laid out as the copies here; without it, those. Ends with 0 when
every case passes or may fail, with 1 when another fails, with 2 when there is nothing to run.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tests.conformance.suites import HERE, LOOKED_FOR, Verdict, by_suite, verdicts

_HEADS = ("tests", "cases", "passed", "accepted", "failed", "of a value", "passed")


def main(arguments: Sequence[str]) -> int:
    """Print a line for each suite, then what failed by family, then what may fail."""
    parser = argparse.ArgumentParser(prog="make conformance", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=HERE)
    root: Path = parser.parse_args(arguments).folder
    if not root.is_dir():
        return _nothing(f"{root} is {'not a folder' if root.exists() else 'not there'}")
    suites = by_suite(verdicts(root))
    if not suites:
        return _nothing(f"no suite below {root}; looked for:", *LOOKED_FOR)
    _tell_table(suites)
    found = [each for suite in suites.values() for each in suite]
    _tell_failed([each for each in found if each.wrong and not each.accepted])
    _tell_accepted([each for each in found if each.accepted])
    return 1 if any(each.wrong and not each.accepted for each in found) else 0


def _nothing(*lines: str) -> int:
    print("\n  ".join(lines), file=sys.stderr)
    return 2


def _tell_table(suites: Mapping[str, Sequence[Verdict]]) -> None:
    wide = max(map(len, [*suites, "suite"])) + 2
    print(f"{'suite':<{wide}}" + "".join(f"{each:>12}" for each in _HEADS))
    for suite, found in suites.items():
        print(f"{suite:<{wide}}" + "".join(f"{each:>12}" for each in _counts(found)))


def _counts(found: Sequence[Verdict]) -> Sequence[object]:
    failed = [each for each in found if each.wrong]
    accepted = sum(each.accepted is not None for each in failed)
    counts = (
        len({each.test for each in found}),
        len(found),
        len(found) - len(failed),
        accepted,
        len(failed) - accepted,
    )
    of_value = [each for each in found if each.of_value]
    if not any(each.of_value is not None for each in found):
        return *counts, "", ""
    return *counts, len(of_value), sum(each.wrong is None for each in of_value)


def _tell_failed(failed: Iterable[Verdict]) -> None:
    families: dict[tuple[str, str], list[Verdict]] = defaultdict(list)
    for each in failed:
        families[each.suite, each.family].append(each)
    for (suite, family), cases in sorted(families.items()):
        print(f"\nfailed: {suite}, {family}: {len(cases)}")
        for each in cases:
            print(f"  {each.name}: {(each.wrong or '')[:300]}")


def _tell_accepted(accepted: Sequence[Verdict]) -> None:
    for suite, count in Counter(each.suite for each in accepted).items():
        print(f"\naccepted: {suite}: {count}")
        for each in accepted:
            if each.suite == suite:
                passes = "" if each.wrong else " (it passes: take it off the list)"
                print(f"  {each.name}: {each.accepted}{passes}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

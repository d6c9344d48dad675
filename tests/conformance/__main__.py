"""`make conformance`: run the suites below a folder and print what they find.

``DIR=<folder>`` runs any folder laid out as the copies here; without it, those.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from tests.conformance.dmn_answers import Tally, tally
from tests.conformance.dmn_kit import HERE, Question, questions

_HEAD = f"{'suite':<34}{'tests':>7}{'cases':>7}{'passed':>8}{'of a value':>12}{'passed':>8}"


def main(arguments: Sequence[str]) -> int:
    """Print a line for each group of folders, then what failed; 1 when anything did."""
    parser = argparse.ArgumentParser(prog="make conformance", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=HERE)
    root = parser.parse_args(arguments).folder
    print(_HEAD)
    failed = False
    for suite, asked in sorted(_by_suite(root).items()):
        found = tally(asked)
        folders = {each.folder for each in asked}
        print(_line(f"DMN {suite}", len(folders), found))
        for folder in sorted(folders):
            here = f"{folder}/"
            wrong = {each: said for each, said in found.wrong.items() if each.startswith(here)}
            failed |= bool(wrong)
            for number, (name, each) in enumerate(wrong.items()):
                if number == 0:
                    print(f"  {folder}: {len(wrong)} results differ")
                print(f"    {name.removeprefix(folder + '/')}: {each[:160]}")
    return 1 if failed else 0


def _by_suite(root: Path) -> dict[str, list[Question]]:
    suites = defaultdict(list)
    for each in questions(root):
        suites[each.model.parent.parent.name].append(each)
    return suites


def _line(suite: str, folders: int, found: Tally) -> str:
    return (
        f"{suite:<34}{folders:>7}{found.cases:>7}{found.passed:>8}"
        f"{found.of_value:>12}{found.of_value_passed:>8}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""``divan lint`` and ``divan rules``: models checked, and the rules they are checked by."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from engine.catalogue.bundle import Bundle
from engine.findings import book, entry, exported
from webapp.checking import checked
from webapp.findings import LANGUAGES, lines, text_of_detail, text_of_rule
from webapp.wiring import Site

Run = Callable[[Site, argparse.Namespace], int]


def add_commands(add: Callable[[str, Run, str], argparse.ArgumentParser]) -> None:
    """Add the commands to the console."""
    lint = add("lint", _lint, "say what is wrong with a process folder")
    lint.add_argument("folder", type=Path)
    rules = add("rules", _rules, "list the rules of models, or say one of them")
    rules.add_argument("rule", nargs="?", help="such as BPMN-022")
    rules.add_argument("--json", action="store_true", help="the whole book, for a machine")
    for each in (lint, rules):
        each.add_argument("--language", choices=LANGUAGES, default="en")


def _lint(_: Site, options: argparse.Namespace) -> int:
    found = checked(Bundle.read(options.folder))
    problems = (text_of_detail(each, options.language) for each in found.problems)
    for each in (*lines(found.findings, options.language), *problems):
        print(each)
    return 1 if found.refuses else 0


def _rules(_: Site, options: argparse.Namespace) -> int:
    if options.json:
        json.dump(exported(), sys.stdout, ensure_ascii=False, indent=1)
        return 0
    if options.rule is None:
        for rule in book():
            print(rule, text_of_rule(rule, options.language))
        return 0
    known = entry(options.rule)
    if known is None:
        print(f"there is no rule {options.rule}", file=sys.stderr)
        return 1
    print(known.rule, text_of_rule(known.rule, options.language))
    print(known.why.strip())
    return 0

"""``divan test``: the tests beside the model, run at the console and in continuous integration."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.sax.saxutils import escape, quoteattr

from engine.catalogue.bundle import Bundle
from engine.errors import NotFound
from engine.play import Stage
from engine.scenarios import Outcome, Results, StepResult, run_all
from engine.storage import area_drafts
from forms.given import read_given
from webapp import demo
from webapp.findings import LANGUAGES
from webapp.scenarios.words import Words
from webapp.texts import N_
from webapp.wiring import Site

_HELD, _BROKEN = "✓", "✗"
_INSTEAD = N_("expected {expected}, seen {seen}")


def add_commands(add: Callable[..., Any]) -> None:
    """Add the command to the console."""
    test = add("test", _test, "run the tests that lie beside the model of an area")
    test.add_argument("area", nargs="*", metavar="AREA", help="an area, or a process folder")
    test.add_argument("--draft", type=UUID, action="append", default=[], help="a draft by its id")
    test.add_argument("--junit", type=Path, help="write what came of it as JUnit XML, too")
    test.add_argument("--language", choices=LANGUAGES, default="en")


def _test(site: Site, options: argparse.Namespace) -> int:
    stage, found = Stage(demo.cast), dict[str, tuple[Results, Words]]()
    try:
        for name, bundle in _bundles(site, options):
            results = run_all(stage, bundle, reader=read_given)
            found[name] = results, Words.of(bundle, options.language)
            for line in _lines(name, *found[name]):
                print(line, flush=True)
    finally:
        stage.close()
    if options.junit is not None:
        options.junit.write_text("\n".join(_junit(found)) + "\n", encoding="utf-8")
    outcomes = [each for results, _ in found.values() for each in results.outcomes]
    broken = [each for each in outcomes if not each.is_green]
    print(f"{len(outcomes)} tests, {len(broken)} broken")
    return 1 if broken else 0


def _bundles(site: Site, options: argparse.Namespace) -> Iterator[tuple[str, Bundle]]:
    """Yield what is to be tested; where nothing is asked for, the areas of this release.

    Raises:
        NotFound: there is nothing of a name.
    """
    known = {each.name: each.folder for each in site.areas}
    asked = options.area or ([] if options.draft else list(known))
    for each in asked:
        folder = known.get(each, Path(each))
        if not (folder / "process.toml").is_file():
            raise NotFound(f"there is no area {each!r}, and no such process folder")
        yield folder.resolve().name, Bundle.read(folder)
    for draft_id in options.draft:
        with site.database.reader() as session:
            draft = area_drafts.open_draft(session, draft_id)
            yield f"{draft.area} ({draft.title})", area_drafts.bundle_of(session, draft_id)


def _lines(name: str, results: Results, words: Words) -> Iterator[str]:
    yield f"{name}:"
    for each in results.outcomes:
        title = each.scenario.titled(words.language) if each.scenario else ""
        yield f"  {_HELD if each.is_green else _BROKEN} {each.name}  {title}".rstrip()
        yield from (f"      {line}" for line in _broken(each, words))


def _broken(outcome: Outcome, words: Words) -> Iterator[str]:
    """Yield what did not hold: the step, what was expected, what was seen instead."""
    yield from (f"{each.code} {words.problem(each)}" for each in outcome.problems)
    for step in outcome.broken:
        yield f"{step.number}. {words.deed(step.step.deed)}"
        yield from (f"   {line}" for line in _checks(step, words))


def _checks(step: StepResult, words: Words) -> Iterator[str]:
    for each in step.checks:
        if not each.held:
            said = {"expected": words.expected(each), "seen": words.seen(each)}
            yield f"{words.about(each)}: {words.say(_INSTEAD, **said)}"
    if step.seen is not None and step.seen.refusal is not None:
        yield step.seen.refusal.message


def _junit(found: dict[str, tuple[Results, Words]]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield "<testsuites>"
    for name, (results, words) in found.items():
        count, broken = len(results.outcomes), len(results.broken)
        yield f'<testsuite name={quoteattr(name)} tests="{count}" failures="{broken}">'
        for each in results.outcomes:
            title = each.scenario.titled(words.language) if each.scenario else each.name
            case = f"<testcase classname={quoteattr(each.name)} name={quoteattr(title)}"
            if each.is_green:
                yield f"{case}/>"
            else:
                said = "\n".join(_broken(each, words))
                yield f'{case}><failure message="broken">{escape(said)}</failure></testcase>'
        yield "</testsuite>"
    yield "</testsuites>"

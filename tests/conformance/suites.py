"""The suites below a folder, found by what lies there, and what each of their cases comes to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.conformance import dmn_answers, dmn_kit, models, token_simulation
from tests.conformance.accepted import DMN_KIT, MODELS, TOKEN_SIMULATION

HERE = Path(__file__).parent  #: the copies

LOOKED_FOR = (
    "*.xml with the test kit's testCases, beside their *.dmn",
    "cases.json of the token simulator, beside its models",
    "*.bpmn, *.bpmn2 and *.bpmn20.xml with no cases.json beside them",
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one case came to."""

    suite: str  #: the folder, as it is called below the one that was asked for
    family: str  #: what failures are told under
    test: str  #: the file or folder the case belongs to
    name: str
    wrong: str | None  #: what was found instead
    of_value: bool | None = None  #: a decision's: whether any result other than null is expected
    accepted: str | None = None  #: why it may fail


def verdicts(root: Path) -> Iterator[Verdict]:
    """Ask every case of every suite below ``root``, one kind of suite after the other."""
    yield from _decisions(root)
    yield from _simulated(root)
    yield from _models(root)


def _decisions(root: Path) -> Iterator[Verdict]:
    cases: dict[tuple[Path, str], list[dmn_kit.Question]] = defaultdict(list)
    for path in dmn_kit.files(root):
        try:
            for each in dmn_kit.questions_of(path):
                cases[path, each.case].append(each)
        except dmn_kit.Malformed as failure:
            suite, folder = _name(path.parent.parent, root), path.parent.name
            yield Verdict(suite, folder, folder, f"{folder}/{path.name}", str(failure), True)
    for (path, case), asked in cases.items():
        folder = path.parent.name
        accepted = [DMN_KIT[each.name] for each in asked if each.name in DMN_KIT]
        yield Verdict(
            _name(path.parent.parent, root),
            folder,
            folder,
            f"{folder}/{case}",
            guarded(partial(dmn_answers.difference, asked)),
            any(each.expected is not None for each in asked),
            accepted[0] if accepted else None,
        )


def _simulated(root: Path) -> Iterator[Verdict]:
    for path in sorted(root.rglob("cases.json")):
        suite = _name(path.parent, root)
        try:
            cases = list(token_simulation.cases_of(path))
        except (ValueError, TypeError, LookupError, RecursionError) as failure:
            said = f"not a list of cases: {type(failure).__name__}: {failure}"
            yield Verdict(suite, path.name, path.name, path.name, said)
            continue
        for each in cases:
            wrong = guarded(partial(token_simulation.difference, each))
            family, accepted = each.name.partition("-")[0], TOKEN_SIMULATION.get(each.name)
            yield Verdict(suite, family, each.model.name, each.name, wrong, accepted=accepted)


def _models(root: Path) -> Iterator[Verdict]:
    for path in models.models(root):
        wrong = guarded(partial(models.difference, path))
        name = f"{path.parent.name}/{path.name}"
        family = (wrong or "").partition(":")[0]
        suite = _name(path.parent, root)
        yield Verdict(suite, family, path.name, name, wrong, accepted=MODELS.get(name))


def guarded(ask: Callable[[], str | None]) -> str | None:
    """Return what differs in a case; a case that breaks down does not stop the others."""
    try:
        return ask()
    except Exception as failure:  # noqa: BLE001 - here a case ends
        return f"{type(failure).__name__}: {failure}"


def _name(folder: Path, root: Path) -> str:
    """Return how the table calls a folder; the kit's may be the one above what was asked for."""
    if folder == root or not folder.is_relative_to(root):
        return root.resolve().name
    return folder.relative_to(root).as_posix()


def by_suite(found: Iterator[Verdict]) -> Mapping[str, list[Verdict]]:
    """Gather the verdicts of each suite."""
    suites: dict[str, list[Verdict]] = defaultdict(list)
    for each in found:
        suites[each.suite].append(each)
    return suites

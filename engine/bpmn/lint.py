"""Everything that keeps a model from running, all at once and by element."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from engine import dmn
from engine.bpmn import vendor
from engine.bpmn.callees import global_tasks
from engine.bpmn.errors import ModelRefused
from engine.bpmn.library import Unparsed
from engine.bpmn.model import Model
from engine.bpmn.parse import build
from engine.bpmn.references import make_plain
from engine.bpmn.rules import LOOKS, RULES, STRUCTURE, calls, shapes
from engine.bpmn.source import Source, children, id_of, name, processes, read, tag
from engine.bpmn.structure import Structure
from engine.findings import Detail, Finding, detail
from engine.xml import Unreadable


def lint(
    files: Mapping[str, bytes], decisions: Mapping[str, bytes] = MappingProxyType({})
) -> list[Finding]:
    """Return all that is wrong with the files of one deployment; never raises.

    Args:
        files: the diagrams.
        decisions: the DMN files deployed with them.
    """
    return _checked(files, decisions)[1]


def look(files: Mapping[str, bytes]) -> list[Finding]:
    """Return what runs and is worth a look: names, drawing, ways that may not end.

    Never raises; of files that cannot be read it says nothing, as `lint` does.
    """
    structures = [Structure(each) for each in _read(files)[0]]
    found = [each for one in structures for rule in LOOKS for each in rule(one)]
    return [replace(each, refuses=False) for each in found]


def glance(
    file: str,
    files: Mapping[str, bytes],
    decisions: Mapping[str, bytes] = MappingProxyType({}),
) -> list[Finding]:
    """Return what `lint` and `look` say of one file among the others, while it is being drawn.

    Never raises. What only compiling all of them would tell is left to `lint`: that takes
    as long as everything else together.
    """
    with vendor.remembering():
        sources, found = _read(files)
        if not any(each.file == file for each in found):
            known, _ = _decided(decisions, deployed=True)
            for source in (each for each in sources if each.file == file):
                structure = Structure(source)
                found += [each for check in STRUCTURE for each in check(structure)]
                found += [each for rule in RULES for each in rule(source)]
                looks = (each for rule in LOOKS for each in rule(structure))
                found += [replace(each, refuses=False) for each in looks]
            found += _together(sources, known)
    return [each for each in found if each.file == file]


def compile_model(
    files: Mapping[str, bytes],
    decisions: Mapping[str, bytes] = MappingProxyType({}),
    *,
    deployed: bool = False,
) -> Model:
    """Return the files' processes ready to run; the same files give the same model.

    Args:
        files: the diagrams.
        decisions: the DMN files deployed with them.
        deployed: a deployment has accepted them; what takes long to examine is not again.

    Raises:
        ModelRefused: with all findings.
    """
    model, findings = _checked(files, decisions, deployed=deployed)
    if model is None:
        raise ModelRefused([each for each in findings if each.refuses])
    return model


def _checked(
    files: Mapping[str, bytes], decisions: Mapping[str, bytes], *, deployed: bool = False
) -> tuple[Model | None, list[Finding]]:
    with vendor.remembering():
        return _examined(files, decisions, deployed=deployed)


def _examined(
    files: Mapping[str, bytes], decisions: Mapping[str, bytes], *, deployed: bool
) -> tuple[Model | None, list[Finding]]:
    sources, findings = _read(files)
    known, decided = _decided(decisions, deployed=deployed)
    if not findings:
        structures = [] if deployed else [Structure(each) for each in sources]
        findings = [each for one in structures for check in STRUCTURE for each in check(one)]
        findings += [each for source in sources for rule in RULES for each in rule(source)]
        findings += _together(sources, known)
    findings += decided
    if _refused(findings):
        return None, findings
    try:
        return build(sources, known), findings
    except Unparsed as refusal:
        message = detail("BPMN-090-1", refusal=refusal)
        return None, [Finding("BPMN-090", ", ".join(files), refusal.element_id, None, message)]


def _decided(
    decisions: Mapping[str, bytes], *, deployed: bool
) -> tuple[dmn.Decisions | None, list[Finding]]:
    """Return the decisions, where there are any to ask, and what is wrong with them."""
    if not decisions:
        return None, []
    found = [] if deployed else dmn.lint(decisions)
    try:
        return dmn.load(decisions), found
    except Unreadable:
        return None, found or dmn.lint(decisions)


def _refused(findings: Iterable[Finding]) -> bool:
    return any(each.refuses for each in findings)


def _read(files: Mapping[str, bytes]) -> tuple[list[Source], list[Finding]]:
    sources: list[Source] = []
    findings: list[Finding] = []
    for file in sorted(files):
        try:
            source = read(file, files[file])
        except Unreadable as refusal:
            findings.append(Finding("BPMN-001", file, None, None, refusal.detail))
            continue
        if source.root.tag != tag("definitions"):
            findings.append(Finding("BPMN-002", file, None, None, detail("BPMN-002-1")))
        make_plain(source.root)
        vendor.speak_feel(source.root)
        sources.append(source)
    return sources, findings


def _none_runs(sources: Iterable[Source]) -> Detail:
    """Return which processes say themselves that they are not to be run, file by file."""
    told = detail("BPMN-002-2")
    for source in sources:
        drawn = [
            f"{id_of(each)} ({name(each)})" if name(each) else id_of(each)
            for each in children(source.root, "process")
        ]
        if drawn:
            named = ", ".join(drawn)
            told = detail("BPMN-002-3", told=told, processes=named, file=source.file)
    return told


def _together(sources: list[Source], known: dmn.Decisions | None) -> Iterable[Finding]:
    """Yield what only shows when all files are seen: processes missing or told twice."""
    seen: dict[str, str] = {}
    for source in sources:
        for process in processes(source):
            process_id = str(process.get("id"))
            if process_id in seen:
                yield Finding(
                    "BPMN-003",
                    source.file,
                    process_id,
                    None,
                    detail("BPMN-003-2", process=process_id, file=seen[process_id]),
                )
            seen[process_id] = source.file
    if not seen:
        yield Finding(
            "BPMN-002",
            ", ".join(each.file for each in sources),
            None,
            None,
            _none_runs(sources),
        )
    tasks = global_tasks(sources)
    known_here = seen.keys() | tasks.keys()
    for source in sources:
        yield from calls.callees(source, known_here)
        yield from calls.versions(source)
        yield from calls.called_tasks(source, tasks, known)
        yield from shapes.decisions(source, known)

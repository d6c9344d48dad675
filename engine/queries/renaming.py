"""What of the running versions, of other areas and of programs stands against a new name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.bpmn.uses import uses
from engine.catalogue.bundle import Bundle
from engine.findings import Detail, detail, listed
from engine.model.subscription import subscription_table
from engine.queries.impact import running, waits
from engine.renaming import Asked, Kind, Standing, offered, renamed, unreadable
from engine.storage.bundles import all_latest

#: what areas say to each other, by its name
_SAID: tuple[Kind, ...] = (Kind.PROCESS, Kind.MESSAGE, Kind.SIGNAL)


def standing(
    session: Session,
    area: str,
    bundle: Bundle,
    asked: Asked,
    programs: Iterable[tuple[str, tuple[int, ...]]],
) -> list[Standing]:
    """Return what stands against it, and what is worth knowing; what refuses stands first.

    Args:
        programs: the area's programs that say the name, each with its lines.
    """
    told = [
        *(_no(detail("REN-005", file=each)) for each in unreadable(bundle)),
        *(_no(_of_program(file, lines)) for file, lines in programs),
        *_of_others(session, area, asked),
        *_of_cases(session, area, asked),
        *_of_hearers(session, asked),
        *(_of_variable(session, area, bundle, asked) if asked.kind is Kind.VARIABLE else ()),
    ]
    return sorted(told, key=lambda each: not each.refuses)


def _of_variable(session: Session, area: str, bundle: Bundle, asked: Asked) -> Iterator[Standing]:
    """Yield what stands against another name of a variable, or is worth knowing before it."""
    found = renamed(bundle, asked)
    for each in found.unclear:
        yield _no(detail("REN-008", file=each.file, place=each.place, said=each.before))
    for other in _sharers(session, area, bundle):
        if any(one.name == asked.old for one in uses(other.diagrams, other.decisions).variables):
            yield _no(detail("REN-009", area=other.config.area))
    if cases := sum(count for _, count in running(session, area)):
        yield Standing(refuses=False, why=detail("REN-010", cases=cases))
    if any(each.file == "process.toml" and each.key == asked.old for each in found.changes):
        yield Standing(refuses=False, why=detail("REN-011"))
    if any(b"taskDefinition" in each or b":topic=" in each for each in bundle.diagrams.values()):
        yield Standing(refuses=False, why=detail("REN-012"))


def _sharers(session: Session, area: str, bundle: Bundle) -> Iterator[Bundle]:
    """Yield the deployed areas that call this one, are called by it, or hear the same."""
    said, calls, own = _ties(bundle)
    bundles = {each.bundle.id: each.bundle for each in all_latest(session)}
    for other in (each for each in bundles.values() if each.config.area != area):
        others_said, others_calls, others_own = _ties(other)
        if said & others_said or calls & others_own or others_calls & own:
            yield other


def _ties(bundle: Bundle) -> tuple[set[tuple[Kind, str]], set[str], set[str]]:
    """Return the messages and signals of an area, what it calls, and its processes."""
    names = offered(bundle)
    heard = (Kind.MESSAGE, Kind.SIGNAL)
    said: set[tuple[Kind, str]] = {(each.kind, each.name) for each in names if each.kind in heard}
    used = uses(bundle.diagrams, bundle.decisions).used
    calls = {each.name for each in used if each.kind == "process"}
    return said, calls, {each.name for each in names if each.kind is Kind.PROCESS}


def _of_program(file: str, lines: Iterable[int]) -> Detail:
    return detail("REN-002", file=file, lines=listed("AT-LIST", [str(each) for each in lines]))


def _no(why: Detail) -> Standing:
    return Standing(refuses=True, why=why)


def _of_others(session: Session, area: str, asked: Asked) -> Iterator[Standing]:
    """Yield the areas whose deployed diagrams say the same name to this one."""
    if asked.kind not in _SAID:
        return
    bundles = {each.bundle.id: each.bundle for each in all_latest(session)}
    for other in (each for each in bundles.values() if each.config.area != area):
        files = {change.file for change in renamed(other, asked).changes}
        for file in sorted(files & other.diagrams.keys()):
            yield _no(detail("REN-003", area=other.config.area, file=file))


def _of_cases(session: Session, area: str, asked: Asked) -> Iterator[Standing]:
    """Yield what runs of a process, or waits at a step, that would be called something else."""
    counted = running(session, area)
    if asked.kind is Kind.PROCESS:
        cases = sum(count for each, count in counted if each.process_id == asked.old)
        if cases:
            yield _no(detail("REN-001", cases=cases))
    if asked.kind is Kind.STEP:
        its = [each.id for each, _ in counted if each.process_id == asked.process]
        waiting = waits(session, its)
        cases = sum(each.get(asked.old, 0) for each in waiting.values())
        if cases:
            yield Standing(refuses=False, why=detail("REN-006", cases=cases))


def _of_hearers(session: Session, asked: Asked) -> Iterator[Standing]:
    """Yield the running cases that wait for a message or signal by the old name."""
    if asked.kind not in (Kind.MESSAGE, Kind.SIGNAL):
        return
    its = subscription_table.c
    cases = session.scalar(
        select(func.count(func.distinct(its.instance_id))).where(
            its.kind == asked.kind.value, its.name == asked.old, its.instance_id.is_not(None)
        )
    )
    if cases:
        code = "REN-004" if asked.kind is Kind.SIGNAL else "REN-007"
        yield Standing(refuses=asked.kind is Kind.SIGNAL, why=detail(code, cases=cases))

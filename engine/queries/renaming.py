"""What of the running versions, of other areas and of programs stands against a new name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.catalogue.bundle import Bundle
from engine.findings import Detail, detail, listed
from engine.model.subscription import subscription_table
from engine.queries.impact import running, waits
from engine.renaming import Asked, Kind, Standing, renamed, unreadable
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
    ]
    return sorted(told, key=lambda each: not each.refuses)


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

"""``process.toml`` as it is read: everything that is wrong with it is told at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any, Final

from engine.catalogue.calls import read_call
from engine.catalogue.config import (
    COLUMN_TYPES,
    OFFERS,
    AreaConfig,
    ConfigRefused,
    Due,
    Lane,
    Offer,
    ProcessConfig,
    SendableMessage,
    Separation,
    Step,
)
from engine.catalogue.keys import PROCESS
from engine.catalogue.papers import read_papers
from engine.catalogue.retention import read_personal, read_retention
from engine.catalogue.stores import read_stores
from engine.findings import Detail, detail
from engine.model.event import EventKind
from engine.model.retries import waits_of
from engine.signing import LEVELS, Level

_PLACE: Final = re.compile(r"\(at line (\d+), column (\d+)\)")
LONGEST_LEASE: Final = 86_400  #: seconds


def read_config(text: str) -> AreaConfig:
    """Read ``process.toml``.

    Raises:
        ConfigRefused: with everything that is wrong.
    """
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigRefused([no_toml("process.toml", error)]) from error
    problems: list[Detail] = []
    area = document.pop("area", {})
    if not isinstance(area, dict):
        raise ConfigRefused([detail("SET-004")])
    area_id = area.get("id")
    stores = read_stores(document.pop("data_stores", {}), problems)
    processes = {key: _process(key, section, problems) for key, section in document.items()}
    if not isinstance(area_id, str):
        problems.append(detail("SET-005"))
    if problems or not isinstance(area_id, str):
        raise ConfigRefused(problems)
    return AreaConfig(area_id, area.get("title", area_id), processes, stores)


def no_toml(file: str, error: Exception) -> Detail:
    """Return that a file is no TOML, with the place where its parser tells one."""
    place = _PLACE.search(str(error))
    if place is None:
        return detail("SET-002", file=file, why=error)
    return detail("SET-001", file=file, why=error, line=place[1], column=place[2])


def _process(process_id: str, section: Mapping[str, Any], problems: list[Detail]) -> ProcessConfig:
    where = detail("AT-PROCESS", process=process_id)
    section = _shaped(where, section, problems)
    unknown = section.keys() - PROCESS.names
    problems += [detail("SET-006", where=where, key=key) for key in sorted(unknown)]
    lanes = {
        key: _lane(detail("AT-LANE", process=process_id, key=key), each, problems)
        for key, each in section.get("lanes", {}).items()
    }
    columns = dict(section.get("columns", {}))
    problems += [
        detail(
            "SET-007",
            where=detail("AT-COLUMN", process=process_id, key=key),
            kind=kind,
            known=", ".join(COLUMN_TYPES),
        )
        for key, kind in columns.items()
        if not isinstance(kind, str) or kind not in COLUMN_TYPES
    ]
    messages = {
        name: SendableMessage(name, each.get("lane", ""), bool(each.get("reason", False)))
        for name, each in section.get("messages", {}).items()
    }
    used = [*section.get("start_lanes", ()), *(each.lane for each in messages.values())]
    problems += [
        detail("SET-008", where=where, lane=lane)
        for lane in used
        if not isinstance(lane, str) or lane not in lanes
    ]
    return ProcessConfig(
        process_id,
        section.get("title", process_id),
        tuple(section.get("start_lanes", ())),
        section.get("start_form"),
        section.get("amount"),
        lanes,
        columns,
        {
            key: _step(detail("AT-TASK", process=process_id, key=key), each, problems)
            for key, each in section.get("tasks", {}).items()
        },
        tuple(
            Separation(
                frozenset(each.get("steps", ())),
                each.get("code", "SOD-001"),
                each.get("exception"),
            )
            for each in section.get("not_same_person", ())
        ),
        messages,
        section.get("unit"),
        {
            name: _events(detail("AT-WEBHOOK", process=process_id, key=name), kinds, problems)
            for name, kinds in section.get("webhooks", {}).items()
        },
        {
            key: due
            for key, each in section.get("timers", {}).items()
            if (due := _due(detail("AT-TIMER", process=process_id, key=key), each, problems))
            is not None
        },
        read_papers(process_id, section.get("papers", {}), problems),
        bool(section.get("returns", False)),
        read_retention(where, section, problems),
        read_personal(process_id, section, problems),
        _target(where, section.get("target"), problems),
        section.get("subject"),
    )


def _target(where: Detail, told: Any, problems: list[Detail]) -> int | None:
    """Return how many of a hundred deadlines are to be kept; ``None``: nobody has said."""
    if told is None or (type(told) is int and 0 < told <= 100):
        return told
    problems.append(detail("SET-076", where=where, told=told))
    return None


def _shaped(where: Detail, section: Any, problems: list[Detail]) -> Mapping[str, Any]:
    """Return what a section says that can be read at all: tables where tables belong."""
    if not isinstance(section, dict):
        problems.append(detail("SET-009", where=where))
        return {}
    kept = dict(section)
    for name, table in PROCESS.tables.items():
        told = section.get(name, [] if table.is_list else {})
        rows = told.values() if isinstance(told, dict) else told if isinstance(told, list) else ()
        holds_rows = table.value is not None or name == "lanes"
        is_read = isinstance(told, list if table.is_list else dict)
        if not is_read or not (holds_rows or all(isinstance(each, dict) for each in rows)):
            code = "SET-010" if table.is_list else "SET-011"
            problems.append(detail(code, where=where, name=name))
            kept.pop(name, None)
    for rule in kept.get("not_same_person", ()):
        if not _are_texts(rule.get("steps", [])):
            problems.append(detail("SET-012", where=where))
            kept.pop("not_same_person", None)
            break
    if not _are_texts(section.get("start_lanes", [])):
        problems.append(detail("SET-013", where=where))
        kept.pop("start_lanes")
    return kept


def _are_texts(told: object) -> bool:
    return isinstance(told, list) and all(isinstance(each, str) for each in told)


def _events(where: Detail, kinds: Any, problems: list[Detail]) -> frozenset[str]:
    known = {each.value for each in EventKind}
    given = kinds if isinstance(kinds, list) else [kinds]
    said = [kind for kind in given if isinstance(kind, str) and kind in known]
    problems += [detail("SET-014", where=where, kind=kind) for kind in given if kind not in said]
    return frozenset(said)


def _lane(where: Detail, section: Mapping[str, Any], problems: list[Detail]) -> Lane:
    if (
        not isinstance(section, dict)
        or not PROCESS.tables["lanes"].names >= section.keys()
        or "role" not in section
        or not all(isinstance(each, str) for each in section.values())
    ):
        problems.append(detail("SET-015", where=where))
        return Lane("", "case")
    return Lane(section["role"], section.get("in", "case"), section.get("head"))


def _step(where: Detail, section: Mapping[str, Any], problems: list[Detail]) -> Step:
    unknown = section.keys() - PROCESS.tables["tasks"].names
    problems += [detail("SET-006", where=where, key=key) for key in sorted(unknown)]
    return Step(
        _due(where, section.get("due"), problems),
        section.get("escalate"),
        bool(section.get("confirm", False)),
        _priority(where, section.get("priority"), problems),
        read_call(where, section, problems),
        _retries(where, section.get("retries"), problems),
        _lease(where, section.get("lease"), problems),
        bulk=_flag(where, "bulk", section, problems),
        bulk_to=_bulk_to(where, section.get("bulk_to"), problems),
        high_risk=_flag(where, "high_risk", section, problems),
        point_of_no_return=_point(where, section.get("point_of_no_return", False), problems),
        returns=section.get("returns"),
        offer=_offer(where, section.get("offer"), problems),
        sign=_level(where, section.get("sign"), problems),
        sign_full=_level(where, section.get("sign_full"), problems),
    )


def _offer(where: Detail, told: object, problems: list[Detail]) -> Offer | None:
    found = next((each for each in OFFERS if each == told), None)
    if told is not None and found is None:
        problems.append(detail("SET-016", where=where, told=told, known=", ".join(OFFERS)))
    return found


def _level(where: Detail, told: object, problems: list[Detail]) -> Level | None:
    found = next((each for each in Level if each.value == told), None)
    if told is not None and found is None:
        problems.append(detail("SET-024", where=where, told=told, known=", ".join(LEVELS)))
    return found


def _point(where: Detail, told: object, problems: list[Detail]) -> str | None:
    if isinstance(told, str):
        return told.strip()
    if not isinstance(told, bool):
        problems.append(detail("SET-017", where=where, told=told))
    return "" if told is True else None


def _flag(where: Detail, name: str, section: Mapping[str, Any], problems: list[Detail]) -> bool:
    told = section.get(name, False)
    if not isinstance(told, bool):
        problems.append(detail("SET-018", where=where, name=name, told=told))
    if name == "bulk" and told and section.get("high_risk"):
        problems.append(detail("SET-019", where=where))
    return bool(told)


def _bulk_to(where: Detail, told: object, problems: list[Detail]) -> int | None:
    if told is None or (isinstance(told, int) and not isinstance(told, bool) and told > 0):
        return told
    problems.append(detail("SET-075", where=where, told=told))
    return None


def _retries(where: Detail, told: object, problems: list[Detail]) -> str | None:
    if told is None:
        return None
    try:
        waits_of(str(told))
    except ValueError as problem:
        problems.append(detail("SET-020", where=where, told=told, why=problem))
    return str(told)


def _priority(where: Detail, told: object, problems: list[Detail]) -> int | None:
    if told is None or (isinstance(told, int) and not isinstance(told, bool)):
        return told
    problems.append(detail("SET-021", where=where, told=told))
    return None


def _lease(where: Detail, told: object, problems: list[Detail]) -> int | None:
    if told is None or (isinstance(told, int) and 0 < told <= LONGEST_LEASE):
        return told
    problems.append(detail("SET-022", where=where, told=told, most=LONGEST_LEASE))
    return None


def _due(where: Detail, section: Mapping[str, Any] | None, problems: list[Detail]) -> Due | None:
    if section is None:
        return None
    match list(section.items()) if isinstance(section, dict) else ():
        case [("until", str(variable))]:
            return Due("until", variable=variable)
        case [(("days" | "working_days" | "working_hours" | "months") as unit, int(amount))] if (
            amount > 0
        ):
            return Due(unit, amount)
    problems.append(detail("SET-023", where=where))
    return None

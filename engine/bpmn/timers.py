"""When a timer is due: ISO 8601 text or a FEEL expression, worked out as it is entered."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Final, Literal

from engine.bpmn.conditions import CITY, Expression, as_plain, compile_feel
from engine.bpmn.errors import ExpressionFailed
from engine.findings import Wrong, detail, said_by

_DURATION = re.compile(
    r"(?P<sign>-?)P(?=.)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?"
    r"(?:(?P<days>\d+)D)?(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?"
    r"(?:(?P<seconds>\d+(?:\.\d{1,9})?)S)?)?"
)
_SUCH: Final = {"moment": "2026-12-01T10:00:00", "duration": "P3D"}
_CYCLE = re.compile(r"R(?P<count>\d*)/(?P<one>[^/]+)(?:/(?P<other>[^/]+))?")
_MOST = 100_000  #: firings of a cycle that is told by its end
_FEW = 1_000_000  #: more years, months, days or hours than this is a slip of the pen


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer definition: one of BPMN's three forms, literal or FEEL."""

    form: Literal["date", "duration", "cycle"]
    text: str
    expression: Expression | None  #: None: ``text`` itself is ISO 8601


@dataclass(frozen=True, slots=True)
class Due:
    """A running timer."""

    at: datetime
    every: str | None = None  #: ISO duration between firings of a cycle
    repeats: int | None = 0  #: firings after this one; None: without end

    def next(self, fired_at: datetime) -> Due | None:
        """Return the following firing, or ``None`` after the last.

        Firings missed while nobody looked are not made up for one by one; a timer of every
        morning goes on in the morning.
        """
        if self.every is None or self.repeats == 0:
            return None
        following = _first_after(fired_at, self.at, self.every)
        return Due(following, self.every, None if self.repeats is None else self.repeats - 1)


def compile_timer(form: Literal["date", "duration", "cycle"], text: str) -> Timer:
    """Compile a timer definition.

    Raises:
        ValueError: literal text that is not ISO 8601.
        feel.FeelSyntaxError: the text after ``=`` is not FEEL.
    """
    stripped = text.strip()
    if stripped.startswith("="):
        return Timer(form, stripped, compile_feel(stripped))
    _due(form, stripped, datetime(2026, 1, 1, tzinfo=UTC))
    return Timer(form, stripped, None)


def due(timer: Timer, element_id: str, scope: Mapping[str, object], at: datetime) -> Due:
    """Return when ``timer``, entered at ``at``, is due.

    Raises:
        ExpressionFailed: the expression's value is no date-time, duration or cycle.
    """
    value: object = timer.text
    if timer.expression is not None:
        value = as_plain(timer.expression.value(scope, at), element_id)
    try:
        return _due(timer.form, value, at)
    except (ValueError, OverflowError) as failure:
        raise ExpressionFailed(
            element_id, detail("STEP-028", timer=timer.text, why=said_by(failure, "TIME-009"))
        ) from failure


def later(start: datetime, duration: str) -> datetime:
    """Return ``start`` plus an ISO 8601 duration (months are clamped to their last day).

    Raises:
        ValueError: not a duration, negative, or absurdly long.

    >>> later(datetime(2026, 1, 31, 8, tzinfo=UTC), "P1MT2H").isoformat()
    '2026-02-28T10:00:00+00:00'
    """
    months, seconds = _parts(duration)
    return _plus_months(start, months) + timedelta(microseconds=int(seconds * 1_000_000))


def _parts(duration: str) -> tuple[int, Fraction]:
    """Return a duration's months and seconds."""
    match = _DURATION.fullmatch(duration.strip().upper())
    if match is None or match["sign"]:
        raise Wrong(detail("TIME-001", text=duration))
    part = {key: Fraction(each or 0) for key, each in match.groupdict().items() if key != "sign"}
    if max(part.values()) > _FEW * 1000 or part["years"] > 5000:
        raise Wrong(detail("TIME-002", text=duration))
    seconds = (part["weeks"] * 7 + part["days"]) * 86_400 + part["hours"] * 3600
    seconds += part["minutes"] * 60 + part["seconds"]
    return int(part["years"]) * 12 + int(part["months"]), seconds


def _first_after(moment: datetime, start: datetime, every: str) -> datetime:
    """Return the first of ``start + every``, ``+ every`` again, … that is after ``moment``."""
    following = later(start, every)
    if following > moment:
        return following
    if not _has_months(every):
        turn = following - start
        following += (moment - following) // turn * turn
    while following <= moment:
        following = later(following, every)
    return following


def _has_months(duration: str) -> bool:
    """Tell whether turns of it are of different lengths."""
    match = _DURATION.fullmatch(duration.strip().upper())
    return match is not None and bool(match["years"] or match["months"])


def _plus_months(start: datetime, months: int) -> datetime:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return start.replace(year=year, month=month + 1, day=min(start.day, last))


def _due(form: str, value: object, at: datetime) -> Due:
    text = "" if value is None else str(value).strip()
    if text.startswith("R") and form == "cycle":
        return _cycle(text, at)
    if text.startswith(("P", "-P")) and form != "date":
        if form == "cycle":
            raise Wrong(detail("TIME-003", text=text))
        return Due(later(at, text))
    if form == "cycle":
        raise Wrong(detail("TIME-003", text=text))
    return Due(_read(text, "moment" if form == "date" else form))


def _read(text: str, wanted: str = "moment") -> datetime:
    """Return a moment as FEEL and ISO 8601 write it.

    Raises:
        ValueError: it is none; dates are civil here, whatever the pages show.
    """
    try:
        return _moment(datetime.fromisoformat(re.split(r"[\[@]", text, maxsplit=1)[0]))
    except ValueError as failure:
        code = ("TIME-004" if wanted == "moment" else "TIME-005") if text else "TIME-010"
        raise Wrong(detail(code, text=text, such=_SUCH[wanted])) from failure


def _cycle(text: str, at: datetime) -> Due:
    match = _CYCLE.fullmatch(text)
    one, other = (match["one"], match["other"]) if match else ("", None)
    if match is None or match["count"] == "0" or (other is None and not one.startswith("P")):
        raise Wrong(detail("TIME-003", text=text))
    count = int(match["count"]) if match["count"] else None
    if other is not None and one.startswith("P"):
        return _until(text, one, _read(other), count, at)
    every, first = one, None
    if other is not None:
        first = _read(one)
        every = other if other.startswith("P") else _between(first, other)
    _must_pause(text, every, at)
    return Due(first or later(at, every), every, None if count is None else count - 1)


def _between(first: datetime, end: str) -> str:
    """Return the spell from one moment to another: an interval by its start and end."""
    return f"PT{(_read(end) - first) // timedelta(seconds=1)}S"


def _until(text: str, every: str, end: datetime, count: int | None, at: datetime) -> Due:
    """Return the firings of intervals told by their length and the end of the last of them."""
    _must_pause(text, every, at)
    ahead = [end]
    while ahead[-1] > at and (count is None or len(ahead) < count) and len(ahead) < _MOST:
        ahead.append(_sooner(end, every, len(ahead)))
    ahead = [each for each in ahead if each > at]
    return Due(ahead[-1], every, len(ahead) - 1) if ahead else Due(end)


def _sooner(end: datetime, every: str, times: int) -> datetime:
    months, seconds = _parts(every)
    moved = _plus_months(end, -months * times)
    return moved - timedelta(microseconds=int(seconds * times * 1_000_000))


def _must_pause(text: str, every: str, at: datetime) -> None:
    if later(at, every) <= at:
        raise Wrong(detail("TIME-006", text=text))


def _moment(value: datetime) -> datetime:
    aware = value if value.tzinfo is not None else value.replace(tzinfo=CITY)
    return aware.astimezone(UTC)

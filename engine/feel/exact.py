"""Dates, times and durations that ``datetime`` cannot hold, and arithmetic on all of them.

FEEL's years have up to nine digits and may be negative, its seconds have nine decimals
(DMN 1.4, 10.3.2.3). A value is one of the classes here only where the type of ``datetime``
has no room for it: ``plain`` sees to that after every computation, ``exact`` opens any value
for one. The calendar is the Gregorian one for all years; year 0 is 1 BC.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from engine.feel.errors import NullBecause

MAX_YEAR = 999_999_999
MAX_NANOS = 10**9 * 86_400 * 366 * MAX_YEAR  #: of a duration, a little more than all years
SECOND = 10**9  #: nanoseconds
DAY = 86_400 * SECOND
_Zone = tzinfo  # the field of that name hides it
_MICROSECOND = timedelta(microseconds=1)
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class ExactDate:
    """A day of any year."""

    year: int
    month: int
    day: int

    def __post_init__(self) -> None:
        if abs(self.year) > MAX_YEAR:
            raise OverflowError(f"a year beyond {MAX_YEAR}")

    @property
    def days(self) -> int:
        """Days since 1970-01-01."""
        year = self.year if self.month > 2 else self.year - 1
        era, of_era = divmod(year, 400)
        of_year = (153 * ((self.month + 9) % 12) + 2) // 5 + self.day - 1
        return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468

    def isoweekday(self) -> int:
        return (self.days + 3) % 7 + 1


@dataclass(frozen=True, slots=True)
class ExactTime:
    """A time of day to the nanosecond, alone or in a zone."""

    nanos: int  #: since midnight
    tzinfo: _Zone | None = None

    @property
    def hour(self) -> int:
        return self.nanos // (3600 * SECOND)

    @property
    def minute(self) -> int:
        return self.nanos // (60 * SECOND) % 60

    @property
    def second(self) -> int:
        return self.nanos // SECOND % 60

    @property
    def fraction(self) -> int:
        """Nanoseconds beside the seconds."""
        return self.nanos % SECOND

    def utcoffset(self) -> timedelta | None:
        """The offset of the zone; of a named one, its offset when no clocks are changed."""
        if not isinstance(self.tzinfo, ZoneInfo):
            return self.tzinfo.utcoffset(None) if self.tzinfo else None
        winter = datetime(2000, 1, 1, tzinfo=self.tzinfo)
        return (winter.utcoffset() or timedelta()) - (winter.dst() or timedelta())


@dataclass(frozen=True, slots=True)
class ExactDateTime:
    """A moment: a day and a time."""

    date: ExactDate
    time: ExactTime

    @property
    def year(self) -> int:
        return self.date.year

    @property
    def month(self) -> int:
        return self.date.month

    @property
    def day(self) -> int:
        return self.date.day

    @property
    def hour(self) -> int:
        return self.time.hour

    @property
    def minute(self) -> int:
        return self.time.minute

    @property
    def second(self) -> int:
        return self.time.second

    @property
    def fraction(self) -> int:
        return self.time.fraction

    @property
    def tzinfo(self) -> _Zone | None:
        return self.time.tzinfo

    @property
    def nanos(self) -> int:
        """Nanoseconds since 1970 on the clock of the moment's own zone."""
        return self.date.days * DAY + self.time.nanos

    def isoweekday(self) -> int:
        return self.date.isoweekday()

    def utcoffset(self) -> timedelta | None:
        zone = self.time.tzinfo
        return None if zone is None else _offset(zone, self.nanos, in_utc=False)


@dataclass(frozen=True, slots=True)
class ExactDuration:
    """A length of time to the nanosecond."""

    nanos: int

    def __post_init__(self) -> None:
        if abs(self.nanos) > MAX_NANOS:
            raise OverflowError("a duration longer than all years")


#: All types of one FEEL type each, for ``isinstance``.
DATES = (date, ExactDate)  # a ``datetime`` is a ``date`` too
TIMES = (time, ExactTime)
MOMENTS = (datetime, ExactDateTime)
LENGTHS = (timedelta, ExactDuration)

AnyDate = date | ExactDate
AnyTime = time | ExactTime
AnyMoment = datetime | ExactDateTime
AnyLength = timedelta | ExactDuration


def exact_date(value: AnyDate | AnyMoment) -> ExactDate:
    """Return the day of a date or moment."""
    if isinstance(value, ExactDateTime):
        return value.date
    return value if isinstance(value, ExactDate) else ExactDate(value.year, value.month, value.day)


def exact_time(value: AnyTime | AnyMoment) -> ExactTime:
    """Return the time of day of a time or moment."""
    if isinstance(value, ExactDateTime):
        return value.time
    if isinstance(value, ExactTime):
        return value
    seconds = value.hour * 3600 + value.minute * 60 + value.second
    return ExactTime(seconds * SECOND + value.microsecond * 1000, value.tzinfo)


def exact_moment(value: AnyDate | AnyMoment, zone: tzinfo | None = None) -> ExactDateTime:
    """Return a moment; a date is its midnight in ``zone``."""
    if isinstance(value, datetime):
        return ExactDateTime(exact_date(value), exact_time(value))
    if isinstance(value, ExactDateTime):
        return value
    return ExactDateTime(exact_date(value), ExactTime(0, zone))


def nanos_of(length: AnyLength) -> int:
    """Return a duration in nanoseconds."""
    return length.nanos if isinstance(length, ExactDuration) else length // _MICROSECOND * 1000


def date_of_days(days: int) -> AnyDate:
    """Return the day so many days after 1970-01-01."""
    if 1 <= days + _EPOCH <= date.max.toordinal():
        return date.fromordinal(days + _EPOCH)
    return _civil(days)


def _civil(days: int) -> ExactDate:
    era, of_era = divmod(days + 719_468, 146_097)
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    day = of_year - (153 * month + 2) // 5 + 1
    later = month >= 10
    return ExactDate(era * 400 + year + later, month - 9 if later else month + 3, day)


def plain_date(value: ExactDate) -> AnyDate:
    """Return a day as a ``date`` where that has room for it."""
    if 1 <= value.year <= 9999:
        return date(value.year, value.month, value.day)
    return value


def plain_time(value: ExactTime) -> AnyTime:
    """Return a time as a ``time`` where that has room for it."""
    if value.nanos % 1000:
        return value
    micros = value.fraction // 1000
    return time(value.hour, value.minute, value.second, micros, value.tzinfo)


def plain_moment(value: ExactDateTime) -> AnyMoment:
    """Return a moment as a ``datetime`` where that has room for it."""
    day, clock = plain_date(value.date), plain_time(value.time)
    if isinstance(day, date) and isinstance(clock, time):
        return datetime.combine(day, clock)
    return value


def plain_length(nanos: int) -> AnyLength:
    """Return a duration as a ``timedelta`` where that has room for it."""
    if nanos % 1000 == 0 and abs(nanos) < 999_999_999 * DAY:
        return timedelta(microseconds=nanos // 1000)
    return ExactDuration(nanos)


def instant(value: AnyMoment) -> int:
    """Return nanoseconds since 1970 in UTC, or on its own clock for a moment without offset."""
    moment = exact_moment(value)
    offset = moment.utcoffset()
    return moment.nanos - (nanos_of(offset) if offset else 0)


def moved(value: AnyMoment, by: int) -> AnyMoment:
    """Return a moment so many nanoseconds of real time later, in its own zone."""
    zone = value.tzinfo
    local = instant(value) + by
    if zone is not None:
        local += nanos_of(_offset(zone, local, in_utc=True))
    days, nanos = divmod(local, DAY)
    return plain_moment(ExactDateTime(exact_date(date_of_days(days)), ExactTime(nanos, zone)))


def _offset(zone: tzinfo, nanos: int, *, in_utc: bool) -> timedelta:
    """Return a zone's offset at a moment; years beyond ``datetime`` repeat those it has."""
    days, of_day = divmod(nanos, DAY)
    if not 732 <= days + _EPOCH <= date.max.toordinal() - 732:
        days %= 146_097  # 400 years, after which the calendar repeats
    naive = datetime(1970, 1, 1) + timedelta(days=days, microseconds=of_day // 1000)  # noqa: DTZ001
    local = naive.replace(tzinfo=UTC).astimezone(zone) if in_utc else naive.replace(tzinfo=zone)
    return local.utcoffset() or timedelta()


def order_key(value: object) -> tuple[bool, int]:
    """Return what orders values of one type: has it an offset, and how late or long it is.

    Raises:
        NullBecause: the value is no date, time, moment or days and time duration.
    """
    if isinstance(value, MOMENTS):
        return value.tzinfo is not None, instant(value)
    if isinstance(value, DATES):
        return False, exact_date(value).days
    if isinstance(value, TIMES):
        clock = exact_time(value)
        offset = clock.utcoffset()
        return offset is not None, clock.nanos - (nanos_of(offset) if offset else 0)
    if isinstance(value, LENGTHS):
        return False, nanos_of(value)
    raise NullBecause(f"a {type(value).__name__} is no moment")


def zone_of(offset: AnyLength) -> tzinfo:
    """Return the zone of a fixed offset.

    Raises:
        NullBecause: an offset is whole seconds, at most 18 hours.
    """
    seconds, rest = divmod(nanos_of(offset), SECOND)
    if rest or abs(seconds) > 18 * 3600:
        raise NullBecause("an offset is whole seconds, at most 18 hours")
    return timezone(timedelta(seconds=seconds)) if seconds else UTC

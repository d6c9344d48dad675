"""Spans are said with the number that is meant: one day is no “1 days”."""

from __future__ import annotations

from datetime import timedelta

import pytest

from webapp.monitoring.analytics.spans import in_working_time
from webapp.monitoring.spans import by_the_clock


@pytest.mark.parametrize(
    ("hours", "en", "fa"),
    [
        (0, "59 min", "۵۹ دقیقه"),
        (1, "1 hour", "۱ ساعت"),
        (25, "1 day and 1 hour", "۱ روز و ۱ ساعت"),
        (48, "2 days", "۲ روز"),
        (77, "3 days and 5 hours", "۳ روز و ۵ ساعت"),
    ],
)
def test_by_the_clock(hours: int, en: str, fa: str):
    took = timedelta(hours=hours, minutes=59)

    assert by_the_clock(took, "en") == en
    assert by_the_clock(took, "fa") == fa


@pytest.mark.parametrize(
    ("hours", "en", "fa"),
    [
        (4, "4 h", "۴ ساعت"),
        (8, "one working day", "یک روز کاری"),
        (12, "1.5 working days", "۱٫۵ روز کاری"),
    ],
)
def test_in_working_time(hours: int, en: str, fa: str):
    assert in_working_time(timedelta(hours=hours), "en") == en
    assert in_working_time(timedelta(hours=hours), "fa") == fa

"""What a city may set is in force from a day on, and before it nothing was."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.values import JalaliDate, Percentage, Rial
from engine.values.registry import Registry

TOLD = """
[["vat.rate"]]
from = "1403/01/01"
value = "0.10"
mark = "D"
source = "the budget act"

[["vat.rate"]]
from = "1387/07/01"
value = "0.09"
mark = "D"
source = "the act"

[["limit"]]
from = "1400/01/01"
value = "5000"
mark = "X"
source = "made up"
"""


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    package = tmp_path / "an_area_of_its_own"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "registry.toml").write_text(TOLD, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return Registry(package.name)


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        pytest.param("1387/07/01", "9", id="its first day"),
        pytest.param("1402/12/29", "9", id="the day before the next"),
        pytest.param("1403/01/01", "10", id="the next, wherever it stands in the file"),
    ],
)
def test_the_value_of_a_day_is_the_last_that_began(registry: Registry, day: str, rate: str):
    assert registry.rate("vat.rate", JalaliDate.parse(day).gregorian()) == Percentage(rate)


def test_an_amount_is_whole_rials(registry: Registry):
    assert registry.amount("limit", JalaliDate(1404, 1, 1).gregorian()) == Rial(5000)


@pytest.mark.parametrize(
    ("key", "day"), [("vat.rate", "1387/06/31"), ("vat", "1404/01/01")], ids=["before", "unknown"]
)
def test_what_was_never_set_has_no_value(registry: Registry, key: str, day: str):
    with pytest.raises(KeyError):
        registry.value(key, JalaliDate.parse(day).gregorian())

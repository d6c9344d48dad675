"""Classes by the limits of a pack, and packs by unit (`domain.md` §3.1, R-PRC-01)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.values import JalaliDate, Percentage, Rial
from processes.transactions import registry
from processes.transactions.records import Debarment, Firm, FirmGrade
from processes.transactions.rules.classes import Thresholds

TODAY = JalaliDate(1405, 9, 1).gregorian()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(1, "SMALL", id="next to nothing"),
        pytest.param(2_000_000_000, "SMALL", id="the limit itself is small"),
        pytest.param(2_000_000_001, "MEDIUM", id="one rial more"),
        pytest.param(20_000_000_000, "MEDIUM", id="ten times the limit is medium"),
        pytest.param(20_000_000_001, "LARGE", id="one rial more than ten times"),
    ],
)
@pytest.mark.parametrize("unit", ["D07", "AG-025"])
def test_the_class_goes_by_the_estimate_to_the_rial(unit, value, expected):
    pack = registry.pack_of(unit, TODAY)
    limits = Thresholds.of(
        pack.amount("class.small.to", TODAY), pack.value("class.medium.factor", TODAY)
    )

    assert limits.class_of(Rial(value)).value == expected


def test_a_limit_is_the_one_of_the_day_of_the_request():
    pack = registry.pack("TEH-MUN-1355")
    first = JalaliDate(1404, 1, 1).gregorian()

    assert pack.amount("class.small.to", first) == Rial(2_000_000_000)
    assert pack.amount("class.small.to", first - timedelta(days=1)) == Rial(200_000)


def test_before_its_first_day_a_number_is_not_guessed():
    with pytest.raises(KeyError, match=r"class.small.to has no value"):
        registry.pack("IR-ACT-1383").amount("class.small.to", date(2000, 1, 1))


@pytest.mark.parametrize(
    ("unit", "pack_id", "small"),
    [
        ("D07", "TEH-MUN-1355", "جزئی"),
        ("ORG-ICT", "TEH-MUN-1355", "جزئی"),
        ("AG-025", "IR-ACT-1383", "کوچک"),
    ],
)
def test_a_unit_follows_its_regulation_which_names_the_classes(unit, pack_id, small):
    found = registry.pack_of(unit, TODAY)

    assert (found.id, found.classes["SMALL"]["fa"]) == (pack_id, small)


def test_both_packs_say_every_number_with_its_mark_and_source():
    one, other = registry.pack("IR-ACT-1383"), registry.pack("TEH-MUN-1355")

    assert one.settings.keys() ^ other.settings.keys() == {"guarantee.bid.flat"}
    for pack in (one, other):
        for key, settings in pack.settings.items():
            assert settings == tuple(sorted(settings, key=lambda each: each.since)), key
            assert all(each.mark in {"L", "L?", "D", "X"} and each.source for each in settings), key
    assert [each.share for each in one.brackets_of("guarantee.bid", TODAY)] == [
        Percentage("5"), Percentage("3"), Percentage("1"), Percentage("0.5"),
    ]  # fmt: skip
    assert other.brackets_of("guarantee.bid", TODAY) == ()


def test_a_debarred_firm_is_out_from_its_day_to_its_last_or_until_it_is_lifted():
    firm = Firm(debarments=[Debarment(since=TODAY, until=TODAY + timedelta(days=9))])

    out = [firm.debarment_on(TODAY + timedelta(days=each)) is not None for each in (-1, 0, 9, 10)]
    assert out == [False, True, True, False]
    firm.debarments[0].lifted_on = TODAY + timedelta(days=3)
    assert firm.debarment_on(TODAY + timedelta(days=2)) is not None
    assert firm.debarment_on(TODAY + timedelta(days=3)) is None


def test_a_grade_counts_until_its_last_day():
    firm = Firm(grades=[FirmGrade(field="road", grade=2, valid_until=TODAY)])

    assert firm.grade_in("road", TODAY) == 2
    assert firm.grade_in("road", TODAY + timedelta(days=1)) is None
    assert firm.grade_in("building", TODAY) is None

"""Every step of a computation can be printed in both languages, with all that it tells."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from string import Formatter

import pytest

from engine.values import Percentage, Rial
from processes.transactions import parameters, registry
from processes.transactions.rules.abnormal_prices import PriceRule
from processes.transactions.rules.auction import AuctionRule
from processes.transactions.rules.complaint_windows import ComplaintTimes
from processes.transactions.rules.guarantee_register import Watch
from processes.transactions.rules.guarantees import bid_guarantee
from processes.transactions.rules.minimum_times import MinimumTime
from processes.transactions.rules.reverse_auction import ReverseRule
from processes.transactions.rules.voting import Body
from processes.transactions.texts import AreaTexts

RULES = Path(__file__).parents[1] / "rules"
CODE = re.compile(
    r'"((?:abnormal|arithmetic|auction|balanced|deadline|guarantee|rank|score|vote|winner)\.[a-z_]+)"'
)
TODAY = date(2026, 11, 22)


def _codes() -> set[str]:
    sources = [each.read_text("utf-8") for each in RULES.glob("*.py")]
    ties = {f"rank.tie_{each}" for each in ("score", "price", "time", "lot")}
    return {code for source in sources for code in CODE.findall(source)} | ties


@pytest.mark.parametrize("language", ["fa", "en"])
def test_every_step_has_a_sentence(language):
    texts = AreaTexts(language)
    assert len(_codes()) > 25
    assert {each for each in _codes() if not texts.of("computation", each)} == set()


def test_both_languages_tell_the_same_facts():
    def fields(language: str, code: str) -> set[str | None]:
        return {
            name
            for _, name, _, _ in Formatter().parse(AreaTexts(language).of("computation", code))
            if name
        }

    assert {each for each in _codes() if fields("fa", each) != fields("en", each)} == set()


@pytest.mark.parametrize("pack_id", ["IR-ACT-1383", "TEH-MUN-1355"])
def test_the_packs_say_what_the_rules_take(pack_id):
    pack = registry.pack(pack_id)
    # the defaults of the rules are the figures of `domain.md`, and so are those of the packs
    assert parameters.price_rule(pack, TODAY) == PriceRule()
    assert parameters.auction_rule(pack, TODAY) == AuctionRule()
    assert parameters.reverse_rule(pack, TODAY) == ReverseRule()
    assert parameters.complaint_times(pack, TODAY) == ComplaintTimes()
    assert parameters.commission(pack, TODAY) == Body()
    assert parameters.watch(TODAY) == Watch()
    assert parameters.minimum_time(pack, TODAY, is_international=False) == MinimumTime(days=10)
    assert parameters.minimum_time(pack, TODAY, is_international=True) == MinimumTime(months=1)
    assert parameters.performance_guarantee_rate(pack, TODAY, is_works=True) == Percentage(5)


@pytest.mark.parametrize(
    ("pack_id", "guarantee"), [("IR-ACT-1383", 2_200_000_000), ("TEH-MUN-1355", 3_000_000_000)]
)
def test_a_bid_guarantee_goes_by_the_pack_of_the_unit(pack_id, guarantee):
    brackets = parameters.bid_guarantee_brackets(registry.pack(pack_id), TODAY)
    assert bid_guarantee(Rial(60 * 10**9), brackets).result == Rial(guarantee)

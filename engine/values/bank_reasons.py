"""Why a bank did not pay, in words: the code that ISO 20022 messages carry, and what to do next.

The table is ``bank_reasons.toml``, by the standard's external code set of status reasons. A bank
may say a code of its own; then its text is what there is, and nothing is guessed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

_UNKNOWN: Final = {
    "fa": "کدی که در فهرست کدهای استاندارد ما نیست",
    "en": "a code that is not in our list of the standard's codes",
}
_TEXT: Final = {"fa": "متن بانک: «{}»", "en": "the bank's text: “{}”"}
_ASK: Final = "ask"


def bank_reason(code: str, text: str = "") -> dict[str, str]:
    """Return in every language what a reason code says, with the bank's own text where it gave one.

    A text without a code is shown as it is; without either there is nothing to say.

    >>> bank_reason("AC04")["en"]
    'AC04: the account is closed'
    >>> bank_reason("ZZ9", "branch shut")["en"]
    "ZZ9: a code that is not in our list of the standard's codes; the bank's text: “branch shut”"
    >>> bank_reason("")["en"]
    ''
    """
    table = _table()
    ours, known = table["ours"].get(code), table["codes"].get(code, _UNKNOWN)
    said = {}
    for language, of_bank in _TEXT.items():
        parts = [ours[language] if ours else f"{code}: {known[language]}"] if code else []
        parts += [of_bank.format(text)] if text else []
        said[language] = ("؛ " if language == "fa" else "; ").join(parts)
    return said


def bank_advice(code: str) -> dict[str, str]:
    """Return in every language what is to be done after a reason; of an unknown one: ask the bank.

    >>> bank_advice("AM04")["en"]
    'Fund the account that is paid from, then order again.'
    >>> bank_advice("ZZ9") == bank_advice("MS03")
    True
    """
    table = _table()
    known = table["ours"].get(code) or table["codes"].get(code, {})
    found: Mapping[str, str] = table["next"][known.get("next", _ASK)]
    return dict(found)


@cache
def _table() -> Mapping[str, Any]:
    text = files(__package__).joinpath("bank_reasons.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)

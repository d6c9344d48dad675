"""Patterns: XPath's syntax and flags, the same answers as ``re``, and no pattern that hangs."""

import re
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.feel import compile_expression, evaluate
from engine.feel.errors import NullBecause
from engine.feel.patterns.machine import Machine
from engine.feel.patterns.syntax import PatternParser

MATCHES = [
    ("abracadabra", "bra", "", True),
    ("abracadabra", "^a.*a$", "", True),
    ("abracadabra", "^bra", "", False),
    ("line one\nline two", "^line two$", "", False),
    ("line one\nline two", "^line two$", "m", True),
    ("a\nb", "a.b", "", False),
    ("a\nb", "a.b", "s", True),
    ("ends\n", "ends$", "", False),
    ("Hello", "h E l l o", "ix", True),
    ("helloworld", "hello[ ]world", "x", False),
    ("hello world", "hello[ ]world", "x", True),
    ("a.c", "a.c", "q", True),
    ("abc", "a.c", "q", False),
    ("A.C", "a.c", "qi", True),
    ("aa", r"(.)\1", "", True),
    ("ab", r"(.)\1", "", False),
    ("x", "[a-z-[aeiou]]", "", True),
    ("e", "^[a-z-[aeiou]]$", "", False),
    ("کار ۱۲", r"^\w+ \d+$", "", True),
    ("a_b", r"^\w+$", "", False),
    ("É", r"\p{Lu}", "", True),
    ("é", r"\P{Lu}", "", True),
    ("ش", r"\p{IsArabic}", "", True),
    ("xml:lang", r"^\i\c*$", "", True),
    ("ab", "(?:a|b){2}", "", True),
    ("abab", "^(ab){3,}$", "", False),
    ("🐎", "^.$", "", True),
    ("a" * 60, "^(a+)+b$", "", False),
    ("a" * 60, "^(a|a)*b$", "", False),
    ("a-b", r"^[a\-b]+$", "", True),
    ("-", "[-a]", "", True),
    ("", "^$", "", True),
    ("b", "[^a]", "", True),
    ("5", r"[\D]", "", False),
    ("K", "[a-z]", "i", True),
    ("abc", "", "", True),
]


@pytest.mark.parametrize(("text", "pattern", "flags", "expected"), MATCHES)
def test_a_pattern_is_found_as_xpath_says(
    text: str, pattern: str, flags: str, expected: bool
) -> None:
    scope = {"text": text, "pattern": pattern, "flags": flags}

    assert evaluate("matches(text, pattern, flags)", scope) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        *("(", ")", "[", "[]", "a**", "+", "{", "a{2,1}", "a{x}", r"\y", r"\1", r"(a\1)", "a|*"),
        *("(?=a)", "(?i)a", r"\p{Xx}", r"\p{IsNowhere}", "^*", "[a-[b]", "[z-a]", "]", "a{1001}"),
        *(r"\\"[:1], "((((a{99}){99}){99}){99})"),
    ],
)
def test_what_is_no_pattern_of_xpath_is_null(pattern: str) -> None:
    evaluation = compile_expression("matches(text, pattern)").evaluate(
        {"text": "aaa", "pattern": pattern}
    )

    assert evaluation.value is None
    assert evaluation.warnings


REPLACED = [
    ("abracadabra", "a(.)", "a$1$1", "", "abbraccaddabbra"),
    ("abracadabra", ".*?", "$1", "", None),
    ("AAAA", "A+?", "b", "", "bbbb"),
    ("abc", "(a)|(b)", "[$1|$2]", "", "[a|][|b]c"),
    ("abc", "b", r"\$", "", "a$c"),
    ("abc", "b", "$", "", None),
    ("abc", "b", "$", "q", "a$c"),
    ("abc", "b", "$5", "", "ac"),
    ("abc", "(b)", "$12", "", "ab2c"),
    ("abc", "B", "x", "i", "axc"),
    ("abc", "[a-c-[b]]", "-", "", "-b-"),
]


@pytest.mark.parametrize(("text", "pattern", "by", "flags", "expected"), REPLACED)
def test_what_a_pattern_finds_is_replaced(
    text: str, pattern: str, by: str, flags: str, expected: Any
) -> None:
    scope = {"text": text, "pattern": pattern, "by": by, "flags": flags}

    assert evaluate("replace(text, pattern, by, flags)", scope) == expected


def _spend(_steps: int) -> None: ...


_ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "^", "$", r"\d", "(a)", "(b|ab)"])
_REPEATS = st.sampled_from(["", "", "*", "+", "?", "{1,2}", "*?", "+?", "??"])
_PATTERNS = st.recursive(
    st.lists(st.tuples(_ATOMS, _REPEATS), max_size=4).map(
        lambda parts: "".join(a if a in ("^", "$") else a + r for a, r in parts)
    ),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("|".join),
        st.tuples(inner, _REPEATS).map(lambda part: f"(?:{part[0]}){part[1]}"),
    ),
    max_leaves=4,
)


@given(_PATTERNS, st.text("ab1\n", max_size=8))
def test_the_matcher_finds_what_re_finds(pattern: str, text: str) -> None:
    parser = PatternParser(pattern)
    machine = Machine(parser.whole(), parser.groups, ignores_case=False, by_line=False)
    of_re = pattern.replace("$", r"\Z")

    expected = re.search(of_re, text)
    found = machine.find(text, 0, _spend)

    if _LAZY.search(pattern) and _REPEATED_GROUP.search(pattern):
        # whether a round that takes nothing ends the others, or takes more, is said nowhere
        assert (found and found[0]) == (expected and expected.start())
    else:
        assert (found and found[:2]) == (expected and expected.span())


_LAZY = re.compile(r"[*+?]\?")
_REPEATED_GROUP = re.compile(r"\)[*+{]")


@given(st.text(r"ab()[]{}*+?|\^$.-,12pLd", max_size=20), st.text("ab1", max_size=30))
def test_any_text_is_a_pattern_or_refused_with_a_reason(pattern: str, text: str) -> None:
    parser = PatternParser(pattern)
    with suppress(NullBecause):
        tree = parser.whole()
        Machine(tree, parser.groups, ignores_case=True, by_line=True).find(text, 0, _spend)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        pytest.param("(a+)+b", "a" * 5_000, id="a repeat of a repeat"),
        pytest.param(".*.*.*.*.*=x", "a" * 5_000, id="many repeats in a row"),
        pytest.param(r"(a*)*(a*)*\1b", "a" * 200, id="a reference behind repeats"),
        pytest.param("(a|b|ab)*c", "ab" * 2_000, id="a repeat of alternatives"),
    ],
)
def test_no_pattern_takes_long(pattern: str, text: str) -> None:
    began = time.thread_time()

    answer = evaluate("matches(text, pattern)", {"text": text, "pattern": pattern})

    assert answer in (False, None)
    assert time.thread_time() - began < 2

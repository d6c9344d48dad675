"""A file's name is what it looks like, whatever was sent."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.documents import clean_name
from engine.documents.names import MOST_BYTES


@pytest.mark.parametrize(
    ("given_name", "cleaned"),
    [
        pytest.param("صورت‌وضعیت ۳.pdf", "صورت‌وضعیت ۳.pdf", id="Persian, with its joiner"),
        pytest.param("../../../etc/passwd", "passwd", id="traversal"),
        pytest.param("..\\..\\windows\\win.ini", "win.ini", id="traversal, the other way"),
        pytest.param("/etc/shadow", "shadow", id="absolute"),
        pytest.param("C:\\temp\\a.pdf", "a.pdf", id="a drive"),
        pytest.param("invoice\u202efdp.exe", "invoicefdp.exe", id="right-to-left override"),
        pytest.param("\u2067a\u2069.pdf", "a.pdf", id="isolates"),
        pytest.param("a\u200bb\ufeff.pdf", "ab.pdf", id="zero width"),
        pytest.param("a\x00b\r\nc.pdf", "abc.pdf", id="controls"),
        pytest.param("nul", "_nul", id="a device"),
        pytest.param("COM1.tar.pdf", "_COM1.tar.pdf", id="a device with extensions"),
        pytest.param("console.pdf", "console.pdf", id="only begins like a device"),
        pytest.param('a<b>:"c|d?*.pdf', "a_b___c_d__.pdf", id="structural"),
        pytest.param("report.pdf. . .", "report.pdf", id="dots and blanks at the end"),
        pytest.param(".htaccess", "htaccess", id="hidden"),
        pytest.param("   ", "file", id="blank"),
        pytest.param("..", "file", id="the folder above"),
        pytest.param("e\u0301.pdf", "é.pdf", id="composed"),
    ],
)
def test_a_name_is_cleaned(given_name: str, cleaned: str):
    assert clean_name(given_name) == cleaned


def test_a_long_name_keeps_its_extension():
    cleaned = clean_name("ص" * 300 + ".pdf")

    assert cleaned.endswith(".pdf")
    assert len(cleaned.encode()) <= MOST_BYTES


@given(st.text(max_size=400))
def test_any_name_comes_out_harmless_and_stays_so(name: str):
    cleaned = clean_name(name)

    assert 0 < len(cleaned.encode()) <= MOST_BYTES
    assert not set('/\\<>:"|?*') & set(cleaned)
    assert not cleaned.startswith((".", " "))
    assert not cleaned.endswith((".", " "))
    unseen = [each for each in cleaned if unicodedata.category(each)[0] == "C"]
    assert set(unseen) <= {"\u200c"}
    assert clean_name(cleaned) == cleaned

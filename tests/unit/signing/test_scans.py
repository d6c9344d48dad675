"""How fine a scan is: the dots of a page's pictures over the page (R-ARC-04)."""

from __future__ import annotations

import pytest

from engine.signing.errors import SigningRefused
from engine.signing.scans import pages_scanned
from tests.kit.papers import pdf, scanned


def test_each_page_has_the_dots_to_an_inch_of_its_picture():
    found = pages_scanned(scanned((300, 300), (299, 300), (150, 600)))
    assert [(each.number, each.dpi) for each in found] == [(1, 300), (2, 299), (3, 300)]


def test_a_page_without_a_picture_has_no_dots():
    assert [each.dpi for each in pages_scanned(pdf("Contract"))] == [None]


@pytest.mark.parametrize("content", [b"%PDF-1.7 broken", scanned((300, 300))[:200]])
def test_what_cannot_be_read_without_doubt_is_refused(content: bytes):
    with pytest.raises(SigningRefused):
        pages_scanned(content)


def test_pages_within_pages_do_not_go_on_for_ever():
    looped = scanned((10, 10)).replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]")
    with pytest.raises(SigningRefused):
        pages_scanned(looped)

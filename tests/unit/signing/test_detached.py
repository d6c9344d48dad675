"""Signatures of bytes: passed, failed or not to be told, by what is known at which moment."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from engine.signing import detached, stamps
from engine.signing.errors import SigningRefused
from engine.signing.levels import Level
from engine.signing.results import Result
from engine.signing.trust import Bundle
from tests.kit import signing as kit

CONTENT = b'{"amount":110480092050}'
HOUR = timedelta(hours=1)


def test_a_good_signature_passes_and_says_whose_it_is():
    said = detached.verify(CONTENT, _signed(), kit.trust(), kit.AT)

    assert (said.result, said.code, said.level) == (Result.PASSED, None, Level.INTERNAL)
    assert said.signer is not None
    assert (said.signer.national_code, said.signer.name) == (kit.CODE, "امضاکننده")
    assert said.form == "B-B"


def test_under_the_national_root_it_is_of_level_3():
    national = kit.authority("National")
    signature = detached.sign(CONTENT, kit.holder(of=national).pen, kit.AT)

    said = detached.verify(CONTENT, signature, kit.trust(national=national), kit.AT)

    assert (said.result, said.level) == (Result.PASSED, Level.SECURE)


@pytest.mark.parametrize("at", range(0, len(CONTENT), 11))
def test_one_bit_of_what_was_signed_is_enough_to_fail(at: int):
    changed = bytearray(CONTENT)
    changed[at] ^= 1

    said = detached.verify(bytes(changed), _signed(), kit.trust(), kit.AT)

    assert (said.result, said.code) == (Result.FAILED, "SIG-001")


#: what a holder is made of -> what is said without a timestamp
NOT_GOOD: dict[str, tuple[dict[str, Any], str]] = {
    "expired yesterday": ({"lasts": timedelta(days=29)}, "SIG-002"),
    "valid from tomorrow": ({"at": kit.AT + timedelta(days=1)}, "SIG-002"),
    "not for signing": ({"for_signing": False}, "SIG-009"),
    "of an unknown authority": ({"of": kit.authority("Unknown")}, "SIG-011"),
}


@pytest.mark.parametrize("what", NOT_GOOD)
def test_a_certificate_that_is_not_good_never_passes(what: str):
    made, code = NOT_GOOD[what]
    signature = detached.sign(CONTENT, kit.holder(**made).pen, kit.AT)

    said = detached.verify(CONTENT, signature, kit.trust(), kit.AT)

    assert (said.result, said.code) == (Result.INDETERMINATE, code)


def test_without_a_list_of_revoked_certificates_nothing_passes():
    blind = replace(kit.trust(), own=replace(kit.trust().own, lists=()))

    said = detached.verify(CONTENT, _signed(), blind, kit.AT)

    assert (said.result, said.code) == (Result.INDETERMINATE, "SIG-012")


@pytest.mark.parametrize(
    ("is_stamped", "after", "expected"),
    [
        (True, -HOUR, (Result.FAILED, "SIG-010")),
        (True, HOUR, (Result.PASSED, None)),
        (False, -HOUR, (Result.INDETERMINATE, "SIG-010")),
        (False, HOUR, (Result.INDETERMINATE, "SIG-010")),
    ],
    ids=["before the timestamp", "after it", "before, no timestamp", "after, no timestamp"],
)
def test_revocation_counts_from_its_moment_where_time_is_proved(
    is_stamped: bool, after: timedelta, expected: tuple[Result, str | None]
):
    who = kit.holder()
    signature = detached.sign(CONTENT, who.pen, kit.AT, kit.stamper() if is_stamped else None)
    later = kit.AT + timedelta(days=5)

    said = detached.verify(
        CONTENT, signature, kit.trust(who.revoked(kit.AT + after), at=later), later
    )

    assert (said.result, said.code) == expected


def test_a_timestamp_outlives_the_certificate():
    signature = detached.sign(CONTENT, kit.holder().pen, kit.AT, kit.stamper())
    later = kit.AT + timedelta(days=500)
    known = kit.trust(at=later)

    stamped = detached.verify(CONTENT, signature, known, later)
    bare = detached.verify(CONTENT, _signed(), known, later)

    assert (stamped.result, stamped.stamped_at) == (Result.PASSED, kit.AT)
    assert (bare.result, bare.code) == (Result.INDETERMINATE, "SIG-002")


def test_a_timestamp_of_nobody_we_trust_proves_no_time():
    signature = detached.sign(CONTENT, kit.holder().pen, kit.AT, kit.stamper())
    alone = replace(kit.trust(), stamping=Bundle())

    said = detached.verify(CONTENT, signature, alone, kit.AT)

    assert (said.form, said.stamped_at) == ("B-B", None)


@pytest.mark.parametrize("rubbish", [b"", b"0", b"\x30\x80", CONTENT, b"\x30\x03\x02\x01\x01"])
def test_what_is_no_signature_is_refused(rubbish: bytes):
    with pytest.raises(SigningRefused) as refused:
        detached.verify(CONTENT, rubbish, kit.trust(), kit.AT)

    assert refused.value.code == "SIG-013"


def test_a_clock_that_is_off_by_more_than_two_seconds_signs_nothing():
    stamps.must_agree(kit.AT, kit.AT + timedelta(seconds=2), timedelta())

    with pytest.raises(SigningRefused, match="SIG-016"):
        stamps.must_agree(kit.AT, kit.AT + timedelta(seconds=3), timedelta())


def test_openssl_agrees_with_ours(tmp_path: Path):
    for name, content in (("content", CONTENT), ("signature", _signed())):
        (tmp_path / name).write_bytes(content)
    root = kit.authority().certificate.public_bytes(Encoding.PEM)
    (tmp_path / "root").write_bytes(root)

    assert _openssl(tmp_path) == 0
    (tmp_path / "content").write_bytes(CONTENT + b" ")
    assert _openssl(tmp_path) != 0


def _openssl(folder: Path) -> int:
    asked = ["openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER"]
    how = ["-purpose", "any", "-no_check_time", "-CAfile", "root", "-out", "/dev/null"]
    files = ["-in", "signature", "-content", "content"]
    done = subprocess.run([*asked, *how, *files], cwd=folder, capture_output=True, check=False)
    return done.returncode


def _signed() -> bytes:
    return detached.sign(CONTENT, kit.holder().pen, kit.AT)

"""What is signed: the test vectors of the domain guide, and that other facts are other bytes."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from engine.journal.canonical import canonical
from engine.signing.codes import code_of, id_of
from engine.signing.content import FIRST, chained, plain, sha256

STATEMENT = {
    "amount": 110480092050,
    "contractNo": "1404-D07-0123",
    "currency": "IRR",
    "docType": "interimStatement",
    "no": 1,
    "title": "صورت\u200cوضعیت موقت ۱",
}


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (110480092050, "1ef477cc1cd8f120c2d0d3ff1037b73c9ab221735b3201254fc640d7d7710f8a"),
        (110480092051, "53c7946d9cbd5dfecddbb273e24ccb563977153d733fabcfd47bc0e9a37b6947"),
    ],
    ids=["the statement", "a rial more"],
)
def test_the_vector_of_the_guide_has_its_hash(amount: int, expected: str):
    said = {**dict(reversed(STATEMENT.items())), "amount": amount}

    assert sha256(canonical(plain(said))) == expected


def test_the_chain_of_the_guide_has_its_hash():
    first = sha256(canonical(STATEMENT))

    assert chained(FIRST, first) == (
        "0eae3444a7dc9a3b210aca75f206e348a4f5fb690d6b9f6e4ef25640f13c0cd7"
    )
    assert chained(FIRST, first) == hashlib.sha256(b"0" * 64 + first.encode()).hexdigest()


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(_values)
def test_the_bytes_are_those_of_the_standard(value: Any):
    assert canonical(plain(value)) == rfc8785.dumps(plain(value))  # type: ignore[arg-type]


def test_an_exact_number_keeps_its_decimals():
    assert canonical(plain({"rate": Decimal("0.10")})) == b'{"rate":"0.10"}'


@given(st.uuids())
def test_a_code_leads_back_to_its_document_however_it_is_typed(document):
    code = code_of(document)

    assert len(code) == 26
    assert id_of(code) == id_of(f" {code[:6].lower()}-{code[6:]} ") == document


@given(st.text(max_size=30))
def test_what_is_no_code_leads_nowhere(typed: str):
    found = id_of(typed)

    assert found is None or id_of(code_of(found)) == found

"""The parts of sealing beside published vectors and other implementations."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from hypothesis import given
from hypothesis import strategies as st

from processes.transactions.sealing import hpke, shares
from processes.transactions.sealing.curve import GENERATOR, ORDER, P, Point, base, total
from processes.transactions.sealing.errors import SealBroken

numbers = st.integers(1, ORDER - 1)


def _key(private: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int(private, 16), ec.SECP256R1())


# RFC 9180, appendix A.3.1: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode
SENT_KEY = "4995788ef4b9d6132b249ce59a77281493eb39af373d236a1fe415cb0c2d7beb"
SENT = (
    "04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac9"
    "8536d7b61a1af4b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4"
)
RECIPIENT_KEY = "f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2"
SECRET = "c0d26aeab536609a572b07695d933b589dcf363ff9d93c93adea537aeabb8cb8"
INFO = bytes.fromhex("4f6465206f6e2061204772656369616e2055726e")


def test_the_key_encapsulation_is_the_standards():
    recipient = base(int(RECIPIENT_KEY, 16))
    agreed = total([(int(SENT_KEY, 16), recipient)])

    secret = hpke.shared_secret(agreed.x.to_bytes(32, "big"), bytes.fromhex(SENT), recipient)

    assert secret.hex() == SECRET


def test_the_key_schedule_is_the_standards():
    key, nonce = hpke.schedule(bytes.fromhex(SECRET), INFO, hpke.AES_128_GCM)

    assert key.hex() == "868c066ef58aae6dc589b6cfdd18f97e"
    assert nonce.hex() == "4e0bc5018beba4bf004cca59"


def test_the_first_message_is_the_standards():
    context = hpke.scheduled(bytes.fromhex(SECRET), INFO, hpke.AES_128_GCM)

    sealed = context.seal(b"Beauty is truth, truth beauty", b"Count-0")

    assert sealed.hex() == (
        "5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434"
    )


def test_what_is_sealed_here_opens_in_a_library_and_the_other_way():
    suite = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    private = _key(RECIPIENT_KEY)
    sent, context = hpke.sealer(base(int(RECIPIENT_KEY, 16)), INFO)

    assert suite.decrypt(sent + context.seal(b"price"), private, INFO) == b"price"
    theirs = suite.encrypt(b"price", private.public_key(), INFO)
    assert hpke.open_with_key(private, theirs, INFO) == b"price"


def test_shares_are_those_of_the_published_vectors():
    """RFC 9591, appendix E.4: FROST(P-256, SHA-256), two of three."""
    secret = 0x8BA9BBA2E0FD8C4767154D35A0B7562244A4AAF6F36C8FB8735FA48B301BD8DE
    slope = 0x80F25E6C0709353E46BFBE882A11BDBB1F8097E46340EB8673B7E14556E6C3A4

    held = [shares.value_at([secret, slope], each) for each in (1, 2, 3)]

    assert [f"{each:064x}" for each in held] == [
        "0c9c1a0fe806c184add50bbdcac913dda73e482daf95dcb9f35dbb0d8a9f7731",
        "8d8e787bef0ff6c2f494ca45f4dad198c6bee01212d6c84067159c52e1863ad5",
        "0e80d6e8f6192c003b5488ce1eec8f5429587d48cf001541e713b2d53c09d928",
    ]
    assert f"{base(secret).x:064x}" == (
        "3a309ad94e9fe8a7ba45dfc58f38bf091959d3c99cfbd02b4dc00585ec45ab70"
    )
    assert shares.combine({each: base(held[each - 1]) for each in (3, 1)}) == base(secret)


@given(numbers, numbers)
def test_sums_of_points_are_openssls(one: int, other: int):
    point = base(other)

    agreed = _key(f"{one:x}").exchange(ec.ECDH(), hpke._public(point))

    assert total([(one, point)]).x == int.from_bytes(agreed, "big")
    if (one + other) % ORDER:
        assert total([(one, GENERATOR), (1, point)]) == base(one + other)


@pytest.mark.parametrize(
    "terms",
    [
        pytest.param([(ORDER, GENERATOR)], id="order times a point"),
        pytest.param([(1, GENERATOR), (-1, GENERATOR)], id="a point and its opposite"),
        pytest.param([], id="nothing"),
    ],
)
def test_the_point_at_infinity_is_no_key(terms: list[tuple[int, Point]]):
    with pytest.raises(SealBroken):
        total(terms)


@pytest.mark.parametrize(
    "encoded",
    [
        pytest.param(GENERATOR.encode()[:-1], id="too short"),
        pytest.param(b"\x02" + GENERATOR.encode()[1:], id="compressed"),
        pytest.param(GENERATOR.encode()[:-1] + b"\x00", id="not on the curve"),
        pytest.param(
            b"\x04" + (GENERATOR.x + P).to_bytes(33, "big")[-32:] + bytes(32), id="beyond"
        ),
        pytest.param(bytes(65), id="zeros"),
    ],
)
def test_what_is_no_point_is_refused(encoded: bytes):
    with pytest.raises(SealBroken):
        Point.decode(encoded)

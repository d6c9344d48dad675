"""Envelopes, shares and openings: what opens, and all that does not."""

from __future__ import annotations

import io
import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processes.transactions.sealing import hpke, member, opening, shares
from processes.transactions.sealing.contents import FILL, File, packed, unpack
from processes.transactions.sealing.curve import ORDER, base, total
from processes.transactions.sealing.dealing import Ceremony, Dealing, key_of
from processes.transactions.sealing.envelope import (
    PORTION,
    Kind,
    begin,
    check_size,
    opened,
    sealed,
)  # fmt: skip
from processes.transactions.sealing.errors import SealBroken, ShareRefused
from processes.transactions.sealing.member import MemberKey
from processes.transactions.tests.commission import Commission, seal

TAG = hpke.TAG


@pytest.fixture(scope="module")
def commission() -> Commission:
    """Two of three."""
    return Commission.of(3, 2)


@pytest.mark.parametrize(("n", "k"), [(2, 2), (3, 2), (3, 3), (5, 3)])
def test_any_k_members_open_and_fewer_do_not(n: int, k: int):
    commission = Commission.of(n, k, [Kind.PRICE])
    header = commission.header()
    envelope = seal(header, b"92000000000")
    begun = begin(io.BytesIO(envelope))
    released = commission.released(envelope, header, range(1, n + 1))

    for some in itertools.combinations(released, k):
        agreed = opening.agreed(some, k)
        assert b"".join(opened(io.BytesIO(envelope), header, agreed)) == b"92000000000"
    for few in itertools.combinations(released, k - 1):
        with pytest.raises(SealBroken):
            opening.agreed(few, k)
        guess = shares.combine({each.member: each.point for each in few})
        with pytest.raises(SealBroken):
            list(opened(io.BytesIO(envelope), header, guess))
    assert begun.header == header.encode()


def test_what_opens_one_envelope_opens_no_other(commission: Commission):
    header, others = commission.header(bidder="1"), commission.header(bidder="2")
    own, other = seal(header, b"mine"), seal(others, b"theirs")

    agreed = commission.agreed(own, header)

    assert b"".join(opened(io.BytesIO(own), header, agreed)) == b"mine"
    with pytest.raises(SealBroken):
        list(opened(io.BytesIO(other), others, agreed))


def test_shares_of_the_guarantee_open_no_price(commission: Commission):
    header = commission.header(Kind.PRICE)
    envelope = seal(header, b"92")
    begun = begin(io.BytesIO(envelope))
    wrong = [
        member.release(commission.share(Kind.GUARANTEE, each), each, header, begun)
        for each in (1, 2)
    ]

    with pytest.raises(ShareRefused):
        opening.check(wrong[0], commission.key(Kind.PRICE), header, begun.point)
    with pytest.raises(SealBroken):
        list(opened(io.BytesIO(envelope), header, opening.agreed(wrong, 2)))


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"tender": "another"}, id="another tender"),
        pytest.param({"bidder": "another"}, id="another bidder"),
        pytest.param({"kind": Kind.GUARANTEE}, id="another kind"),
        pytest.param({"version": 2}, id="another version"),
        pytest.param({"key": base(7).encode().hex()}, id="another key"),
    ],
)
def test_an_envelope_opens_in_its_own_place_only(commission: Commission, changed: dict[str, Any]):
    header = commission.header()
    envelope = seal(header, b"92")
    agreed = commission.agreed(envelope, header)
    moved = replace(header, **changed)
    relabelled = envelope.replace(header.encode(), moved.encode())

    for each in (envelope, relabelled):
        with pytest.raises(SealBroken):
            list(opened(io.BytesIO(each), moved, agreed))


def test_the_point_of_another_envelope_is_refused(commission: Commission):
    """Or members would open the other's by releasing this one."""
    victim = begin(io.BytesIO(seal(commission.header(bidder="1"), b"92")))
    own = commission.header(bidder="2")
    told = own.encode()
    start = b"DVNSEAL1" + len(told).to_bytes(4, "big") + told
    copied = start + victim.sent + victim.proof + bytes(TAG)
    shifted = total([(1, victim.point), (7, base(1))]).encode()

    for each in (copied, start + shifted + victim.proof + bytes(TAG)):
        with pytest.raises(SealBroken):
            begin(io.BytesIO(each))


@pytest.mark.parametrize("length", [0, 1, PORTION - 1, PORTION, PORTION + 1, 3 * PORTION])
def test_contents_of_any_length_come_back_whole(commission: Commission, length: int):
    header = commission.header()
    content = bytes(range(256)) * (length // 256) + bytes(length % 256)

    envelope = seal(header, content)

    check_size(len(envelope), begin(io.BytesIO(envelope)))
    assert commission.opened(envelope, header, (3, 1)) == content


def test_changed_moved_doubled_cut_and_lengthened_portions_do_not_open(commission: Commission):
    header = commission.header()
    envelope = seal(header, bytes(PORTION) + bytes(PORTION) + b"end")
    agreed = commission.agreed(envelope, header)
    at = begin(io.BytesIO(envelope)).length
    start, one = envelope[:at], envelope[at : at + PORTION + TAG]
    two, end = envelope[at + PORTION + TAG : -(3 + TAG)], envelope[-(3 + TAG) :]
    broken = {
        "a bit": start + one + two + end[:-1] + bytes([end[-1] ^ 1]),
        "swapped": start + two + one + end,
        "doubled": start + one + one + two + end,
        "left out": start + one + end,
        "cut at a portion": start + one + two,
        "cut within": envelope[:-1],
        "only its beginning": start,
        "lengthened": envelope + b"x",
        "a second end": envelope + end,
    }

    for each in broken.values():
        with pytest.raises(SealBroken):
            b"".join(opened(io.BytesIO(each), header, agreed))
    with pytest.raises(SealBroken):
        check_size(at, begin(io.BytesIO(envelope)))
    with pytest.raises(SealBroken):
        check_size(len(envelope) - 4, begin(io.BytesIO(envelope)))


@settings(max_examples=60)
@given(st.data())
def test_an_envelope_with_any_byte_changed_is_refused(data: st.DataObject):
    header = _ONE.header()
    place = data.draw(st.integers(0, len(_ENVELOPE) - 1))
    changed = bytearray(_ENVELOPE)
    changed[place] ^= data.draw(st.integers(1, 255))

    with pytest.raises(SealBroken):
        list(opened(io.BytesIO(changed), header, _AGREED))


@pytest.mark.parametrize(
    "garbage", [b"", b"DVNSEAL1", b"DVNSEAL1\xff\xff\xff\xff", b"PK\x03\x04" + bytes(500)]
)
def test_what_is_no_envelope_is_refused(garbage: bytes):
    with pytest.raises(SealBroken):
        begin(io.BytesIO(garbage))


def test_a_wrong_share_is_refused_and_nothing_is_said_of_it(commission: Commission):
    header = commission.header()
    envelope = seal(header, b"92")
    begun = begin(io.BytesIO(envelope))
    [right] = commission.released(envelope, header, [1])
    [other] = commission.released(envelope, header, [2])
    wrong = [
        replace(right, point=other.point),
        replace(right, proof=other.proof),
        replace(right, member=2),
        replace(right, member=4),
        member.release(commission.share(header.kind, 1) ^ 1, 1, header, begun),
    ]
    for each in wrong:
        with pytest.raises(ShareRefused) as refused:
            opening.check(each, commission.key(header.kind), header, begun.point)
        assert str(refused.value) in {"made with another share", "no member"}


def test_a_dealer_who_gives_another_value_is_found_by_the_member(commission: Commission):
    dealt = list(commission.dealings[Kind.PRICE])
    again = member.deal(commission.ceremony, Kind.PRICE, 3)
    dealt[2] = replace(dealt[2], values=again.values)

    with pytest.raises(ShareRefused):
        member.share_of(commission.ceremony, dealt, 1, commission.members[1])


def test_a_dealing_made_to_cancel_the_others_is_refused(commission: Commission):
    """Who chooses the key first and deals the difference does not know its number."""
    ceremony, dealt = commission.ceremony, commission.dealings[Kind.PRICE]
    wanted = base(12345)
    rogue = total([(1, wanted), *((-1, each.published[0]) for each in dealt[:2])])
    told = dealt[2].write()
    told["published"] = [rogue.encode().hex(), told["published"][1]]

    with pytest.raises(ShareRefused):
        Dealing.read(told, ceremony)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "D"}, {"dealer": 9}, {"dealer": "x"}, {"published": []}, {"published": ["00"]},
        {"proof": ""}, {"values": {}}, {"values": None}, {"values": {"1": "", "2": "", "3": ""}},
    ],
)  # fmt: skip
def test_what_is_no_dealing_is_refused(commission: Commission, change: dict[str, object]):
    told = {**commission.dealings[Kind.PRICE][0].write(), **change}
    with pytest.raises(SealBroken):
        Dealing.read(told, commission.ceremony)


def test_a_dealing_of_another_ceremony_is_refused(commission: Commission):
    other = Ceremony("another", 2, commission.ceremony.members)
    with pytest.raises(ShareRefused):
        Dealing.read(commission.dealings[Kind.PRICE][0].write(), other)


def test_a_key_needs_everybody_once(commission: Commission):
    dealt = commission.dealings[Kind.PRICE]
    for some in (
        dealt[:2],
        [*dealt, dealt[0]],
        [*dealt[:2], commission.dealings[Kind.GUARANTEE][2]],
    ):
        with pytest.raises(SealBroken):
            key_of(commission.ceremony, some)


@pytest.mark.parametrize(("n", "k"), [(1, 1), (3, 1), (3, 4), (16, 2)])
def test_a_ceremony_is_of_two_to_fifteen(n: int, k: int):
    with pytest.raises(SealBroken):
        Ceremony("x", k, {each: base(each) for each in range(1, n + 1)})


def test_the_key_that_would_open_everything_is_nowhere(commission: Commission):
    """Only for the test the shares of two members are put together."""
    dealt = commission.dealings[Kind.PRICE]
    held = {each: commission.share(Kind.PRICE, each) for each in (1, 2)}
    by_member = shares.weights(list(held))
    whole = sum(by_member[each] * held[each] for each in held) % ORDER

    assert base(whole) == commission.key(Kind.PRICE).public
    assert f"{whole:064x}" not in str([each.write() for each in dealt])


def test_a_members_key_opens_with_the_passphrase_in_its_place_only():
    key = MemberKey.new()
    wrapped = key.wrap("رمز عبور بسیار بلند", "ceremony/1", rounds=1_000)

    assert MemberKey.unwrap(wrapped, "رمز عبور بسیار بلند", "ceremony/1").public == key.public
    for words, place in (("another", "ceremony/1"), ("رمز عبور بسیار بلند", "ceremony/2")):
        with pytest.raises(ShareRefused):
            MemberKey.unwrap(wrapped, words, place)


_FILES = [(File("ضمانت‌نامه.pdf", 5), b"%PDF-"), (File("boq.xlsx", 0), b""), (File("c", 3), b"abc")]


def _packed() -> list[bytes]:
    return list(packed([(each, [content]) for each, content in _FILES]))


@pytest.mark.parametrize("size", [1, 3, 7, 10**6])
def test_files_come_out_as_they_went_in(size: int):
    content = b"".join(_packed())
    portions = [content[at : at + size] for at in range(0, len(content), size)]
    found: dict[str, io.BytesIO] = {}

    files = unpack(portions, lambda each: found.setdefault(each.name, io.BytesIO()))

    assert len(content) == FILL
    assert files == [each for each, _ in _FILES]
    assert {name: each.getvalue() for name, each in found.items()} == {
        each.name: content for each, content in _FILES
    }


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff\xff\xff\xff", id="a long list"),
        pytest.param(b"\x00\x00\x00\x01{", id="no json"),
        pytest.param(b"\x00\x00\x00\x04null", id="no list"),
        pytest.param(b"\x00\x00\x00\x03[1]", id="a number"),
        pytest.param(b'\x00\x00\x00\x17[{"name":"","size":"1"}]', id="no name"),
        pytest.param(b'\x00\x00\x00\x17[{"name":"a","size":-1}]', id="less than nothing"),
        pytest.param(b'\x00\x00\x00\x16[{"name":"a","size":9}]abc', id="cut off"),
        pytest.param(b'\x00\x00\x00\x16[{"name":"a","size":1}]abc', id="more than its list"),
    ],
)
def test_what_was_not_packed_so_is_refused(content: bytes):
    with pytest.raises(SealBroken):
        unpack([content], lambda _: io.BytesIO())


def test_prices_of_any_length_make_envelopes_of_one_length(commission: Commission):
    header = commission.header()
    sizes = set()
    for price in (b"9", b"92000000000", b"9" * 5_000):
        content = packed([(File("price.json", len(price)), [price])])
        sizes.add(sum(len(each) for each in sealed(header, content)))

    assert len(sizes) == 1


_ONE = Commission.of(3, 2, [Kind.PRICE])
_ENVELOPE = seal(_ONE.header(), b"92,000,000,000")
_AGREED = _ONE.agreed(_ENVELOPE, _ONE.header())

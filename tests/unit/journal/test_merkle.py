"""Merkle trees: the roots known for RFC 6962's reference entries, and every proof."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.journal import is_in, path, root

#: entries and roots of the reference implementation of Certificate Transparency
ENTRIES = [bytes.fromhex(each) for each in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("count", range(9))
def test_a_root_is_the_one_that_is_known(count: int):
    assert root(ENTRIES[:count]).hex() == ROOTS[count]


entries = st.lists(st.binary(max_size=8), min_size=1, max_size=40, unique=True)


@given(entries, st.data())
def test_each_entry_is_proved_and_no_other(leaves: list[bytes], data: st.DataObject):
    index = data.draw(st.integers(0, len(leaves) - 1))
    steps = path(leaves, index)

    assert is_in(leaves[index], steps, root(leaves))
    assert not is_in(leaves[index] + b"x", steps, root(leaves))
    assert len(steps) <= (len(leaves) - 1).bit_length()


@given(entries, st.data())
def test_another_order_is_another_root(leaves: list[bytes], data: st.DataObject):
    other = data.draw(st.permutations(leaves))

    assert (root(other) == root(leaves)) == (other == leaves)


def test_there_is_no_proof_of_what_is_not_there():
    with pytest.raises(IndexError):
        path([b"a"], 1)

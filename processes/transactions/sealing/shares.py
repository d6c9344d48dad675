"""A key in shares: Shamir's polynomials with Feldman's commitments, and no one who knows the key.

Each member deals: draws a polynomial of degree k - 1, publishes its coefficients times the
generator, and gives member j the value at j. The key is the sum of all polynomials at zero and
never exists; a member's share is the sum of what all dealers gave. Any k members can do together
what the key would do, fewer learn nothing (A. Shamir 1979; P. Feldman 1987; T. Pedersen 1991).
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence

from processes.transactions.sealing.curve import ORDER, Point, base, total
from processes.transactions.sealing.errors import SealBroken, ShareRefused


def polynomial(threshold: int) -> list[int]:
    """Draw a polynomial: its coefficients, lowest first."""
    return [secrets.randbelow(ORDER - 1) + 1 for _ in range(threshold)]


def value_at(coefficients: Sequence[int], position: int) -> int:
    """Return a polynomial's value; at a member's position that is what the member is given.

    >>> [value_at([5, 2], each) for each in (1, 2, 3)]
    [7, 9, 11]
    """
    value = 0
    for each in reversed(coefficients):
        value = (value * position + each) % ORDER
    return value


def commitments(coefficients: Sequence[int]) -> list[Point]:
    """Return what is published of a polynomial."""
    return [base(each) for each in coefficients]


def public_value(published: Sequence[Point], position: int) -> Point:
    """Return the value at a position times the generator, from what was published."""
    return total((pow(position, power, ORDER), each) for power, each in enumerate(published))


def check_value(value: int, published: Sequence[Point], position: int) -> None:
    """Hold what a dealer gave a member to what the dealer published.

    Raises:
        ShareRefused: it is another polynomial's.
    """
    if not 0 < value < ORDER or base(value) != public_value(published, position):
        raise ShareRefused("not what was published")


def public_key(dealings: Collection[Sequence[Point]]) -> Point:
    """Return the public key that all dealers made together."""
    return total((1, each[0]) for each in dealings)


def public_share(dealings: Collection[Sequence[Point]], position: int) -> Point:
    """Return a member's share times the generator: what the member's proofs are held to."""
    return total(
        (pow(position, power, ORDER), each)
        for published in dealings
        for power, each in enumerate(published)
    )


def weights(positions: Collection[int]) -> dict[int, int]:
    """Return Lagrange's coefficients at zero.

    Raises:
        SealBroken: the positions are not those of different members.

    >>> weights([1, 2]) == {1: 2, 2: ORDER - 1}
    True
    """
    if len(set(positions)) != len(positions) or not all(0 < each < ORDER for each in positions):
        raise SealBroken("positions")
    found = {}
    for one in positions:
        above, below = 1, 1
        for other in positions:
            if other != one:
                above, below = above * other % ORDER, below * (other - one) % ORDER
        found[one] = above * pow(below, -1, ORDER) % ORDER
    return found


def combine(released: Mapping[int, Point]) -> Point:
    """Return the key times a point, from the shares of some members times that point.

    Args:
        released: by the member's position; of at least k members, or the result is a wrong one.
    """
    by_member = weights(list(released))
    return total((by_member[each], point) for each, point in released.items())

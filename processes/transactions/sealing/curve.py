"""The group of P-256 (FIPS 186-5): points are added, and multiplied by numbers.

The server multiplies what is public: commitments, proofs, what members have released. Secret
numbers are multiplied in members' browsers by @noble/curves; the multiplication here takes a
time that depends on the number, and `base` leaves secret ones to OpenSSL.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from cryptography.hazmat.primitives.asymmetric import ec

from processes.transactions.sealing.errors import SealBroken

P: Final = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
_B: Final = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
SCALAR: Final = 32  #: bytes of a number of the group's order
POINT: Final = 65  #: bytes of a point, uncompressed (SEC 1 §2.3.3)
_WINDOW: Final = 4  #: bits a multiplication takes together

_Jacobian = tuple[int, int, int]
_INFINITY: Final[_Jacobian] = (1, 1, 0)


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the curve other than the one at infinity, which is no key and no share."""

    x: int
    y: int

    def __post_init__(self) -> None:
        if not (0 <= self.x < P and 0 <= self.y < P):
            raise SealBroken("no point")
        if (self.y * self.y - (self.x * self.x * self.x - 3 * self.x + _B)) % P:
            raise SealBroken("no point of the curve")

    @classmethod
    def decode(cls, encoded: bytes) -> Self:
        """Read an uncompressed point.

        Raises:
            SealBroken: it is none, or not of this curve.
        """
        if len(encoded) != POINT or encoded[0] != 4:
            raise SealBroken("no point")
        return cls(int.from_bytes(encoded[1:33], "big"), int.from_bytes(encoded[33:], "big"))

    def encode(self) -> bytes:
        """Write it uncompressed, as WebCrypto's ``raw`` does."""
        return b"\x04" + self.x.to_bytes(SCALAR, "big") + self.y.to_bytes(SCALAR, "big")


GENERATOR: Final = Point(
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)


def base(number: int) -> Point:
    """Return a number times the generator; the number may be secret."""
    found = ec.derive_private_key(number % ORDER, ec.SECP256R1()).public_key().public_numbers()
    return Point(found.x, found.y)


def total(terms: Iterable[tuple[int, Point]]) -> Point:
    """Return the sum of numbers times points, all of them public.

    Raises:
        SealBroken: it is the point at infinity.
    """
    tables = [(number % ORDER, _multiples(point)) for number, point in terms]
    result = _INFINITY
    for shift in range(256 - _WINDOW, -1, -_WINDOW):
        for _ in range(_WINDOW):
            result = _double(result)
        for number, table in tables:
            if digit := number >> shift & (1 << _WINDOW) - 1:
                result = _add(result, table[digit])
    return _affine(result)


def _multiples(point: Point) -> list[_Jacobian]:
    once: _Jacobian = (point.x, point.y, 1)
    table = [_INFINITY, once]
    while len(table) < 1 << _WINDOW:
        table.append(_add(table[-1], once))
    return table


def _double(point: _Jacobian) -> _Jacobian:
    x, y, z = point
    if not z or not y:
        return _INFINITY
    squared_y = y * y % P
    squared_z = z * z % P
    s = 4 * x * squared_y % P
    m = 3 * (x - squared_z) * (x + squared_z) % P
    new_x = (m * m - 2 * s) % P
    return new_x, (m * (s - new_x) - 8 * squared_y * squared_y) % P, 2 * y * z % P


def _add(one: _Jacobian, other: _Jacobian) -> _Jacobian:
    if not one[2]:
        return other
    if not other[2]:
        return one
    x1, y1, z1 = one
    x2, y2, z2 = other
    z1z1, z2z2 = z1 * z1 % P, z2 * z2 % P
    u1, u2 = x1 * z2z2 % P, x2 * z1z1 % P
    s1, s2 = y1 * z2 * z2z2 % P, y2 * z1 * z1z1 % P
    h, r = (u2 - u1) % P, (s2 - s1) % P
    if not h:
        return _INFINITY if r else _double(one)
    hh = h * h % P
    hhh, v = h * hh % P, u1 * hh % P
    x = (r * r - hhh - 2 * v) % P
    return x, (r * (v - x) - s1 * hhh) % P, z1 * z2 * h % P


def _affine(point: _Jacobian) -> Point:
    x, y, z = point
    if not z:
        raise SealBroken("the point at infinity")
    inverse = pow(z, -1, P)
    squared = inverse * inverse % P
    return Point(x * squared % P, y * squared * inverse % P)

"""Which addresses may be called: the world outside, and inner networks only where allowed.

A name is resolved once, and the very address that was looked at is connected to: a name
server that answers differently the next time changes nothing.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, TypeAlias

from engine.connectors.connector import CallRefused, NotSent

Address: TypeAlias = IPv4Address | IPv6Address
Resolve: TypeAlias = Callable[[str, int], Sequence[str]]

#: not told apart by the standard library, yet inner: protocol assignments and what clouds
#: answer on (RFC 6890, Azure, Oracle), site-local addresses (RFC 3879)
_INNER: Final = tuple(map(ip_network, ("192.0.0.0/24", "168.63.129.16/32", "fec0::/10")))
#: IPv6 that only wraps an IPv4 address: it, not the wrapping, is reached (RFC 6052, 8215)
_TRANSLATED: Final = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))


class AddressForbidden(CallRefused):
    """A connection's name leads into a network that it was not allowed to reach."""

    def __init__(self, host: str, address: object) -> None:
        super().__init__("GEN-ADDRESS", f"{host} leads to {address}, which may not be called")


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host, as the system's resolver answers now.

    Raises:
        OSError: it has none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return [str(each[4][0]) for each in found]


def allowed_address(
    host: str, port: int, networks: Sequence[str], resolve: Resolve = resolve
) -> str:
    """Return the address to connect to for a host; every one it has must be allowed.

    Args:
        networks: inner networks that may be reached all the same.

    Raises:
        AddressForbidden: an address of it lies in a network that is not allowed.
        NotSent: the name has no address now.
    """
    try:
        addresses = [ip_address(each.partition("%")[0]) for each in resolve(host, port)]
    except (OSError, UnicodeError) as error:
        raise NotSent(f"{host} has no address: {error}") from error
    if not addresses:
        raise NotSent(f"{host} has no address")
    for each in addresses:
        if not _may_reach(each, networks):
            raise AddressForbidden(host, each)
    return str(addresses[0])


def _may_reach(address: Address, networks: Sequence[str]) -> bool:
    real = _unwrapped(address)
    return any(real in ip_network(each) for each in networks) or is_public(real)


def is_public(address: Address) -> bool:
    """Tell whether an address belongs to the world at large."""
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not any(address in each for each in _INNER)
    )


def _unwrapped(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 one leads to, else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and address.teredo is not None:
        inner = address.teredo[1]
    if inner is None and any(address in each for each in _TRANSLATED):
        inner = IPv4Address(int(address) & 0xFFFFFFFF)
    return inner or address

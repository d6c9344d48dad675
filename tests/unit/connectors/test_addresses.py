"""Sixty ways into inner networks, none of which is taken; the world outside stays open."""

from __future__ import annotations

import socket
import threading

import pytest

from engine.connectors.addresses import AddressForbidden, allowed_address, resolve
from engine.connectors.connector import NotSent
from engine.connectors.line import Line

#: what a model's author, or the owner of a name server, may try
INNER = [
    # loopback in every spelling that resolvers take
    *("127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "2130706433", "0x7f000001"),
    *("0x7f.0.0.1", "0177.0.0.1", "017700000001", "127.0.0.1.", "localhost", "LOCALHOST"),
    # this host, this network
    *("0.0.0.0", "0", "0.1.2.3", "::", "::1", "0:0:0:0:0:0:0:1"),
    # private and shared networks
    *("10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254", "192.168.0.1", "192.168.1.1"),
    *("100.64.0.1", "100.127.255.254", "167772161", "3232235521", "0xa000001", "012.0.0.1"),
    # link-local and what clouds answer on
    *("169.254.169.254", "2852039166", "0xa9fea9fe", "169.254.0.1", "100.100.100.200"),
    *("192.0.0.192", "168.63.129.16", "fe80::1", "febf::1", "fd00:ec2::254", "fc00::1", "fec0::1"),
    # IPv4 inside IPv6
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::ffff:7f00:1", "::127.0.0.1"),
    *("64:ff9b::127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::10.0.0.1", "2002:7f00:1::"),
    *("2002:a9fe:a9fe::1", "2001:0:0:0:0:0:80ff:fffe", "2001::f5ff:fffe"),
    # several, reserved, for documents, for measurements
    *("224.0.0.1", "239.255.255.255", "ff02::1", "240.0.0.1", "255.255.255.255"),
    *("192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "2001:db8::1"),
]


def test_there_are_sixty_of_them():
    assert len(set(INNER)) >= 60


@pytest.mark.parametrize("host", INNER)
def test_an_inner_address_is_refused_however_it_is_written(host):
    with pytest.raises((AddressForbidden, NotSent)):
        allowed_address(host, 80, ())


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:808:808"]
)
def test_the_world_outside_is_open(address):
    assert allowed_address("bank.example", 443, (), lambda *_: [address]) == address


@pytest.mark.parametrize("address", ["10.1.2.3", "64:ff9b::a01:203"])
def test_an_inner_network_is_reached_only_where_the_connection_names_it(address):
    inner = lambda *_: [address]  # noqa: E731

    assert allowed_address("erp.city", 80, ("10.1.0.0/16",), inner) == address
    with pytest.raises(AddressForbidden):
        allowed_address("erp.city", 80, ("10.2.0.0/16",), inner)


def test_one_inner_address_among_outer_ones_closes_the_name():
    with pytest.raises(AddressForbidden):
        allowed_address("bank.example", 80, (), lambda *_: ["8.8.8.8", "127.0.0.1"])


def test_a_name_without_an_address_is_tried_again_later():
    with pytest.raises(NotSent):
        allowed_address("nowhere.invalid", 80, (), _nobody)
    with pytest.raises(NotSent):
        allowed_address("nowhere.invalid", 80, (), lambda *_: [])


LAST = b"."  #: what the last caller says


@pytest.fixture
def watched():
    """A listener on loopback, and a function that tells what who called it said first."""
    called = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def listen():
            while True:
                caller, _ = listener.accept()
                with caller:
                    heard = caller.recv(1)
                    if heard == LAST:
                        return
                    called.append(heard)

        def all_of_them():
            """Return who has called until now: who came before the last call was heard before."""
            with socket.create_connection(("127.0.0.1", port)) as last:
                last.sendall(LAST)
                thread.join()
            return called

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield port, all_of_them


def test_a_name_server_that_changes_its_answer_between_look_and_call_gains_nothing(watched):
    port, called = watched
    answers = iter([["192.0.2.1"], ["127.0.0.1"]])

    for _ in range(2):
        line = Line(f"http://rebind.example:{port}", (), lambda *_: next(answers), timeout=0.05)
        with pytest.raises(AddressForbidden):
            line.exchange("GET", "/", {}, None)

    assert called() == []


def test_the_address_that_was_looked_at_is_the_one_that_is_called(watched):
    port, called = watched
    asked = []

    def once(host, port):
        asked.append(host)
        if len(asked) > 1:
            return ["203.0.113.9"]
        return ["127.0.0.1"]

    with pytest.raises(Exception, match="no answer"):
        Line(f"http://rebind.example:{port}", ("127.0.0.0/8",), once, 30).exchange(
            "GET", "/", {}, None
        )

    assert asked == ["rebind.example"]
    assert called() == [b"G"]


def test_the_systems_resolver_is_asked_for_numbers_too():
    assert resolve("127.0.0.1", 80) == ["127.0.0.1"]


def _nobody(*_):
    raise socket.gaierror("no such name")

"""Connections are made to the addresses that were checked, and to no others. No packet is sent."""

import pytest
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.testing import MemoryReactorClock
from twisted.web.client import URI
from twisted.web.error import SchemeNotSupported

from huffarchive.download.endpoint import EndpointFactory, UnsafeAddressError
from tests.download.wire_resolver import TableResolver


def attempt(url, names, allowed=()):
    """The addresses at which a connection to `url` was begun, and how that failed if it did."""
    reactor = MemoryReactorClock()
    TableResolver(reactor, names).install_on_reactor()
    factory = EndpointFactory(reactor, allowed=allowed, ca_file=None, timeout=30)
    connection = factory.endpointForURI(URI.fromBytes(url)).connect(Factory.forProtocol(Protocol))
    failures = []
    connection.addErrback(failures.append)
    for _ in range(5):
        reactor.advance(1)
    return [(host, port) for host, port, *_ in reactor.tcpClients], failures


def test_public_addresses_are_connected_to():
    names = {"www.example": ["8.8.8.8", "2606:4700::1111"]}
    assert attempt(b"http://www.example/", names) == (
        [("8.8.8.8", 80), ("2606:4700::1111", 80)],
        [],
    )


def test_private_addresses_among_public_ones_are_passed_over():
    names = {"mixed.example": ["10.0.0.1", "::1", "8.8.8.8", "127.0.0.1"]}
    assert attempt(b"https://mixed.example/", names) == ([("8.8.8.8", 443)], [])


@pytest.mark.parametrize("scheme", [b"http", b"https"])
def test_a_name_with_private_addresses_only_is_unsafe(scheme):
    names = {"inside.example": ["10.0.0.1", "::ffff:127.0.0.1"]}
    begun, [failure] = attempt(scheme + b"://inside.example/", names)
    assert begun == []
    failure.trap(UnsafeAddressError)


def test_a_name_that_changes_is_checked_each_time():
    names = {"rebound.example": ["8.8.8.8"]}
    assert attempt(b"http://rebound.example/", names)[0] == [("8.8.8.8", 80)]
    names["rebound.example"] = ["127.0.0.1"]
    begun, [failure] = attempt(b"http://rebound.example/", names)
    assert begun == []
    failure.trap(UnsafeAddressError)


def test_an_allowed_host_may_be_anywhere_but_on_its_port_only():
    names = {"mirror.lan": ["192.168.1.2"]}
    assert attempt(b"http://mirror.lan:8080/", names, ["Mirror.lan:8080"])[0] == [
        ("192.168.1.2", 8080)
    ]
    begun, [failure] = attempt(b"http://mirror.lan:8081/", names, ["mirror.lan:8080"])
    assert begun == []
    failure.trap(UnsafeAddressError)


def test_other_schemes_have_no_endpoint():
    factory = EndpointFactory(MemoryReactorClock(), allowed=(), ca_file=None, timeout=30)
    with pytest.raises(SchemeNotSupported):
        factory.endpointForURI(URI.fromBytes(b"ws://www.example/"))


def test_an_unreadable_ca_file_is_an_error_at_once(tmp_path):
    with pytest.raises(FileNotFoundError):
        EndpointFactory(None, allowed=(), ca_file=str(tmp_path / "none.pem"), timeout=30)

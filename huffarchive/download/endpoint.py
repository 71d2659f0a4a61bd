"""How connections are made: to permitted addresses, and over TLS only to whom they claim to be."""

from collections.abc import Collection
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import Any

from OpenSSL import SSL
from twisted.internet._sslverify import IOpenSSLTrustRoot
from twisted.internet.abstract import isIPv6Address
from twisted.internet.endpoints import HostnameEndpoint, TCP6ClientEndpoint, wrapClientTLS
from twisted.internet.interfaces import (
    IOpenSSLClientConnectionCreator,
    IReactorPluggableNameResolver,
    IStreamClientEndpoint,
)
from twisted.internet.ssl import optionsForClientTLS, platformTrust
from twisted.web.client import URI
from twisted.web.error import SchemeNotSupported
from twisted.web.iweb import IAgentEndpointFactory
from zope.interface import implementer


class UnsafeAddressError(Exception):
    """A connection was refused because its address is not on the public internet."""


_GLOBAL_UNICAST = ip_network("2000::/3")
"""The one block from which IPv6 addresses of the public internet are handed out (RFC 4291).

Loopback, link-local, unique local, multicast, and the forms that carry an IPv4 address
(mapped, compatible, NAT64) all lie outside it.
"""
_NOT_PUBLIC_6 = tuple(
    map(
        ip_network,
        (
            "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4 carries an IPv4 address
            "3fff::/20",  # documentation
        ),
    )
)
_NOT_PUBLIC_4 = tuple(
    map(
        ip_network,
        (
            "192.0.0.0/24",  # protocol assignments; Python's answer changed between versions
            "192.88.99.0/24",  # 6to4 relays
        ),
    )
)


def is_public(address: str) -> bool:
    """Whether this is the address of one host on the public internet.

    `address` is an IP address as a resolver gives it; whatever else it is, it is not public.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        return ip in _GLOBAL_UNICAST and not any(ip in network for network in _NOT_PUBLIC_6)
    assert isinstance(ip, IPv4Address)
    return (
        ip.is_global
        and not ip.is_multicast
        and not ip.is_reserved
        and not any(ip in network for network in _NOT_PUBLIC_4)
    )


def authority(host: str, port: int) -> str:
    """`host:port` in the form in which allowed hosts are compared, e.g. "[::1]:8080"."""
    host = host.strip("[]").lower()
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def check_address(address: str, host: str, port: int, allowed: Collection[str]) -> None:
    """Raise UnsafeAddressError unless `address` is public or `host:port` is among `allowed`.

    `address` is what will be connected to, `host` the name or literal that the URL gave.
    """
    if not is_public(address) and authority(host, port) not in allowed:
        raise UnsafeAddressError(f"{authority(host, port)} is at {address}, not a public address")


@implementer(IReactorPluggableNameResolver)
class _GuardedReactor:
    """The reactor, except that it connects to permitted addresses only.

    Everything that is connected to passes here as the very address that the socket gets: names
    resolved, whatever a literal was spelt like, with nothing in between that could change it.
    """

    def __init__(self, reactor: Any, host: str, port: int, allowed: Collection[str]) -> None:
        self._reactor = reactor
        self._host = host
        self._port = port
        self._allowed = allowed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)

    def connectTCP(self, address: str, *args: Any, **kwargs: Any) -> Any:  # noqa: N802
        check_address(address, self._host, self._port, self._allowed)
        return self._reactor.connectTCP(address, *args, **kwargs)


@implementer(IOpenSSLTrustRoot)
class _TrustedFile:
    """The machine's certificate authorities, and those in one PEM file."""

    def __init__(self, path: str) -> None:
        self._path = path

    def _addCACertsToContext(self, context: SSL.Context) -> None:  # noqa: N802
        platformTrust()._addCACertsToContext(context)  # noqa: SLF001
        context.load_verify_locations(self._path)


@implementer(IAgentEndpointFactory)
class EndpointFactory:
    """Makes the endpoint of a URL.

    `allowed` holds the `host:port` that may be at any address; `ca_file` names a PEM file with
    further certificate authorities (OSError when it cannot be read); `timeout` is in seconds.
    """

    def __init__(
        self,
        reactor: Any,
        *,
        allowed: Collection[str],
        ca_file: str | None,
        timeout: float,
        bind_address: Any = None,
    ) -> None:
        self._reactor = reactor
        self._allowed = frozenset(entry.lower() for entry in allowed)
        self._timeout = timeout
        self._bind_address = bind_address
        trust = platformTrust()
        if ca_file:
            Path(ca_file).read_bytes()
            trust = _TrustedFile(ca_file)

        # Loading the authorities takes milliseconds, and every request asks for an endpoint.
        @lru_cache(maxsize=64)
        def creator(host: str) -> IOpenSSLClientConnectionCreator:
            return optionsForClientTLS(host, trustRoot=trust, acceptableProtocols=[b"http/1.1"])

        self._creator = creator

    def endpointForURI(self, uri: URI) -> IStreamClientEndpoint:  # noqa: N802
        """The endpoint of a URL, plain or with the peer's certificate and name verified."""
        host = uri.host.decode("ascii")
        # Scrapy's resolver knows IPv4 only, and asks for literals too.
        kind = TCP6ClientEndpoint if isIPv6Address(host) else HostnameEndpoint
        endpoint: IStreamClientEndpoint = kind(  # type: ignore[assignment]
            _GuardedReactor(self._reactor, host, uri.port, self._allowed),
            host,
            uri.port,
            timeout=self._timeout,
            bindAddress=self._bind_address,
        )
        if uri.scheme == b"http":
            return endpoint
        if uri.scheme == b"https":
            return wrapClientTLS(self._creator(host), endpoint)
        raise SchemeNotSupported(f"Unsupported scheme: {uri.scheme!r}")

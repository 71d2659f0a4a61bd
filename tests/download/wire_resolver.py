"""A name resolver that asks nobody: numbers are numbers, names stand in a table."""

import socket

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver, IHostResolution
from zope.interface import implementer

NAMES = {
    "localhost": ["127.0.0.1", "::1"],
    "inside.example": ["10.0.0.7"],
    "metadata.example": ["169.254.169.254"],
    "tunnelled.example": ["64:ff9b::7f00:1", "2002:7f00:1::1", "::ffff:127.0.0.1"],
}


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name):
        self.name = name

    def cancel(self):
        raise NotImplementedError


@implementer(IHostnameResolver)
class TableResolver:
    """For TWISTED_DNS_RESOLVER."""

    def __init__(self, reactor, names=NAMES):
        self.reactor = reactor
        self.names = names

    @classmethod
    def from_crawler(cls, crawler, reactor):
        return cls(reactor)

    def install_on_reactor(self):
        self.reactor.installNameResolver(self)

    def resolveHostName(self, receiver, name, portNumber=0, *rest, **more):  # noqa: N802, N803
        resolution = _Resolution(name)
        receiver.resolutionBegan(resolution)
        for address in self.names.get(name.lower(), None) or self.numeric(name):
            kind = IPv6Address if ":" in address else IPv4Address
            receiver.addressResolved(kind("TCP", address, portNumber))
        receiver.resolutionComplete()
        return resolution

    @staticmethod
    def numeric(name):
        try:
            found = socket.getaddrinfo(
                name, 80, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
            )
        except (OSError, UnicodeError):
            return []
        return [sockaddr[0] for *_, sockaddr in found]

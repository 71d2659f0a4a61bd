"""A resolver that says of every name what it was told to; no packet leaves for an answer."""

from typing import Any, Self

from scrapy.crawler import Crawler
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver, IHostResolution
from zope.interface import implementer


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Nothing is under way."""


@implementer(IHostnameResolver)
class Lying:
    """Resolves every name to HOSTILE_RESOLVES."""

    def __init__(self, reactor: Any, address: str) -> None:
        self._reactor, self._address = reactor, address

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> Self:
        """Build it."""
        return cls(reactor, crawler.settings["HOSTILE_RESOLVES"])

    def install_on_reactor(self) -> None:
        """Take the place of the system's resolver."""
        self._reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        *_: object,
        **__: object,
    ) -> _Resolution:
        """Say it at once."""
        resolution = _Resolution(hostName)
        kind = IPv6Address if ":" in self._address else IPv4Address
        resolutionReceiver.resolutionBegan(resolution)
        resolutionReceiver.addressResolved(kind("TCP", self._address, portNumber))
        resolutionReceiver.resolutionComplete()
        return resolution

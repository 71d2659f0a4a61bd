"""Which failures of a download say something about the host and not about the page."""

from enum import Enum

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from twisted.internet.error import ConnectError, ConnectionClosed, DNSLookupError


class Outage(Enum):
    """What a failure says of the host."""

    GONE = "no connection, or one that broke before the answer's end"
    SLOW = "the time ran out"
    NONE = "the host answered, or was not asked"


def outage(error: BaseException) -> Outage:
    """What an exception of the downloader says of the host."""
    if isinstance(error, DownloadTimeoutError):
        return Outage.SLOW
    if isinstance(error, ResponseDataLossError):
        return Outage.NONE
    gone = (
        CannotResolveHostError,
        DownloadConnectionRefusedError,
        DownloadFailedError,
        ConnectError,
        ConnectionClosed,
        DNSLookupError,
    )
    return Outage.GONE if isinstance(error, gone) else Outage.NONE

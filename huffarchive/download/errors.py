"""What the failure of a download means."""

from collections.abc import Sequence

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from service_identity import VerificationError
from service_identity.exceptions import CertificateError
from twisted.internet.error import (
    ConnectError,
    ConnectingCancelledError,
    ConnectionClosed,
    DNSLookupError,
)
from twisted.python.failure import Failure
from twisted.web._newclient import RequestNotSent, RequestTransmissionFailed
from twisted.web.client import ResponseFailed
from twisted.web.http import PotentialDataLoss, _DataLoss

from huffarchive.download.endpoint import UnsafeAddressError
from huffarchive.http import Exchange
from huffarchive.outcome import Reason

_UNREACHABLE = (
    CannotResolveHostError,
    ConnectError,
    ConnectingCancelledError,
    DNSLookupError,
    DownloadConnectionRefusedError,
)
_TLS = (SSL.Error, VerificationError, CertificateError)
_CUT = (
    ConnectionClosed,
    DownloadFailedError,
    PotentialDataLoss,
    RequestNotSent,
    RequestTransmissionFailed,
    ResponseDataLossError,
    ResponseFailed,
    _DataLoss,
)


def reason(error: BaseException | Failure, exchanges: Sequence[Exchange] = ()) -> Reason:
    """Why a download failed; Reason.ERROR for whatever is not the network's doing.

    `error` is what the errback got or `engine.download_async` raised, `exchanges` what
    `recorded(request)` has: an error of TLS is one of the connection once a request went out.
    """
    found = _tree(error)

    def among(*kinds: type[BaseException]) -> bool:
        return any(isinstance(each, kinds) for each in found)

    if among(UnsafeAddressError):
        return Reason.UNSAFE_ADDRESS
    if among(DownloadCancelledError):
        return Reason.TOO_LARGE
    if among(*_UNREACHABLE):
        return Reason.UNREACHABLE
    if among(DownloadTimeoutError):
        return Reason.TIMEOUT
    if among(*_TLS):
        return Reason.CUT if exchanges else Reason.TLS
    if among(*_CUT):
        last = exchanges[-1].response[:5] if exchanges else b""
        if not b"HTTP/".startswith(last):
            return Reason.MALFORMED
        return Reason.CUT if all(isinstance(each, _CUT) for each in found) else Reason.MALFORMED
    return Reason.ERROR


def _tree(error: BaseException | Failure) -> list[BaseException]:
    """An exception with all that it wraps or was raised from."""
    found: list[BaseException] = []
    left: list[BaseException | Failure | None] = [error]
    while left:
        each = left.pop()
        if isinstance(each, Failure):
            each = each.value
        if each is not None and not any(each is other for other in found):
            found.append(each)
            left += [*getattr(each, "reasons", ()), each.__cause__]
    return found

"""Every failure of a download has a reason from the closed list."""

from datetime import UTC, datetime

import pytest
from OpenSSL import SSL
from scrapy import exceptions as scrapy
from twisted.internet import defer, error
from twisted.python.failure import Failure
from twisted.web import _newclient, http
from twisted.web.client import ResponseFailed, ResponseNeverReceived

from huffarchive.download.endpoint import UnsafeAddressError
from huffarchive.download.errors import reason
from huffarchive.http import Exchange

SENT = (Exchange("http://a/", b"GET / HTTP/1.1\r\n\r\n", b"", datetime.now(UTC)),)


def because(error, cause):
    error.__cause__ = cause
    return error


def failed(*reasons, kind=ResponseFailed):
    cause = kind([Failure(each) for each in reasons])
    return because(scrapy.DownloadFailedError(str(cause)), cause)


CASES = [
    (scrapy.CannotResolveHostError(), (), "unreachable"),
    (scrapy.DownloadConnectionRefusedError(), (), "unreachable"),
    (error.NoRouteError(), (), "unreachable"),
    (error.TCPTimedOutError(), (), "unreachable"),
    (error.ConnectBindError(), (), "unreachable"),
    (because(scrapy.DownloadTimeoutError(), error.TimeoutError()), (), "unreachable"),
    (
        because(scrapy.DownloadTimeoutError(), error.ConnectingCancelledError(None)),
        (),
        "unreachable",
    ),
    (because(scrapy.DownloadTimeoutError(), error.DNSLookupError()), (), "unreachable"),
    (scrapy.DownloadTimeoutError(), SENT, "timeout"),
    (because(scrapy.DownloadTimeoutError(), defer.CancelledError()), SENT, "timeout"),
    (scrapy.DownloadCancelledError(), SENT, "too_large"),
    (scrapy.ResponseDataLossError(), SENT, "cut"),
    (failed(error.ConnectionDone()), SENT, "cut"),
    (failed(error.ConnectionLost(), kind=ResponseNeverReceived), SENT, "cut"),
    (failed(error.ConnectionLost(), http._DataLoss()), SENT, "cut"),
    (_newclient.RequestTransmissionFailed([Failure(error.ConnectionLost())]), SENT, "cut"),
    (_newclient.RequestNotSent(), (), "cut"),
    (failed(SSL.Error([]), kind=ResponseNeverReceived), (), "tls"),
    (failed(SSL.Error([]), kind=ResponseNeverReceived), SENT, "cut"),
    (failed(SSL.Error([]), http._DataLoss()), SENT, "cut"),
    (failed(_newclient.ParseError("no", b"SSH")), SENT, "malformed"),
    (failed(_newclient.BadResponseVersion("no", b"ICY")), SENT, "malformed"),
    (failed(KeyError(b"br")), SENT, "malformed"),
    (failed(ValueError("lengths")), SENT, "malformed"),
    (failed(http._MalformedChunkedDataError(), http._DataLoss()), SENT, "malformed"),
    (UnsafeAddressError(), (), "unsafe_address"),
    (failed(UnsafeAddressError()), (), "unsafe_address"),
    (scrapy.NotSupported(), (), "error"),
    (scrapy.UnsupportedURLSchemeError(), (), "error"),
    (scrapy.IgnoreRequest(), (), "error"),
    (scrapy.StopDownload(), (), "error"),
    (ValueError(), (), "error"),
    (KeyError(), SENT, "error"),
    (RuntimeError(), (), "error"),
]


@pytest.mark.parametrize(("value", "exchanges", "expected"), CASES)
def test_reason(value, exchanges, expected):
    assert reason(value, exchanges) == expected
    assert reason(Failure(value), exchanges) == expected


def test_a_circle_of_causes_ends():
    first, second = ValueError(), ValueError()
    first.__cause__, second.__cause__ = second, first
    assert reason(first) == "error"

"""The names that the tap uses although Scrapy and Twisted keep them to themselves."""

from importlib import import_module
from importlib.metadata import version

SCRAPY = "~=2.19.0"
"""The series of Scrapy in which the names were read and tried; pyproject.toml pins the same."""

PRIVATE_NAMES = (
    "scrapy.core.downloader.handlers.http11:_LenientHTTP11ClientFactory.buildProtocol",
    "scrapy.core.downloader.handlers.http11:_LenientHTTP11ClientProtocol.request",
    "scrapy.utils._download_handlers:make_response",
    "scrapy.utils._download_handlers:normalize_bind_address",
    "scrapy.utils._download_handlers:wrap_twisted_exceptions",
    "twisted.internet._sslverify:IOpenSSLTrustRoot",
    "twisted.internet._sslverify:OpenSSLDefaultPaths._addCACertsToContext",
    "twisted.web._newclient:HEADER",
    "twisted.web._newclient:STATUS",
    "twisted.web._newclient:HTTP11ClientProtocol._currentRequest",
    "twisted.web._newclient:HTTP11ClientProtocol._finishResponse",
    "twisted.web._newclient:HTTP11ClientProtocol._finishResponse_WAITING",
    "twisted.web._newclient:HTTP11ClientProtocol._parser",
    "twisted.web._newclient:HTTPClientParser.MAX_LENGTH",
    "twisted.web._newclient:ParseError",
    "twisted.web._newclient:Request.writeTo",
    "twisted.web._newclient:RequestNotSent",
    "twisted.web._newclient:RequestTransmissionFailed",
    "twisted.web.client:HTTPConnectionPool._factory",
    "twisted.web.http:_DataLoss",
)


class PrivateNameMissingError(ImportError):
    """A name that the tap needs is not in the Scrapy or Twisted that is installed."""


def check_private_names(names: tuple[str, ...] = PRIVATE_NAMES) -> None:
    """Find every name (`module:attribute.attribute`) or raise PrivateNameMissingError.

    The message is one line: the first missing name, what is installed, what to install.
    """
    for name in names:
        module, _, path = name.partition(":")
        try:
            found: object = import_module(module)
            for attribute in path.split("."):
                found = getattr(found, attribute)
        except (ImportError, AttributeError) as error:
            raise PrivateNameMissingError(
                f"the tap needs {name}, which Scrapy {version('scrapy')} with Twisted "
                f"{version('twisted')} does not have: install scrapy{SCRAPY} as pyproject.toml says"
            ) from error

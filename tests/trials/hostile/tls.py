"""Servers' sides of TLS: a good one, and those that nobody should talk to."""

import ssl
import warnings
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import trustme


@lru_cache(maxsize=1)
def authority() -> trustme.CA:
    """The one authority that the crawls are told to trust."""
    return trustme.CA()


def write_authority(folder: Path) -> Path:
    """The authority's certificate as a file."""
    path = folder / "ca.pem"
    if not path.exists():
        authority().cert_pem.write_to_path(path)
    return path


def context(kind: str) -> ssl.SSLContext:
    """The context of a kind: good, self_signed, expired, not_yet, wrong_host, old, another_ca."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.set_alpn_protocols(["h2", "http/1.1"])
    issuer = trustme.CA() if kind in ("self_signed", "another_ca") else authority()
    names = ("huffpost.invalid",) if kind == "wrong_host" else ("127.0.0.1", "localhost")
    now = datetime.now(UTC)
    if kind == "expired":
        cert = issuer.issue_cert(*names, not_after=now - timedelta(days=1))
    else:
        cert = issuer.issue_cert(*names)
    cert.configure_cert(made)
    if kind == "old":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # old on purpose
            made.minimum_version = ssl.TLSVersion.TLSv1
            made.maximum_version = ssl.TLSVersion.TLSv1_1
        made.set_ciphers("ALL:@SECLEVEL=0")
    return made

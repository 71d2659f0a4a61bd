"""The one gate of scope, for every address, whoever named it."""

from urllib.parse import urlsplit

from huffarchive.outcome import Reason
from huffarchive.sources.services import Services
from huffarchive.spiders.job import Job
from huffarchive.urls import OutOfScope, identify


def refusal(url: str, job: Job, services: Services) -> Reason | None:
    """Why an address is not asked in a run; None for the edition's own and its sources'."""
    edition = job.edition
    if services.of(url) in job.sources:
        return None
    parts = urlsplit(url)
    if parts.path == "/robots.txt":
        fault = edition.fault(parts.scheme, parts.hostname or "", parts.port, parts.path)
        return Reason.OUT_OF_SCOPE if fault else None
    where = identify(url, edition)
    if isinstance(where, OutOfScope) or edition.located(where.url) != where.url:
        return Reason.OUT_OF_SCOPE
    # A URL inside a URL is judged by the inner one, but it is the outer one that is asked.
    return None if urlsplit(where.url).netloc == parts.netloc else Reason.OUT_OF_SCOPE

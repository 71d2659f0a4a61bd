"""Why a request was not sent."""

from scrapy.exceptions import IgnoreRequest

from huffarchive.outcome import Reason


class Refused(IgnoreRequest):
    """A request that must not be sent; its errback gets this as `failure.value`."""

    def __init__(
        self,
        reason: Reason,
        detail: str = "",
        *,
        lasting: bool = True,
        again: float | None = None,
    ) -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail
        self.lasting = lasting
        """False where the cause is a failure that may pass: robots.txt could not be had, or the
        host does not answer. Asking again later, in this run or the next, is right then."""
        self.again = again
        """Seconds after which this run should ask again, where it should wait for that."""


class Stopped(IgnoreRequest):
    """The request was not sent, and its page is as wanted as before: it need wait here no longer.

    The run is ending, or the host is to be left alone for `seconds`.
    """

    def __init__(self, name: str, seconds: float | None = None) -> None:
        super().__init__(name)
        self.seconds = seconds

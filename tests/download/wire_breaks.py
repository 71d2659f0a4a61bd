"""Ways to break the tap on purpose: each must make the contract fail."""

from huffarchive.download import recording, tap


def keeps_the_surplus() -> None:
    finish = tap.TapProtocol._finishResponse
    tap.TapProtocol._finishResponse = lambda self, rest: (
        finish(self, b"") if self._attempt is not None else finish(self, rest)
    )


def loses_the_last_byte_of_a_read() -> None:
    def broken(self, attempt, data):
        if self._attempt is attempt:
            attempt.response += data[:-1]
        super(tap.TapProtocol, self).dataReceived(data)

    tap.TapProtocol._receive = broken


def rewrites_the_head() -> None:
    exchange = recording.Attempt.exchange

    def broken(self, url):
        self.response = bytearray(bytes(self.response).replace(b"content-", b"Content-"))
        return exchange(self, url)

    recording.Attempt.exchange = broken


def forgets_the_first_attempt() -> None:
    publish = recording.Recording.publish

    def broken(self, request):
        del self.attempts[:-1]
        publish(self, request)

    recording.Recording.publish = broken


def misses_request_bodies() -> None:
    tap._Tee.write = lambda self, data: self._transport.write(data)


def says_whole_of_what_was_cut() -> None:
    publish = recording.Recording.publish

    def broken(self, request):
        for attempt in self.attempts:
            attempt.whole, attempt.truncated = True, None
        publish(self, request)

    recording.Recording.publish = broken


def has_no_bound_on_heads() -> None:
    tap.TapProtocol._in_head = False

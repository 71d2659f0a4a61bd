"""An HTTP response as the rules look at it: its framing, worked out once."""

from dataclasses import dataclass

from huffarchive.message import Message, MessageError
from huffarchive.verify.chunks import Chunking, walk


@dataclass(frozen=True, slots=True)
class Response:
    """A response: its message, and what its head says of its body."""

    message: Message
    chunked: bool
    coded: bool
    """Whether it has a Transfer-Encoding."""
    lengths: tuple[str, ...]
    """Values of Content-Length."""
    codings: tuple[str, ...]
    """Content codings, the outermost last."""
    chunking: Chunking | None
    """How a chunked body keeps to its coding; None when it is not chunked."""
    broken_at: int
    """Byte of the body where the chunks break or end."""

    @classmethod
    def parse(cls, block: bytes) -> "Response | None":
        """Take a block apart; None when it holds no HTTP response."""
        try:
            message = Message.parse(block, lenient=True)
        except MessageError:
            return None
        transfer: list[str] = []
        lengths: list[str] = []
        codings: list[str] = []
        lists = {
            "transfer-encoding": transfer,
            "content-length": lengths,
            "content-encoding": codings,
        }
        for name, value in message.headers:
            if (found := lists.get(name.lower())) is not None:
                found += [part.strip().lower() for part in value.split(",") if part.strip()]
        chunked = transfer[-1:] == ["chunked"]
        chunking, at = walk(message.body) if chunked else (None, 0)
        return cls(message, chunked, bool(transfer), tuple(lengths), tuple(codings), chunking, at)

    @property
    def entity(self) -> bytes | None:
        """The entity body; None when it cannot be told."""
        try:
            return self.message.entity
        except MessageError:
            return None

    @property
    def length(self) -> int | None:
        """The length that its head gives to the body; None when it gives none."""
        text = self.lengths[0] if len(set(self.lengths)) == 1 and not self.coded else ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None

    @property
    def bodiless(self) -> bool:
        """Whether a response of its status has no body, whatever its head says."""
        status = self.message.status
        return status in (204, 304) or 100 <= status < 200

    @property
    def sound(self) -> bool:
        """Whether the body is as long as the head says, and in one way only."""
        if self.chunking is not None:
            return self.chunking is Chunking.WHOLE and not self.lengths
        return not self.lengths or (
            len(self.lengths) == 1 and self.length == len(self.message.body)
        )

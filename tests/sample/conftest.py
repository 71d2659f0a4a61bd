import socket
from collections.abc import Iterator

import pytest
from lxml import html

from huffarchive.sample.server import Service
from huffarchive.sample.site import Site, site
from tests.kit.gold import Gold, Golds


@pytest.fixture(scope="session")
def sample() -> Site:
    return site()


@pytest.fixture(scope="session")
def golds(sample: Site) -> dict[str, Gold]:
    """All gold, written once."""
    return dict(Golds(sample))


@pytest.fixture(scope="session")
def visible(sample: Site) -> dict[str, str]:
    """The visible text of every article's page, white space folded, by record id."""
    found: dict[str, str] = {}
    parser = html.HTMLParser(encoding="utf-8")
    for number in range(sample.size):
        entry = sample.register.entry(number)
        tree = html.document_fromstring(sample.markup(entry).encode(), parser=parser)
        for element in tree.xpath("//script|//style|//head"):
            element.drop_tree()
        found[str(entry.key)] = " ".join(tree.text_content().split())
    return found


@pytest.fixture
def served(sample: Site) -> Iterator[Service]:
    with Service(sample) as service:
        yield service


class Wire:
    """A client that hides nothing: it sends bytes and returns the bytes of one answer."""

    def __init__(self, base: str) -> None:
        host, port = base.removeprefix("http://").split(":")
        self.host = f"{host}:{port}"
        self.socket = socket.create_connection((host, int(port)), timeout=60)

    def ask(self, path: str, *headers: str, method: str = "GET") -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}", *headers, "", ""]
        self.socket.sendall("\r\n".join(lines).encode("latin-1"))
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, body = data.partition(b"\r\n\r\n")
        low = head.lower()
        if method == "HEAD" or b" 304 " in head.split(b"\r\n")[0]:
            return data
        if b"transfer-encoding: chunked" in low:
            while not (body.endswith(b"\r\n\r\n") and b"\r\n0\r\n" in b"\r\n" + body):
                body += self._more()
        else:
            length = int(low.split(b"content-length: ")[1].split(b"\r\n")[0])
            while len(body) < length:
                body += self._more()
        return head + b"\r\n\r\n" + body

    def _more(self) -> bytes:
        data = self.socket.recv(65536)
        assert data, "the server closed the connection"
        return data

    def close(self) -> None:
        self.socket.close()


@pytest.fixture
def wire(served: Service) -> Iterator[Wire]:
    wire = Wire(served.base)
    yield wire
    wire.close()

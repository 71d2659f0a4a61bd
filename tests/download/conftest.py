"""One crawl over all kinds, plain and TLS, shared by the tests that look at it."""

import pickle
import ssl
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import trustme

from tests.download.wire_kinds import KINDS, PATIENT, SECONDS, Kind, Plan, Result
from tests.download.wire_server import Listener, Logged
from tests.kit.command import python
from tests.kit.shared import shared

HERE = Path(__file__).parent


@dataclass
class Seen:
    """One kind: what the server logged and what the crawl recorded."""

    kind: Kind
    base: str
    log: list[Logged]
    results: list[Result]


class Crawls:
    """Runs crawls in processes of their own against listeners of this one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ca = trustme.CA()
        self.ca_file = folder / "ca.pem"
        self.ca.cert_pem.write_to_path(self.ca_file)

    def context(self, *names: str, **options: object) -> ssl.SSLContext:
        """A server's side of TLS, with a certificate of our authority."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["h2", "http/1.1"])
        for option, value in options.items():
            setattr(context, option, value)
        self.ca.issue_cert(*(names or ("127.0.0.1",))).configure_cert(context)
        return context

    def run(self, plan: Plan) -> dict[str, list[Result]]:
        finished = python(str(HERE / "wire_crawl.py"), stdin=pickle.dumps(plan))
        assert finished.code == 0, finished.err[-4000:]
        return pickle.loads(Path(plan.results).read_bytes())

    def wire(self, kinds, schemes=("http", "https"), breakage=None, **settings):
        with ExitStack() as stack:
            context = self.context()
            listeners = {
                f"{scheme}-{kind.name}": stack.enter_context(
                    Listener(kind, context if scheme == "https" else None)
                )
                for kind in kinds
                for scheme in schemes
            }
            defaults = {
                "HUFFARCHIVE_ALLOWED_HOSTS": [f"127.0.0.1:{x.port}" for x in listeners.values()],
                "HUFFARCHIVE_CA_FILE": str(self.ca_file),
            }
            chains = {}
            for name, x in listeners.items():
                meant = breakage is not None or x.kind.reason == "timeout"
                asks = (replace(ask, seconds=SECONDS if meant else PATIENT) for ask in x.kind.asks)
                chains[name] = (x.base, tuple(asks))
            results = self.run(
                Plan(
                    chains,
                    defaults | settings,
                    str(self.folder / "results.pickle"),
                    breakage,
                )
            )
            return {
                name: Seen(x.kind, x.base, x.log, results.get(name, []))
                for name, x in listeners.items()
            }


@pytest.fixture(scope="session")
def crawls(tmp_path_factory) -> Crawls:
    return Crawls(tmp_path_factory.mktemp("capture"))


@pytest.fixture(scope="session")
def wire(tmp_path_factory) -> dict[str, Seen]:
    """What every kind gave, by scheme and name."""
    return shared(tmp_path_factory, "wire", lambda folder: Crawls(folder).wire(KINDS))

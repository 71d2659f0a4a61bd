"""What the handler refuses, and whom it trusts: crawls over loopback with a canary."""

import re
import socket
import ssl
import threading
import time
import warnings
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
import trustme

from tests.download.wire_kinds import KINDS, OK, Ask, Plan, kind, whole
from tests.download.wire_server import Listener

PLAIN = next(kind for kind in KINDS if kind.name == "length")
RESOLVER = {"TWISTED_DNS_RESOLVER": "wire_resolver.TableResolver"}

SPELLINGS = """
127.0.0.1 127.1 127.0.1 0x7f000001 0x7f.1 2130706433 017700000001 0177.0.0.1 0 0.0.0.0 127.8.9.10
localhost LOCALHOST [::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:0:0:1] [::127.0.0.1]
[64:ff9b::7f00:1] [2002:7f00:1::1] [fe80::1] [fd00::1] [ff02::1]
10.0.0.1 172.16.0.1 192.168.0.1 169.254.169.254 100.64.0.1 224.0.0.1 255.255.255.255
inside.example metadata.example tunnelled.example
""".split()  # noqa: SIM905


@pytest.fixture(scope="module")
def canary():
    with Listener(PLAIN) as listener:
        yield listener


def ask_all(crawls, canary, hosts, **settings):
    chains = {
        f"{scheme}://{host}": (f"{scheme}://{host}:{canary.port}", (Ask(),))
        for host in hosts
        for scheme in ("http", "https")
    }
    results = crawls.run(Plan(chains, settings, str(crawls.folder / "gate.pickle")))
    return {name: results[name][0] for name in chains}


def test_no_spelling_of_a_private_address_passes(crawls, canary):
    results = ask_all(
        crawls,
        canary,
        SPELLINGS,
        HUFFARCHIVE_ALLOWED_HOSTS=[f"127.0.0.1:{canary.port + 1}", "127.0.0.1"],
        **RESOLVER,
    )
    assert {name: r.reason for name, r in results.items()} == dict.fromkeys(
        results, "unsafe_address"
    )
    assert all(result.exchanges == () for result in results.values())
    assert canary.log == []


def test_nor_with_the_resolver_that_scrapy_has(crawls, canary):
    hosts = ["127.0.0.1", "127.1", "0x7f000001", "2130706433", "017700000001", "0", "localhost"]
    results = ask_all(crawls, canary, hosts)
    assert {r.reason for r in results.values()} == {"unsafe_address"}
    assert canary.log == []


def test_what_does_not_resolve_is_unreachable(crawls, canary):
    hosts = [
        "nowhere.example",
        "256.256.256.256",
        "127.0.0.1.1",
        "a..b",
        "-x.example",
        "x" * 64,
        "127.0.0.1:1@inside",
    ]
    results = ask_all(crawls, canary, hosts, **RESOLVER)
    assert {name: r.reason for name, r in results.items()} == dict.fromkeys(results, "unreachable")
    assert canary.log == []


def test_no_proxy_is_used(crawls, canary, monkeypatch):
    """Its answers would not be the server's, and the address would be checked by nobody."""
    monkeypatch.setenv("http_proxy", canary.base)
    monkeypatch.setenv("no_proxy", "")
    plan = Plan(
        {"proxied": ("http://www.example.org", (Ask(),))},
        {"HTTPPROXY_ENABLED": True, "HUFFARCHIVE_ALLOWED_HOSTS": [canary.base[7:]], **RESOLVER},
        str(crawls.folder / "proxy.pickle"),
    )
    [result] = crawls.run(plan)["proxied"]
    assert (result.reason, result.exchanges) == ("error", ())
    assert "never through a proxy" in result.error
    assert canary.log == []


def test_a_closed_port_is_unreachable(crawls):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    results = crawls.run(
        Plan(
            {"closed": (f"http://127.0.0.1:{port}", (Ask(),))},
            {"HUFFARCHIVE_ALLOWED_HOSTS": [f"127.0.0.1:{port}"]},
            str(crawls.folder / "closed.pickle"),
        )
    )
    assert [(r.reason, r.exchanges) for r in results["closed"]] == [("unreachable", ())]


SLOW = 6.0


class NoTls:
    """Says `greeting` to whoever connects, TLS or not, and nothing more."""

    log = ()

    def __init__(self, greeting=b""):
        self.greeting = greeting

    def __enter__(self):
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.base = f"https://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._greet, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listening.close()

    def _greet(self):
        connection, _ = self._listening.accept()
        connection.sendall(self.greeting)
        connection.recv(65536)
        time.sleep(SLOW + 1)
        connection.close()


class Lingering(Listener):
    """Never closes a connection; `closed` has the seconds after which the client did."""

    def _answer(self, connection, pieces, logged):
        super()._answer(connection, pieces, logged)
        began = time.monotonic()
        raw = socket.socket(fileno=connection.detach())
        raw.settimeout(8)
        try:
            while raw.recv(65536):
                pass
        except ConnectionResetError:
            pass
        except TimeoutError:
            return
        finally:
            raw.close()
        self.closed = time.monotonic() - began


@pytest.fixture(scope="module")
def tls(crawls):
    """One crawl over servers that are each odd in their own way; results and listeners by name."""
    stranger = trustme.CA()
    context = crawls.context()

    def of(authority, **options):
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1", **options).configure_cert(made)
        return made

    yesterday = datetime.now(UTC) - timedelta(days=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # we know that it is deprecated
        old = crawls.context(
            minimum_version=ssl.TLSVersion.TLSv1_1, maximum_version=ssl.TLSVersion.TLSv1_1
        )
    old.set_ciphers("ALL:@SECLEVEL=0")
    until_drop = kind("until-drop", OK + b"\r\nbody", end="drop")
    done_with = kind("done-with", whole(b"ok", b"Connection: close"))
    listeners = {
        "good": Listener(PLAIN, context),
        "tls-1.2": Listener(PLAIN, crawls.context(maximum_version=ssl.TLSVersion.TLSv1_2)),
        "tls-1.1": Listener(PLAIN, old),
        "stranger": Listener(PLAIN, of(stranger)),
        "expired": Listener(PLAIN, of(crawls.ca, not_after=yesterday)),
        "other-host": Listener(PLAIN, crawls.context("www.example.org")),
        "http-2-only": Listener(PLAIN, crawls.context()),
        "no-tls": NoTls(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        "until-drop": Listener(until_drop, context),
        "until-drop-plain": Listener(until_drop),
        "lingering": Lingering(done_with, context),
        "lingering-plain": Lingering(done_with),
        "lingering-malformed": Lingering(kind("ssh", b"SSH-2.0-x\r\n"), context),
        "deaf": NoTls(),
    }
    listeners["http-2-only"].context.set_alpn_protocols(["h2"])
    with ExitStack() as stack:
        for listener in listeners.values():
            stack.enter_context(listener)
        bases = {name: listener.base for name, listener in listeners.items()}
        results = crawls.run(
            Plan(
                {name: (base, (Ask(),)) for name, base in bases.items()},
                {
                    "HUFFARCHIVE_ALLOWED_HOSTS": [x.split("//")[1] for x in bases.values()],
                    "HUFFARCHIVE_CA_FILE": str(crawls.ca_file),
                    "DOWNLOAD_TIMEOUT": SLOW,
                },
                str(crawls.folder / "tls.pickle"),
            )
        )
        yield {name: result for name, [result] in results.items()}, listeners


@pytest.mark.parametrize("name", ["stranger", "expired", "other-host", "tls-1.1", "no-tls"])
def test_who_is_not_who_they_should_be_gets_no_request(tls, name):
    results, listeners = tls
    assert (results[name].reason, results[name].exchanges) == ("tls", ())
    assert not listeners[name].log


@pytest.mark.parametrize(
    ("name", "version", "cipher"),
    [
        ("good", "tls/1.3", r"TLS_[A-Z0-9]+_\w+"),
        ("tls-1.2", "tls/1.2", r"TLS_ECDHE_(RSA|ECDSA)_WITH_\w+"),
    ],
)
def test_version_and_cipher_have_their_registered_names(tls, name, version, cipher):
    [exchange] = tls[0][name].exchanges
    assert exchange.protocols == ("http/1.1", version)
    assert re.fullmatch(cipher, exchange.cipher)
    assert exchange.truncated is None


def test_http_2_is_never_spoken(tls):
    """Asked for what it speaks, the client says HTTP/1.1; who has only HTTP/2 gets that too."""
    results, listeners = tls
    assert [logged.alpn for logged in listeners["good"].log] == ["http/1.1"]
    assert [logged.alpn for logged in listeners["http-2-only"].log] == [None]
    [exchange] = results["http-2-only"].exchanges
    assert exchange.request.startswith(b"GET /page HTTP/1.1\r\n")


def test_a_handshake_without_end_ends_in_time(tls):
    assert (tls[0]["deaf"].reason, tls[0]["deaf"].exchanges) == ("timeout", ())


def test_the_end_of_tcp_is_not_the_end_of_tls(tls):
    """A body without a length is whole when its connection ends well, and only then."""
    plain, secure = tls[0]["until-drop-plain"], tls[0]["until-drop"]
    assert (plain.reason, plain.exchanges[0].truncated) == (None, None)
    assert (secure.reason, secure.exchanges[0].truncated) == ("cut", "disconnect")
    assert secure.exchanges[0].response == plain.exchanges[0].response == OK + b"\r\nbody"


@pytest.mark.realtime
@pytest.mark.parametrize(
    ("name", "reason"),
    [("lingering", None), ("lingering-plain", None), ("lingering-malformed", "malformed")],
)
def test_a_connection_that_is_done_with_does_not_stay(tls, name, reason):
    results, listeners = tls
    assert results[name].reason == reason
    assert listeners[name].closed < SLOW - 0.5

"""Hooks tell of a run, and whatever becomes of them, the run is not told by it."""

import gzip
import json
import logging
import shlex
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
from prometheus_client.parser import text_string_to_metric_families
from scrapy.settings import Settings

from huffarchive.archive.archive import Archive
from huffarchive.archive.status import archive_status, write_status
from huffarchive.crawl import hooks
from huffarchive.crawl.display import Progress, Standing
from huffarchive.crawl.hooks import Hooks, log_as_json, notify
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.exits import Exit
from huffarchive.outcome import State
from huffarchive.storage.paths import ArchivePaths
from tests.e2e.conftest import options
from tests.e2e.scripted import BASE, Site, article, path
from tests.kit.command import scrapy


@contextmanager
def listening(how: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """A server that logs what it is told and answers, answers 500, redirects, or hangs."""
    told: list[tuple[str, str]] = []
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            told.append((self.path, body))
            if how == "hangs":
                over.wait(250)
                return
            code = {"logs": 200, "500": 500, "redirects": 302, "talks": 500}[how]
            talk = f"\x1b[31mred\x0bline\x85line {self.path}"
            self.send_response(code, talk if how == "talks" else None)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/ping/secret", told
    finally:
        over.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "said"),
    [("logs", ""), ("500", "(HTTP 500)"), ("redirects", "(HTTP 302)"), ("hangs", "no answer"),
     ("talks", "(HTTP 500)")],
)  # fmt: skip
@pytest.mark.timeout(60)
def test_no_server_ends_or_delays_a_run(
    how: str, said: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The server that hangs does so for longer than the test may take."""
    monkeypatch.setattr(hooks, "_PATIENCE", 2.0 if how == "hangs" else 50.0)
    monkeypatch.setattr(hooks, "_SECONDS", 250.0)
    with listening(how) as (url, told):
        made = Hooks(Settings({"HUFFARCHIVE_PING_URL": f"{url}?rid=1"}), "qc")
        made.began()
        made.under_way("line", {})  # too early for another ping
        made.ended(Exit.FAILURES, "Résumé\n", {})
    assert told[:2] == [("/ping/secret/start?rid=1", ""), ("/ping/secret/3?rid=1", "Résumé\n")]
    assert not [way for way, _ in told if "elsewhere" in way]
    assert said in caplog.text
    assert len(caplog.records) == bool(said)  # once, however often
    assert "secret" not in caplog.text
    assert all(len(x.getMessage()) < 300 and x.getMessage().isprintable() for x in caplog.records)


def test_nobody_there(caplog: pytest.LogCaptureFixture) -> None:
    made = Hooks(Settings({"HUFFARCHIVE_PING_URL": "http://127.0.0.1:1/"}), "qc")
    made.ended(Exit.DONE, "", {})
    assert "Connection refused" in caplog.text


def test_another_run_is_no_news() -> None:
    with listening("logs") as (url, told):
        Hooks(Settings({"HUFFARCHIVE_PING_URL": url}), "qc").ended(Exit.LOCKED, "", {})
    assert told == []


@pytest.mark.parametrize("name", ["METRICS_FILE", "LOG_JSON"])
def test_a_file_that_cannot_be_written_is_a_line_of_the_log(
    name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings({f"HUFFARCHIVE_{name}": str(tmp_path / "no/such.prom")})
    made = Hooks(settings, "qc")
    assert log_as_json(settings, "qc") is None
    made.under_way("line", {"left": 1})
    made.ended(Exit.DONE, "", {"left": 0})
    (line,) = caplog.records
    assert f"HUFFARCHIVE_{name}: " in line.getMessage()
    assert str(tmp_path / "no/such.prom") in line.getMessage()
    assert "; make its folder, or name a place to write to" in line.getMessage()


def test_a_log_on_a_full_disk_is_one_line_of_the_log(
    caplog: pytest.LogCaptureFixture, capfd
) -> None:
    handler = log_as_json(
        Settings({"HUFFARCHIVE_LOG_JSON": "/dev/full", "LOG_LEVEL": "INFO"}), "qc"
    )
    assert handler is not None
    for number in range(3):
        logging.getLogger("x").warning("line %d", number)
    logging.getLogger().removeHandler(handler)
    handler.close()
    said = [line.getMessage() for line in caplog.records]
    assert [text for text in said if text.startswith("line ")] == ["line 0", "line 1", "line 2"]
    (told,) = (text for text in said if not text.startswith("line "))
    assert told.startswith("HUFFARCHIVE_LOG_JSON: no log is written ([Errno 28] No space left")
    assert told.endswith("make room")
    assert capfd.readouterr().err.count("Traceback") == 0


def metrics(path: Path) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(path.read_text())
    return {tuple(s.labels.values()) + (s.name,): s.value for f in families for s in f.samples}


def test_pages_are_the_archives_during_a_run_over_a_list(tmp_path: Path) -> None:
    archive = Archive(ArchivePaths(tmp_path / "warc", tmp_path / "output", "qc"), HUFFPOST_QC)
    archive.want([f"{BASE}{path(n)}" for n in range(3)], "urls")
    archive.commit()
    progress, at = object.__new__(Progress), datetime(2026, 11, 30, tzinfo=UTC)
    run = SimpleNamespace(archive=archive)
    progress._crawler = SimpleNamespace(spider=SimpleNamespace(run=run))
    settings = Settings({"HUFFARCHIVE_METRICS_FILE": str(tmp_path / "m.prom")})
    progress.hooks = Hooks(settings, "qc")
    of_list = dict.fromkeys(State, 0) | {State.WANTED: 1}
    progress._tell(Standing(of_list, 1, None, None, 7, {}), at)
    archive.close(0, "finished")
    told = metrics(tmp_path / "m.prom")
    assert told["qc", "wanted", "huffarchive_pages"] == 3
    assert told["qc", "huffarchive_left"] == told["qc", "huffarchive_running"] == 1
    assert told["qc", "huffarchive_given_up"] == 0
    assert ("qc", "huffarchive_rate") not in told


def test_no_systemd(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "none"))
    notify("READY=1")


def test_a_traceback_is_one_line_of_json(tmp_path: Path) -> None:
    handler = log_as_json(
        Settings({"HUFFARCHIVE_LOG_JSON": str(tmp_path / "log"), "LOG_LEVEL": "INFO"}), "qc"
    )
    assert handler is not None
    try:
        int("é\n\u2028")
    except ValueError:
        logging.getLogger("x").exception("failed: %s", "\u202e")
    logging.getLogger().removeHandler(handler)
    handler.close()
    (line,) = (tmp_path / "log").read_text().splitlines()
    row = json.loads(line)
    assert (row["level"], row["message"], row["archive"]) == ("ERROR", "failed: \u202e", "qc")
    assert "ValueError: invalid literal" in row["traceback"]


def test_a_crawl_tells_all_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    systemd = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    systemd.bind(str(tmp_path / "notify"))
    systemd.settimeout(5)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setenv("HUFFARCHIVE_LOG_JSON", str(tmp_path / "log.json"))
    (listed := tmp_path / "urls.txt").write_text(f"{BASE}{path(1)}\n{BASE}{path(2)}\n")
    with (
        listening("logs") as (url, told),
        Site(tmp_path, {path(1): article(), path(2): article("Autre")}) as site,
    ):
        done = scrapy(
            "crawl", "qc", "-a", f"site={site.url}", "-a", f"urls={listed}", *options(tmp_path),
            "-s", f"HUFFARCHIVE_PING_URL={url}", "-s", f"HUFFARCHIVE_METRICS_FILE={tmp_path}/m.prom",
            "-s", "FTP_PASSWORD=ping/secret", "-s", "HTTP_PROXY=http://me:ping/secret@proxy",
            "-s", "MAIL_PASS=ping/secret", "-L", "DEBUG",
        )  # fmt: skip
    assert done.code == 0, done.err
    assert "ping/secret" not in done.err + done.out
    assert sorted(told) == [("/ping/secret/0", done.out), ("/ping/secret/start", "")]
    places = ArchivePaths(tmp_path / "warc", tmp_path / "output", "qc")
    write_status(places.output / "account.json", found := archive_status(places, HUFFPOST_QC))
    assert shlex.join(["-s", f"HUFFARCHIVE_METRICS_FILE={tmp_path}/m.prom"]) in found["command"]
    kept = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert {"lock", "account.json", "ledger.sqlite3"} <= {file.name for file in kept}
    for file in kept:
        data = file.read_bytes()
        whole = gzip.decompress(data) if file.suffix == ".gz" else data
        assert b"ping/secret" not in whole, file
    figures = metrics(tmp_path / "m.prom")
    assert ("qc", "huffarchive_left") not in figures  # the run's, and it is over
    warcs = sum(file.stat().st_size for file in places.warc.glob("*.warc.gz"))
    assert figures["qc", "huffarchive_warc_bytes"] == warcs > 0
    assert figures["qc", "captured", "huffarchive_pages"] == 2
    assert figures["qc", "huffarchive_exit_status"] == figures["qc", "huffarchive_running"] == 0
    assert all(json.loads(x)["level"] for x in (tmp_path / "log.json").read_text().splitlines())
    states = [systemd.recv(1000).decode() for _ in range(3)]
    systemd.close()
    assert [state.partition("\n")[0] for state in states] == ["READY=1", "WATCHDOG=1", "STOPPING=1"]

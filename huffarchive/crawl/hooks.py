"""Who else is told of a run: a dead man's switch, a metrics file, a log for machines, systemd.

Nothing here ends or delays a run: what cannot be told is a line in the log.
"""

import json
import logging
import os
import socket
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.message import Message
from typing import IO
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from scrapy.settings import BaseSettings

from huffarchive import printable
from huffarchive.exits import Exit
from huffarchive.outcome import State
from huffarchive.politeness.limits import user_agent
from huffarchive.storage import disk

log = logging.getLogger(__name__)

PROGRESS = 600.0
"""Seconds between two pings of a run under way."""
_SECONDS = 5.0
"""Seconds that a ping may take on the network."""
_PATIENCE = 12.0
"""Seconds that a run's end waits for its ping, whatever the server does."""
_MOST = 10_000
"""Bytes of a ping's body: what healthchecks.io keeps."""


def given(settings: BaseSettings, name: str) -> str | None:
    """A setting of this module, or the environment's variable of the same name."""
    return settings.get(name) or os.environ.get(name) or None


Figures = dict[str, float | None]
"""Metrics by their names, "metric/state" where a state is a label; None is not known."""


def of_archive(
    counts: Mapping[State, int] | Mapping[str, int], given_up: int, warc_bytes: int
) -> Figures:
    """The archive's figures, whatever the run is about."""
    named = {f"pages/{state}": counts[state] for state in State}
    return {**named, "given_up": given_up, "warc_bytes": warc_bytes}


class _NoRedirect(HTTPRedirectHandler):
    """The operator named one address, and it may be a private one: no server names another."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        """Follow none."""


class Hooks:
    """What a run's operator asked to be told by."""

    def __init__(self, settings: BaseSettings, archive: str) -> None:
        self._archive = archive
        self._url = given(settings, "HUFFARCHIVE_PING_URL")
        self._metrics = given(settings, "HUFFARCHIVE_METRICS_FILE")
        self._agent = user_agent(settings.get("HUFFARCHIVE_OPERATOR"))
        self._last: threading.Thread | None = None
        self._next = 0.0
        self._failed: set[str] = set()
        """What has failed: it is said once."""

    def began(self) -> None:
        """The run holds its archive."""
        self._ping("/start", "")
        self._next = time.monotonic() + PROGRESS
        notify("READY=1")

    def under_way(self, line: str, figures: Figures) -> None:
        """How far it is, in one line and in numbers."""
        notify(f"WATCHDOG=1\nSTATUS={line}")
        self._measure({**figures, "running": 1})
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + PROGRESS
            self._ping("/log", line)

    def ended(self, status: Exit, summary: str, figures: Figures) -> None:
        """How it ended; that another run holds the archive is no news."""
        if status is Exit.LOCKED:
            return
        notify(f"STOPPING=1\nSTATUS=exit {int(status)}")
        self._measure({**figures, "running": 0, "exit_status": int(status)})
        if (ping := self._ping(f"/{int(status)}", summary)) is not None:
            ping.join(_PATIENCE)
            if ping.is_alive():
                self._say("HUFFARCHIVE_PING_URL", "no answer")

    def _ping(self, way: str, text: str) -> threading.Thread | None:
        if self._url is None:
            return None
        thread = threading.Thread(target=self._send, args=(way, text, self._last), daemon=True)
        self._last = thread
        thread.start()
        return thread

    def _send(self, way: str, text: str, before: threading.Thread | None) -> None:
        """Tell it behind what was to be told before, which a server that hangs holds up a while."""
        if before is not None:
            before.join(_PATIENCE / 2)
        address, _, query = str(self._url).partition("?")
        request = Request(  # noqa: S310 - http or https: see addon.check_values
            address.rstrip("/") + way + ("?" + query if query else ""),
            text.encode()[:_MOST],
            {"User-Agent": self._agent, "Content-Type": "text/plain; charset=utf-8"},
        )
        for last in (False, True):
            try:
                build_opener(_NoRedirect).open(request, timeout=_SECONDS).close()
            except Exception as error:  # noqa: BLE001 - whatever it is, it is not the run's
                if last or isinstance(error, HTTPError):
                    self._say("HUFFARCHIVE_PING_URL", _why(error))
                    return
                time.sleep(0.5)
            else:
                return

    def _measure(self, figures: Figures) -> None:
        if self._metrics is None:
            return
        from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

        registry, gauges = CollectorRegistry(), dict[str, Gauge]()
        for name, value in (figures | {"updated": time.time()}).items():
            if value is None:
                continue
            metric, _, state = name.partition("/")
            labels = {"archive": self._archive} | ({"state": state} if state else {})
            if metric not in gauges:
                full = f"huffarchive_{metric}"
                gauges[metric] = Gauge(full, _HELP[metric], list(labels), registry=registry)
            gauges[metric].labels(**labels).set(value)
        try:
            write_to_textfile(self._metrics, registry)
        except OSError as error:
            why = f"{self._metrics}: {error.strerror}"
            self._say("HUFFARCHIVE_METRICS_FILE", why, _step(error))

    def _say(self, name: str, why: str, step: str = "look at that server") -> None:
        """Once each; without the address, which is a secret as a rule."""
        if name not in self._failed:
            self._failed.add(name)
            log.warning("%s: nobody was told (%s); the run goes on; %s", name, printable(why), step)


def _why(error: Exception) -> str:
    """Why a ping failed, without another's words, which may hold the address."""
    if isinstance(error, HTTPError):
        return f"HTTP {error.code}"
    reason = getattr(error, "reason", error)
    return getattr(reason, "strerror", None) or type(reason).__name__


def _step(error: OSError) -> str:
    """What to do about a file that cannot be written."""
    return "make room" if disk.is_full(error) else "make its folder, or name a place to write to"


_HELP = {
    "pages": "Pages of the archive, by state",
    "left": "Pages that the run may still ask for",
    "given_up": "Pages that failed for good",
    "rate": "Pages settled a second",
    "seconds_left": "Seconds until the run ends, at that rate",
    "warc_bytes": "Bytes of WARC",
    "paused_hosts": "Hosts that are left alone",
    "running": "Whether a run is under way",
    "exit_status": "Exit status of the last run",
    "updated": "When this was written, in seconds since 1970",
}


def notify(state: str) -> None:
    """Tell systemd (sd_notify); nothing where it does not listen."""
    if place := os.environ.get("NOTIFY_SOCKET"):
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as to:
                to.settimeout(1)
                to.sendto(state.encode(), "\0" + place[1:] if place.startswith("@") else place)
        except OSError as error:
            log.debug("systemd was not told: %s", error)


class JsonLines(logging.Formatter):
    """A line of the log as a JSON object, with the traceback where there is one."""

    def __init__(self, archive: str) -> None:
        super().__init__()
        self._archive = archive

    def format(self, record: logging.LogRecord) -> str:
        """The object, in ASCII."""
        row = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "archive": self._archive,
            "message": record.getMessage(),
        }
        if record.exc_info:
            row["traceback"] = self.formatException(record.exc_info)
        return json.dumps(row)


class _JsonFile(logging.FileHandler):
    """A file that is given up, with one line of the log, when it cannot be written to."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - its name in logging
        """Called where the error is handled."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            super().handleError(record)
            return
        logging.getLogger().removeHandler(self)
        with suppress(OSError):
            self.close()
        log.warning(_UNWRITTEN, error, _step(error))


_UNWRITTEN = "HUFFARCHIVE_LOG_JSON: no log is written (%s); the run goes on; %s"


def log_as_json(settings: BaseSettings, archive: str) -> logging.Handler | None:
    """Have the log written to HUFFARCHIVE_LOG_JSON too; "-" is standard error, in place of text."""
    name = given(settings, "HUFFARCHIVE_LOG_JSON")
    if name is None:
        return None
    root, lines = logging.getLogger(), JsonLines(archive)
    if name == "-":
        for handler in root.handlers:
            if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stderr:
                handler.setFormatter(lines)
        return None
    try:
        added = _JsonFile(name, encoding="ascii")
    except OSError as error:
        log.warning(_UNWRITTEN, error, _step(error))
        return None
    added.setFormatter(lines)
    added.setLevel(settings.get("LOG_LEVEL"))
    root.addHandler(added)
    return added

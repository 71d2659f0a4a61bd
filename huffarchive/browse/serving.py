"""The reading room's server: who may ask, for what, what a page may load, what SQL may cost."""

import asyncio
import logging
import re
import sqlite3
import weakref
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from datasette.app import Datasette
from datasette.plugins import pm
from datasette.views.base import DatasetteError
from datasette.views.database import DatabaseView

if TYPE_CHECKING:
    from huffarchive.browse.pages import Pages

log = logging.getLogger(__name__)
App = Callable[..., Awaitable[None]]
_HOSTS = (b"127.0.0.1", b"localhost", b"[::1]")
_DATASETTE = r"^/room(?:[./].*)?$"
"""What is Datasette's own: the tables."""
_PLAIN = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'self'",
}
_REPLAY = _PLAIN | {
    "script-src": "'self' 'wasm-unsafe-eval'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self' data: blob:",
    "worker-src": "'self'",
    "frame-src": "'self' blob:",
}
"""ReplayWeb.page unpacks in a worker, with WebAssembly, and shows in a frame."""
MISSING = "/-/missing"
"""The page of every address that nothing is at."""


def guarded(app: App, routes: Iterable[str], say: Callable[[str], str]) -> App:
    """An ASGI application that answers GET and HEAD to loopback names only, where there is a page.

    A page of another site cannot reach it under a name of its own that leads to loopback, and no
    page of ours may load anything from elsewhere, or run a script that stands in it.
    """
    known = [re.compile(route) for route in (*routes, _DATASETTE)]

    async def guard(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        host = dict(scope["headers"]).get(b"host", b"")
        name = host if host in _HOSTS else host.rpartition(b":")[0]
        if scope["method"] not in {"GET", "HEAD"}:
            await _refuse(send, 405, say("read_only"), (b"allow", b"GET, HEAD"))
        elif name not in _HOSTS:
            await _refuse(send, 421, say("elsewhere"))
        elif words := _searched(scope):
            await send(_start(302, [(b"location", b"/?" + urlencode({"q": words}).encode())]))
            await send({"type": "http.response.body", "body": b""})
        else:
            raw = scope.get("raw_path") or scope["path"].encode()
            path = raw.decode("ascii", "replace").partition("?")[0]
            if not any(route.match(path) for route in known):
                scope = scope | {"path": MISSING, "raw_path": MISSING.encode()}
            await app(scope, receive, _with_policy(send, path))

    return guard


def _searched(scope: dict[str, Any]) -> str:
    """The words that a table is asked for (?_search=): the room finds them, in all their forms."""
    asked = parse_qsl(scope.get("query_string", b"").decode("ascii", "replace"))
    return " ".join(
        value
        for name, value in asked
        if scope["path"].startswith("/room/") and re.fullmatch("_search(?!mode).*", name)
    )


def _start(status: int, headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": headers}


def _with_policy(send: Any, path: str) -> Any:
    replays = path.startswith(("/article/", "/replay/"))
    policy = "; ".join(
        f"{name} {value}" for name, value in (_REPLAY if replays else _PLAIN).items()
    )

    async def sending(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            added = [
                (b"content-security-policy", policy.encode()),
                (b"referrer-policy", b"no-referrer"),
                (b"x-content-type-options", b"nosniff"),
            ]
            message = message | {"headers": [*message.get("headers", []), *added]}
        await send(message)

    return sending


async def _refuse(send: Any, status: int, text: str, *headers: tuple[bytes, bytes]) -> None:
    await send(_start(status, [(b"content-type", b"text/plain; charset=utf-8"), *headers]))
    await send({"type": "http.response.body", "body": f"{text}\n".encode()})


MILLISECONDS = 2000
"""The longest that a search, or anybody's SQL, may take."""
_VALUE = 500_000
"""Bytes of a value in anybody's SQL: one function's work on it cannot be interrupted."""
_OWN_VALUE = 64 << 20
_RESULT = 16 << 20
"""Bytes that a statement may give."""
_HEAP = 128 << 20
"""Bytes that SQLite itself may take, whoever asks."""


def bound(connection: sqlite3.Connection) -> None:
    """Bound what a statement of anybody's may cost; sqlite3.Error or MemoryError beyond it."""
    connection.execute(f"PRAGMA hard_heap_limit = {_HEAP}")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _VALUE)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 100)
    last: Callable[[], object] = lambda: None  # noqa: E731
    given = 0

    def row(cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> sqlite3.Row:
        nonlocal last, given
        if last() is not cursor:
            last, given = weakref.ref(cursor), 0
        given += sum(len(value) for value in values if isinstance(value, str | bytes))
        if given > _RESULT:
            raise sqlite3.OperationalError(f"the result is larger than {_RESULT:,} bytes")
        return sqlite3.Row(cursor, values)

    connection.row_factory = row


async def ask(datasette: Datasette, question: Callable[[sqlite3.Connection], Any]) -> Any:
    """What a function of ours says of the room's database; it may read values of any size."""

    def run(room: sqlite3.Connection) -> Any:
        before = room.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _OWN_VALUE)
        try:
            return question(room)
        finally:
            room.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, before)

    return await datasette.get_database("room").execute_fn(run)


class Table(DatabaseView):  # type: ignore[misc]
    """The answer to anybody's SQL as CSV; Datasette's own is empty where there is an error."""

    async def data(self, *args: Any, **kwargs: Any) -> Any:
        """The rows; DatasetteError where there are none."""
        found = await super().data(*args, **kwargs)
        if "columns" not in found[0]:
            raise DatasetteError("no sql= in the address", status=400)
        if error := found[0]["error"]:
            raise DatasetteError(error, status=400)
        return found


_WHY = (
    ("slow", "interrupted"),
    ("large", "larger than|too big|too large|out of memory"),
    ("forbidden", "invalid sql|must be a select|not authorized|disallowed|pragma|load_extension"),
    ("unknown", "no such"),
    ("syntax", "syntax error|incomplete input|unrecognized token"),
)


def why(error: str, otherwise: str = "failed") -> str:
    """The name of the words that say why SQL was not answered, of what SQLite or Datasette says."""
    found = (name for name, words in _WHY if re.search(words, error, re.IGNORECASE))
    return f"sql_{next(found, otherwise)}"


_NAME = "huffarchive-browse"


def datasette_of(database: Path, pages: "Pages") -> Datasette:
    """The reading room of a database, with these pages."""
    default = pm.get_plugin("datasette.handle_exception")
    if default is not None:  # it prints each miss with all its locals where `rich` is installed
        pm.unregister(default)
    if pm.has_plugin(_NAME):  # of the room that this one follows
        pm.unregister(name=_NAME)
    pm.register(pages, _NAME)
    return Datasette(
        [],
        immutables=[str(database)],
        template_dir=str(Path(__file__).parent / "template"),
        settings={
            "sql_time_limit_ms": MILLISECONDS,
            "allow_download": False,
            "truncate_cells_html": 300,
        },
    )


PATIENCE = 3.0
"""Seconds that who asks waits for a room that is being made anew, before the old one answers."""


class Room:
    """An ASGI application that shows what an archive holds now.

    `make` gives a room's database and pages, and may raise ValueError, OSError or sqlite3.Error.
    It is asked again when `held`, which names the files of the archive, says something else.
    """

    def __init__(
        self, held: Callable[[], object], make: Callable[[], tuple[Path, "Pages"]]
    ) -> None:
        self._held, self._make = held, make
        self._shown = (
            held()
        )  # before it is made: what comes meanwhile is seen at the first question
        self._put(*make())
        self._making: asyncio.Task[None] | None = None
        self._until = 0.0

    def _put(self, database: Path, pages: "Pages") -> None:
        self._datasette = datasette_of(database, pages)
        self._app: App = self._datasette.app()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer; where other files are there, from a new room if it is made in time."""
        if scope["type"] == "http":
            await self._look()
            await self._datasette.invoke_startup()  # which the first of several would still be in
        await self._app(scope, receive, send)

    async def _look(self) -> None:
        clock = asyncio.get_running_loop().time
        try:
            held = await asyncio.to_thread(self._held)
        except OSError:  # such as a file that is gone since its folder was read
            return
        if self._making is None and held != self._shown:
            self._shown = held
            self._until = clock() + PATIENCE
            self._making = asyncio.create_task(self._make_anew())
        if self._making is not None:
            await asyncio.wait({self._making}, timeout=max(0.0, self._until - clock()))

    async def _make_anew(self) -> None:
        try:
            self._put(*await asyncio.to_thread(self._make))
        except (ValueError, OSError, sqlite3.Error) as error:
            log.error("the room stays as it was: %s", error)  # noqa: TRY400
        finally:
            self._making = None


def serve(room: App, port: int) -> None:
    """Serve until a signal comes. OSError when the port is taken."""
    import uvicorn

    # A download that is broken off says so itself, with the capture's name.
    logging.getLogger("uvicorn.error").addFilter(lambda said: "without completing" not in said.msg)
    uvicorn.run(room, host="127.0.0.1", port=port, log_level="warning")


def find_replay(folder: str | None, start: Path) -> Path | None:
    """The folder of ReplayWeb.page's ui.js and sw.js: the one given, or where npm puts it.

    FileNotFoundError when the one given has no such files.
    """
    inner = Path("node_modules", "replaywebpage")
    around = (start, *start.parents) if folder is None else ()
    places = [Path(folder), Path(folder) / inner] if folder is not None else []
    for found in (*places, *(parent / inner for parent in around)):
        if (found / "ui.js").is_file() and (found / "sw.js").is_file():
            return found
    if folder is not None:
        raise FileNotFoundError(
            f"{folder}: no ui.js and sw.js of ReplayWeb.page in it; name their folder"
        )
    return None

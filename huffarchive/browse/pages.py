"""The reading room's pages, as a plugin of Datasette."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from datasette import Response, hookimpl
from datasette.app import Datasette
from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import Request

from huffarchive.browse.answer import Answer, answer
from huffarchive.browse.capture import CaptureError, member
from huffarchive.browse.catalogue import Catalogue
from huffarchive.browse.guard import guarded
from huffarchive.browse.pictures import pictures
from huffarchive.browse.query import PAGE, SHOWN, Query
from huffarchive.browse.room import FACETS
from huffarchive.browse.versions import difference
from huffarchive.browse.words import ENGLISH, FRENCH

_MILLISECONDS = 2000
"""The longest that a search may take."""
_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")
_SCRIPTS = ("ui.js", "sw.js")
_FRAME = (
    '<!doctype html><html lang="fr"><title>ReplayWeb.page</title>'
    '<script src="/replay/ui.js"></script><replay-app-main></replay-app-main></html>'
)


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet beside the results."""

    name: str
    chosen: str | None
    values: list[tuple[str, int, str]]
    """(value, articles, address), the commonest first; years and months in their order."""
    drop: str
    """Address of the search without it."""


class Pages:
    """Routes the search, articles, captures alone and with pictures, ReplayWeb.page's scripts."""

    def __init__(
        self, name: str, language: str, warcs: Path, replay: Path | None, catalogue: Catalogue
    ) -> None:
        self.__name__ = "huffarchive.browse"  # Datasette asks every plugin for it
        self._name = name
        self._language = language
        self._words = FRENCH if language == "fr" else ENGLISH
        self._warcs = warcs
        self._replay = replay
        self._catalogue = catalogue

    @hookimpl  # type: ignore[untyped-decorator]
    def register_routes(self) -> list[tuple[str, Callable[..., Any]]]:
        """Ours come before Datasette's."""
        return [
            (r"^/$", self.search),
            (r"^/article/(?P<id>[^/]+)$", self.article),
            (r"^/capture/(?P<id>[^/]+)\.warc\.gz$", self.capture),
            (r"^/shown/(?P<id>[^/]+)\.warc\.gz$", self.shown),
            (r"^/replay/(?P<name>ui\.js|sw\.js)$", self.script),
            (r"^/replay/$", self.frame),
            (r"^/room\.(?P<kind>css|js)$", self.asset),
        ]

    @hookimpl  # type: ignore[untyped-decorator]
    def asgi_wrapper(self) -> Callable[..., Any]:
        """Nothing but reading, and nobody but this machine."""
        return guarded

    async def search(self, request: Request, datasette: Datasette) -> Response:
        """The search and its results."""
        asked = _asked(request)

        def timed(room: sqlite3.Connection) -> tuple[Query, Answer] | None:
            with sqlite_timelimit(room, _MILLISECONDS):
                try:
                    found = answer(asked, self._catalogue, room)
                    last = _pages(found)
                    if asked.page <= last:
                        return asked, found
                    return asked.on(last), answer(asked.on(last), self._catalogue, room)
                except sqlite3.OperationalError as error:
                    if error.args != ("interrupted",):
                        raise
                    return None

        done = await datasette.get_database("room").execute_fn(timed)
        slow = done is None
        query, found = done or (asked.on(1), Answer(0, [], {}, ranked=False))
        last = _pages(found)
        return await self._page(
            datasette,
            request,
            "search.html",
            query=query,
            slow=slow,
            total=found.total,
            ranked=found.ranked,
            last=last,
            results=[
                {**row, "signed": _signed(row), "marked": _marked(row["excerpt"] or "")}
                for row in found.articles
            ],
            facets=[_facet(name, query, found.counts.get(name, [])) for name in FACETS],
            before=query.on(query.page - 1).address() if query.page > 1 else None,
            after=query.on(query.page + 1).address() if query.page < last else None,
        )

    async def article(self, request: Request, datasette: Datasette) -> Response:
        """One article: text, capture, provenance, versions."""
        row = await self._row(request, datasette)
        if row is None:
            return await self._page(datasette, request, "missing.html", status=404)
        found = await datasette.get_database("room").execute(
            "SELECT record FROM version WHERE id = ? ORDER BY captured_at", [row["id"]]
        )
        versions = [json.loads(each["record"]) for each in found.rows]
        changes = [(new, difference(old, new)) for old, new in pairwise(versions)]
        lists = ("authors", "paragraphs", "chrome", "warnings", "keywords")
        return await self._page(
            datasette,
            request,
            "article.html",
            article=row | {name: json.loads(row[name]) for name in lists},
            versions=versions,
            back=_asked(request).address(),
            changes=changes[::-1],
            replay=self._replay is not None,
            capture=f"/capture/{quote(row['id'])}.warc.gz",
            shown=f"/shown/{quote(row['id'])}.warc.gz",
        )

    async def capture(self, request: Request, datasette: Datasette) -> Response:
        """The article's own record, as a WARC file."""
        return await self._warc(request, datasette, with_pictures=False)

    async def shown(self, request: Request, datasette: Datasette) -> Response:
        """The same with its pictures' records, to be replayed."""
        return await self._warc(request, datasette, with_pictures=True)

    async def _warc(
        self, request: Request, datasette: Datasette, *, with_pictures: bool
    ) -> Response:
        row = await self._row(request, datasette)
        if row is None:
            return Response.text("no such article", status=404)
        try:
            data = member(self._warcs, row["warc_file"], row["warc_offset"], row["warc_length"])
        except CaptureError as error:
            return Response.text(str(error), status=404)
        if with_pictures:
            urls = [image["url"] for image in json.loads(row["images"])]
            near = re.sub(r"\D", "", row["captured_at"] or "")[:14]
            data += b"".join(pictures(self._warcs, urls, near))
        return _ranged(data, request.headers.get("range", ""))

    async def script(self, request: Request) -> Response:
        """A script of ReplayWeb.page, from the folder where it is installed."""
        name = request.url_vars["name"]
        if self._replay is None or name not in _SCRIPTS:
            return Response.text("ReplayWeb.page is not installed", status=404)
        return Response((self._replay / name).read_bytes(), content_type="text/javascript")

    async def frame(self) -> Response:
        """The page that ReplayWeb.page fills, where its worker does not answer yet."""
        return Response.html(_FRAME)

    async def asset(self, request: Request) -> Response:
        """The style sheet, and the script that names the replay's frame."""
        kind = request.url_vars["kind"]
        return Response(
            (Path(__file__).parent / "template" / f"room.{kind}").read_text("utf-8"),
            content_type=f"text/{'css' if kind == 'css' else 'javascript'}; charset=utf-8",
        )

    async def _row(self, request: Request, datasette: Datasette) -> dict[str, Any] | None:
        found = await datasette.get_database("room").execute(
            "SELECT * FROM articles WHERE id = ?", [unquote(request.url_vars["id"])]
        )
        return dict(found.rows[0]) if found.rows else None

    async def _page(
        self, datasette: Datasette, request: Request, name: str, *, status: int = 200, **values: Any
    ) -> Response:
        values |= {"name": self._name, "language": self._language, "say": self._say}
        return Response.html(
            await datasette.render_template(name, values, request=request), status=status
        )

    def _say(self, name: str, /, **values: Any) -> str:
        number = "\u202f" if self._language == "fr" else ","
        written = {
            key: f"{value:,}".replace(",", number) if isinstance(value, int) else value
            for key, value in values.items()
        }
        return self._words[name].format(**written)


def _ranged(data: bytes, asked: str) -> Response:
    """Bytes with their length, all or the range asked for: ReplayWeb.page wants both."""
    headers = {"Accept-Ranges": "bytes"}
    status = 200
    found = _RANGE.fullmatch(asked)
    if found and int(found[1]) < len(data):
        start = int(found[1])
        end = min(int(found[2] or len(data)), len(data) - 1)
        headers["Content-Range"] = f"bytes {start}-{end}/{len(data)}"
        data, status = data[start : end + 1], 206
    headers["Content-Length"] = str(len(data))
    return Response(data, status, headers, content_type="application/warc")


def _pages(found: Answer) -> int:
    return max(1, -(-found.total // PAGE))


def _asked(request: Request) -> Query:
    return Query.of({name: request.args.get(name) or "" for name in request.args})


def _facet(name: str, query: Query, counts: Iterable[tuple[str, int]]) -> Facet:
    chosen = dict(query.chosen).get(name)
    found = list(counts)
    if name in {"year", "month"}:
        found.sort()
    else:
        found.sort(key=lambda item: (-item[1], item[0]))
    if name == "month" and "year" not in dict(query.chosen):
        found = []
    return Facet(
        name,
        chosen,
        [(v, n, query.with_facet(name, v).address()) for v, n in found[:SHOWN]],
        query.with_facet(name, None).address(),
    )


def _signed(row: dict[str, Any]) -> str:
    names = [*json.loads(row["authors"]), *([row["agency"]] if row["agency"] else [])]
    return ", ".join(names)


def _marked(excerpt: str) -> list[tuple[bool, str]]:
    """An excerpt as (found, text): what FTS5 put between two marks was found."""
    pieces = re.split("[\x01\x02]", excerpt)
    return [(bool(at % 2), text) for at, text in enumerate(pieces)]

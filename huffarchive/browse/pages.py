"""The reading room's pages, as a plugin of Datasette."""

import asyncio
import json
import logging
import re
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from datasette import Response, hookimpl
from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import Request
from datasette.views.base import DatasetteError

from huffarchive import program
from huffarchive.browse import citation
from huffarchive.browse.article import (
    CaptureError,
    difference,
    exchange,
    images,
    info,
    marked,
    member,
    paragraphs,
    pieces,
    united,
)
from huffarchive.browse.downloads import TYPES, Download, Stream, ranged, record
from huffarchive.browse.facets import FACETS, LONGEST, PAGE, SORTS, FacetIndex, Query
from huffarchive.browse.results import Results
from huffarchive.browse.search import Answer, answer, everything, neighbours, words_of
from huffarchive.browse.serving import MILLISECONDS, MISSING, Table, ask, bound, guarded, why
from huffarchive.stems import fold
from huffarchive.translator import LANGUAGES, Translator

VALUES = 1000
"""Values of a facet on a page of their own."""
log = logging.getLogger(__name__)
_SCRIPTS = ("ui.js", "sw.js")
_FRAME = (
    '<!doctype html><html lang="fr"><title>ReplayWeb.page</title>'
    '<script src="/replay/ui.js"></script><replay-app-main></replay-app-main></html>'
)


class Pages:
    """Routes the search, articles, captures alone and with pictures, ReplayWeb.page's scripts."""

    def __init__(
        self,
        name: str,
        language: str,
        warcs: Path,
        replay: Path | None,
        catalogue: FacetIndex,
        *,
        invented: bool = False,
        known: Callable[[], tuple[int, int] | None] = lambda: None,
    ) -> None:
        """`known` says how many articles' pages are known and captured at that moment."""
        self.__name__ = "huffarchive.browse"  # Datasette asks every plugin for it
        self._name = name
        self._language = language
        self._say = Translator(language, "browse")
        self._told = Translator(language)
        self._results = Results(self._say, self._told)
        self._known = known
        self._warcs = warcs
        self._replay = replay
        self._catalogue = catalogue
        self._invented = invented

    @hookimpl  # type: ignore[untyped-decorator]
    def register_routes(self) -> list[tuple[str, Callable[..., Any]]]:
        """Ours come before Datasette's."""
        return [
            (f"^{MISSING}$", self.missing),
            (r"^/$", self.search),
            (r"^/article/(?P<id>[^/]+)$", self.article),
            (rf"^/values/(?P<facet>{'|'.join(FACETS)})$", self.values),
            (r"^/cite/(?P<id>[^/]+)\.(?P<form>bib|ris|json)$", self.cite),
            (r"^/download\.(?P<form>csv|jsonl|ris|bib|json|warc\.gz)$", self.download),
            (r"^/(?P<part>capture|shown)/(?P<id>[^/]+)\.warc\.gz$", self.capture),
            (r"^/replay/(?P<name>ui\.js|sw\.js)$", self.script),
            (r"^/replay/$", self.frame),
            (r"^/room\.(?P<kind>css|js)$", self.asset),
            (r"^/(?P<database>room)\.(?P<format>csv)$", self.table),
        ]

    @hookimpl  # type: ignore[untyped-decorator]
    def asgi_wrapper(self) -> Callable[..., Any]:
        """Nothing but reading, and nobody but this machine."""
        return lambda app: guarded(app, [path for path, _ in self.register_routes()], self._say)

    @hookimpl  # type: ignore[untyped-decorator]
    def prepare_connection(self, conn: sqlite3.Connection) -> None:
        """Bounds for anybody's SQL."""
        bound(conn)

    @hookimpl  # type: ignore[untyped-decorator]
    def handle_exception(
        self, datasette: Datasette, request: Request, exception: Exception
    ) -> Callable[[], Awaitable[Response]]:
        """A page for what is not there and for SQL that cannot be answered; our faults are loud."""

        async def page() -> Response:
            slow = isinstance(exception, QueryInterrupted)
            theirs = slow or isinstance(exception, sqlite3.Error | MemoryError | DatasetteError)
            # Datasette reads numbers of an address by int().
            theirs |= request.path.startswith("/room") and isinstance(exception, ValueError)
            status = getattr(exception, "status", 500)
            status = 400 if theirs and status >= 500 else status
            if status >= 500:
                log.error("%s: a fault of the reading room", request.path, exc_info=exception)
            slow |= getattr(exception, "message_is_html", False)  # as Datasette tells it
            said = "SQL Interrupted" if slow else str(exception) or "out of memory"
            path = request.path.partition("?")[0]
            if path.endswith(".json"):
                return Response.json({"ok": False, "error": said, "status": status}, status=status)
            if path.endswith(".csv") and theirs:
                return Response.text(f"{said}\n", status=status)
            if theirs and (sql := request.args.get("sql")):  # it is there to be mended
                others = [k for k in request.args if k != "sql" and not k.startswith("_")]
                query = {"sql": sql, "params": {k: request.args.get(k) for k in others}}
                return await self._page(
                    datasette, request, "query.html", status=status, query=query, error=said
                )
            said = "" if status == 404 else said
            reason = why(said, "parameter") if said and status < 500 else ""
            return await self._page(
                datasette, request, "missing.html", status=status, said=said, reason=reason
            )

        return page

    @hookimpl  # type: ignore[untyped-decorator]
    def forbidden(self, datasette: Datasette, request: Request) -> Awaitable[Response]:
        """What Datasette would have a page of its own for is not there."""
        return self.missing(request, datasette)

    async def missing(self, request: Request, datasette: Datasette) -> Response:
        """Nothing is at this address."""
        return await self._page(datasette, request, "missing.html", status=404)

    @hookimpl  # type: ignore[untyped-decorator]
    def extra_template_vars(self) -> dict[str, Any]:
        """For every page, Datasette's own too: its words, whose archive, whether it is invented."""
        names = {"name": self._name, "language": self._language}
        return {"say": self._say, "why": why, "invented": self._invented} | names

    async def search(self, request: Request, datasette: Datasette) -> Response:
        """The search and its results."""
        asked = _asked(request)

        def timed(room: sqlite3.Connection) -> tuple[Query, Answer] | None:
            with sqlite_timelimit(room, MILLISECONDS):
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
                except MemoryError:  # somebody's SQL has it all
                    return None

        done = await ask(datasette, timed)
        slow = done is None
        query, found = done or (
            asked.on(1),
            Answer(0, [], {}, ranked=False, ignored=asked.ignored),
        )
        last = _pages(found)
        start = PAGE * (query.page - 1)
        return await self._page(
            datasette,
            request,
            "search.html",
            query=query,
            slow=slow,
            longest=LONGEST,
            found=found,
            first=start + 1,
            through=start + len(found.articles),
            forms=TYPES,
            sorts=[(each, replace(query, sort=each, page=1).address()) for each in SORTS],
            opening=await asyncio.to_thread(self._opening) if query == Query() else None,
            months=self._results.months(query, found),
            last=last,
            results=[
                {
                    **row,
                    "signed": _signed(row),
                    "title": united(row["title"] or "", row["title_by_stem"] or ""),
                    "marked": pieces(row["excerpt"] or ""),
                    "doubts": json.loads(row["warnings"]) if query.sort == "doubts" else [],
                }
                for row in found.articles
            ],
            undated=replace(query, since="", until="", page=1).address(),
            told=self._told,
            facets=[self._results.facet(name, query, found) for name in FACETS],
            suggested=replace(query, text=found.suggested, page=1),
            before=query.on(query.page - 1).address() if query.page > 1 else None,
            after=query.on(query.page + 1).address() if query.page < last else None,
        )

    async def values(self, request: Request, datasette: Datasette) -> Response:
        """Every value of a facet under a search, or those that hold what is typed."""
        query, name = _asked(request), request.url_vars["facet"]
        like = request.args.get("like") or ""
        found = await ask(datasette, lambda room: answer(query, self._catalogue, room))
        facet = self._results.facet(name, query, found, VALUES, fold(like))
        return await self._page(
            datasette, request, "values.html", facet=facet, query=query, like=like
        )

    def _opening(self) -> dict[str, Any]:
        """What the first page says of the archive."""
        known, saved = self._known() or (0, 0)
        return {
            "count": int(self._catalogue.newest.size),
            "days": [self._say.day(day) for day in self._catalogue.span()],
            "known": known,
            "saved": saved,
            "share": self._told.share(saved, known),
        }

    async def article(self, request: Request, datasette: Datasette) -> Response:
        """One article: text, reference, capture, provenance, versions."""
        query = _asked(request)
        ident = unquote(request.url_vars["id"])

        def read(room: sqlite3.Connection) -> dict[str, Any] | None:
            if (row := _row(room, ident)) is None:
                return None
            words = words_of(query, room)
            found = marked(room, row["article"], words.match) if words.match else {}
            sql = "SELECT record FROM version WHERE id = ? ORDER BY captured_at"
            versions = [json.loads(each) for (each,) in room.execute(sql, [ident])]
            beside = neighbours(row["article"], query, self._catalogue, room)
            return {"article": record(row), "found": found, "versions": versions} | beside

        shown = await ask(datasette, read)
        if shown is None:
            return await self.missing(request, datasette)
        article, found, versions = shown["article"], shown["found"], shown["versions"]
        item = citation.csl(article, self._name, invented=self._invented)
        moment = re.sub(r"\D", "", article["captured_at"] or "")[:14]
        return await self._page(
            datasette,
            request,
            "article.html",
            article=article,
            item=item,
            lines={
                language: citation.line(item, Translator(language, "browse"))
                for language in sorted(LANGUAGES, key=lambda each: each != self._language)
            },
            linked=citation.linked(article, item),
            forms=citation.TYPES,
            headline=found.get("headline") or [(False, article["headline"] or "")],
            dek=found.get("dek") or [(False, article["dek"] or "")],
            paragraphs=paragraphs(found.get("text") or [(False, article["text"])]),
            wayback=f"https://web.archive.org/web/{moment or '*'}/{item['URL']}",
            told=self._told,
            moment=lambda text: self._told.moment(datetime.fromisoformat(text)),
            versions=versions,
            changes=[(new, difference(old, new)) for old, new in pairwise(versions)][::-1],
            back=query.address(),
            before=shown["before"],
            after=shown["after"],
            replay=self._replay is not None,
            program=program(),
        )

    async def cite(self, request: Request, datasette: Datasette) -> Response:
        """An article's reference, in a form of `citation`."""
        row = await self._row(request, datasette)
        if row is None:
            return await self.missing(request, datasette)
        form = request.url_vars["form"]
        item = citation.csl(record(row), self._name, invented=self._invented)
        name = {"Content-Disposition": f'attachment; filename="{_named(row["id"])}.{form}"'}
        return Response(citation.write([item], form), 200, name, citation.TYPES[form])

    async def download(self, request: Request, datasette: Datasette) -> Any:
        """All articles that a search finds, in one of the forms of `downloads`."""
        form = request.url_vars["form"]
        download = Download(form, self._name, self._warcs, self._invented)
        query = _asked(request)
        words = await ask(datasette, lambda room: words_of(query, room))
        if "date" in (*query.ignored, *words.ignored):  # more than is asked for would go unseen
            return Response.text(f"{self._say('ignored_date')}\n", status=400)
        articles = await ask(datasette, lambda room: everything(query, self._catalogue, room))
        try:
            await ask(datasette, lambda room: download.check(room, articles))
        except CaptureError as error:
            return await self._lost(request, datasette, error)
        name = f"{_named(self._name)}-{len(articles)}.{form}"
        return Stream(TYPES[form], name, download.parts(articles, partial(ask, datasette)))

    async def capture(self, request: Request, datasette: Datasette) -> Response:
        """The article's own records behind its file's warcinfo record, as a WARC file; to be
        replayed, its response with its pictures' records.
        """
        replayed = request.url_vars["part"] == "shown"
        row = await self._row(request, datasette)
        if row is None:
            return await self.missing(request, datasette)
        try:
            data = await asyncio.to_thread(self._records, row, with_pictures=replayed)
        except CaptureError as error:
            return await self._lost(request, datasette, error)
        return ranged(data, request.headers.get("range", ""))

    async def _lost(self, request: Request, datasette: Datasette, error: CaptureError) -> Response:
        """That a WARC file has not what the record says."""
        log.error("%s: %s", unquote(request.path), error)
        lost = self._say("capture_lost", file=str(error).partition(": ")[0])
        return await self._page(datasette, request, "missing.html", status=404, lost=lost)

    def _records(self, row: Any, *, with_pictures: bool) -> bytes:
        """Read from the WARC files, which may be on a slow disk: other readers do not wait."""
        pointer = (row["warc_file"], row["warc_offset"], row["warc_length"])
        if not with_pictures:
            return info(self._warcs, row["warc_file"]) + exchange(self._warcs, *pointer)
        urls = [image["url"] for image in json.loads(row["images"])]
        near = re.sub(r"\D", "", row["captured_at"] or "")[:14]
        return member(self._warcs, *pointer) + b"".join(images(self._warcs, urls, near))

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

    async def table(self, request: Request, datasette: Datasette) -> Any:
        """The answer to anybody's SQL as CSV; Datasette's own is empty where there is an error."""
        return await Table(datasette).get(request)

    async def _row(self, request: Request, datasette: Datasette) -> Any:
        ident = unquote(request.url_vars["id"])
        return await ask(datasette, lambda room: _row(room, ident))

    async def _page(
        self, datasette: Datasette, request: Request, name: str, *, status: int = 200, **values: Any
    ) -> Response:
        return Response.html(
            await datasette.render_template(name, values, request=request), status=status
        )


def _pages(found: Answer) -> int:
    return max(1, -(-found.total // PAGE))


def _asked(request: Request) -> Query:
    return Query.of({name: request.args.get(name) or "" for name in request.args})


def _signed(row: dict[str, Any]) -> str:
    names = [*json.loads(row["authors"]), *([row["agency"]] if row["agency"] else [])]
    return ", ".join(names)


def _row(room: sqlite3.Connection, ident: str) -> sqlite3.Row | None:
    sql = "SELECT rowid AS article, * FROM articles WHERE id = ?"
    row: sqlite3.Row | None = room.execute(sql, [ident]).fetchone()
    return row


def _named(text: str) -> str:
    """A text as the name of a file."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")

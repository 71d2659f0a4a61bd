"""A reading room of given JSONL files, asked in this process."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Served:
    folder: Path
    plugin: Any
    client: Any
    loop: asyncio.AbstractEventLoop

    def get(self, path: str, method: str = "get", **headers: str) -> Any:
        from datasette.plugins import pm

        pm.register(self.plugin, "huffarchive-browse")  # for all rooms of the process: only now
        try:
            asked = getattr(self.client, method)(path, headers={"host": "127.0.0.1"} | headers)
            return self.loop.run_until_complete(asked)
        finally:
            pm.unregister(self.plugin)


@contextmanager
def serving(
    folder: Path, jsonls: list[Path], language: str = "fr", **options: Any
) -> Iterator[Served]:
    """A room of the paper "Journal"; its WARC files are in the folder too."""
    from datasette.plugins import pm

    from huffarchive.browse import pages
    from huffarchive.browse import serving as server
    from huffarchive.browse.facets import FacetIndex
    from huffarchive.browse.room import make_room
    from huffarchive.exports.latest import Latest

    database = folder / "room.sqlite3"
    with Latest(jsonls) as latest:
        make_room(latest, database, jsonls)
    with closing(sqlite3.connect(database)) as room:
        catalogue = FacetIndex.read(room)
    plugin = pages.Pages("Journal", language, folder, None, catalogue, **options)
    loop = asyncio.new_event_loop()
    client = server.datasette_of(database, plugin).client
    pm.unregister(plugin)
    try:
        yield Served(folder, plugin, client, loop)
    finally:
        loop.close()

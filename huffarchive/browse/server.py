"""The reading room's server: Datasette on loopback, with our pages in front."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from huffarchive.browse.pages import Pages


def find_replay(folder: str | None, start: Path) -> Path | None:
    """The folder of ReplayWeb.page's ui.js and sw.js: the one given, or where npm puts it.

    FileNotFoundError when the one given has no such files.
    """
    if folder is not None:
        given = Path(folder)
        for found in (given, given / "node_modules" / "replaywebpage"):
            if (found / "ui.js").is_file() and (found / "sw.js").is_file():
                return found
        raise FileNotFoundError(f"{folder}: no ui.js and sw.js of ReplayWeb.page in it")
    for parent in (start, *start.parents):
        found = parent / "node_modules" / "replaywebpage"
        if (found / "ui.js").is_file() and (found / "sw.js").is_file():
            return found
    return None


def serve(database: Path, pages: "Pages", port: int, metadata: dict[str, object]) -> None:
    """Serve until a signal comes. OSError when the port is taken."""
    import uvicorn
    from datasette.app import Datasette
    from datasette.plugins import pm

    pm.register(pages, "huffarchive-browse")
    datasette = Datasette(
        [],
        immutables=[str(database)],
        template_dir=str(Path(__file__).parent / "template"),
        metadata=metadata,
        settings={"sql_time_limit_ms": 2000, "allow_download": False},
    )
    uvicorn.run(datasette.app(), host="127.0.0.1", port=port, log_level="warning")

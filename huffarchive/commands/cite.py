"""`scrapy cite`: articles as references."""

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scrapy.commands import ScrapyCommand

from huffarchive import program, typed
from huffarchive.commands.archives import archives
from huffarchive.commands.base import ArchiveCommand
from huffarchive.commands.options import mistake, needed
from huffarchive.editions import EDITIONS, article_id
from huffarchive.exits import Exit

FORMS = {"text": "", "bibtex": "bib", "ris": "ris", "csl": "json"}
"""The forms by name, and how `citation` calls them."""


_NEEDED = {"bibtex": ("bibtexparser",), "ris": ("rispy",)}


class Command(ArchiveCommand, ScrapyCommand):
    """Print articles as references: a line of text, BibTeX, RIS, CSL-JSON.

    An article is named by its id (qc:n:1480236) or an address. Its latest version is cited,
    with where its capture is and the digest.
    """

    example = "qc:n:1480236 --format bibtex >> references.bib"
    arguments = "[options] id or address of an article ..."

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Our options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--format", choices=FORMS, default="text", help="default text")
        parser.add_argument("--lang", choices=("fr", "en"), help="text: default the edition's")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print the references in the order of the arguments, each article once."""
        if not args:
            mistake("cite", "name an article by its id (qc:n:1480236) or its address")

        needed(_NEEDED.get(opts.format, ()), "cite", f"--format {opts.format}")
        from huffarchive.browse import citation
        from huffarchive.translator import Translator

        named = {_ident(arg): arg for arg in args}
        found: dict[str, tuple[dict[str, Any], bool]] = {}
        # The sample last: what is in a real archive is never cited from an invented one.
        for places, _ in sorted(archives(self.settings, [], "cite"), key=_is_invented):
            records = self._records(
                places.jsonl_files(), {ident for ident in named if ident not in found}
            )
            found |= {ident: (row, _is_invented((places,))) for ident, row in records.items()}
        items = []
        lacking = [arg for ident, arg in named.items() if ident not in found]
        idents = [ident for ident in named if ident in found]
        for ident in idents:
            row, invented = found[ident]
            items.append(citation.csl(row, EDITIONS[row["edition"]].name, invented=invented))
        if items and opts.format != "text":
            sys.stdout.buffer.write(citation.write(items, FORMS[opts.format]).encode())
            items = []
        for item, ident in zip(items, idents, strict=False):
            edition = EDITIONS[ident.partition(":")[0]]
            language = opts.lang or ("fr" if edition.language == "fr" else "en")
            line = citation.line(item, Translator(language, "browse"))
            sys.stdout.buffer.write(f"{line}\n".encode())
        if lacking:
            what = ", ".join(lacking)
            mistake(
                "cite", f"{what}: no record of it in an archive here; {typed()} status says more"
            )

    def _records(self, files: Iterable[Path], idents: set[str]) -> dict[str, dict[str, Any]]:
        """The latest version of each article that is there; no other line is parsed."""
        from huffarchive.article import rank, read_record

        wanted = [json.dumps(ident).encode() for ident in idents]
        found: dict[str, tuple[str, dict[str, Any]]] = {}
        for path in files:
            with path.open("rb") as lines:
                for number, line in enumerate(lines, 1):
                    if not any(name in line for name in wanted):
                        continue
                    try:
                        row = read_record(line)
                    except ValueError as error:
                        what = f"{path}: line {number} is no record ({error})"
                        print(f"{program()} cite: {what}; run {typed()} verify", file=sys.stderr)
                        self.exitcode = Exit.FAILURES
                        continue
                    this, ident = rank(row, line), row["id"]
                    if ident in idents and (ident not in found or this > found[ident][0]):
                        found[ident] = (this, row)
        return {ident: row for ident, (_, row) in found.items()}


def _is_invented(archive: Any) -> bool:
    return str(archive[0].name).endswith("-sample")


def _ident(text: str) -> str:
    """An article's id, of itself or of an address."""
    lacking = f"{text}: no id (qc:n:1480236) and no address of an article; give one"
    return article_id(text) or mistake("cite", lacking)

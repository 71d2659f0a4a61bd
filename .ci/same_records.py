"""same_records.py FOLDER…: each folder's sample crawl gave the same records, or exit status 1.

Equal means: but for times, WARC places and ids, which of a page's addresses was met first (it is the
canonical one of a page that names none), the port of the sample site, and the digests of the pages'
bytes, which are taken again without the port.
"""

import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

from warcio.bufferedreaders import DecompressingBufferedReader
from warcio.recordloader import ArcWarcRecordLoader

PORT = re.compile(rb"(127\.0\.0\.1):\d+")
OF_THE_RUN = (
    "captured_at", "warc_file", "warc_offset", "warc_length", "warc_record_id",
    "payload_sha1", "payload_sha256", "url", "aliases",
)  # fmt: skip
ARTICLES = 340


def records(folder: Path) -> dict[str, dict[str, Any]]:
    """The records of a folder's archive by id, each with a digest of its page."""
    found = {}
    for jsonl in sorted((folder / "output/qc-sample").glob("*.jsonl")):
        for line in jsonl.read_bytes().splitlines():
            row = json.loads(PORT.sub(rb"\1", line))
            warc = folder / "warc/qc-sample" / row["warc_file"]
            if row["canonical_url"] == row["url"]:  # a page that names none itself
                row["canonical_url"] = None
            row |= dict.fromkeys(OF_THE_RUN) | {"page": page(warc, row["warc_offset"])}
            found[row["id"]] = row
    return found


def page(warc: Path, offset: int) -> str:
    """SHA-256 of a captured page's content, the port left out."""
    with warc.open("rb") as file:
        file.seek(offset)
        record = ArcWarcRecordLoader().parse_record_stream(DecompressingBufferedReader(file))
        return hashlib.sha256(PORT.sub(rb"\1", record.content_stream().read())).hexdigest()


def main(folders: list[Path]) -> int:
    """Compare all with the first."""
    first, *others = map(records, folders)
    wrong = [f"{folders[0].name}: {len(first)} records"] if len(first) != ARTICLES else []
    for folder, other in zip(folders[1:], others, strict=True):
        for ident in sorted(first.keys() | other.keys()):
            one, two = first.get(ident, {}), other.get(ident, {})
            if differ := [n for n in one.keys() | two.keys() if one.get(n) != two.get(n)]:
                wrong.append(f"{folder.name}, {ident}: {', '.join(sorted(differ))}")
    print(*wrong[:20], sep="\n", end="\n" * bool(wrong))
    names = ", ".join(folder.name for folder in folders)
    print(f"{len(first)} records, {'NOT equal' if wrong else 'equal'} on {names}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]]))

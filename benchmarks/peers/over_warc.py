"""What a user would script after `wget --warc-file`: trafilatura over it with two processes."""

import json
import sys
from collections.abc import Iterator
from multiprocessing import Pool
from pathlib import Path

from trafilatura import extract
from warcio.archiveiterator import ArchiveIterator


def pages(path: str) -> Iterator[tuple[str, bytes]]:
    with Path(path).open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response":
                url = record.rec_headers.get_header("WARC-Target-URI")
                kind = record.http_headers.get_header("Content-Type") or ""
                if "html" in kind:
                    yield url, record.content_stream().read()


def read(page: tuple[str, bytes]) -> str | None:
    url, body = page
    text = body.decode("utf-8", "replace")
    return extract(text, url=url, output_format="json", with_metadata=True)


if __name__ == "__main__":
    with Pool(2) as pool, Path(sys.argv[2]).open("w") as out:
        count = 0
        for found in pool.imap(read, pages(sys.argv[1]), chunksize=8):
            if found is not None:
                json.loads(found)
                out.write(found + "\n")
                count += 1
        pool.close()
        pool.join()
    print(count)

"""Several large answers at once: what one page may cost, sixteen at a time may not."""

import gzip
from functools import lru_cache

from tests.trials.hostile.say import HTML, PAGE, WORDS, Group, article, made, ok, whole

GROUP = Group("large answers together")
_add = GROUP.add
_SIZE = 15_900_000


@lru_cache(maxsize=1)
def _noise() -> bytes:
    import random

    return random.Random(7).randbytes(_SIZE - len(PAGE))


@lru_cache(maxsize=1)
def _words() -> bytes:
    return article(body=f"<p>{WORDS}</p>" * (_SIZE // (len(WORDS.encode()) + 8)))


for _n in range(8):
    _add(
        f"noise-of-16-mb-{_n}",
        "a page and 16 MB that no compression shrinks",
        "captured/article",
        ok(lambda: PAGE + _noise()),
        seconds=90.0,
    )
for _n in range(4):
    _add(
        f"16-mb-of-404-{_n}",
        "a 404 of 16 MB",
        "gone/not_found",
        ok(_noise, status=b"HTTP/1.1 404 Not Found\r\n"),
        seconds=90.0,
    )
for _n in range(4):
    _add(
        f"words-of-16-mb-{_n}",
        "16 MB of paragraphs",
        "captured/unreadable",
        ok(_words),
        seconds=90.0,
    )
for _n in range(4):
    _add(
        f"16-mb-in-gzip-{_n}",
        "16 MB of paragraphs in gzip",
        "captured/unreadable",
        ok(lambda: gzip.compress(_words(), 1, mtime=0), HTML, b"Content-Encoding: gzip"),
        seconds=90.0,
    )
for _n in range(4):
    _add(
        f"50-mb-{_n}",
        "50 MB, its length announced",
        "failed/too_large",
        made(lambda: (whole(_noise() * 3),), end="hang"),
        seconds=10.0,
    )

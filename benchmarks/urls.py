"""What identifying a URL costs: `python benchmarks/urls.py`."""

import timeit

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.urls import identify

KNOWN = HUFFPOST_QC.known_urls()
SETS = {
    "the packaged list": KNOWN,
    "articles and topics, plain": tuple(url for url in KNOWN if "%" not in url and "?" not in url),
    "a URL inside the URL": tuple(url for url in KNOWN if "%3A%2F%2F" in url),
    "other sites": ("https://www.facebook.com/sharer.php?u=x", "https://t.co/x", "mailto:a@b.c"),
}


def measure(urls: tuple[str, ...]) -> float:
    """Microseconds a call: the best of seven rounds, as the machine is shared."""

    def round_() -> None:
        for url in urls:
            identify(url, HUFFPOST_QC)

    number = 20_000 // len(urls)
    return min(timeit.repeat(round_, number=number, repeat=7)) / number / len(urls) * 1e6


if __name__ == "__main__":
    for name, urls in SETS.items():
        print(f"{measure(urls):6.1f} µs a call, {name} ({len(urls)})")

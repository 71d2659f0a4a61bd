"""What the tap costs: CPU seconds of a crawl of local pages, with it and with Scrapy's handler.

Usage: python tests/download/measure_cost.py [PAGES [ROUNDS]]
"""

import resource
import statistics
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = (
    b"<!DOCTYPE html><title>page</title>" + b"<p>Il neige sur la ville et sur le fleuve.</p>" * 700
)


class Pages(BaseHTTPRequestHandler):
    """A page of 32 KB at every address, over connections that are kept."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_):
        pass


def crawl(handler: str, port: int, pages: int) -> None:
    """Crawl in this process and print the CPU seconds between its first and its last page."""
    import scrapy
    from scrapy.crawler import AsyncCrawlerProcess

    from tests.download.wire_crawl import SETTINGS

    def cpu() -> float:
        used = resource.getrusage(resource.RUSAGE_SELF)
        return used.ru_utime + used.ru_stime

    class Measured(scrapy.Spider):
        name = "measured"

        async def start(self):
            self.left, self.began = pages, cpu()
            for number in range(pages):
                yield scrapy.Request(f"http://127.0.0.1:{port}/{number}", dont_filter=True)

        def parse(self, response):
            assert len(response.body) == len(PAGE)
            self.left -= 1
            if not self.left:
                print(cpu() - self.began)

    settings = SETTINGS | {
        "DOWNLOAD_HANDLERS": {**SETTINGS["DOWNLOAD_HANDLERS"], "http": handler},
        "HUFFARCHIVE_ALLOWED_HOSTS": [f"127.0.0.1:{port}"],
        "CONCURRENT_REQUESTS": 8,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
        "DOWNLOAD_TIMEOUT": 30,
    }
    process = AsyncCrawlerProcess(settings)
    process.crawl(Measured)
    process.start()


def main(pages: int = 1000, rounds: int = 5) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    handlers = {
        "tap": "huffarchive.download.handler.WireHandler",
        "stock": "scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler",
    }
    seconds: dict[str, list[float]] = {name: [] for name in handlers}
    for _ in range(rounds):
        for name, handler in handlers.items():
            arguments = [sys.executable, __file__, "--crawl", handler, str(server.server_port)]
            done = subprocess.run(
                [*arguments, str(pages)], capture_output=True, text=True, check=True
            )
            seconds[name].append(float(done.stdout))
    for name, found in seconds.items():
        median = statistics.median(found)
        print(
            f"{name}: {1000 * median / pages:.3f} ms of CPU a page (median of {rounds}), all: "
            + " ".join(f"{each:.2f}" for each in found)
        )
    ratio = statistics.median(seconds["tap"]) / statistics.median(seconds["stock"])
    print(f"ratio: {ratio:.3f}")
    server.shutdown()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--crawl"]:
        crawl(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        main(*map(int, sys.argv[1:]))

"""Crawls what standard input names (a pickled Plan) and leaves the results in its file.

Run in a process of its own, because a reactor runs once; the settings are the project's.
"""

import pickle
import sys
import warnings
from pathlib import Path

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from twisted.python.failure import Failure

from huffarchive.download import tap
from huffarchive.download.errors import reason
from huffarchive.download.recording import exchanges_of
from tests.download import wire_breaks
from tests.download.wire_kinds import BOUND, PATIENT, SECONDS, Ask, Plan, Result

SETTINGS = {
    "DOWNLOAD_HANDLERS": {
        "http": "huffarchive.download.handler.WireHandler",
        "https": "huffarchive.download.handler.WireHandler",
        **dict.fromkeys(("file", "ftp", "s3", "data")),
    },
    "DOWNLOAD_MAXSIZE": BOUND,
    "DOWNLOAD_TIMEOUT": SECONDS,
    "CONCURRENT_REQUESTS": 200,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 200,
    "COOKIES_ENABLED": False,
    "COMPRESSION_ENABLED": False,
    "REDIRECT_ENABLED": False,
    "METAREFRESH_ENABLED": False,
    "RETRY_ENABLED": False,
    "REFERER_ENABLED": False,
    "HTTPPROXY_ENABLED": False,
    "ROBOTSTXT_OBEY": False,
    "TELNETCONSOLE_ENABLED": False,
    "HTTPERROR_ALLOW_ALL": True,
    "LOG_LEVEL": "ERROR",
}


class Wire(Spider):
    name = "wire"
    plan: Plan
    results: dict[str, list[Result]]

    async def start(self):
        for name, (base, asks) in self.plan.chains.items():
            if asks[0].way != "engine":
                yield self.request(name, base, asks, None)
        for name, (base, asks) in self.plan.chains.items():
            if asks[0].way == "engine":
                request = self.request(name, base, asks, None)
                try:
                    response = await self.crawler.engine.download_async(request)
                except Exception as error:  # noqa: BLE001
                    self.note(request, request.cb_kwargs, error=error)
                else:
                    self.note(request, request.cb_kwargs, response=response)

    def request(self, name: str, base: str, asks: tuple[Ask, ...], last: Request | None) -> Request:
        ask, rest = asks[0], asks[1:]
        keep = {"name": name, "base": base, "rest": rest}
        if ask.way == "again":
            request = last.replace(dont_filter=True, cb_kwargs=keep)
        else:
            request = Request(
                base + ask.path,
                method=ask.method,
                headers=dict(ask.headers),
                body=ask.body,
                callback=self.answered,
                errback=self.failed,
                dont_filter=True,
                cb_kwargs=keep,
                meta={"download_timeout": ask.seconds} if ask.seconds == PATIENT else None,
            )
        request.cb_kwargs["before"] = exchanges_of(request)
        return request

    def answered(self, response: Response, **keep):
        yield self.note(response.request, keep, response=response)

    def failed(self, failure: Failure):
        yield self.note(failure.request, failure.request.cb_kwargs, error=failure.value)

    def note(self, request: Request, keep: dict, response=None, error=None) -> Request | None:
        result = Result(
            request.url, exchanges_of(request), keep["before"], meta=sorted(request.meta)
        )
        if response is not None:
            result.status, result.body = response.status, response.body
        else:
            result.error = f"{type(error).__name__}: {error}"
            result.reason = str(reason(error, result.exchanges))
        self.results.setdefault(keep["name"], []).append(result)
        if keep["rest"]:
            return self.request(keep["name"], keep["base"], keep["rest"], request)
        return None


def main() -> None:
    warnings.simplefilter("error")
    plan: Plan = pickle.load(sys.stdin.buffer)
    tap.QUIET = plan.quiet
    if plan.breakage:
        getattr(wire_breaks, plan.breakage)()
    results: dict[str, list[Result]] = {}
    process = AsyncCrawlerProcess(SETTINGS | plan.settings)
    process.crawl(Wire, plan=plan, results=results)
    process.start()
    Path(plan.results).write_bytes(pickle.dumps(results))


if __name__ == "__main__":
    main()

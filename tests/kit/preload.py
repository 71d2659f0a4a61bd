"""What the fork server of `tests.kit.command` imports and works out before its first fork."""

import gc
from importlib import import_module

from scrapy.settings import default_settings
from scrapy.utils.misc import walk_modules_iter

for package in (
    "scrapy.commands",
    "scrapy.downloadermiddlewares",
    "scrapy.spidermiddlewares",
    "huffarchive.archive",
    "huffarchive.download",
    "huffarchive.commands",
    "huffarchive.ledger",
    "huffarchive.politeness",
    "huffarchive.reader",
    "huffarchive.spiders",
    "huffarchive.verify",
):
    list(walk_modules_iter(package))
for module in ("huffarchive.crawl.pipelines", "huffarchive.exports.wacz", "tests.kit.command"):
    import_module(module)
for extension in default_settings.EXTENSIONS_BASE:
    import_module(extension.rpartition(".")[0])
# The patterns that a page is read by are compiled when they are first met.
job = import_module("huffarchive.workers.job")
job.check(job.find_reader(job.READER))
import_module("huffarchive.exports.dataset_info").schema()
gc.freeze()

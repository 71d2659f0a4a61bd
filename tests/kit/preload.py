"""What the fork server of `tests.kit.command` imports before its first fork."""

import gc
from importlib import import_module

from scrapy.utils.misc import walk_modules_iter

for package in (
    "scrapy.commands",
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
gc.freeze()

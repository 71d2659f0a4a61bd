"""Everything that can be checked on disk: WARC files, their links, JSONL, ledger."""

import huffarchive.verify.reports
import huffarchive.verify.rules
import huffarchive.verify.wacz  # noqa: F401  they declare the rules

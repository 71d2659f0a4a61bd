"""Everything that can be checked on disk: WARC files, their links, JSONL, ledger."""

import huffarchive.verify.rules  # noqa: F401  declares them

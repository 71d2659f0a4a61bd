"""Rules of the file around its records; the scan itself sees when they are broken."""

from huffarchive.verify.rule import Scope, declare

_RESTORE = "restore the file from a copy, or run `scrapy recover` to want its pages again"

declare(
    "unreadable",
    Scope.FILE,
    "system",
    "The file can be opened and read.",
    "check its name, its permissions and the disk",
)
declare(
    "empty-file",
    Scope.FILE,
    "WARC 1.1, 4",
    "The file holds at least one record.",
    "remove the file; nothing was captured in it",
)
declare(
    "not-warc",
    Scope.FILE,
    "WARC 1.1, 4",
    "The file begins with a WARC record or with a gzip member of one.",
    "give a .warc or .warc.gz file",
)
declare(
    "gzip-damaged",
    Scope.FILE,
    "WARC 1.1, Annex D",
    "Every gzip member unpacks, and its checksum and length fit.",
    _RESTORE,
)
declare(
    "gzip-cut",
    Scope.FILE,
    "WARC 1.1, Annex D",
    "The last gzip member has its end.",
    "the next run cuts a torn tail off by itself; of a finished file, restore a copy",
)
declare(
    "junk",
    Scope.FILE,
    "WARC 1.1, 4",
    "There is nothing between the records, and nothing behind the last.",
    "cut these bytes out, or write the records anew with `warcio recompress`",
)
declare(
    "several-in-member",
    Scope.FILE,
    "WARC 1.1, Annex D",
    "One gzip member holds one record, so that each can be read by its offset.",
    "write the file anew with `warcio recompress`",
)
declare(
    "no-record",
    Scope.FILE,
    "WARC 1.1, 4",
    'A record begins with "WARC/" and its version.',
    _RESTORE,
)
declare(
    "head-end",
    Scope.FILE,
    "WARC 1.1, 4",
    "An empty line ends the named fields of a record.",
    _RESTORE,
)

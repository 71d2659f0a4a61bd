"""What goes over the wire, and the record of it: the only part that knows how Scrapy downloads.

`handler.WireHandler` downloads and records, `recording.exchanges_of(request)` hands out the
exchanges, `errors.reason(error, exchanges)` says what a failure means.
"""

from huffarchive.download.compat import check_private_names

# Before any module here imports such a name and fails less clearly.
check_private_names()

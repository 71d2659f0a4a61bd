"""What goes over the wire, and the record of it: the only part that knows how Scrapy downloads.

`handler.WireHandler` downloads and records, `recording.recorded(request)` hands out the
exchanges, `faults.reason(error, exchanges)` says what a failure means.
"""

from huffarchive.capture.private_names import check_private_names

# Before any module here imports such a name and fails less clearly.
check_private_names()

"""What the C library does with the memory of large answers."""

import contextlib
import ctypes

_MMAP_THRESHOLD = -3
"""M_MMAP_THRESHOLD of malloc.h."""
_LARGE = 1024 * 1024


def give_back_large() -> None:
    """Have memory of a megabyte and more given back to the system as soon as it is free.

    The GNU C library raises its own threshold with each such block that is freed, keeps the next
    ones in its heaps, and a crawl that meets a few large answers holds their memory for good.
    Elsewhere nothing is done.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE)

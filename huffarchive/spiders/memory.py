"""The bound on a run's memory."""

import os
from pathlib import Path

from scrapy.extensions.memusage import MemoryUsage


class Memory(MemoryUsage):
    """Scrapy's extension (MEMUSAGE_LIMIT_MB), over what the process holds now.

    Scrapy's own counts the peak that the kernel notes, which a process inherits from the one that
    started it: a run that a large process starts would end at once.
    """

    def get_virtual_size(self) -> int:
        """The resident memory in bytes; where the kernel does not tell it, Scrapy's figure."""
        try:
            pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        except OSError:
            return super().get_virtual_size()
        return pages * os.sysconf("SC_PAGE_SIZE")

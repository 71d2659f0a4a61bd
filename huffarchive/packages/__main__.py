"""A process that indexes one WARC file: `python -m huffarchive.packages FILE PARENT`."""

import os
import sys
from pathlib import Path

from huffarchive.packages.cdxj import write_index
from huffarchive.workers.child import die_with

if __name__ == "__main__":
    die_with(int(sys.argv[2]))
    os.nice(10)
    write_index(Path(sys.argv[1]))

"""On PYTHONPATH: breaks reading processes, and no others, in the way that SABOTAGE names."""

import os
import sys

if any("huffarchive.workers.child" in word for word in sys.orig_argv):
    match os.environ.get("SABOTAGE"):
        case "cannot import":
            sys.modules["huffarchive.reader"] = None  # type: ignore[assignment]
        case "dies at once":
            os._exit(3)
        case "answers rubbish":
            from huffarchive.workers import child

            child._bounded = lambda *_: b"\x92rubbish"

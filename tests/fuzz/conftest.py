"""How many examples: few with the other tests, HUFFARCHIVE_EXAMPLES where it is set.

Which ones, `tests/conftest.py` decides.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "huffarchive-fuzz",
    max_examples=int(os.environ.get("HUFFARCHIVE_EXAMPLES", "40")),
    suppress_health_check=list(HealthCheck),
)

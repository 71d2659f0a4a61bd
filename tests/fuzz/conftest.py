"""How many examples: few with the other tests, HUFFARCHIVE_EXAMPLES where it is set."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "huffarchive-fuzz",
    max_examples=int(os.environ.get("HUFFARCHIVE_EXAMPLES", "40")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)

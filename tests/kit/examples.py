"""How many examples hypothesis tries where its usual number is not the right one."""

import os
from typing import Any

from hypothesis import settings


def examples(number: int, **more: Any) -> settings:
    """So many for the README's command, twice as many with HYPOTHESIS_PROFILE=ci."""
    times = 2 if os.environ.get("HYPOTHESIS_PROFILE") == "ci" else 1
    return settings(max_examples=number * times, **more)

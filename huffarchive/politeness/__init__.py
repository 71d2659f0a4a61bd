"""When a request may be sent: robots.txt, delays, pauses and the limits of services."""

from huffarchive.politeness.agent import user_agent
from huffarchive.politeness.limit import LIMITS, Limit, limit_of
from huffarchive.politeness.middleware import PolitenessMiddleware
from huffarchive.politeness.pace import Pace, Turn
from huffarchive.politeness.refusal import Refused, Stopped
from huffarchive.politeness.retry_after import retry_after
from huffarchive.politeness.robots import Robots
from huffarchive.politeness.rules import Rules

__all__ = [
    "LIMITS",
    "Limit",
    "Pace",
    "PolitenessMiddleware",
    "Refused",
    "Robots",
    "Rules",
    "Stopped",
    "Turn",
    "limit_of",
    "retry_after",
    "user_agent",
]

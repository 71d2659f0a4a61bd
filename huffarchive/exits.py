"""The exit statuses of every command."""

from enum import IntEnum


class Exit(IntEnum):
    """What a command's exit status says; mirrored in docs/exit-statuses.md."""

    DONE = 0
    """Nothing wanted is left and nothing failed."""
    NOT_STARTED = 1
    """Start-up failed."""
    USAGE = 2
    """Wrong usage."""
    FAILURES = 3
    """Some pages failed and a rerun may help; of other commands: something was found wrong."""
    NOT_STORED = 4
    """Something could not be stored, no page can be read, or a callback raised; look at the log."""
    STOPPED = 5
    """Stopped early (signal, limit, memory); a rerun continues."""
    LOCKED = 6
    """Another run holds the lock."""
    DISK_FULL = 7
    """The disk is below the reserve."""

"""Where a command may write: never over captures, nor over what it reads."""

from collections.abc import Iterable
from pathlib import Path

from huffarchive.commands.mistake import mistake

_CAPTURES = (".warc.gz", ".warc", ".arc.gz", ".arc", ".wacz", ".cdxj")


def check_output(
    command: str, name: str | None, inputs: Iterable[str | Path] = (), made: str = ""
) -> None:
    """End the command where `-o` names a file of captures, or an input; it makes `made` files.

    `-o *.warc.gz` without a name for the output takes the first capture for it.
    """
    path = Path(name or "")
    captures = tuple(ending for ending in _CAPTURES if ending != made)
    read = path.is_file() and any(Path(i).is_file() and path.samefile(i) for i in inputs)
    if read or path.name.lower().endswith(captures):
        mistake(command, f"-o {name}: that is a file of captures or of records; name another")

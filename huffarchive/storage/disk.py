"""The few calls by which bytes become durable; the trials replace them to make them fail."""

import ctypes
import errno
import os
import shutil
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def is_full(error: BaseException) -> bool:
    """Whether something could not be stored for want of room: on the disk, in a quota or bound."""
    if isinstance(error, sqlite3.Error):
        # Without room for its shared memory SQLite says "disk I/O error", and why by its name.
        name = getattr(error, "sqlite_errorname", "")
        return "disk is full" in str(error) or name == "SQLITE_IOERR_SHMSIZE"
    return isinstance(error, OSError) and error.errno in _FULL


def make_folder(path: Path) -> None:
    """Make a folder and those above it, durably; nothing when it is there."""
    if path.is_dir():
        return
    make_folder(path.parent)
    path.mkdir(exist_ok=True)
    sync_folder(path.parent)


def create(path: Path) -> BinaryIO:
    """Make a new file for appending; FileExistsError when it is there."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "wb", 0)


def write(file: BinaryIO, data: bytes) -> None:
    """Append all of `data`."""
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]


def sync(file: BinaryIO) -> None:
    """Return when the file's bytes are on the disk."""
    os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Return when the folder's names are on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def rename(old: Path, new: Path) -> None:
    """Give a file its new name, durably; an existing file is never replaced."""
    if new.exists():
        raise FileExistsError(f"{new} is there already")
    old.rename(new)
    sync_folder(new.parent)


def replace(old: Path, new: Path) -> None:
    """Give a file the name of another, which it replaces; `sync_folder` makes that durable."""
    old.replace(new)


def move(path: Path, target: Path) -> None:
    """Move a file to another folder, also of another disk, durably; it is never in neither.

    What is at the target is replaced: a copy of the same file that an interruption left.
    """
    try:
        path.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        growing = target.with_name(f"{target.name}.part")
        growing.unlink(missing_ok=True)
        copy_without(path, (), growing)
        shutil.copystat(path, growing)
        growing.replace(target)
        sync_folder(target.parent)
        path.unlink()
    else:
        sync_folder(target.parent)
    sync_folder(path.parent)


def exchange(one: Path, other: Path) -> bool:
    """Swap the names of two files or folders at once; False where the system cannot."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:
        return False
    here, swap = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    if renameat2(here, os.fsencode(one), here, os.fsencode(other), swap) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.ENOTEMPTY, errno.EEXIST):
        return False
    raise OSError(number, os.strerror(number), str(other))


def remove(path: Path) -> None:
    """Remove a file, or a folder with all that is in it; nothing when it is not there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def truncate(path: Path, length: int) -> None:
    """Cut a file to its first `length` bytes, durably."""
    with path.open("r+b") as file:
        file.truncate(length)
        sync(file)


def copy_without(path: Path, left_out: Iterable[tuple[int, int]], target: Path) -> None:
    """Copy a file but for some stretches (begin and end, in order) to a new one, durably."""
    with path.open("rb") as source, create(target) as file:
        for begin, end in (*left_out, (path.stat().st_size,) * 2):
            while part := source.read(min(begin - source.tell(), 1 << 20)):
                write(file, part)
            source.seek(end)
        sync(file)

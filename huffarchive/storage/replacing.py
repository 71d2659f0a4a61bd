"""Products take their name when they are whole: the old one or the new one, never a part."""

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from huffarchive.storage import disk

PREFIX = ".huffarchive-"
"""How the names begin under which products are written. Behind it stand a digest of the product's
name, so that what a kill left is known for ours and no neighbour is, and what it is."""


class NotReplacedError(FileExistsError):
    """The target was left as it was; says why, and what to do."""


class Draft:
    """A product being written beside its target, with all that belongs to it."""

    def __init__(self, target: Path, *, replace: bool) -> None:
        self.target = target
        self._replace = replace
        mark = hashlib.sha256(os.fsencode(target.name)).hexdigest()[:12]
        self._stem = target.with_name(f"{PREFIX}{mark}")
        self._aside = self._name("old")
        self._names: list[tuple[Path, Path, Callable[[Path], bool] | None]] = []
        self._needless: list[Path] = []
        self._kept = False

    def _name(self, ending: str) -> Path:
        return self._stem.with_name(f"{self._stem.name}.{ending}")

    @property
    def lock(self) -> Path:
        """The file whose kernel lock the one has who writes to this target."""
        return self._name("lock")

    @property
    def path(self) -> Path:
        """Where to write the product."""
        return self._names[0][0]

    def clean(self) -> None:
        """Remove what a kill left under this target's names; give an old product its name back."""
        if self._aside.exists() and not os.path.lexists(self.target):
            disk.rename(self._aside, self.target)
        for path in self.target.parent.glob(f"{self._stem.name}.*"):
            if path != self.lock:
                disk.remove(path)

    def add(self, target: Path, own: Callable[[Path], bool] | None, *, folder: bool) -> Path:
        """Where to write another product, which takes its name together with the first.

        NotReplacedError when something is there that `own` does not know; OSError.
        """
        check(target, own, replace=self._replace)
        growing = self._name(f"{len(self._names)}.part")
        if folder:
            growing.mkdir()
        else:
            disk.create(growing).close()
        self._names.append((growing, target, own))
        return growing

    def scratch(self) -> Path:
        """A folder for what is needed until the product is whole."""
        folder = self._name("scratch")
        folder.mkdir()
        return folder

    def remove(self, path: Path) -> None:
        """Have a part of the old product removed once the new one is in place."""
        self._needless.append(path)

    def discard(self) -> None:
        """Have the target left as it is."""
        self._kept = True

    def place(self) -> None:
        """Make all of it durable, then give it its names."""
        if self._kept:
            return
        for growing, _, _ in self._names:
            _sync_all(growing)
        for _, target, own in self._names:
            check(target, own, replace=self._replace)  # others may have written it meanwhile
        undo: list[Callable[[], object]] = []
        try:
            for growing, target, _ in reversed(self._names):
                undo += self._put(growing, target)
        except OSError:
            for step in reversed(undo):
                with suppress(OSError):
                    step()
            raise
        for path in self._needless:
            disk.remove(path)
        disk.sync_folder(self.target.parent)

    def _put(self, growing: Path, target: Path) -> list[Callable[[], object]]:
        """Give a product its name; what undoes that, where another may fail after it."""
        if not os.path.lexists(target):
            disk.replace(growing, target)
            return [lambda: disk.replace(target, growing)]
        folder = target.is_dir()
        if (folder or len(self._names) > 1) and disk.exchange(growing, target):
            return [lambda: disk.exchange(growing, target)]
        if not folder:
            disk.replace(growing, target)
            return []
        disk.replace(target, self._aside)
        undo = [lambda: disk.replace(self._aside, target)]
        try:
            disk.replace(growing, target)
        except OSError:
            undo[0]()
            raise
        return [*undo, lambda: disk.replace(target, growing)]


@contextmanager
def folder_for(path: Path) -> Iterator[None]:
    """Have a folder, made with those above it that are missing; what is empty then goes again."""
    new = [folder for folder in (path, *path.parents) if not folder.exists()]
    path.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        with suppress(OSError):  # something is in it
            for folder in new:
                folder.rmdir()


@contextmanager
def replacing(
    target: Path,
    own: Callable[[Path], bool] | None = None,
    *,
    replace: bool = True,
    folder: bool = False,
    wait: bool = False,
) -> Iterator[Draft]:
    """Write a product at `draft.path`; it takes the target's name at the end of the block.

    An exception in the block leaves the target as it was. With `replace` what is there is replaced
    where `own` says that it is of this kind; without `own` nothing is. Of two that write to one
    target the second gets a NotReplacedError, or with `wait` comes after the first. OSError when it
    cannot be written.
    """
    draft = Draft(target, replace=replace)
    with folder_for(target.parent), alone(draft.lock, target, wait=wait):
        try:
            draft.clean()
            draft.add(target, own, folder=folder)
            yield draft
            draft.place()
        finally:
            with suppress(OSError):  # the next one does it
                draft.clean()


def replace_text(path: Path, text: str) -> None:
    """Write a small file of an archive's own, whatever was there."""
    with replacing(path, lambda _: True, wait=True) as draft, draft.path.open("wb", 0) as file:
        disk.write(file, text.encode("utf-8"))


def check(target: Path, own: Callable[[Path], bool] | None, *, replace: bool) -> None:
    """NotReplacedError when something is at the target that may not be replaced."""
    if not os.path.lexists(target):
        return
    if own is None or not own(target):
        raise NotReplacedError(
            f"{target} is there already and is no such product of huffarchive; it was left as it "
            "is: name another with -o"
        )
    if not replace:
        raise NotReplacedError(f"{target} is there already; add --replace, or name another with -o")


@contextmanager
def alone(lock: Path, target: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold a kernel lock, which no crash can leave behind; the file goes with it.

    NotReplacedError when another process has it and `wait` is not given.
    """
    while True:
        try:
            file = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(target)) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            os.close(file)
            raise NotReplacedError(
                f"{target}: another command is writing it; wait for its end, or name another"
            ) from None
        except BaseException:
            os.close(file)
            raise
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file), lock.stat()):
                break
        os.close(file)  # the one before has just removed it
    try:
        yield
    finally:
        try:
            with suppress(OSError):
                disk.remove(lock)
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)
            os.close(file)


def _sync_all(path: Path) -> None:
    if path.is_dir():
        for inner in path.iterdir():
            _sync_all(inner)
        disk.sync_folder(path)
        return
    with path.open("rb") as file:
        disk.sync(file)

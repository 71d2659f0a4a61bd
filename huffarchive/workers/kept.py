"""Answers of readers kept on disk, so that a page which two go through is read once."""

from pathlib import Path
from tempfile import TemporaryFile
from typing import Self

from huffarchive.reading import Reading
from huffarchive.workers.job import Job, Unread, digest, pack, unpack


class KeptAnswers:
    """What was read of each job: kept for the second who asks, and given away to that one."""

    def __init__(self, folder: Path) -> None:
        """OSError when nothing can be written in the folder; what is there goes at the end."""
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115 - closed with this
        self._places: dict[bytes, tuple[int, int]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def take(self, job: Job) -> Reading | Unread | None:
        """The answer that is kept, which is then forgotten; None where there is none."""
        if (place := self._places.pop(digest(job), None)) is None:
            return None
        self._file.seek(place[0])
        return unpack(memoryview(self._file.read(place[1])), job)

    def keep(self, job: Job, answer: Reading | Unread) -> None:
        """Keep an answer. OSError."""
        data = pack(answer, job)
        self._places[digest(job)] = (self._file.seek(0, 2), len(data))
        self._file.write(data)

    def forget(self) -> None:
        """Forget all of them."""
        self._places.clear()
        self._file.truncate(0)

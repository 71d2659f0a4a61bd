"""Which capture of which other archive is asked for a page, and where."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from huffarchive.memento import UNDECIDED, UNREADABLE, choice, ranked
from huffarchive.outcome import Reason, State
from huffarchive.sources.services import QUERIES
from huffarchive.spiders.judge import Ask
from huffarchive.verdict import MAX_TRIES, Verdict, of_fault

if TYPE_CHECKING:
    from huffarchive.ledger import Task
    from huffarchive.spiders.run import Run


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask an archive for: the capture, and the request that gets it."""

    ask: Ask
    url: str
    """The address to ask; of a file on disk its path."""
    headers: dict[str, str]


class Elsewhere:
    """The other archives, as this run may ask them."""

    def __init__(self, run: "Run") -> None:
        self._run = run
        self._unread: dict[str, Verdict | None] = {}

    def question(self, task: "Task", source: str) -> Question | Verdict:
        """The best capture left to ask for; a verdict where there is none."""
        assert self._run.archive is not None
        known = self._run.archive.ledger.mementos.of(task.page, source)
        best = ranked(known)
        if not best:
            undecided = sorted(m.tried for m in known if m.tried in UNDECIDED)
            if undecided:
                return of_fault(Reason(undecided[0]), MAX_TRIES, f"no answer from {source}")
            unreadable = sorted(m.tried for m in known if m.tried in UNREADABLE)
            if unreadable:
                reason = Reason(UNREADABLE[unreadable[0]])
                return of_fault(reason, MAX_TRIES, f"no capture in {source} could be read")
            unread = self._unread_index(source)
            return unread or Verdict(State.GONE, Reason.NO_CAPTURE, detail=f"none in {source}")
        memento = best[0]
        others = any(m.tried == "" for m in best[1:])
        ask = Ask(source, memento, choice(memento, known), others)
        services = self._run.services
        if source == "wayback":
            return Question(ask, services.playback(memento.timestamp, memento.url), {})
        assert memento.file is not None
        assert memento.offset is not None
        if source == "warc":
            return Question(ask, memento.file, {})
        last = memento.offset + memento.length - 1
        headers = {"Range": f"bytes={memento.offset}-{last}"}
        return Question(ask, services.member(memento.file), headers)

    def _unread_index(self, source: str) -> Verdict | None:
        """What it means that an index was not read to its end: nobody knows what it holds."""
        if source not in self._unread:
            assert self._run.archive is not None
            services = self._run.services
            base = {"wayback": services.wayback}.get(source, services.commoncrawl_index)
            found = self._run.archive.ledger.frontier.unread_index(QUERIES.get(source, ()), base)
            why = f"the index of {source} could not be read"
            state = State.REFUSED if found and found[0] is State.REFUSED else State.FAILED
            self._unread[source] = Verdict(state, found[1], detail=why) if found else None
        return self._unread[source]

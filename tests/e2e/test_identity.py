"""Which task, which address and which source an answer belongs to, through the real crawl."""

import itertools
from collections import Counter
from pathlib import Path

from .scripted import Site, article, moved, path


def test_a_page_that_is_asked_again_at_once_is_stored_once(tmp_path: Path) -> None:
    """Each is alone under way when a redirect sends it on to its next address."""
    chain = [path(1), path(1, "autre"), path(1, "encore")]
    script = {here: moved(there) for here, there in itertools.pairwise(chain)}
    with Site(tmp_path, {**script, chain[-1]: article()}) as site:
        result = site.crawl(urls=[chain[0]])
        assert result.code == 0, result.err
        assert site.asked() == Counter(chain)
        assert [record["id"] for record in site.records()] == ["qc:n:1"]
        gone = [path(2), path(2, "autre")]
        result = site.crawl(urls=gone)
        assert result.code == 0, result.err
        assert site.asked() == Counter([*chain, *gone])

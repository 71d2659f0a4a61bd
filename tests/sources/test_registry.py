"""The registry: what other layers conclude from a source's name fits what the source says."""

import pytest

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.politeness.limits import LIMITS
from huffarchive.sources import INDEX, LIVE, QUERIES, SOURCES, is_own, named, of_query
from huffarchive.sources.members import MemberSource
from huffarchive.sources.playbacks import PlaybackSource
from huffarchive.sources.source import MIRROR, Site
from huffarchive.urls import PageKey
from huffarchive.warc.annotation import Annotation


@pytest.mark.parametrize("name", [*SOURCES, INDEX.name])
def test_a_note_knows_an_archive_from_the_site(name: str) -> None:
    from_archive = isinstance(named(name), PlaybackSource | MemberSource)
    assert Annotation(source=name).of_archive is from_archive
    assert is_own(name) is isinstance(named(name), Site)


def test_the_site_at_another_base_is_the_site() -> None:
    mirror = HUFFPOST_QC.at("http://mirror.lan:80")
    assert LIVE.noted(mirror) == MIRROR
    assert {name: s.noted(mirror) for name, s in SOURCES.items() if s is not LIVE} == {
        name: name for name in SOURCES if name != LIVE.name
    }
    assert is_own(MIRROR)
    assert not Annotation(source=MIRROR).of_archive


def test_every_part_of_an_index_leads_back_to_its_archive() -> None:
    for name, kinds in QUERIES.items():
        for address in SOURCES[name].queries(HUFFPOST_QC):
            assert address.key.kind in kinds
            assert of_query(address.key) == name
            assert SOURCES[name].at_query(address.url) == SOURCES[name]
            assert SOURCES[name].asks(address.url)
    assert of_query(PageKey("qc", "n", "1")) is None


def test_every_server_of_others_has_a_limit() -> None:
    found = {service.limit: name for name, s in SOURCES.items() for service in s.services}
    assert {limit.name: limit.service for limit in LIMITS.values()} == found
    assert all(limit.interval > 0 for limit in LIMITS.values())

"""The register and the addresses: every article has one key, found again from every address."""

import re
from collections import Counter
from urllib.parse import urlsplit

import pytest

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.sample.catalogue import ROUND, Catalogue, imported, named
from huffarchive.sample.composition import Facts
from huffarchive.sample.content import SUBJECTS, bank
from huffarchive.sample.site import Site, listed_only, site
from huffarchive.urls import Address, identify
from tests.kit.gold import Gold, Golds


def test_keys_are_found_again_and_none_is_given_twice() -> None:
    register = Catalogue(3, 100_000)
    keys = set()
    for number in [*range(400), *range(400, 100_000, 37)]:
        entry = register.entry(number)
        assert entry.key not in keys
        keys.add(entry.key)
        assert register.find(entry.key.kind, entry.key.id) == entry
    assert register.find("n", "1999990") is None
    assert register.find("n", "9" * 18) is None
    assert register.find("qc", "0" * 24) is None
    assert register.find("g", "23429106") is None


def test_the_size_is_a_bound() -> None:
    last = Catalogue(3, 500).entry(499)
    assert Catalogue(3, 500).find(last.key.kind, last.key.id) is not None
    assert Catalogue(3, 499).find(last.key.kind, last.key.id) is None
    with pytest.raises(IndexError):
        Catalogue(3, 499).entry(499)


def test_the_same_seed_writes_the_same_pages_whatever_the_size() -> None:
    one, again, larger, other = site(7, 340), site(7, 340), site(7, 341), site(8, 340)
    for number in range(0, 340, 23):
        entry = one.register.entry(number)
        assert entry == larger.register.entry(number)
        assert one.markup(entry) == again.markup(entry)
        assert Golds(one)[str(entry.key)] == Golds(again)[str(entry.key)]
        assert one.desk.story(entry).headline == larger.desk.story(entry).headline
        assert one.desk.story(entry).text == larger.desk.story(entry).text
    same = [n for n in range(100, 140) if _text(one, n) == _text(other, n)]
    assert len(same) < 3


def _text(site_: Site, number: int) -> list[str]:
    return site_.desk.story(site_.register.entry(number)).text


def test_every_known_article_is_one_of_the_sample(sample: Site) -> None:
    keys: dict[str, str] = {}
    for url in HUFFPOST_QC.known_urls():
        address = identify(url, HUFFPOST_QC)
        if isinstance(address, Address) and address.key.is_article:
            keys.setdefault(str(address.key), "")
            if address.slug:
                keys[str(address.key)] = address.slug
    assert len(keys) == 78
    for ident, slug in keys.items():
        assert Golds(sample)[ident].slug == slug
        day = re.search(r"/(\d{4}/\d\d/\d\d)/", Golds(sample)[ident].aliases[0])
        if day and Golds(sample)[ident].date_published:
            assert day[1].replace("/", "-") == str(Golds(sample)[ident].date_published)[:10]


def test_slugs_of_wire_copy_follow_the_rule_of_25_characters(golds: dict[str, Gold]) -> None:
    rule = [g for g in golds.values() if imported(g.headline) == g.slug]
    assert {g.slug for g in rule} >= {
        "gypte--la-prison--vie-", "nuclaire-iraniennbsp-", "viol-collectif-en-inde--",
        "irak--32-morts-dans-une-", "bangladesh--leffondreme",
    }  # fmt: skip
    assert len(rule) > 100


def test_every_address_names_its_article_by_our_rule_and_by_the_crawlers(
    golds: dict[str, Gold],
) -> None:
    shapes: Counter[str] = Counter()
    for ident, gold in golds.items():
        assert len(gold.aliases) >= 7
        for url in gold.aliases:
            address = identify(url, HUFFPOST_QC)
            assert isinstance(address, Address), (url, address)
            assert str(address.key) == ident, url
            parts = urlsplit(url)
            query = f"?{parts.query}" if parts.query else ""
            mark, number = named(parts.path + query) or ("", "")
            assert f"qc:{mark}:{number}" == ident, url
            shapes[_shape(url)] += 1
    assert set(shapes) == {
        "dated", "author", "later", "later in a folder", "entry", "mobile", "mobile id", "archive",
        "amp", "inside http", "inside https", "query",
    }  # fmt: skip
    folders = {url for gold in golds.values() for url in gold.aliases if "%20" in url}
    assert any("Christine%20E.Laprade" in url for url in folders)


def _shape(url: str) -> str:
    if "?" in url:
        return "query"
    if "http%3A" in url or "https%3A" in url:
        return "inside https" if "https%3A" in url else "inside http"
    for sign, name in (("m.huffpost.com", "mobile id"), ("//m.", "mobile"), ("/amp", "amp"),
                       ("/archive/", "archive"), ("/entry/", "entry")):  # fmt: skip
        if sign in url:
            return name
    if ".html" in url:
        return "dated" if re.search(r"/\d{4}/\d\d/\d\d/", url) else "author"
    return "later" if re.search(r"/\d{4}/\d\d/\d\d/", url) else "later in a folder"


def test_every_recipe_is_in_a_round_and_every_article_can_be_found(sample: Site) -> None:
    recipes = {sample.register.entry(n).recipe for n in range(sample.size)}
    assert set(ROUND) <= recipes
    alone = [n for n in range(sample.size) if listed_only(n)]
    assert 20 < len(alone) < 80


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_phrase_of_a_subject_can_be_told(subject: str, sample: Site) -> None:
    phrases = bank(subject)
    for number in range(8):
        facts = Facts(sample.register.random(number, subject), phrases)
        for name, templates in phrases.lists.items():
            if name in ("section", "tags", "titles"):
                continue
            for template in templates:
                told = facts.tell(template)
                assert told
                assert not re.search(r"[\[\]{}|]| de le | à le | de les |  ", told), told

"""Identity: every spelling of an address names one page, or none, and why."""

import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huffarchive.editions import EDITIONS
from huffarchive.editions.huffpost_ca import HUFFPOST_CA
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.urls import MAX_URL, Address, OutOfScope, PageKey, identify
from tests.fuzz.urls import SEEDS, check, fuzz
from tests.kit.examples import examples

SHARED = Path(__file__).parent.parent.parent / "shared" / "urls"
DATED = "http://quebec.huffingtonpost.ca/2012/10/05/larme-syrienne-bombarde_n_1941787.html"
ARCHIVED = "https://www.huffpost.com/archive/qc/entry/larme-syrienne-bombarde_n_1941787"


def key(url: str) -> str:
    found = identify(url, HUFFPOST_QC)
    return str(found.key) if isinstance(found, Address) else found.reason


def clean(url: str) -> str:
    found = identify(url, HUFFPOST_QC)
    assert isinstance(found, Address)
    return found.url


def quebec_rows() -> list[list[str]]:
    table = SHARED / "huffpost_qc.tsv"
    if not table.exists():
        pytest.skip("the list with its kinds and ids is not beside the repo")
    return [line.split("\t") for line in table.read_text("utf-8").splitlines()[1:]]


def test_the_116_urls_of_quebec() -> None:
    urls = HUFFPOST_QC.known_urls()
    assert len(urls) == 116
    found = [identify(url, HUFFPOST_QC) for url in urls]
    keys = [address.key for address in found if isinstance(address, Address)]
    assert len(keys) == 116
    articles = [k for k in keys if k.is_article]
    assert (len(articles), len(set(articles))) == (79, 78)
    assert Counter(k.kind for k in keys if not k.is_article) == {
        "topic": 31, "home": 3, "author": 2, "feed": 1
    }  # fmt: skip


def test_quebec_as_the_table_says() -> None:
    for url, _, kind, id_type, ident, _, slug in quebec_rows():
        address = identify(url, HUFFPOST_QC)
        assert isinstance(address, Address), url
        if kind == "article-mobile-id":
            assert (address.key.kind, address.key.id, address.slug) == ("n", ident, None)
        elif kind == "article":
            assert (address.key.kind, address.key.id, address.slug) == (id_type, ident, slug), url
        else:
            assert address.key.kind == kind, url


def test_the_packaged_lists_are_the_known_ones() -> None:
    if not SHARED.exists():
        pytest.skip("the lists are not beside the repo")
    assert list(HUFFPOST_QC.known_urls()) == [row[0] for row in quebec_rows()]
    canada = (SHARED / "huffpost_ca.txt").read_text("utf-8").split()
    assert list(HUFFPOST_CA.known_urls()) == canada


def test_the_38_urls_of_canada() -> None:
    found = [identify(url, HUFFPOST_CA) for url in HUFFPOST_CA.known_urls()]
    keys = [address.key for address in found if isinstance(address, Address)]
    assert len(keys) == len(found) == 38
    assert Counter(k.kind for k in keys) == {
        "topic": 22, "feed": 5, "n": 3, "b": 3, "ca": 2, "a": 1, "home": 1, "static": 1
    }  # fmt: skip
    assert all(k.edition == "ca" for k in keys)
    assert len({k for k in keys if k.is_article}) == 9


def test_every_known_url_is_stable_and_of_one_edition() -> None:
    assert len(SEEDS) > 100
    for url in SEEDS:
        found = [address for edition in EDITIONS.values() if (address := check(url, edition))]
        assert len(found) == 1, url
        assert PageKey.parse(str(found[0].key)) == found[0].key, url


@pytest.mark.parametrize(
    "url",
    [
        DATED,
        ARCHIVED,
        f"{ARCHIVED}/amp",
        f"{DATED}?utm_hp_ref=x&ir=y#z",
        "https://m.quebec.huffingtonpost.ca/entry/other-slug_n_1941787/",
        "http://m.huffpost.com/qc/entry/1941787",
        DATED.upper(),
        DATED.replace(".ca/", ".ca./"),
        DATED.replace(".ca/", ".ca:80/"),
        DATED.replace("_n_", "_n_000"),
        DATED.replace("http://", "http:\\\\").replace("/2012/", "\\2012\\"),
        f"  {DATED}\n",
        DATED.replace("syrienne", "syri\n\tenne"),
        f"{DATED}%0A%20",
        DATED.replace("/2012", "//2012/./x/.."),
        DATED.replace("larme", "l%27arm%25c3%25a9e"),
        DATED.replace("larme", "l'armée"),
        DATED.replace("larme", "l%E9"),
        DATED.replace("larme", "plan_b_2.html_n_3/"),
        DATED.replace("http://", "http:/"),
        DATED.replace("http://", "http:////"),
        f"http://quebec.huffingtonpost.ca/{DATED}",
        f"http://quebec.huffingtonpost.ca/{DATED.replace('/', '%2F').replace(':', '%3A')}",
        f"http://quebec.huffingtonpost.ca/{DATED.replace('/', '%252F').replace(':', '%253A')}",
        f"http://evil.example/https%3A%2F%2Fevil.example%2F{DATED}",
        f"https://web.archive.org/web/20160101000000id_/{DATED}",
        f"http://quebec.huffingtonpost.ca/{ARCHIVED}_n_2.html/http%3A%2F%2Fx/{DATED}",
    ],
)
def test_one_article_under_many_spellings(url: str) -> None:
    assert key(url) == "qc:n:1941787"
    assert check(url, HUFFPOST_QC) is not None


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        ("", "malformed"),
        ("/2012/10/05/x_n_1.html", "malformed"),
        ("quebec.huffingtonpost.ca/x_n_1.html", "malformed"),
        ("http:x_n_1", "malformed"),
        ("mailto:x@y.z", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("ftp://quebec.huffingtonpost.ca/x_n_1", "scheme"),
        ("http://quebec.huffingtonpost.ca/x\x00_n_1", "malformed"),
        ("http://quebec.huffingtonpost.ca/x%00_n_1", "malformed"),
        ("http://quebec.huffingtonpost.ca/x%0d%0aHost:_n_1", "malformed"),
        ("http://quebec.huffingtonpost.ca/x\ud800_n_1", "malformed"),
        ("http://quebec.huffingtonpost.ca:99999/x_n_1", "port"),
        ("http://quebec.huffingtonpost.ca:999999/x_n_1", "malformed"),
        ("http://quebec.huffingtonpost.ca:٨٠/x_n_1", "malformed"),
        ("http://quebec.huffingtonpost.ca:8080/x_n_1", "port"),
        ("http://quebec.huffingtonpost.ca:443/x_n_1", "port"),
        ("http://u:p@quebec.huffingtonpost.ca/x_n_1", "credentials"),
        ("http://@quebec.huffingtonpost.ca/x_n_1", "credentials"),
        ("http://quebec.huffingtonpost.ca@evil.example/x_n_1", "credentials"),
        ("http://evil.example/x_n_1", "host"),
        ("http://quebec.huffingtonpost.ca.evil.example/x_n_1", "host"),
        ("http://évil.quebec.huffingtonpost.ca/x_n_1", "host"),
        ("http://québec.huffingtonpost.ca/x_n_1", "host"),
        ("http://xn--qubec-csa.huffingtonpost.ca/x_n_1", "host"),
        ("http://quebec%2Ehuffingtonpost.ca/x_n_1", "host"),
        ("http://quebec.huffingtonpost.ca../x_n_1", "host"),
        ("http://[::1]/x_n_1", "host"),
        ("http://[::1/x_n_1", "host"),
        ("http://2130706433/x_n_1", "host"),
        (f"{DATED}/http%3A%2F%2Fevil.example%2Fx_n_1", "host"),
        ("https://www.huffpost.com/entry/x_n_1", "edition"),
        ("https://www.huffpost.com/archive/ca/entry/x_n_1", "edition"),
        ("https://www.huffpost.com/archive/qcx/entry/x_n_1", "edition"),
        ("https://www.huffpost.com/archive/qc/../../entry/x_n_1", "edition"),
        ("https://www.huffpost.com/archive/qc/%2e%2e/ca/entry/x_n_1", "edition"),
        ("https://www.huffpost.com/archive/qc/..%2fca%2fentry/x_n_1", "edition"),
        ("https://www.huffpost.com/archive/ca/sitemap.xml", "edition"),
        ("http://m.huffpost.com/ca/entry/8708140", "edition"),
        ("http://quebec.huffingtonpost.ca/x_n_٣", "shape"),
        ("http://quebec.huffingtonpost.ca/x_n_1234567890123456789.html", "shape"),
        ("http://quebec.huffingtonpost.ca/x_n_1_2.html", "shape"),
        ("http://quebec.huffingtonpost.ca/x_qc_12.html", "shape"),
        ("http://quebec.huffingtonpost.ca/" + "x" * 10_000 + "_n_1.html", "too_long"),
        ("http://quebec.huffingtonpost.ca/" + "é" * 700 + "_n_1.html", "too_long"),
        ("http://quebec.huffingtonpost.ca/x_n_1.html_n_2.html", "qc:n:2"),
        ("http://quebec.huffingtonpost.ca/x_QC_5CCC6223E4B03B38D6933D24", "qc:qc:5ccc6223e4b03b38d6933d24"),
        ("http://quebec.huffingtonpost.ca/x_n_5ccc6223e4b03b38d6933d24", "qc:n:5ccc6223e4b03b38d6933d24"),
        ("http://quebec.huffingtonpost.ca/x_n_000000000000000000000012", "qc:n:000000000000000000000012"),
        ("http://quebec.huffingtonpost.ca/x_n_0.html", "qc:n:0"),
        ("http://quebec.huffingtonpost.ca?page=04", "qc:home:?page=4"),
        ("https://www.huffpost.com/archive/qc", "qc:home:/"),
        ("https://www.huffpost.com/robots.txt", "qc:robots:robots.txt"),
        ("https://www.huffpost.com/sitemaps/sections.xml", "qc:sitemap:www.huffpost.com/sitemaps/sections.xml"),
        ("http://www.huffpost.com:80/sitemap.xml?from=5&to=é#x", "qc:sitemap:www.huffpost.com/sitemap.xml?from=5&to=%C3%A9"),
        ("https://quebec.huffingtonpost.ca/sitemap.xml", "qc:sitemap:quebec.huffingtonpost.ca/sitemap.xml"),
        ("https://quebec.huffingtonpost.ca/sitemap.xml?", "qc:sitemap:quebec.huffingtonpost.ca/sitemap.xml"),
        ("https://quebec.huffingtonpost.ca/feeds/sitemap.xml", "qc:feed:feeds/sitemap.xml"),
        ("http://quebec.huffingtonpost.ca/news/qu%C3%A9bec/?page=2", "qc:topic:qu%C3%A9bec?page=2"),
        ("http://quebec.huffingtonpost.ca/news/québec/?page=2", "qc:topic:qu%C3%A9bec?page=2"),
        ("http://quebec.huffingtonpost.ca/news/../../author/x", "qc:author:x"),
    ],
)  # fmt: skip
def test_each_odd_spelling_has_its_answer(url: str, answer: str) -> None:
    assert key(url) == answer


def test_the_address_to_ask_for() -> None:
    assert clean(f"{DATED}?page=2&err_code=404&utm_hp_ref=x#y") == DATED
    wrapped = "http://quebec.huffingtonpost.ca/https%3A%2F%2Fquebec.huffingtonpost.ca%2FChristine%20E.Laprade%2Fx_b_1.html"
    assert clean(wrapped) == "https://quebec.huffingtonpost.ca/Christine%20E.Laprade/x_b_1.html"
    # Bytes that are no UTF-8 are asked for as they are, not as U+FFFD.
    assert clean("http://quebec.huffingtonpost.ca/Ren%e9/x_b_1.html").endswith("/Ren%E9/x_b_1.html")
    assert clean("HTTP://Quebec.HuffingtonPost.CA.:80//a/./b/../x_n_1.html\n") == (
        "http://quebec.huffingtonpost.ca/a/x_n_1.html"
    )


def test_urls_inside_urls_end_somewhere() -> None:
    assert key("http://quebec.huffingtonpost.ca/" * 7 + "x_n_1") == "qc:n:1"
    assert key("http://quebec.huffingtonpost.ca/" * 9 + "x_n_1") == "qc:n:1"
    nested = DATED
    for _ in range(9):
        nested = f"http://a/{nested.replace('http://', 'http:////').replace(':', '%3A', 1)}"
        assert key(nested) == "qc:n:1941787"


def test_a_site_named_by_the_user_has_its_port_and_no_other() -> None:
    edition = HUFFPOST_QC.at("http://127.0.0.1:8080")
    inside = identify("http://127.0.0.1:8080/archive/qc/entry/x_n_1", edition)
    assert isinstance(inside, Address)
    assert inside.url == "http://127.0.0.1:8080/archive/qc/entry/x_n_1"
    assert identify("http://127.0.0.1:8081/x_n_1", edition) == OutOfScope("host")
    six = identify("http://[::1]:8080/x_n_1", HUFFPOST_QC.at("http://[::1]:8080"))
    assert isinstance(six, Address)
    assert six.url == "http://[::1]:8080/x_n_1"


def test_a_path_at_another_site_is_the_historical_hosts_unless_a_folder_says_more() -> None:
    edition = HUFFPOST_QC.at("http://127.0.0.1:8080")
    for path, host in (
        ("/2012/x_n_1.html", "quebec.huffingtonpost.ca"),
        ("/archive/qc/entry/x_n_1", "www.huffpost.com"),
        ("/qc/entry/1", "m.huffpost.com"),
    ):
        assert edition.original(f"http://127.0.0.1:8080{path}") == f"https://{host}{path}"


@examples(125)
@given(st.text(max_size=300))
def test_any_text_has_an_answer(text: str) -> None:
    for edition in EDITIONS.values():
        check(text, edition)


@examples(125)
@given(
    st.sampled_from(SEEDS),
    st.text(max_size=20),
    st.lists(st.sampled_from(["%", "/", "..", "http://", "?", "#", "%2F", "%25", "_n_1", ":"])),
)
def test_any_mutation_has_a_stable_answer(seed: str, text: str, bits: list[str]) -> None:
    for edition in EDITIONS.values():
        check(seed + text + "".join(bits), edition)
        check(seed.replace("/", text + "".join(bits), 3), edition)


def test_ten_thousand_odd_spellings() -> None:
    counts = fuzz(10_000)
    assert counts["urls"] == 10_000
    assert counts["pages"] > 1_000
    assert counts["out of scope"] > 1_000


@pytest.mark.long
def test_two_hundred_thousand_odd_spellings() -> None:
    counts = fuzz(200_000, seed=2012)
    print(counts)
    assert counts["urls"] == 200_000


def test_no_url_is_slow() -> None:
    for bit in ("_n_1", "%25", "/http:/", "http:%2F", "_", "a/", "/..", "_n_1.html/"):
        url = ("http://quebec.huffingtonpost.ca/" + bit * MAX_URL)[:MAX_URL]
        took = []
        for _ in range(3):  # in one of them the garbage of other tests may be collected
            began = time.process_time()
            key(url)
            took.append(time.process_time() - began)
        assert min(took) < 0.1, bit


SITEMAPS = st.builds(
    "{}://{}/{}sitemap{}.xml{}{}".format,
    st.sampled_from(("http", "https")),
    st.sampled_from([host.name for host in HUFFPOST_QC.hosts if host.prefix == "/"]),
    st.sampled_from(("", "a/", "A/", "a//")),
    st.sampled_from(("", "-1", "s/2", "%2D1")),
    st.sampled_from(("", ".gz")),
    st.one_of(
        st.just(""), st.text(max_size=12).map("?{}".format), st.sampled_from(("?a=1", "?a=2"))
    ),
)


@examples(125)
@given(SITEMAPS, SITEMAPS)
def test_two_sitemaps_are_one_where_host_path_and_query_are(one: str, other: str) -> None:
    found = [check(url, HUFFPOST_QC) for url in (one, other)]
    if None in found:  # a fragment of the text that was drawn holds a control character
        return
    first, second = found
    assert first.key.kind == second.key.kind == "sitemap"
    bare = [address.url.partition("://")[2] for address in (first, second)]
    assert (first.key == second.key) == (bare[0] == bare[1])
    assert [address.key.id for address in (first, second)] == bare


PICTURE = "https://img.huffingtonpost.com/asset/5cd4d0ae.jpeg?ops=scalefit_720_noupscale&cache=x"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (PICTURE, "qc:image:" + PICTURE.removeprefix("https://")),
        (PICTURE.replace("https", "http"), "qc:image:" + PICTURE.removeprefix("https://")),
        (PICTURE + "#top", "qc:image:" + PICTURE.removeprefix("https://")),
        (PICTURE.replace("720", "630"), "qc:image:" + PICTURE[8:].replace("720", "630")),
        (
            "http://i.huffpost.com/gen/12/thumbs/o-É-570.jpg",
            "qc:image:i.huffpost.com/gen/12/thumbs/o-%C3%89-570.jpg",
        ),
        ("https://img.huffingtonpost.com/", "edition"),
        ("https://img.huffingtonpost.com/assets.jpeg", "edition"),
        ("https://img.huffingtonpost.com/sitemap.xml", "edition"),
        ("https://img.huffingtonpost.com:8443/asset/x.jpeg", "port"),
        ("https://user@img.huffingtonpost.com/asset/x.jpeg", "credentials"),
        ("https://img.huffingtonpost.com.evil.example/asset/x.jpeg", "host"),
        ("ftp://img.huffingtonpost.com/asset/x.jpeg", "scheme"),
        ("https://quebec.huffingtonpost.ca/asset/x.jpeg", "shape"),
        ("https://img.huffingtonpost.com/asset/" + "a" * 2048, "too_long"),
    ],
)
def test_a_pictures_address_is_its_name(url: str, expected: str) -> None:
    assert key(url) == expected


def test_a_picture_at_another_base_has_its_own_address_again() -> None:
    edition = HUFFPOST_QC.at("http://127.0.0.1:8000")
    there = edition.located(PICTURE)
    assert there == "http://127.0.0.1:8000/asset/5cd4d0ae.jpeg?ops=scalefit_720_noupscale&cache=x"
    assert edition.original(there) == PICTURE
    found = identify(there, edition)
    assert isinstance(found, Address)
    assert found.key.is_picture
    assert found.url == there


@given(st.text(max_size=60), st.text(max_size=60))
@examples(125)
def test_whatever_a_pictures_address_holds(path: str, query: str) -> None:
    check(f"https://img.huffingtonpost.com/asset/{path}?{query}", HUFFPOST_QC)


def test_the_month_of_an_object_id_is_the_site_s() -> None:
    # 2020-11-01 03:59:59 and 04:00:00 in UTC, around midnight in Montréal.
    for made, month in ((0x5F9E32BF, "2020-10"), (0x5F9E32C0, "2020-11")):
        assert datetime.fromtimestamp(made, UTC).strftime("%Y-%m-%d %H") in (
            "2020-11-01 03",
            "2020-11-01 04",
        )
        url = f"https://www.huffpost.com/archive/qc/entry/x_qc_{made:08x}{0:016x}"
        address = identify(url, HUFFPOST_QC)
        assert isinstance(address, Address)
        assert address.month(HUFFPOST_QC.timezone) == month

"""A user's mistake gets one line that names it and the next step, and loses nothing."""

import shutil
from pathlib import Path

import pytest

from tests.e2e.conftest import Archived, options
from tests.kit.command import python, scrapy


def test_a_line_that_is_no_url_is_named_and_the_others_are_crawled(tmp_path: Path) -> None:
    from huffarchive.sample.server import Service
    from huffarchive.sample.site import site

    wanted = tmp_path / "urls.txt"
    good = site().plain_urls()
    first = next(iter(good))
    wanted.write_bytes(
        b"# a comment\n\nno url at all\nhttp://[::bad/\nftp://quebec.huffingtonpost.ca/x_n_1.html\n"
        b"https://example.org/x_n_1.html\n\xff\xfe\n" + first.encode() + b"\n"
    )
    with Service(site()) as service:
        done = scrapy(
            "crawl", "huffpost_qc", "-a", f"site={service.base}", "-a", f"urls={wanted}",
            *options(tmp_path),
        )  # fmt: skip
    assert done.code == 0, done.err
    for number in (3, 4, 5, 6, 7):
        assert f"urls.txt, line {number}: passed over" in done.err
    assert "5 lines of the URL list passed over: no page of the edition" in done.out
    archive = Archived(tmp_path, "qc", done)
    assert len(archive.rows) == 1


@pytest.mark.slow
@pytest.mark.parametrize("command", ["crawl", "discover"])
@pytest.mark.parametrize("lines", [b"", b"no url\nhttps://example.org/x_n_1.html\n"])
def test_a_list_that_names_no_page_is_a_mistake(command: str, lines: bytes, tmp_path: Path) -> None:
    """A broken list must not look like a list that is done: cron would show green."""
    done = scrapy(
        command, "huffpost_qc", "-a", "site=http://127.0.0.1:1", "-a", "urls=-", *options(tmp_path),
        stdin=lines,
    )  # fmt: skip
    assert done.code == 2, done.out
    assert "-a urls=-: it names no page of HuffPost Québec" in done.err
    assert done.out == ""
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["crawl", "discover"])
def test_a_list_that_names_no_page_changes_nothing(command: str, copied: Archived) -> None:
    """Not the archive that is there either: no time of a second try, no run, no report."""

    def on_disk() -> dict[str, bytes]:
        files = (path for path in copied.folder.rglob("*") if path.is_file())
        return {str(path): path.read_bytes() for path in files}

    before = on_disk()
    done = scrapy(
        command, "huffpost_qc", "-a", "source=sample", "-a", "urls=-", *copied.options,
        stdin=b"https://example.org/x_n_1.html\n",
    )  # fmt: skip
    assert done.code == 2, done.out
    assert on_disk() == before


def test_a_limited_crawl_of_a_site_that_does_not_answer_is_not_merely_stopped(
    tmp_path: Path,
) -> None:
    done = python(
        "-m", "tests.kit.hurried", "crawl", "huffpost_qc", "-a", "site=http://127.0.0.1:1",
        "-a", "limit=5", *options(tmp_path),
    )  # fmt: skip
    assert done.code == 3, done.out
    assert "The site could not be reached" in done.out


@pytest.mark.slow
def test_urls_from_standard_input_and_a_limit(tmp_path: Path) -> None:
    from huffarchive.sample.server import Service
    from huffarchive.sample.site import site

    urls = list(site().plain_urls())[:5]
    with Service(site()) as service:
        arguments = ["crawl", "huffpost_qc", "-a", f"site={service.base}", "-a", "urls=-"]
        stdin = "\n".join(urls).encode()
        first = scrapy(*arguments, "-a", "limit=2", *options(tmp_path), stdin=stdin)
        assert first.code == 5, first.err
        assert len(Archived(tmp_path, "qc", first).rows) <= 2
        second = scrapy(*arguments, *options(tmp_path), stdin=stdin)
    assert second.code == 0, second.err
    assert len(Archived(tmp_path, "qc", second).rows) == 5


@pytest.mark.slow
@pytest.mark.parametrize(
    ("damage", "says", "readable"),
    [
        (lambda data: b"", "the file is empty", False),
        (lambda data: b"no warc\n" * 100, "not a WARC file", False),
        (lambda data: data[: len(data) // 2], "the record is cut short", True),
        (lambda data: data + b"\x1f\x8bgarbage", "no record begins here", True),
    ],
    ids=["empty", "text", "truncated", "garbage"],
)
def test_extract_of_a_damaged_file(small: Archived, tmp_path: Path, damage, says, readable) -> None:
    good, rows = small.warcs[0], len(small.jsonls[0].read_bytes().splitlines())
    path = tmp_path / "bad.warc.gz"
    path.write_bytes(damage(good.read_bytes()))
    out = tmp_path / "out.jsonl"
    done = scrapy("extract", str(path), str(good), "-o", str(out), "--workers", "0")
    assert done.code == 3
    assert "bad.warc.gz" in done.err
    assert says in done.err
    assert "Traceback" not in done.err
    written = len(out.read_bytes().splitlines())
    assert written > rows if readable else written == rows


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("extract", "a.warc.gz"),
        ("extract", "a.bin"),
        ("links", "a.warc.gz"),
        ("wacz", "a.warc.gz"),
        ("report", "a.warc.gz"),
        ("export csv --replace", "a.warc.gz"),
    ],
)
def test_no_command_writes_over_captures(
    command: str, name: str, small: Archived, tmp_path: Path
) -> None:
    """Where -o lacks its name, the shell puts the first of the captures there."""
    if command == "report":
        pytest.importorskip("pygal")
    path = tmp_path / name
    shutil.copy(small.warcs[0], path)
    about = (str(path),) if command == "extract" else ("qc", *small.options)
    done = scrapy(*command.split(), "-o", str(path), *about)
    assert done.code == 2, done.err
    assert f"-o {path}: that is a file of captures" in done.err
    assert path.read_bytes() == small.warcs[0].read_bytes()


@pytest.mark.parametrize("command", ["links", "report", "export csv --replace"])
def test_no_command_writes_over_the_records_it_reads(command: str, small: Archived) -> None:
    if command == "report":
        pytest.importorskip("pygal")
    records = small.jsonls[0]
    before = records.read_bytes()
    done = scrapy(*command.split(), "-o", str(records), small.name, *small.options)
    assert done.code == 2, done.err
    assert f"-o {records}: that is a file of captures or of records" in done.err
    assert records.read_bytes() == before


@pytest.mark.slow
def test_extract_of_a_file_that_is_not_there(tmp_path: Path) -> None:
    done = scrapy("extract", str(tmp_path / "none.warc.gz"))
    assert done.code == 3
    assert "none.warc.gz: No such file" in done.err


@pytest.mark.long
def test_the_live_site_without_a_network(tmp_path: Path) -> None:
    """In a network namespace of its own, so that nothing is sent to anybody."""
    import subprocess

    probe = subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("no network namespaces here")
    done = scrapy("crawl", "huffpost_qc", *options(tmp_path), wrap=("unshare", "-rn"))
    assert done.code == 3, done.err
    assert "The site could not be reached" in done.out
    assert "-a source=sample" in done.out

"""What was typed, what is said, and the status: each line names the input and the next step."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.conftest import Archive, state

CRAWL = [
    ("crawl", "name one spider, e.g. scrapy crawl huffpost_qc"),
    ("crawl huffpost", "no spider 'huffpost'; there are huffpost_ca, huffpost_qc"),
    ("crawl huffpost_qc huffpost_ca", "name one spider"),
    ("crawl huffpost_qc --limit 3", "--limit: say -a limit=3"),
    ("crawl huffpost_qc --limit=3", "--limit=3: say -a limit=3"),
    ("crawl qc limit=3", "limit=3: say -a limit=3"),
    ("crawl qc -a limit", "-a limit: give NAME=VALUE"),
    ("crawl qc -a", "argument -a: expected one argument"),
    ("crawl qc -s HUFFARCHIVE_WORKERS", "-s HUFFARCHIVE_WORKERS: give NAME=VALUE"),
    ("crawl qc --logfyle x", "unknown option --logfyle: did you mean --logfile?"),
    ("crawl qc -a limmit=3", "did you mean limit=?"),
    ("crawl qc -a source=nowhere", "unknown source 'nowhere'"),
    ("crawl qc -a urls=/no/such/list", "/no/such/list: cannot be read"),
    ("crawl qc -a source=warc", "-a source=warc: name the files too, e.g. -a files="),
    ("crawl qc -a source=live,warc -a files=,", "-a source=warc: name the files too"),
    ("discover qc -a source=warc", "-a source=warc: name the files too"),
    ("discover qc -a source=list,warc", "-a source=warc: name the files too"),
    ("crawl qc -a limit=none", "-a limit=none: give a whole number"),
    ("crawl qc -a limit=0", "give a whole number from 1"),
    ("crawl qc -a recrawl=-1", "-a recrawl=-1: give days"),
    ("crawl qc -a site=ftp://x/", "not a base URL"),
    ("crawl qc -a site=http://127.0.0.1:1/path", "a base URL has no path"),
    ("crawl qc -a site=http://127.0.0.1:99999", "no such port"),
    ("crawl qc -a site=http://name:word@127.0.0.1:1", "no user name or password"),
    ("crawl ca -a source=sample", "the sample site is one of huffpost_qc"),
    ("crawl qc -s HUFFARCHIVE_WORKERS=-1", "HUFFARCHIVE_WORKERS=-1: give a whole number from 0"),
    ("crawl qc -s HUFFARCHIVE_WORKERS=two", "HUFFARCHIVE_WORKERS=two: give"),
    ("crawl qc -s HUFFARCHIVE_READ_SECONDS=0", "HUFFARCHIVE_READ_SECONDS=0: give"),
    ("crawl qc -s HUFFARCHIVE_READ_MEMORY=1GB", "HUFFARCHIVE_READ_MEMORY=1GB: give"),
    ("crawl qc -s HUFFARCHIVE_MIN_FREE=-5", "HUFFARCHIVE_MIN_FREE=-5: give"),
    ("crawl qc -s HUFFARCHIVE_WAYBACK_URL=web.archive.org", "HUFFARCHIVE_WAYBACK_URL=web.archive"),
    *((f"crawl qc -s HUFFARCHIVE_PING_URL={url}", f"HUFFARCHIVE_PING_URL={url}: give an http or https")
      for url in ("http://a:99999/x", "https://a:b", "http://a:0", "http://", "http://[a", "ftp://a/")),
    *((f"{word} qc -s HUFFARCHIVE_{kind}={{archive}}/{place}", f"HUFFARCHIVE_{kind} {{archive}}/{place}: it lies in")
      for word, kind, place in (("crawl", "LOG_JSON", "output/qc/log.json"), ("crawl", "METRICS_FILE", "warc/qc/m"),
                                ("discover", "METRICS_FILE", "output/qc/reports/m.prom"), ("crawl", "LOG_JSON", "output/ca/x"))),
    ("crawl qc -s HUFFARCHIVE_METRICS_FILE=/dev/null", "/dev/null: that is no regular file; name"),
    ("crawl qc -s HUFFARCHIVE_WARCDIR=x", "did you mean HUFFARCHIVE_WARC_DIR?"),
    ("crawl qc -s HUFFARCHIVE_CA_FILE=/no/such/file", "no such file"),
    ("crawl qc -s HUFFARCHIVE_OUTPUT_DIR={file}", "HUFFARCHIVE_OUTPUT_DIR={file}: {file} is no folder"),
    ("crawl qc -s HUFFARCHIVE_WARC_DIR={file}/warc", "{file} is no folder; name another place"),
    ("crawl qc --logfile {empty}/no/crawl.log", "cannot be written (No such file or directory)"),
    ("discover qc --source list", "--source: say -a source=list"),
    ("discover", "name one spider, e.g. scrapy discover huffpost_qc"),
]  # fmt: skip
OTHERS = [
    ("status --xml", "unknown option --xml: see scrapy status --help"),
    ("status --jsn", "unknown option --jsn: did you mean --json?"),
    ("status --short --json", "not allowed with argument"),
    ("status quebec", "no archive 'quebec'; name one of huffpost_ca, huffpost_qc"),
    ("recover --forse", "unknown option --forse"),
    ("verify no/such/file", "no/such/file: no such file; name WARC or JSONL files"),
    ("verify {blank}", "'' is no name; name a file, a folder or an archive"),
    (
        "export csv qc-sample",
        "; qc is there, name that; or run scrapy crawl huffpost_qc -a source=sample",
    ),
    ("verify --workers x", "argument --workers: invalid int value: 'x'"),
    ("verify --workers -2", "--workers -2: give 0 or more"),
    ("extract", "name at least one WARC file"),
    ("extract {empty}", "{empty}: no WARC file is in it; name a file or another"),
    ("extract -o", "argument -o/--output: expected one argument"),
    ("extract {file} --worker 3x", "argument --workers: invalid int value: '3x'"),
    ("export", "name a format: "),
    ("export xlsx", "name a format: "),
    ("schema --xml", "unknown option --xml"),
    ("wacz --size 0 qc", "--size 0.0: give a number above 0"),
    ("wacz --size nan qc", "--size nan: give a number above 0"),
    ("wacz --size inf qc", "--size inf: give a number above 0"),
    ("wacz --size 1e400 qc", "--size inf: give a number above 0"),
    ("wacz -o - qc", "cannot go to standard output; name a place"),
    ("links --outptu x", "unknown option --outptu: did you mean --output?"),
    ("sample x.warc.gz", "give FILE:OFFSET"),
]


@pytest.mark.parametrize(("typed", "said"), CRAWL + OTHERS, ids=lambda text: str(text)[:40])
def test_a_mistake_is_told_in_one_line_and_changes_nothing(
    typed: str, said: str, archive: Archive, tmp_path: Path, run: Callable, monkeypatch
) -> None:
    monkeypatch.setattr(
        "huffarchive.commands.crawl.Command.run", None
    )  # nobody is asked for anything
    (file := tmp_path / "a file").write_text("no folder")
    (empty := tmp_path / "empty").mkdir()
    names = {"file": file, "empty": empty, "blank": "", "archive": archive.folder}
    before = state(tmp_path)
    words = [word.format(**names) for word in typed.split()]
    done = run(words[0], *archive.options, *words[1:])
    assert (done.code, done.out) == (2, ""), done.err
    (line,) = done.err.splitlines()
    assert line.startswith(f"scrapy {words[0]}: ")
    assert said.format(**names) in line
    assert state(tmp_path) == before


def test_a_port_is_one(archive: Archive, run: Callable) -> None:
    pytest.importorskip("datasette")
    done = run("browse", "qc", "--port", "99999", *archive.options)
    assert (done.code, done.out) == (2, "")
    assert "--port 99999: no port; give one from 1 to 65535" in done.err


@pytest.mark.parametrize("typed", ["links qc", "export csv qc", "schema", "extract {warcs}"])
def test_a_dash_is_standard_output(typed: str, archive: Archive, run: Callable) -> None:
    words = [word.format(warcs=archive.places.warc) for word in typed.split()]
    done = run(*words, "-o", "-", *archive.options)
    assert done.code == 0, done.err
    assert words[0] == "links" or done.out
    assert not Path("-").exists()


def test_extract_takes_folders(archive: Archive, run: Callable) -> None:
    done = run("extract", archive.folder, "--workers", "0")
    assert done.code == 0, done.err
    assert len(done.out.splitlines()) == 6


def test_the_sample_that_is_there_is_named(archive: Archive, run: Callable) -> None:
    for root in (archive.places.warc_root, archive.places.output_root):
        (root / "qc").rename(root / "qc-sample")
    done = run("export", "csv", "huffpost_qc", *archive.options)
    assert (done.code, done.out) == (2, "")
    assert "yet; qc-sample is there, name that; or run scrapy crawl huffpost_qc\n" in done.err


def test_the_accounts_of_runs_are_no_records(
    archive: Archive, run: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert any(path.read_text() for path in archive.places.reports.glob("*-left.jsonl"))
    for folder in (archive.folder, archive.places.output_root):
        # The project's archives are checked whole, and so are others that are read as files.
        for options in (archive.options, ("-s", "HUFFARCHIVE_OUTPUT_DIR=none")):
            done = run("verify", "--quick", "--no-notes", folder, *options)
            assert "6 JSONL records" in done.err
            assert done.code == 0 or folder != archive.folder, done.out
            assert "-left.jsonl" not in done.out
    assert "2 errors" in done.err  # records without their WARC files
    monkeypatch.chdir(archive.places.reports)
    done = run("verify", ".", *archive.options)
    assert (done.code, done.out) == (2, "")
    assert "no WARC or JSONL file is in it" in done.err

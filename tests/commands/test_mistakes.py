"""What was typed, what is said, and the status: each line names the input and the next step."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.conftest import ROOT, Archive, state

CRAWL = [
    ("crawl", "name one spider, e.g. scrapy crawl huffpost_qc"),
    ("crawl huffpost", "no spider 'huffpost'; there are huffpost_ca, huffpost_qc"),
    ("crawl huffpost_qc huffpost_ca", "name one spider"),
    ("crawl huffpost_qc --limit 3", "--limit: say -a limit=3"),
    ("crawl huffpost_qc --limit=3", "--limit=3: say -a limit=3"),
    ("crawl qc limit=3", "limit=3: say -a limit=3"),
    ("crawl qc -a limit", "-a limit: give NAME=VALUE"),
    ("crawl qc -a", "argument -a: expected one argument; give its value behind it"),
    ("crawl qc -L", "argument -L/--loglevel: expected one argument; give its value behind it"),
    ("crawl qc -a again=gone;refused", "-a again=gone;refused: give refused, gone, or both with a comma"),
    ("crawl qc -a =3", "unknown argument -a =: known are source, files"),
    ("crawl qc -a site=http://127.0.0.1:1/?x=1", "a base URL has no path: 'http://127.0.0.1:1/?x=1'; give http://127.0.0.1:1/"),
    ("crawl qc --pidfile {empty}", "--pidfile {empty}: cannot be written (Is a directory); name another"),
    ("crawl qc -a recrawl=nan", "-a recrawl=nan: give days, 0 or more"),
    ("crawl qc -a limit=3.5", "-a limit=3.5: give a whole number from 1"),
    ("crawl qc -s HUFFARCHIVE_METRICS_FILE=-", "METRICS_FILE=-: give a name that ends in .prom"),
    ("crawl qc -s HUFFARCHIVE_WORKERS", "-s HUFFARCHIVE_WORKERS: give NAME=VALUE"),
    ("crawl qc --logfyle x", "unknown option --logfyle: did you mean --logfile?"),
    ("crawl qc -a limmit=3", "did you mean limit=?"),
    ("crawl qc -a source=nowhere", "unknown source 'nowhere'"),
    ("crawl qc -a urls=/no/such/list", "/no/such/list: cannot be read"),
    ("crawl qc -a source=warc", "-a source=warc: name the files too, e.g. -a files="),
    ("crawl qc -a source=live,warc -a files=,", "-a source=warc: name the files too"),
    ("discover qc -a source=warc", "-a source=warc: name the files too"),
    ("crawl qc -a files={file}.warc.gz", "a file.warc.gz: files are read by source=warc alone; add warc"),
    ("crawl qc -a source=wayback -a files={file}.warc.gz", "a file.warc.gz: files are read by source=warc alone; add warc"),
    ("crawl qc -a source=sample -a files={file}.warc.gz", "a file.warc.gz: files are read by source=warc alone; add warc"),
    *((f"{word} -a crawls=CC-MAIN-2022-05", "-a crawls=CC-MAIN-2022-05: these are Common Crawl's; add commoncrawl to -a source=")
      for word in ("crawl qc", "crawl qc -a source=live,wayback", "discover qc", "discover qc -a source=list,wayback")),
    ("discover qc -a source=list,warc", "-a source=warc: name the files too"),
    ("crawl qc -a limit=none", "-a limit=none: give a whole number"),
    ("crawl qc -a limit=0", "give a whole number from 1"),
    ("crawl qc -a recrawl=-1", "-a recrawl=-1: give days"),
    ("crawl qc -a site=ftp://x/", "not a base URL"),
    ("crawl qc -a site=http://127.0.0.1:1/path", "a base URL has no path"),
    ("crawl qc -a site=http://[::1", "-a site=: Invalid IPv6 URL: 'http://[::1'; give http://host:port/"),
    ("crawl qc -s =3", "-s =3: give NAME=VALUE"),
    ("crawl qc -a site=http://127.0.0.1:99999", "no such port"),
    ("crawl qc -a site=http://name:word@127.0.0.1:1", "no user name or password"),
    ("crawl ca -a source=sample", "the sample site is one of huffpost_qc"),
    ("crawl qc -s HUFFARCHIVE_WORKERS=-1", "HUFFARCHIVE_WORKERS=-1: give a whole number from 0"),
    ("crawl qc -s HUFFARCHIVE_WORKERS=two", "HUFFARCHIVE_WORKERS=two: give"),
    ("crawl qc -s HUFFARCHIVE_READ_SECONDS=0", "HUFFARCHIVE_READ_SECONDS=0: give"),
    ("crawl qc -s HUFFARCHIVE_READ_MEMORY=1GB", "HUFFARCHIVE_READ_MEMORY=1GB: give"),
    ("crawl qc -s HUFFARCHIVE_MIN_FREE=-5", "HUFFARCHIVE_MIN_FREE=-5: give"),
    ("crawl nosuch --pidfile {empty}/pid --logfile {empty}/x.log", "no spider 'nosuch'"),
    ("crawl qc -s HUFFARCHIVE_WAYBACK_URL=web.archive.org", "HUFFARCHIVE_WAYBACK_URL=web.archive"),
    *((f"crawl qc -s HUFFARCHIVE_PING_URL={url}", "HUFFARCHIVE_PING_URL: give an http or https address")
      for url in ("http://a:99999/x", "https://a:b", "http://a:0", "http://", "http://[a", "ftp://a/")),
    *((f"{word} qc -s HUFFARCHIVE_{kind}={{archive}}/{place}", f"HUFFARCHIVE_{kind} {{archive}}/{place}: it lies in")
      for word, kind, place in (("crawl", "LOG_JSON", "output/qc/log.json"), ("crawl", "METRICS_FILE", "warc/qc/m.prom"),
                                ("discover", "METRICS_FILE", "output/qc/reports/m.prom"), ("crawl", "LOG_JSON", "output/ca/x"))),
    ("crawl qc -s HUFFARCHIVE_METRICS_FILE={archive}/x.prom", "x.prom: that is no regular file; name"),
    ("crawl qc -s HUFFARCHIVE_WARCDIR=x", "did you mean HUFFARCHIVE_WARC_DIR?"),
    ("crawl qc -s HUFFARCHIVE_CA_FILE=/no/such/file", "no such file"),
    ("crawl qc -s HUFFARCHIVE_OUTPUT_DIR={file}", "HUFFARCHIVE_OUTPUT_DIR={file}: {file} is no folder"),
    ("crawl qc -s HUFFARCHIVE_WARC_DIR={file}/warc", "{file} is no folder; name another place"),
    ("crawl qc --logfile {empty}/no/crawl.log", "cannot be written (No such file or directory)"),
    ("crawl QC", "no spider 'QC'; there are huffpost_ca, huffpost_qc"),
    ("crawl HuffPost-QC", "no spider 'HuffPost-QC'; did you mean huffpost_qc?"),
    ("crawl huffpostqc", "no spider 'huffpostqc'; did you mean huffpost_qc?"),
    ("crawl qc-sample", "qc-sample: say scrapy crawl huffpost_qc -a source=sample"),
    ("crawl qc, ca", "qc, huffpost_ca: name one spider, e.g."),
    ("crawl https://www.huffpost.com/archive/qc", "no spider 'https://www.huffpost.com/archive/qc'"),
    ("crawl qc -a SOURCE=sample", "unknown argument -a SOURCE=: did you mean source=?"),
    ("crawl qc -a sources=live", "did you mean source=?"),
    ("crawl qc -a url=list.txt", "did you mean urls=?"),
    ("crawl qc -a source=Live", "unknown source 'Live': give one of live, sample"),
    ("crawl qc -a source=wayback+commoncrawl", "unknown source 'wayback+commoncrawl'"),
    ("crawl qc -a limit:3", "-a limit:3: give NAME=VALUE"),
    ("crawl qc -a limit=1,000", "-a limit=1,000: give a whole number"),
    ("crawl qc -a limit=1k", "-a limit=1k: give a whole number"),
    ("crawl qc -a recrawl=30d", "-a recrawl=30d: give days"),
    ("crawl qc -a recrawl=1e3", "-a recrawl=1e3: give days, 0 or more, in digits"),
    ("crawl qc -a recrawl=1_000", "-a recrawl=1_000: give days, 0 or more, in digits"),
    ("crawl qc -a recrawl=\u0663", "-a recrawl=\u0663: give days, 0 or more, in digits"),
    ("crawl qc -a limit=1_0", "-a limit=1_0: give a whole number from 1, in digits"),
    ("crawl qc -a recrawl=2021-01-01", "-a recrawl=2021-01-01: give days"),
    *((f"crawl qc -a {name}=", f"-a {name}=: give a value, or leave it out") for name in ("again", "files", "urls", "crawls", "site", "limit", "source")),
    ("crawl qc -a urls={empty}", "-a urls={empty}: cannot be read (Is a directory); give a file"),
    ("crawl qc -a again=failed", "-a again=failed: give refused, gone"),
    ("crawl qc -a retry=yes", "-a retry=yes: give failed"),
    ("crawl qc -a images=yes", "-a images=yes: give true or false"),
    ("crawl qc -a source=commoncrawl -a crawls=2022-05", "-a crawls=2022-05: give ids such as CC-MAIN-2022-05"),
    ("crawl qc -a site=127.0.0.1:8000", "not a base URL: '127.0.0.1:8000'; give http://host:port/"),
    ("crawl qc -a site=http://127.0.0.1:0", "no such port: 'http://127.0.0.1:0'; give http://host:port/"),
    ("crawl qc -a site=http://127.0.0.1:port", "no such port: 'http://127.0.0.1:port'"),
    ("crawl qc -s HUFFARCHIVE_WARC_SIZE=1GB", "HUFFARCHIVE_WARC_SIZE=1GB: give a whole number"),
    ("crawl qc -s HUFFARCHIVE_BACKOFF=1min", "HUFFARCHIVE_BACKOFF=1min: give a number from 0"),
    *((f"{word} qc -s HUFFARCHIVE_{kind}_DIR=", f"HUFFARCHIVE_{kind}_DIR=: name a folder, or leave it out")
      for word, kind in (("crawl", "OUTPUT"), ("discover", "WARC"), ("status", "CACHE"), ("verify", "WARC"), ("recover", "OUTPUT"))),
    ("crawl qc -s huffarchive_workers=2", "unknown setting huffarchive_workers: did you mean HUFFARCHIVE_WORKERS?"),
    ("crawl qc -s OPERATOR=me", "unknown setting OPERATOR: did you mean HUFFARCHIVE_OPERATOR?"),
    ("status -s HUFFARCHIVE_OUTPUTDIR=x", "did you mean HUFFARCHIVE_OUTPUT_DIR?"),
    ("HUFFARCHIVE_OPERATOR=me crawl qc", "HUFFARCHIVE_OPERATOR: no variable of the environment is read for it; say -s"),
    ("HUFFARCHIVE_CACHE_DIR=x status qc", "say -s HUFFARCHIVE_CACHE_DIR=x"),
    ("HUFFARCHIVE_METRICS_FILE=m.txt crawl qc", "METRICS_FILE=m.txt: give a name that ends in .prom"),
    ("crawl qc -s HUFFARCHIVE_LOG_JSON={empty}", "LOG_JSON {empty}: that is no regular file"),
    ("crawl qc -L INFOS", "LOG_LEVEL=INFOS: give one of CRITICAL"),
    ("crawl qc --loglevel=debug", "LOG_LEVEL=debug: give one of CRITICAL"),
    ("crawl qc -s CLOSESPIDER_TIMEOUT=5h", "CLOSESPIDER_TIMEOUT=5h: give a number"),
    ("crawl qc -s DOWNLOAD_DELAY=fast", "DOWNLOAD_DELAY=fast: give a number"),
    ("discover qc -s CONCURRENT_REQUESTS=1.5", "CONCURRENT_REQUESTS=1.5: give a whole number"),
    ("crawl qc -s LOG_ENABLED=maybe", "LOG_ENABLED=maybe: give True or False"),
    ("crawl qc --resume", "unknown option --resume: see scrapy crawl --help"),
    ("discover qc -a source=live", "unknown source 'live': give one of list, sitemap"),
    ("discover qc -a source=no.warc.gz", "no file 'no.warc.gz'; name files that exist"),
    ("discover qc --source list", "--source: say -a source=list"),
    ("discover", "name one spider, e.g. scrapy discover huffpost_qc"),
    # typed by somebody in a hurry
    ("crawl sample", "sample: say -a source=sample, e.g. scrapy crawl huffpost_qc -a source=sample"),
    ("crawl qc live", "live: say -a source=live, e.g. scrapy crawl huffpost_qc -a source=live"),
    ("discover qc list", "list: say -a source=list"),
    ("crawl qc 10", "huffpost_qc 10: name one spider, e.g."),
    ("crawl qc -a limit 10", "-a limit: give NAME=VALUE, e.g. -a limit=10"),
    ("crawl qc -a source live", "-a source: give NAME=VALUE, e.g. -a source=live"),
    ("crawl qc -a images", "-a images: give NAME=VALUE, e.g. -a images=true"),
    ("crawl qc -a recrawl", "-a recrawl: give NAME=VALUE, e.g. -a recrawl=30"),
    ("crawl qc -a sample", "-a sample: give NAME=VALUE, e.g. -a limit=3"),
    ("crawl qc -a urls=http://quebec.huffingtonpost.ca/x_n_1.html", "that is an address; give a file with one URL a line, or - for standard input"),
    ("crawl qc -a recrawl=0,5", "-a recrawl=0,5: give days"),
    ("crawl qc -a source=sample,live", "-a source=sample stands alone; leave out other sources"),
    ("crawl qc -a source=https://example.org", "unknown source 'https://example.org': give one of live"),
    ("crawl qc -a urls=a.csv,b.csv", "-a urls=a.csv,b.csv: cannot be read (No such file or directory); give a file"),
    ("crawl qc -a recrawl=true", "-a recrawl=true: give days"),
    ("crawl qc -a again=all", "-a again=all: give refused, gone"),
    ("crawl qc -a images=True", "-a images=True: give true or false"),
    ("crawl qc -a site=localhost", "not a base URL: 'localhost'; give http://host:port/"),
    ("crawl qc -s DOWNLOAD_DELAY=-1", "DOWNLOAD_DELAY=-1: give a number from 0"),
    ("crawl qc -s HUFFARCHIVE_PING_URL=hc-ping.com/uuid", "HUFFARCHIVE_PING_URL: give an http or https address"),
    ("crawl qc -s ROBOTSTXT_OBEY=no", "ROBOTSTXT_OBEY=no: give True or False"),
    ("crawl qc --limit", "--limit: say -a limit=…"),
    ("crawl qc -limit 3", "-limit: say -a limit=3"),
    ("crawl qc --dry-run", "unknown option --dry-run: see scrapy crawl --help"),
    ("crawl huffpost_fr", "no spider 'huffpost_fr'; there are huffpost_ca, huffpost_qc"),
    ("crawl qc -a files=http://example.org/x.warc.gz -a source=warc", "no file 'http://example.org/x.warc.gz'; name files that exist"),
    ("discover qc -a source=google", "unknown source 'google': give one of list, sitemap"),
    ("discover qc -a source=*.cdxj", "no file '*.cdxj'; name files that exist, or a pattern in quotes"),
    ("discover qc -a source=wayback;commoncrawl", "unknown source 'wayback;commoncrawl': give one of list"),
]  # fmt: skip
BLANK = (
    *("verify", "verify {file}", "extract", "extract {file}", "export csv", "cite", "wacz --check"),
    *("links", "recover", "sample", "status"),
)
OTHERS = [
    ("status --xml", "unknown option --xml: see scrapy status --help"),
    ("status --jsn", "unknown option --jsn: did you mean --json?"),
    ("status --short --json", "not allowed with argument --short; give one of them"),
    ("status quebec", "no archive 'quebec'; name one of huffpost_ca, huffpost_qc"),
    ("recover --forse", "unknown option --forse"),
    ("verify no/such/file", "no/such/file: no such file; name WARC or JSONL files"),
    *((f"{word} {{blank}}", "'' is no name; give one, or leave it out") for word in BLANK),
    (
        "export csv qc-sample",
        "; qc is there, name that; or run scrapy crawl huffpost_qc -a source=sample",
    ),
    ("status qc --logfile {file}", "--logfile {file}: that is no log; name another file"),
    ("crawl qc --logfile {file}", "--logfile {file}: that is no log; name another file"),
    ("verify --workers x", "argument --workers: invalid int value: 'x'"),
    ("verify --workers -2", "--workers -2: give 0 to "),
    ("verify --workers 9999", "--workers 9999: give 0 to "),
    ("extract {file} --workers 9999", "--workers 9999: give 0 to "),
    ("verify --workers many", "invalid int value: 'many'; give a whole number"),
    ("verify qc-sample", "qc-sample: no such file; name WARC or JSONL files"),
    ("verify {empty}", "{empty}: no WARC or JSONL file is in it"),
    ("status QC", "no archive 'QC'; did you mean qc? name one of"),
    ("status qc,ca", "no archive 'qc,ca'; "),
    ("status qc ca", "no archive ca in {archive}/output yet; run scrapy crawl huffpost_ca"),
    ("status 2013", "no archive '2013'; name one of"),
    ("status --watch=5", "--watch: ignored explicit argument '5'; it takes no value"),
    ("recover ca", "no archive ca in {archive}/output yet; run scrapy crawl huffpost_ca"),
    ("recover qc ca", "no archive ca in {archive}/output yet"),
    ("recover --force=yes qc", "it takes no value"),
    ("schema qc", "qc: it takes no argument, leave that out"),
    ("schema -o {empty}", "-o {empty}: that is a folder; name a file in it"),
    ("extract {file} --address ray://x", "--address: name the --engine that runs there, or leave"),
    ("extract {file} --engine spark", "invalid choice: 'spark' (choose from"),
    ("cite nothing", "nothing: no id (qc:n:1480236) and no address"),
    ("cite qc:n:1 --format APA", "invalid choice: 'APA' (choose from"),
    ("wacz --size=1GB qc", "invalid float value: '1GB'; give a number"),
    ("sample {empty}:0", "{empty}: that is no regular file; name a WARC file"),
    ("sample {file}:-1", "{file}:-1: give FILE:OFFSET"),
    ("extract", "name at least one WARC file"),
    ("extract {empty}", "{empty}: no WARC file is in it; name a file or another"),
    ("extract -o", "argument -o/--output: expected one argument; give its value behind it"),
    (
        "extract {archive}/warc -o {archive}/warc/qc",
        "-o {archive}/warc/qc: it lies in the archive qc; name",
    ),
    ("status {empty}", "no archive '{empty}'; name one of huffpost_ca"),
    ("links --host x", "unknown option --host: see scrapy links --help"),
    ("status --moths", "unknown option --moths: did you mean --months?"),
    ("export csv qc -o {file}/x.csv", "-o {file}/x.csv: {file} is no folder; name another place"),
    (
        "export parquet qc --by-year -o {file}",
        "-o {file}: that is a file, and a folder cannot take",
    ),
    ("cite qc:x:1", "qc:x:1: no record of it in an archive here; scrapy status says more"),
    ("extract {file} --worker 3x", "argument --workers: invalid int value: '3x'"),
    ("export", "name a format: "),
    ("export xlsx", "'xlsx' is none: name a format: "),
    ("export CSV qc", "'CSV' is none: name a format: "),
    ("export qc csv", "'qc' is none: name a format: "),
    ("schema --xml", "unknown option --xml"),
    ("wacz --size 0 qc", "--size 0.0: give a number above 0"),
    ("wacz --size nan qc", "--size nan: give a number above 0"),
    ("wacz --size inf qc", "--size inf: give a number above 0"),
    ("wacz --size 1e400 qc", "--size inf: give a number above 0"),
    ("wacz --check no.wacz", "--check no.wacz: no such file; name a WACZ file"),
    *(
        (f"wacz --check {name}", f"--check {name}: that is no regular file; name a WACZ file")
        for name in ("{empty}", "/dev/zero")
    ),
    *(
        (
            f"{word} -o {{file}}",
            "{file} is there already and is no such product of huffarchive; it was",
        )
        for word in ("schema", "export csv qc", "links qc", "wacz qc", "extract {archive}/warc")
    ),
    ("wacz -o - qc", "cannot go to standard output; name a place"),
    ("links --outptu x", "unknown option --outptu: did you mean --output?"),
    ("sample x.warc.gz", "give FILE:OFFSET"),
    # typed by somebody in a hurry
    ("status output/qc", "no archive 'output/qc'; did you mean qc? name one of"),
    ("recover {archive}/output/qc/", "did you mean qc? name one of"),
    ("status ledger.sqlite3", "no archive 'ledger.sqlite3'; name one of"),
    ("status --since 2016", "unknown option --since: see scrapy status --help"),
    ("export json qc", "'json' is none: name a format: parquet, sqlite, csv, jsonl, huggingface"),
    ("export csv qc -o {empty}/out.xlsx", "-o {empty}/out.xlsx: CSV is not what .xlsx says; give it another ending"),
    ("report qc -o {empty}/r.pdf", "report is not what .pdf says; give it another ending"),
    ("schema -o {empty}/s.docx", "is not what .docx says; give it another ending"),
    ("export csv qc --by-year", "--by-year is for parquet; leave it out"),
    ("export csv --all", "unknown option --all: see scrapy export --help"),
    ("report qc --lang de", "argument --lang: invalid choice: 'de' (choose from"),
    ("report 2016", "no archive '2016'; name one of"),
    ("cite", "name an article by its id (qc:n:1480236) or its address"),
    ("cite 1480236", "1480236: no id (qc:n:1480236) and no address of an article; give one"),
    ("cite https://www.lemonde.fr/article", "no id (qc:n:1480236) and no address of an article; give one"),
    ("cite qc:n:1480236 --format bib", "invalid choice: 'bib' (choose from"),
    ("verify qc --fix", "unknown option --fix: see scrapy verify --help"),
    ("verify qc ca", "ca: no such file; name WARC or JSONL files, folders of them, or archives (qc)"),
    ("extract {file} --format csv", "unknown option --format: see scrapy extract --help"),
    ("extract {file} --workers 1.5", "invalid int value: '1.5'; give a whole number"),
    ("wacz --check", "--check: name at least one WACZ file"),
    ("wacz qc --size 2GB", "invalid float value: '2GB'; give a number"),
    ("links qc --min 3", "unknown option --min: see scrapy links --help"),
    ("recover qc --dry-run", "unknown option --dry-run: see scrapy recover --help"),
    ("sample", "name one capture, as FILE:OFFSET"),
    ("sample x.warc.gz:abc", "x.warc.gz:abc: give FILE:OFFSET, e.g. warc/qc/x.warc.gz:52034"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "said"), CRAWL + OTHERS, ids=lambda text: str(text)[:40])
def test_a_mistake_is_told_in_one_line_and_changes_nothing(
    typed: str, said: str, archive: Archive, tmp_path: Path, run: Callable, monkeypatch
) -> None:
    if typed.startswith("report "):  # without the extra that is what it says
        pytest.importorskip("pygal")
    monkeypatch.setattr(
        "huffarchive.commands.crawl.Command.run", None
    )  # nobody is asked for anything
    (file := tmp_path / "a file").write_text("no folder")
    (tmp_path / "a file.warc.gz").touch()
    (empty := tmp_path / "empty").mkdir()
    names = {"file": file, "empty": empty, "blank": "", "archive": archive.folder}
    (archive.folder / "x.prom").mkdir()
    before = state(tmp_path)
    words = [word.format(**names) for word in typed.split()]
    if words[0].startswith("HUFFARCHIVE_"):
        monkeypatch.setenv(*words.pop(0).split("="))
    done = run(words[0], *archive.options, *words[1:])
    assert (done.code, done.out) == (2, ""), done.err
    (line,) = done.err.splitlines()
    assert line.startswith(f"scrapy {words[0]}: ")
    assert said.format(**names) in line
    assert state(tmp_path) == before


@pytest.mark.parametrize(
    "typed", ["status", "links", "export csv", "recover qc", "wacz", "cite qc:n:1"]
)
def test_an_output_folder_that_is_a_file_is_named(
    typed: str, run: Callable, tmp_path: Path
) -> None:
    (file := tmp_path / "file").touch()
    done = run(*typed.split(), "-s", f"HUFFARCHIVE_OUTPUT_DIR={file}")
    assert (done.code, done.out) == (2, "")
    name = typed.split()[0]
    said = f"HUFFARCHIVE_OUTPUT_DIR={file}: that is no folder; name another place"
    assert done.err == f"scrapy {name}: {said}\n"


@pytest.mark.parametrize("port", [99999, -1])
def test_a_port_is_one(port: int, archive: Archive, run: Callable) -> None:
    pytest.importorskip("datasette")
    done = run("browse", "qc", "--port", port, *archive.options)
    assert (done.code, done.out) == (2, "")
    assert f"--port {port}: no port; give one from 0 to 65535 (0: any that is free)" in done.err


@pytest.mark.parametrize("typed", ["links qc", "export csv qc", "schema", "extract {warcs}"])
def test_a_dash_is_standard_output(typed: str, archive: Archive, run: Callable) -> None:
    words = [word.format(warcs=archive.places.warc) for word in typed.split()]
    done = run(*words, "-o", "-", *archive.options)
    assert done.code == 0, done.err
    assert words[0] == "links" or done.out
    assert not Path("-").exists()


@pytest.mark.parametrize(("begin", "code"), [("", 0), ("2026-11-30 05:11:28 INFO x\n", 0)])
def test_a_log_is_gone_on_with(
    begin: str, code: int, archive: Archive, run: Callable, tmp_path: Path
) -> None:
    (log := tmp_path / "log.txt").write_text(begin)
    assert run("status", "qc", "--logfile", log, *archive.options).code == code


def test_an_archive_named_twice_is_told_once(archive: Archive, run: Callable) -> None:
    assert (
        len(run("status", "--short", "qc", "huffpost_qc", *archive.options).out.splitlines()) == 1
    )


def test_records_are_no_captures(archive: Archive, run: Callable) -> None:
    done = run("extract", *archive.places.jsonl_files(), "--workers", "0", *archive.options)
    assert (done.code, done.out) == (3, "")
    assert "records (JSONL) or other text, not a WARC file; name the WARC file" in done.err


@pytest.mark.parametrize("where", [".", "{archive}"])
def test_records_are_checked_with_their_warc_files(
    where: str, archive: Archive, run: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(archive.folder)
    copy = archive.places.output_root / archive.places.jsonl_files()[0].name
    copy.write_bytes(archive.places.jsonl_files()[0].read_bytes())
    folder = Path(where.format(archive=archive.folder)) / "output"
    for records, named in (
        ((folder / "qc").glob("*.jsonl"), archive.warcs),
        ([folder / copy.name], ()),
    ):
        done = run("verify", "--workers", "0", *records, *named, *archive.options)
        assert (done.code, done.out) == (0, ""), done.err
        assert "(6 read again and equal)" in done.err or not named


def test_what_is_no_package_is_told_with_a_next_step(archive: Archive, run: Callable) -> None:
    done = run("wacz", "--check", ROOT / "README.md", *archive.options)
    assert (done.code, done.err) == (
        3,
        f"scrapy wacz: {ROOT / 'README.md'}: name another, or pack it again from its WARC files "
        "(scrapy wacz)\n",
    )


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


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        (
            "status --short -s HUFFARCHIVE_WORKERS=1 -s HUFFARCHIVE_WORKERS=2",
            "-s HUFFARCHIVE_WORKERS=",
        ),
        ("schema -o {folder}/a -o {folder}/b", "-o"),
        ("schema -o {folder}/a --output={folder}/b", "-o"),
        ("verify --quick --workers 1 --workers 0", "--workers"),
        ("cite qc:n:1480236 --format text --format ris --format text", "--format"),
        ("status --short -s HUFFARCHIVE_WORKERS=1 -s HUFFARCHIVE_WORKERS=1", None),
        ("verify --quick --workers 0 --workers 0", None),
    ],
)
def test_what_is_given_twice_is_told(
    typed: str, what: str | None, archive: Archive, run: Callable, tmp_path: Path
) -> None:
    name, *words = (word.format(folder=tmp_path) for word in typed.split())
    said = run(name, *archive.options, *words).err.splitlines()
    told = [line for line in said if line.startswith("scrapy ") and "given twice" in line]
    assert told == ([f"scrapy {name}: {what} was given twice; the last counts"] if what else [])
    assert not (tmp_path / "a").exists()


def test_a_crawl_tells_what_was_given_twice(archive: Archive, run: Callable, monkeypatch) -> None:
    monkeypatch.setattr("huffarchive.commands.crawl.Command.run", lambda *_: None)
    done = run("crawl", "qc", *archive.options, *"-a limit=1 -a limit=2 -L INFO -L ERROR".split())
    assert done.err.splitlines()[:2] == [
        f"scrapy crawl: {what} was given twice; the last counts"
        for what in ("--loglevel", "-a limit=")
    ]


@pytest.mark.parametrize(
    "typed",
    ["extract nosuch -o {}/x", "extract nosuch -o {}/", "extract nosuch.warc.gz -o {}/x", "extract {empty} -o {}/x.jsonl",
     "extract nosuch --engine dask -o {}/", "export csv no.jsonl -o {}/x", "schema --port 1 -o {}/x", "sample nosuch:0 -o {}/x",
     "sample {empty}:0 -o {}/x", "wacz ca -o {}/x.wacz", "links ca -o {}/x"],
)  # fmt: skip
def test_a_command_that_failed_leaves_no_folder(
    typed: str, archive: Archive, run: Callable, tmp_path: Path
) -> None:
    (empty := tmp_path / "empty.warc.gz").touch()
    before = state(tmp_path)
    words = [
        word.replace("{empty}", str(empty)).format(tmp_path / "new/sub") for word in typed.split()
    ]
    assert run(*words, *archive.options).code in (2, 3)
    assert state(tmp_path) == before

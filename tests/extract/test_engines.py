"""One function for one file, and engines that map it: here, on a cluster, in and out of an object
store. The records are always those of a plain reading, in the file's order."""

import errno
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from huffarchive.extract import files as extraction
from huffarchive.extract import parallel
from huffarchive.extract.engines import Call, Outcome, _attempted, engine, extract_on
from huffarchive.extract.extract import articles
from huffarchive.extract.files import Extracted, extract_file, incomplete
from huffarchive.extract.inputs import listed
from huffarchive.extract.parallel import WHOLE, Bounds, extract_files, stretches
from huffarchive.extract.records import IncompleteError, records_of
from huffarchive.warc.cdxj import index_path, rows
from tests.kit.command import scrapy
from tests.verify.archives import build


@pytest.fixture(scope="module")
def warcs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    places = build(tmp_path_factory.mktemp("archive"))
    return sorted(places.warc.glob("*.warc.gz"))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of some kilobytes are large."""
    monkeypatch.setattr(parallel, "LARGE", 1000)
    monkeypatch.setattr(parallel, "STRETCH", 1500)


def plain(*paths: Path) -> bytes:
    return b"".join(a.to_json() for path in paths for a in articles(path, 0))


def here(calls: Sequence[Call]) -> Iterator[tuple[int, Outcome]]:
    """An engine without processes, that gives the last first."""
    for number, call in reversed(list(enumerate(calls))):
        try:
            yield number, call()
        except Exception as error:  # noqa: BLE001 - as engines do
            yield number, error


def damaged(path: Path, target: Path) -> Path:
    """A copy with bytes lost in its first answer."""
    data = bytearray(path.read_bytes())
    at = min(int(row.fields["offset"]) for row in rows(index_path(path))) + 100
    data[at : at + 40] = bytes(40)
    target.write_bytes(data)
    return target


# --- stretches


@pytest.mark.usefixtures("small")
def test_stretches_cover_a_file_and_begin_at_its_answers(warcs: list[Path]) -> None:
    cut = stretches(warcs[0])
    assert len(cut) > 2
    assert cut[0].begin == 0
    assert [part.end for part in cut] == [*(part.begin for part in cut[1:]), None]
    parts = [a.to_json() for p in cut for a in articles(warcs[0], 0, begin=p.begin, end=p.end)]
    assert b"".join(parts) == plain(warcs[0])


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("how", ["none", "old", "no index", "of nothing"])
def test_without_a_good_index_a_file_is_read_undivided(
    how: str, warcs: list[Path], tmp_path: Path
) -> None:
    warc = Path(shutil.copy(warcs[0], tmp_path))
    index = Path(shutil.copy(index_path(warcs[0]), tmp_path))
    if how == "none":
        index.unlink()
    elif how == "old":
        os.utime(index, (1, 1))
    else:
        index.write_text("no index\n" if how == "no index" else 'a 2 {"status": "200"}\n')
    assert stretches(warc) == [WHOLE]


@pytest.mark.slow
@pytest.mark.usefixtures("small")
def test_a_large_file_is_read_by_several_processes(warcs: list[Path], tmp_path: Path) -> None:
    wrong = damaged(warcs[0], tmp_path / "wrong.warc.gz")
    shutil.copy(index_path(warcs[0]), index_path(wrong))
    paths = [*warcs, wrong]
    outputs = [tmp_path / f"{number}.part" for number in range(3)]
    done = list(
        extract_files(
            list(zip(paths, outputs, strict=True)), 2, Bounds(), lambda _: None, marked=True
        )
    )
    assert [r.path for r in done] == paths
    assert b"".join(p.read_bytes() for p in outputs[:2]) == plain(*warcs)
    assert done[0].state == parallel.FileState.of(warcs[0])
    assert done[2].state is None
    assert "bytes are lost" in (done[2].problem or "")
    alone = parallel.read_file(wrong, tmp_path / "alone", 0, Bounds())
    assert outputs[2].read_bytes() == (tmp_path / "alone").read_bytes() != b""
    assert alone.articles == done[2].articles
    assert sorted(p.name for p in tmp_path.glob("*.part*")) == ["0.part", "1.part", "2.part"]


# --- one file


@pytest.mark.slow
@pytest.mark.parametrize("careful", [False, True])
def test_one_file(careful: bool, warcs: list[Path], tmp_path: Path) -> None:
    target = tmp_path / "new/folder/x.jsonl"
    call = pickle.loads(pickle.dumps(Call(str(warcs[0]), str(target), careful=careful)))
    done = call()
    assert target.read_bytes() == plain(warcs[0])
    assert done == Extracted(str(warcs[0]), str(target), done.articles)
    assert done.articles == len(target.read_bytes().splitlines())
    target.write_bytes(b"earlier")
    assert call() == Extracted(str(warcs[0]), str(target), there=True)
    assert target.read_bytes() == b"earlier"
    assert replace(call, replace=True)().articles == done.articles
    assert target.read_bytes() == plain(warcs[0])
    assert [p.name for p in target.parent.iterdir()] == ["x.jsonl"]


def test_two_attempts_at_once_write_one_output(
    warcs: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second ends while the first, wrongly held dead, is still at it."""
    target = tmp_path / "x.jsonl"
    read = extraction.read_file

    def overtaken(*args: object, **options: object) -> object:
        monkeypatch.setattr(extraction, "read_file", read)
        done = read(*args, **options)
        assert not extract_file(str(warcs[0]), str(target)).there
        return done

    monkeypatch.setattr(extraction, "read_file", overtaken)
    assert extract_file(str(warcs[0]), str(target)).problem is None
    assert target.read_bytes() == plain(warcs[0])
    assert [p.name for p in tmp_path.iterdir()] == ["x.jsonl"]


def test_what_is_readable_of_a_damaged_file_is_no_target(warcs: list[Path], tmp_path: Path) -> None:
    wrong = damaged(warcs[0], tmp_path / "w.warc.gz")
    target = str(tmp_path / "out/w.jsonl")
    done = extract_file(str(wrong), target)
    assert str(wrong) in (done.problem or "")
    assert not Path(target).exists()
    kept = Path(incomplete(target)).read_bytes().splitlines()
    whole = plain(warcs[0]).replace(warcs[0].name.encode(), wrong.name.encode()).splitlines()
    assert 0 < len(kept) == done.articles < len(whole)
    assert set(kept) < set(whole)
    shutil.copy(warcs[0], wrong)  # mended
    assert extract_file(str(wrong), target).problem is None
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["w.jsonl"]


@pytest.mark.slow
def test_records_of_a_file_for_frameworks(warcs: list[Path], tmp_path: Path) -> None:
    """What Ray Data, Spark and datatrove map over files."""
    whole = [json.loads(line) for line in plain(warcs[0]).splitlines()]
    assert list(records_of(str(warcs[0]))) == whole
    found = records_of(str(damaged(warcs[0], tmp_path / "w.warc.gz")))
    had = [next(found)["id"]]
    with pytest.raises(IncompleteError, match=r"w\.warc\.gz: .*bytes are lost"):
        had.extend(record["id"] for record in found)
    assert 0 < len(had) < len(whole)


# --- many


class Flaky(Call):
    """A call whose process dies but where it is careful."""

    def __call__(self) -> Extracted:
        if not self.careful:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__()


class Failing(Call):
    def __call__(self) -> Extracted:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_call_that_failed_is_made_once_more_carefully(warcs: list[Path], tmp_path: Path) -> None:
    made: list[bool] = []

    def dying(calls: Sequence[Call]) -> Iterator[tuple[int, Outcome]]:
        made.extend(call.careful for call in calls)
        for number, call in enumerate(calls):
            yield number, call() if call.careful else RuntimeError("the node is gone")

    (done,) = extract_on(dying, [(str(warcs[0]), str(tmp_path / "x.jsonl"))], Bounds())
    assert made == [False, True]
    assert done.problem is None
    assert (tmp_path / "x.jsonl").read_bytes() == plain(warcs[0])
    ((_, lost),) = _attempted(here, [Failing("s", "t")])
    assert lost.fault
    assert lost.disk_full
    assert lost.problem == "s: not read: [Errno 28] No space left on device"


@pytest.mark.usefixtures("small")
def test_stretches_are_joined_in_order_whatever_comes_first(
    warcs: list[Path], tmp_path: Path
) -> None:
    wrong = damaged(warcs[0], tmp_path / "wrong.warc.gz")
    shutil.copy(index_path(warcs[0]), index_path(wrong))
    out = tmp_path / "out"
    pairs = [(str(p), str(out / f"{p.name}.jsonl")) for p in (*warcs, wrong, tmp_path / "none")]
    done = list(extract_on(here, pairs, Bounds()))
    assert [d.source for d in done] == [source for source, _ in pairs]
    assert b"".join(Path(t).read_bytes() for _, t in pairs[:2]) == plain(*warcs)
    assert [d.problem is None for d in done] == [True, True, False, False]
    names = {f"{warc.name}.jsonl" for warc in warcs}
    assert {p.name for p in out.iterdir()} == names | {"wrong.warc.gz.incomplete.jsonl"}
    assert [d.there for d in extract_on(here, pairs, Bounds())] == [True, True, False, False]


# --- the command


@pytest.mark.slow
def test_folders_are_named_for_what_is_in_them(warcs: list[Path], tmp_path: Path) -> None:
    nested = tmp_path / "in/deep"
    nested.mkdir(parents=True)
    for warc in warcs:
        shutil.copy(warc, nested)
    (nested / "more.warc.gz.open").write_bytes(b"growing")
    out = tmp_path / "all.jsonl"
    done = scrapy("extract", str(tmp_path / "in"), "-o", str(out), "--workers=0")
    assert done.code == 0, done.err
    assert "1 file passed over that may still grow: more.warc.gz.open; run" in done.err
    assert out.read_bytes() == plain(*warcs)


WRONG: dict[str, tuple[list[str], str]] = {
    "no folder": (["{warc}", "--engine", "ray"], "-o FOLDER-or-URL/"),
    "a file": (["{warc}", "--engine", "dask", "-o", "{tmp}/x.jsonl"], "-o FOLDER-or-URL/"),
    "two of one name": (
        ["{warc}", "{other}", "--engine", "ray", "-o", "{tmp}/out/"],
        "would both be",
    ),
    "another engine": (["{warc}", "--engine", "slurm"], "invalid choice"),
    "an unknown protocol": (["nowhere://x/y.warc.gz", "-o", "{tmp}/out/"], "nowhere"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_one_line(name: str, warcs: list[Path], tmp_path: Path) -> None:
    args, said = WRONG[name]
    other = tmp_path / "other" / warcs[0].name
    other.parent.mkdir()
    shutil.copy(warcs[0], other)
    done = scrapy("extract", *(a.format(warc=warcs[0], other=other, tmp=tmp_path) for a in args))
    assert done.code == 2, done.err
    assert said in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("fault", ["missing", "full"])
def test_what_cannot_be_had_is_told_apart_from_what_cannot_be_stored(
    fault: str, warcs: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("fsspec")
    if fault == "full":

        def full(*_: object) -> Path:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(extraction, "_copied", full)
    pairs = [(f"file://{tmp_path}/none.warc.gz", str(tmp_path / "x.jsonl"))]
    (done,) = extract_on(engine("local", None, 1), pairs, Bounds())
    assert done.problem
    assert (done.fault, done.disk_full) == (fault == "full",) * 2
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_urls_on_this_machine(warcs: list[Path], tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    for warc in warcs:
        shutil.copy(warc, tmp_path)
    wrong = damaged(warcs[0], tmp_path / "wrong.warc.gz")
    done = scrapy("extract", f"file://{tmp_path}/", "-o", f"file://{tmp_path}/out/", "--workers=0")
    assert done.code == 3, done.err
    assert f"file://{wrong}" in done.err
    assert "from 2 of 3 files" in done.err
    names = [f"{warc.name.removesuffix('.warc.gz')}.jsonl" for warc in warcs]
    assert b"".join((tmp_path / "out" / name).read_bytes() for name in names) == plain(*warcs)
    shutil.copy(warcs[0], wrong)
    left = tmp_path / "out/.huffarchive-extract-x"  # as a kill leaves it
    left.mkdir()
    (left / "part").write_bytes(b"half")
    done = scrapy("extract", f"file://{tmp_path}/", "-o", f"{tmp_path}/out/", "--workers=0")
    assert done.code == 0, done.err
    assert "3 articles from 3 of 3 files, 2 of them complete before" in done.err
    assert {p.name for p in (tmp_path / "out").iterdir()} == {*names, "wrong.jsonl"}


# --- clusters and stores


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    """An object store on loopback with a bucket."""
    moto = pytest.importorskip("moto.server")
    boto3 = pytest.importorskip("boto3")
    pytest.importorskip("s3fs")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (
            ("AWS_ENDPOINT_URL", f"http://{host}:{port}"),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
        ):
            patch.setenv(name, value)
        boto3.client("s3").create_bucket(Bucket="captures")
        yield "s3://captures"
    server.stop()


def upload(store: str, name: str, path: Path) -> str:
    import s3fs

    s3fs.S3FileSystem(skip_instance_cache=True).put_file(str(path), f"{store}/{name}")
    return f"{store}/{name}"


def stored(store: str, folder: str) -> dict[str, bytes]:
    import s3fs

    files = s3fs.S3FileSystem(skip_instance_cache=True)
    return {p.rpartition("/")[2]: files.cat_file(p) for p in files.find(f"{store}/{folder}")}


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("small")
def test_in_and_out_of_a_store(store: str, warcs: list[Path], tmp_path: Path) -> None:
    for warc in warcs:
        upload(store, f"in/{warc.name}", warc)
    upload(store, f"in/{index_path(warcs[0]).name}", index_path(warcs[0]))
    upload(store, "in/wrong.warc.gz", damaged(warcs[1], tmp_path / "wrong.warc.gz"))
    assert len(extraction.divided(f"{store}/in/{warcs[0].name}")) > 2
    assert extraction.divided(f"{store}/in/{warcs[1].name}") == [WHOLE]
    names = listed(f"{store}/in/")
    assert names == listed(f"{store}/in/*.warc.gz")
    pairs = [(name, f"{store}/out/{name.rpartition('/')[2]}.jsonl") for name in names]
    done = list(extract_on(engine("local", None, 2), pairs, Bounds()))
    assert [d.problem is None for d in done] == [True, True, False]
    assert names[2] in (done[2].problem or "")
    found = stored(store, "out")
    assert [found.pop(f"{warc.name}.jsonl") for warc in warcs] == [plain(w) for w in warcs]
    assert list(found) == ["wrong.warc.gz.incomplete.jsonl"]
    again = list(extract_on(engine("local", None, 2), pairs[:2], Bounds()))
    assert [d.there for d in again] == [True, True]


@pytest.fixture
def many(store: str, warcs: list[Path], tmp_path: Path) -> dict[str, bytes]:
    """Twenty files in the store, and what is to be read of each."""
    wanted = {}
    for number in range(20):
        warc = Path(shutil.copy(warcs[number % 2], tmp_path / f"{number:02}.warc.gz"))
        wanted[upload(store, f"many/{warc.name}", warc)] = plain(warc)
    return wanted


def check(run: Callable, store: str, folder: str, many: dict[str, bytes]) -> None:
    """All files are read, once, though the processes of three die under them."""
    out = f"{store}/{folder}"
    calls = [
        (Flaky if number in (3, 7, 19) else Call)(name, f"{out}/{number:02}.jsonl")
        for number, name in enumerate(many)
    ]
    calls.append(Failing(next(iter(many)), f"{out}/full.jsonl"))
    done = dict(_attempted(run, calls))
    assert len(done) == 21
    assert done.pop(20).disk_full
    assert all(result.problem is None for result in done.values())
    assert list(stored(store, folder).values()) == list(many.values())


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.filterwarnings("ignore")
def test_ray_with_three_nodes(store: str, many: dict[str, bytes]) -> None:
    pytest.importorskip("ray")
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    nodes = [cluster.add_node(num_cpus=1) for _ in range(2)]
    try:
        cluster.wait_for_nodes()
        check(engine("ray", cluster.address, 1), store, "ray", many)
        run = engine("ray", cluster.address, 1)

        def losing(calls: Sequence[Call]) -> Iterator[tuple[int, Outcome]]:
            for number, outcome in run(calls):
                if nodes:
                    cluster.remove_node(nodes.pop(), allow_graceful=False)
                yield number, outcome

        pairs = [(name, f"{store}/lost/{n:02}.jsonl") for n, name in enumerate(many)]
        assert all(d.problem is None for d in extract_on(losing, pairs, Bounds()))
        assert list(stored(store, "lost").values()) == list(many.values())
    finally:
        cluster.shutdown()


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.filterwarnings("ignore")
def test_dask_with_three_workers(store: str, many: dict[str, bytes]) -> None:
    pytest.importorskip("distributed")
    check(engine("dask", None, 3), store, "dask", many)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_who_stops_it_does_not_wait(warcs: list[Path], tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    large = tmp_path / "large.warc.gz"
    large.write_bytes(warcs[0].read_bytes() * 2000)
    out = tmp_path / "out"
    command = [sys.executable, "-m", "scrapy", "extract", f"file://{large}", "-o", f"{out}/"]
    process = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    )
    while not list(out.glob("*/part")):
        assert process.poll() is None
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 5, said
    assert not list(out.iterdir())

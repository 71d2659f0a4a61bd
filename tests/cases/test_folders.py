"""What lies in a folder beside WARC files, and files that stand there twice."""

import logging
import zipfile
from pathlib import Path

import pytest

from huffarchive.extract.extract import articles
from huffarchive.extract.inputs import Inputs
from huffarchive.warc.damage import readable
from huffarchive.warc.reader import records
from tests.cases.kit import extracted, http, packed, page, warc

WARC = packed(warc(http(page(1)), 1))
OTHER = packed(warc(http(page(2)), 2))
READ = (
    "a.warc.gz", "a.WARC.GZ", "a.warc", "a.warc.zst", "a.arc", "a.arc.gz", "a.wacz", "a.zip",
    "deep/er/a.warc.gz", ".hidden/a.warc.gz",
)  # fmt: skip
MAY_HOLD = (
    "a.warc.xz", "a.warc.bz2", "a.xz", "a.bz2", "a.7z", "a.rar", "a.tar", "a.tar.gz", "a.tgz",
    "a.tar.zst", "a.lz4", "a.gz", "a.html", "a.HTM", "a.mhtml", "a.maff",
    "a.warc.gz.1", "a.warc.gz.part", "a.warc.wet.gz", "a.html.gz", "deep/a.tar",
)  # fmt: skip
COUNTED = (
    "a.warc.gz.open",  # still grows: for a later run
    "README.txt", "notes.md", "a.log", "a.log.gz", "a.jsonl", "a.jsonl.gz", "a.cdx", "b.cdxj",
    "a.cdx.gz", "a.csv.xz", "a.json", "SHA256SUMS", "a.jpg", ".DS_Store", "._x.warc.gz", "deep/README.txt",
)  # fmt: skip


def put(folder: Path, *names: str, data: bytes = WARC) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def listed(*names: Path) -> tuple[list[str], list[str], bool]:
    inputs = Inputs()
    for name in names:
        inputs.add(str(name))
    return inputs.names, inputs.lines, inputs.lost


def test_each_file_of_a_folder_is_read_or_counted(tmp_path: Path) -> None:
    wrong = []
    for kind, names in (("read", READ), ("may hold", MAY_HOLD), ("counted", COUNTED)):
        for n, name in enumerate(names):
            folder = tmp_path / f"{kind}{n}"
            put(folder, "x.warc.gz", name)
            found, lines, lost = listed(folder)
            said = len(lines), lost, all(Path(name).name in line for line in lines)
            want = {"read": (2, 0, False), "may hold": (1, 1, True), "counted": (1, 1, False)}[kind]
            if (len(found), *said) != (*want, True):
                wrong.append((name, found, lines, lost))
    assert (len(READ) + len(MAY_HOLD) + len(COUNTED), wrong) == (48, [])


def test_the_index_of_a_file_is_no_file_that_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "x.warc.gz", "x.cdxj")
    assert listed(tmp_path) == ([str(tmp_path / "x.warc.gz")], [], False)


def test_a_folder_with_more_than_warc_files(tmp_path: Path) -> None:
    put(tmp_path / "in", "x.warc.gz", "README.txt", "notes.md")
    done, rows = extracted(tmp_path / "in")
    assert (done.code, len(rows)) == (0, 1)
    assert "2 files passed over that are no files of captures: README.txt, notes.md" in done.err
    put(tmp_path / "in", "y.warc.xz", "z.7z")
    done, rows = extracted(tmp_path / "in")
    assert (done.code, len(rows)) == (3, 1)
    assert "2 files passed over that may hold captures" in done.err
    assert "y.warc.xz, z.7z" in done.err
    assert "1 article from 1 of 1 file" in done.err


def test_a_folder_with_nothing_to_read_says_what_is_in_it(tmp_path: Path) -> None:
    put(tmp_path / "in", "x.tar")
    done, _ = extracted(tmp_path / "in")
    assert (done.code, "x.tar" in done.err, "no WARC file is in it" in done.err) == (2, True, True)


def test_a_folder_that_cannot_be_opened_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "x.warc.gz", "shut/y.warc.gz")
    scandir = __import__("os").scandir

    def refused(path: object) -> object:
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr("os.scandir", refused)
    found, lines, lost = listed(tmp_path)
    assert (len(found), lost) == (1, True)
    assert lines == [f"{tmp_path / 'shut'}: Permission denied; nothing in it is read"]


@pytest.mark.parametrize("how", ["hard link", "link", "folder's link", "folder and file", "twice"])
def test_a_file_under_two_names_is_read_once(how: str, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    put(folder, "a/x.warc.gz")
    put(folder, "a/y.warc.gz", data=OTHER)
    given = [folder]
    if how == "hard link":
        (folder / "z.warc.gz").hardlink_to(folder / "a/x.warc.gz")
    elif how == "link":
        (folder / "z.warc.gz").symlink_to(folder / "a/x.warc.gz")
    elif how == "folder's link":  # and one that leads round in a circle
        (folder / "b").symlink_to(folder / "a")
        (folder / "a/back").symlink_to(folder)
    else:
        given += [folder / "a/x.warc.gz" if how == "folder and file" else folder / "."]
    found, lines, lost = listed(*given)
    assert sorted(Path(name).name[0] for name in found) in (["x", "y"], ["y", "z"])
    assert lost is False
    many = {"folder's link": 0, "twice": 2}.get(how, 1)
    assert len([line for line in lines if "the same file as" in line]) == len(lines) == many


def test_links_to_other_folders_are_followed(tmp_path: Path) -> None:
    put(tmp_path / "elsewhere", "x.warc.gz")
    put(tmp_path / "in", "y.warc.gz", data=OTHER)
    (tmp_path / "in/b").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "in/lost.warc.gz").symlink_to(tmp_path / "nowhere")
    found, *_ = listed(tmp_path / "in")
    names = [str(Path(name).relative_to(tmp_path / "in")) for name in found]
    assert names == ["b/x.warc.gz", "lost.warc.gz", "y.warc.gz"]
    done, rows = extracted(tmp_path / "in")
    assert (done.code, len(rows)) == (3, 2)
    assert "lost.warc.gz: No such file or directory" in done.err


def test_a_package_with_more_than_warc_files(tmp_path: Path) -> None:
    """What may hold captures is named; what a WACZ has beside its WARC files is not."""
    beside = (
        "datapackage.json", "pages/pages.jsonl", "indexes/index.cdx.gz", "indexes/index.idx",
        "logs/crawl.log.gz", "fuzzy.json", "README.txt", "__MACOSX/archive/._x.warc.gz", ".DS_Store",
    )  # fmt: skip
    lost = ("b.wacz", "b.zip", "deep/b.warc.xz", "b.tar", "b.html")
    for name in (*beside, *lost):
        path = tmp_path / "x.wacz"
        with zipfile.ZipFile(path, "w") as package:
            package.writestr("archive/a.warc.gz", WARC)
            package.writestr(name, b"x")
        read, faults = [*readable(articles(path, 0), (told := []))], [str(fault) for fault in told]
        assert (len(read), [name in fault for fault in faults]) == (1, [True] * (name in lost))


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_two_names_of_one_file_in_a_package_are_read_once(
    packing: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "x.wacz"
    with zipfile.ZipFile(path, "w", packing) as package:
        package.writestr("archive/a.warc.gz", WARC)
        package.writestr("archive/b.warc.gz", WARC)
        package.writestr("archive/c.warc.gz", OTHER)
        with pytest.warns(UserWarning, match="Duplicate name"):
            package.writestr("archive/c.warc.gz", OTHER)
        package.writestr("archive/d.warc.gz", WARC[:-1] + b"\1")
    caplog.set_level(logging.WARNING)
    done, rows = extracted(path)
    assert [row["warc_file"] for row in rows][:2] == ["a.warc.gz", "c.warc.gz"]
    assert "d.warc.gz" in done.err  # it differs in a byte, and is damaged
    said = []
    try:
        said += records(path)
    except ValueError as error:
        assert "d.warc.gz" in str(error)
    assert [stored.file.rpartition("/")[2] for stored in said] == ["a.warc.gz", "c.warc.gz"]
    assert "archive/b.warc.gz: the same as archive/a.warc.gz in it; read once" in caplog.text
    assert "archive/c.warc.gz#2: the same as archive/c.warc.gz in it; read once" in caplog.text

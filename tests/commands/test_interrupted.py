"""A command that is killed, or not alone, leaves the old product or the new one, whole."""

import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from huffarchive.storage import products
from huffarchive.storage.replacing import NotReplacedError, replacing
from tests.commands.conftest import Archive, Done, state
from tests.commands.test_extract import Full, Killed
from tests.commands.test_where import PRODUCTS, WRITERS, installed

KINDS = [name for name in PRODUCTS if name not in ("extract", "schema")]


def made(folder: Path) -> dict[str, str]:
    """What is in a folder, whatever a killed command left under names of its own put aside."""
    found = state(folder)
    hidden = f"{folder}/.huffarchive-"
    return {name: digest for name, digest in found.items() if not name.startswith(hidden)}


def true(name: str, folder: Path, found: dict[str, str], whole: list[dict[str, str]]) -> bool:
    """Whether it is one of the whole products; a report says when it was made."""
    if name == "report" and found not in whole:
        (page,) = folder.glob("*.html")
        return page.read_text().rstrip().endswith("</html>")
    return found in whole


DEAR = ("export sqlite", "export huggingface")


@pytest.mark.parametrize(
    ("name", "every"),
    [
        *((name, 20 if name in DEAR else 1) for name in KINDS),
        *(pytest.param(name, 1, marks=pytest.mark.long) for name in DEAR),
    ],
)
def test_killed_at_every_change_of_the_disk(
    name: str, every: int, archive: Archive, tmp_path: Path, run: Callable[..., Done],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    if not installed(name):
        pytest.skip("its library is not installed")
    folder = tmp_path / "made"
    target = folder / PRODUCTS[name]
    args = (*name.split(), *WRITERS[name], "-o", target, *archive.options, "--replace")
    pairs = [sorted(archive.places.output.glob("qc-*.jsonl"))[1], archive.warcs[1]]
    aside = tmp_path / "aside"
    aside.mkdir()
    monkeypatch.setattr("huffarchive.warc.cdxj.is_fresh", lambda _: True)  # indexes are there

    def hide() -> None:
        for path in pairs:
            shutil.move(path, aside / path.name)

    def show() -> None:
        for path in pairs:
            shutil.move(aside / path.name, path)

    folder.mkdir()
    if name == "report":
        run(*args)
        old = made(folder)
    else:
        hide()
        assert run(*args).code == 0
        old = made(folder)
        show()
    keep = shutil.copytree(folder, tmp_path / "old")
    assert run(*args).code == 0
    new = made(folder)
    full = Full(monkeypatch, Killed(), dead=True)
    step = 1 - every
    while True:
        step += every
        shutil.rmtree(folder)
        shutil.copytree(keep, folder)
        full.begin(step)
        with contextlib.suppress(Killed):
            run(*args)
        over = full.calls < step
        full.begin(0)
        found = made(folder)
        if name == "export sqlite" or name.startswith("wacz"):
            # Two names: the first may be new and the second old, for as long as a rename takes.
            assert found.keys() == new.keys(), step
            assert all(found[n] in (old.get(n), new[n]) for n in found), step
        else:
            assert true(name, folder, found, [old, new]), step
        assert run(*args).code == 0
        assert true(name, folder, made(folder), [new])
        assert not [p for p in folder.iterdir() if p.name.startswith(".huffarchive")], step
        if over:
            break
    assert step > 4


@pytest.mark.parametrize("name", [*KINDS, "extract", "schema"])
def test_the_second_at_one_name_says_so(
    name: str, archive: Archive, tmp_path: Path, run: Callable[..., Done]
) -> None:
    if not installed(name):
        pytest.skip("its library is not installed")
    target = tmp_path / "made" / PRODUCTS[name]
    target.parent.mkdir()
    about = [word.replace("WARC", str(archive.warcs[0])) for word in WRITERS[name]]
    with replacing(target) as draft:
        draft.path.write_text("whole")
        done = run(*name.split(), *about, "-o", target, *archive.options)
        assert done.code == 2, done
        assert "another command is writing it" in done.err
    assert target.read_text() == "whole"
    assert [p.name for p in target.parent.iterdir()] == [target.name]


def test_the_second_at_one_folder_of_outputs_says_so(
    archive: Archive, tmp_path: Path, run: Callable[..., Done]
) -> None:
    from huffarchive.extract.outputs import outputs

    with outputs(tmp_path / "out", replace=False):
        done = run("extract", archive.warcs[0], "-o", f"{tmp_path}/out/")
        assert (done.code, "another command is writing it" in done.err) == (2, True)
    assert run("extract", archive.warcs[0], "-o", f"{tmp_path}/out/").code == 0


def test_a_folder_is_swapped_also_where_the_system_cannot_swap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old one is put aside first; where that is all that was done, the next has it back."""
    from huffarchive.storage import disk

    monkeypatch.setattr(disk, "exchange", lambda *_: False)
    target = tmp_path / "x"

    def write(text: str) -> None:
        with replacing(target, lambda _: True, folder=True) as draft:
            (draft.path / "a").write_text(text)

    write("old")
    full = Full(monkeypatch, Killed(), dead=True)
    step = 0
    while True:
        step += 1
        full.begin(step)
        with contextlib.suppress(Killed):
            write("new")
        over = full.calls < step
        full.begin(0)
        with pytest.raises(NotReplacedError), replacing(target):
            pass  # whoever comes next puts things right, even if it may not replace
        assert (target / "a").read_text() in ("old", "new")
        assert [p.name for p in tmp_path.iterdir()] == ["x"]
        if over:
            break
        write("old")
    assert (target / "a").read_text() == "new"


def test_products_are_known_by_what_is_in_them(tmp_path: Path) -> None:
    kinds = [kind for kind in vars(products).values() if isinstance(kind, products.Product)]
    assert len(kinds) > 10
    for content in (b"", b"\0" * 100, b"{}", b"[]", b"PAR1", b"PK\3\4", b"\x1f\x8b", b"null", b"1"):
        (tmp_path / "x").write_bytes(content)
        for kind in kinds:
            if not (kind.may_be_empty and not content):
                assert not kind.is_own(tmp_path / "x"), (kind.name, content)
    for kind in kinds:
        if kind is not products.FOLDER:
            assert not kind.is_own(tmp_path)
        assert not kind.is_own(tmp_path / "none")

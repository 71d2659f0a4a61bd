"""The recipes of the docs run as they are printed, and print what the docs say."""

import re
import shutil
import socket
from pathlib import Path

import pytest

from docs import recipes
from tests.e2e.conftest import Archived, copied, sample  # noqa: F401 - fixtures
from tests.kit.shared import shared

ALL = [r for page in recipes.PAGES for r in recipes.recipes(page) if r.title != recipes.PREPARE]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made, missing = shared(tmp_path_factory, "recipes", lambda to: (to, recipes.prepare(to)))
    if missing:
        pytest.skip(f"needs {', '.join(missing)}: pip install -e '.[recipes]'")
    return shutil.copytree(made, tmp_path_factory.mktemp("recipes"), dirs_exist_ok=True)


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("recipe", ALL, ids=lambda r: f"{r.page.stem}: {r.title}")
def test_it_prints_what_the_docs_say(recipe: recipes.Recipe, folder: Path) -> None:
    if missing := recipe.missing():
        pytest.skip(f"needs {', '.join(missing)}: see the head of docs/recipes.md")
    assert recipe.run(folder) == []


@pytest.mark.slow
def test_one_that_needs_the_crawl_alone_prints_what_the_docs_say(copied: Archived) -> None:  # noqa: F811
    """The others need exports too, and run with the long tests."""
    (recipe,) = (r for r in ALL if r.title == "From the record to its evidence")
    if missing := recipe.missing():
        pytest.skip(f"needs {', '.join(missing)}: see the head of docs/recipes.md")
    assert recipe.run(copied.folder) == []


@pytest.mark.parametrize("recipe", ALL, ids=lambda r: f"{r.page.stem}: {r.title}")
def test_it_shows_what_it_prints(recipe: recipes.Recipe) -> None:
    assert any(block.result for block in recipe.blocks)


def page(folder: Path, code: str, result: str) -> recipes.Recipe:
    path = folder / "page.md"
    path.write_text(f"# Page\n\n## One\n\n{code}\n\n```text\n{result}\n```\n", "utf-8")
    (recipe,) = recipes.recipes(path)
    return recipe


def test_another_result_is_found(tmp_path: Path) -> None:
    code = '```python\nprint(6 * 7, "é")\n```'
    assert page(tmp_path, code, "42 é").run(tmp_path) == []
    (stale,) = page(tmp_path, code, "43 é").run(tmp_path)
    assert (stale.said, stale.found) == ("43 é\n", "42 é\n")


def test_another_result_is_written_in_its_place(tmp_path: Path) -> None:
    blocks = [f"```sh\necho {n}\n```\n\n```text\n0\n```\n" for n in (10, 0, 20)]
    path = tmp_path / "page.md"
    path.write_text("## One\n\n" + "\n".join(blocks) + "\nend\n", "utf-8")
    (recipe,) = recipes.recipes(path)
    recipes.write(path, recipe.run(tmp_path))
    (again,) = recipes.recipes(path)
    assert again.run(tmp_path) == []
    assert [block.result for block in again.blocks] == ["10\n", "0\n", "20\n"]
    assert path.read_text("utf-8").endswith("```\n\nend\n")


def test_what_differs_from_run_to_run_is_let_pass_and_nothing_else(tmp_path: Path) -> None:
    code = "```sh\necho captured 2026-11-25T14:36:41+00:00 for 2016-07-01T10:00:00-04:00\n```"
    said = "captured 2027-01-01T00:00:00+00:00 for 2016-07-01T10:00:00-04:00"
    assert page(tmp_path, code, said).run(tmp_path) == []
    assert page(tmp_path, code, said.replace("07-01", "07-02")).run(tmp_path) != []


def test_a_block_that_fails_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(recipes.RecipeError, match="no-such-file"):
        page(tmp_path, "```sh\ncat no-such-file | sort\n```", "").run(tmp_path)


def test_a_server_runs_until_its_section_ends(tmp_path: Path) -> None:
    served = (
        "```sh server\npython -u -m http.server --bind 127.0.0.1 8123  # --port 8123\n```\n\n"
        "```python\nimport urllib.request\n"
        'with urllib.request.urlopen("http://127.0.0.1:8123/page.md") as answer:\n'
        "    print(answer.status, answer.url)\n```"
    )
    recipe = page(tmp_path, served, "200 http://127.0.0.1:8123/page.md")
    assert recipe.run(tmp_path) == []
    log = (tmp_path / "server.log").read_text("utf-8")
    assert '"GET /page.md HTTP/1.1" 200' in log
    (port,) = re.findall(r" port (\d+) ", log)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(port)), 5)


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    code = "<!-- needs: bash json no_such_thing -->\n\n```sh\ntrue\n```"
    assert page(tmp_path, code, "").missing() == ["no_such_thing"]

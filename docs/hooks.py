"""What the site of mkdocs.yml needs beside docs/: the repository's own pages, and links that work."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what stands below are of use to tests where mkdocs is not installed
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).parent.parent
PAGES = {
    "README.md": "readme.md",
    "README.fr.md": "readme.fr.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "SECURITY.md": "security-policy.md",
}
"""Pages at the top of the repository, which sites of code show there, and their names in the site."""
_CODE = r"^```.*?^```$|^ {4}[^\n]*$|`[^`\n]*`"
_LINK = r"(?P<label>\[[^]]*\])\((?P<path>[^)#\s:]+)(?P<anchor>#[^)\s]*)?\)"
_EITHER = re.compile(f"(?P<code>{_CODE})|(?<!!){_LINK}", re.MULTILINE | re.DOTALL)


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Bring the repository's own pages in."""
    from mkdocs.structure.files import File

    for name, page in PAGES.items():
        text = (ROOT / name).read_text("utf-8").replace("](docs/", "](")
        files.append(File.generated(config, page, content=text))


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Give links out of docs/ a page of the site; what has none (code, data) stays as its name."""
    here = ROOT / "docs" / page.file.src_uri
    folder = ROOT if page.file.src_uri in PAGES.values() else here.parent

    def linked(found: re.Match[str]) -> str:
        if found["code"]:
            return found["code"]
        inside = (here.parent / found["path"]).resolve()
        outside = (folder / found["path"]).resolve()
        if outside.parent == ROOT and outside.name in PAGES:
            up = "../" * page.file.src_uri.count("/")
            return f"{found['label']}({up}{PAGES[outside.name]}{found['anchor'] or ''})"
        if inside.is_file() and ROOT / "docs" in inside.parents:
            return found[0]
        if outside.exists():
            return found["label"][1:-1]
        return found[0]  # mkdocs says that it leads nowhere

    plain = re.sub(r"(?m)^<!-- .* -->\n|(?<=^```sh) server$", "", markdown)  # marks for our tools
    return _EITHER.sub(linked, plain)

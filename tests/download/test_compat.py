"""A Scrapy or Twisted without the names that the tap uses is noticed at start-up."""

import ast
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from huffarchive import download
from huffarchive.download.compat import PRIVATE_NAMES, PrivateNameMissingError, check_private_names


def test_they_are_all_there():
    check_private_names()


@pytest.mark.parametrize("name", PRIVATE_NAMES)
def test_each_is_missed(name):
    with pytest.raises(PrivateNameMissingError, match=re.escape(f"the tap needs {name}_, which")):
        check_private_names((*PRIVATE_NAMES, name + "_"))


def test_a_missing_module_is_named():
    with pytest.raises(
        PrivateNameMissingError, match=r"the tap needs twisted\.web\._gone:x, which"
    ):
        check_private_names(("twisted.web._gone:x",))


def test_the_first_import_says_it_in_one_line():
    script = (
        "from twisted.web._newclient import HTTP11ClientProtocol as protocol\n"
        "del protocol._finishResponse\n"
        "import huffarchive.download.handler\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert found.returncode == 1
    assert found.stderr.strip().splitlines()[-1] == (
        "huffarchive.download.compat.PrivateNameMissingError: the tap needs "
        "twisted.web._newclient:HTTP11ClientProtocol._finishResponse, which "
        f"Scrapy {version('scrapy')} with Twisted {version('twisted')} does not have: "
        "install scrapy~=2.19.0 as pyproject.toml says"
    )


def test_no_private_import_is_left_out():
    for source in Path(download.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(source.read_text())):
            if not isinstance(node, ast.ImportFrom) or node.module.startswith("huffarchive"):
                continue
            for alias in node.names:
                if "._" in node.module or alias.name.startswith("_"):
                    name = f"{node.module}:{alias.name}"
                    assert any(
                        each == name or each.startswith(name + ".") for each in PRIVATE_NAMES
                    ), name
